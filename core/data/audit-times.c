/* What is known and is later than what is asked: of the same user, and of anybody. */
#include <math.h>

#include "base/memory.h"
#include "data/audit-private.h"

/* The first time of each user in a part; INFINITY: none. */
static double first_times(const RecnnPart *part, double *first, int64_t n_users) {
  double least = INFINITY;
  for (int64_t u = 0; u < n_users; u++)
    first[u] = INFINITY;
  for (int64_t i = 0; i < part->rows.n; i++) {
    double time = part->rows.timestamp[i], *of = &first[part->rows.user[i]];
    *of = MIN(*of, time);
    least = MIN(least, time);
  }
  return least;
}

static void check_part(RecnnAuditor *a, int p, double *first) {
  const RecnnDataset *d = a->dataset;
  const RecnnSplit *split = a->split;
  const char *name = recnn_part_name(p);
  double least = first_times(&split->part[p], first, recnn_dataset_n_users(d));
  int64_t later = 0, future = 0, of = 0;
  for (int64_t r = 0; r < d->n; r++) {
    if (!recnn__audit_knows(p, a->place[r]))
      continue;
    of++;
    later += d->timestamp[r] > first[d->user[r]];
    future += d->timestamp[r] > least;
  }
  if (later > 0)
    recnn_audit_add(a->audit, "later", name, split->by_time, later, of,
                    g_strdup_printf("%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
                                    " known interactions are later than their user's first of %s",
                                    later, of, name));
  if (future > 0)
    recnn_audit_add(a->audit, "future", name, split->by_global_time, future, of,
                    g_strdup_printf("%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
                                    " known interactions are later than the first of %s%s",
                                    future, of, name,
                                    split->by_global_time
                                        ? ""
                                        : ": the split is not by time for all users together"));
}

bool recnn__audit_times(RecnnAuditor *auditor, GError **error) {
  const RecnnDataset *d = auditor->dataset;
  if (!d->timestamp)
    return true;
  double *first =
      recnn_memory_new((size_t)recnn_dataset_n_users(d), sizeof *first, "an audit's times", error);
  for (int p = RECNN_VALID; first && p < RECNN_N_PARTS; p++)
    if (auditor->split->part[p].rows.n > 0)
      check_part(auditor, p, first);
  recnn_memory_free(first);
  return first != NULL;
}
