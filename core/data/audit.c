/* The audit: its checks one after the other, and what they found as text. */
#include "base/memory.h"
#include "data/audit-private.h"

void recnn_audit_free(RecnnAudit *audit) {
  if (!audit)
    return;
  for (int32_t i = 0; i < audit->n; i++)
    g_free(audit->entries[i].text);
  g_free(audit->entries);
  g_free(audit);
}

void recnn_audit_add(RecnnAudit *audit, const char *name, const char *part, bool is_leak, int64_t n,
                     int64_t of, char *text) {
  audit->entries = g_renew(RecnnAuditEntry, audit->entries, audit->n + 1);
  int32_t at = audit->n++;
  for (; is_leak && at > audit->n_leaks; at--)
    audit->entries[at] = audit->entries[at - 1];
  audit->n_leaks += is_leak;
  audit->entries[at] = (RecnnAuditEntry){name, part, is_leak, n, of, text};
}

static void check_filter(const RecnnAuditor *auditor) {
  const RecnnDataset *d = auditor->dataset;
  if (d->filter)
    recnn_audit_add(auditor->audit, "filter", "", false, d->n, d->n,
                    g_strdup_printf("the data was filtered before it was split, by what is in all "
                                    "parts (%s)",
                                    d->filter));
}

static void mark_places(const RecnnAuditor *auditor) {
  const RecnnSplit *split = auditor->split;
  for (int p = 0; p <= RECNN_FOLD_IN; p++) {
    const RecnnPart *part = p < RECNN_N_PARTS ? &split->part[p] : &split->fold_in;
    for (int64_t i = 0; i < part->rows.n; i++)
      auditor->place[part->row[i]] = (uint8_t)p;
  }
}

RecnnAudit *recnn_audit_new(const RecnnSplit *split, GError **error) {
  RecnnAuditor auditor = {
      .split = split, .dataset = split->dataset, .audit = g_new0(RecnnAudit, 1)};
  auditor.place = recnn_memory_new((size_t)split->dataset->n, 1, "an audit's marks", error);
  bool ok = auditor.place != NULL;
  if (ok)
    mark_places(&auditor);
  ok = ok && recnn__audit_repeats(&auditor, error) && recnn__audit_times(&auditor, error) &&
       recnn__audit_cold(&auditor, error) && recnn__audit_candidates(&auditor, error);
  recnn_memory_free(auditor.place);
  if (!ok) {
    recnn_audit_free(auditor.audit);
    return NULL;
  }
  check_filter(&auditor);
  return auditor.audit;
}

char *recnn_audit_text(const RecnnAudit *audit) {
  GString *text = g_string_new(NULL);
  if (audit->n_leaks == 0)
    g_string_append(text, "no leaks");
  else
    g_string_append_printf(text, "%d leak%s", audit->n_leaks, audit->n_leaks == 1 ? "" : "s");
  for (int32_t i = 0; i < audit->n; i++)
    g_string_append_printf(text, "\n%s: %s", audit->entries[i].is_leak ? "leak" : "note",
                           audit->entries[i].text);
  return g_string_free(text, FALSE);
}

char *recnn_audit_leaks(const RecnnAudit *audit) {
  if (audit->n_leaks == 0)
    return NULL;
  GString *text = g_string_new(NULL);
  for (int32_t i = 0; i < audit->n_leaks; i++)
    g_string_append_printf(text, "%s%s", i ? "; " : "", audit->entries[i].text);
  return g_string_free(text, FALSE);
}
