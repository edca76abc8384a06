/* What nothing is known of: users and items that are in a part and not in what comes before; and
 * candidates that are no fair competitors, since the user has had them. */
#include <string.h>

#include "base/memory.h"
#include "data/audit-private.h"

/* marks[k] = 1 for the keys of the rows that are known when part p is asked about. */
static void mark_known(const RecnnAuditor *a, int p, const int32_t *key, bool fold_in,
                       uint8_t *marks, int64_t n_keys) {
  memset(marks, 0, (size_t)n_keys);
  for (int64_t r = 0; r < a->dataset->n; r++)
    if (a->place[r] < p || (fold_in && a->place[r] == RECNN_FOLD_IN))
      marks[key[r]] = 1;
}

/* Users who are not marked and have a row in the part: counted once. */
static int64_t count_users(const RecnnPart *part, const uint8_t *marks, int64_t *ret_of) {
  int64_t n = 0, of = 0;
  for (int64_t u = 0; u < part->rows.n_users; u++) {
    bool has = part->first[u + 1] > part->first[u];
    of += has;
    n += has && !marks[u];
  }
  *ret_of = of;
  return n;
}

static void check_part(RecnnAuditor *a, int p, uint8_t *marks) {
  const RecnnDataset *d = a->dataset;
  const RecnnPart *part = &a->split->part[p];
  const char *name = recnn_part_name(p);
  int64_t of;
  mark_known(a, p, d->user, true, marks, recnn_dataset_n_users(d));
  int64_t n = count_users(part, marks, &of);
  if (n > 0)
    recnn_audit_add(a->audit, "cold_users", name, false, n, of,
                    g_strdup_printf("of %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
                                    " users of %s nothing is known",
                                    n, of, name));
  mark_known(a, p, d->item, false, marks, recnn_dataset_n_items(d));
  n = 0;
  for (int64_t i = 0; i < part->rows.n; i++)
    n += !marks[part->rows.item[i]];
  if (n > 0)
    recnn_audit_add(a->audit, "cold_items", name, false, n, part->rows.n,
                    g_strdup_printf("%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
                                    " %s interactions are with items that nobody had before",
                                    n, part->rows.n, name));
}

bool recnn__audit_cold(RecnnAuditor *auditor, GError **error) {
  const RecnnDataset *d = auditor->dataset;
  size_t n = (size_t)MAX(recnn_dataset_n_users(d), recnn_dataset_n_items(d));
  uint8_t *marks = recnn_memory_new(n, 1, "an audit's marks", error);
  for (int p = RECNN_VALID; marks && p < RECNN_N_PARTS; p++)
    if (auditor->split->part[p].rows.n > 0)
      check_part(auditor, p, marks);
  recnn_memory_free(marks);
  return marks != NULL;
}

static bool has(const RecnnPart *part, int32_t user, int32_t item) {
  if (!part->first)
    return false;
  int64_t low = part->first[user], high = part->first[user + 1];
  while (low < high) {
    int64_t middle = low + (high - low) / 2;
    if (part->items[middle] < item)
      low = middle + 1;
    else
      high = middle;
  }
  return low < part->first[user + 1] && part->items[low] == item;
}

/* Whether the row's candidates hold an item that its user is known to have, other than its own. */
static bool is_unfair(const RecnnSplit *split, int p, int64_t r, bool *ret_has_list) {
  const RecnnPart *part = &split->part[p];
  int64_t n = 0;
  const int32_t *items = recnn_part_candidates(part, r, &n);
  *ret_has_list = items != NULL;
  for (int64_t i = 0; items && i < n; i++) {
    if (items[i] == part->rows.item[r])
      continue;
    for (int other = 0; other < p; other++)
      if (has(&split->part[other], part->rows.user[r], items[i]))
        return true;
  }
  return false;
}

bool recnn__audit_candidates(RecnnAuditor *auditor, GError **error) {
  (void)error;
  if (!auditor->dataset->candidates)
    return true;
  for (int p = RECNN_VALID; p < RECNN_N_PARTS; p++) {
    const char *name = recnn_part_name(p);
    int64_t n = 0, of = 0;
    for (int64_t r = 0; r < auditor->split->part[p].rows.n; r++) {
      bool has_list;
      n += is_unfair(auditor->split, p, r, &has_list);
      of += has_list;
    }
    if (n > 0)
      recnn_audit_add(auditor->audit, "candidates", name, false, n, of,
                      g_strdup_printf("%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
                                      " lists of candidates of %s hold items that the user had "
                                      "before",
                                      n, of, name));
  }
  return true;
}
