/* What is asked and is in the data twice: the same pair of user and item, and the same in time too.
 * Rows are put in the order of user and item by counting; inside a pair by time. */
#include "base/memory.h"
#include "data/audit-private.h"
#include "data/group-private.h"
#include "data/split-private.h"

typedef struct Found {
  int64_t repeated[RECNN_N_PARTS];
  int64_t identical[RECNN_N_PARTS];
} Found;

/* Adds the rows of each part to ret_n[part] where a row that is known then is among them. */
static void count_known(const RecnnAuditor *a, const int64_t *rows, int64_t n, int64_t *ret_n) {
  int64_t in[RECNN_FOLD_IN + 1] = {0};
  for (int64_t i = 0; i < n; i++)
    in[a->place[rows[i]]]++;
  for (int p = RECNN_VALID; p < RECNN_N_PARTS; p++)
    for (int other = 0; other <= RECNN_FOLD_IN; other++)
      if (recnn__audit_knows(p, other) && in[other] > 0) {
        ret_n[p] += in[p];
        break;
      }
}

static void look_at_pair(const RecnnAuditor *a, int64_t *rows, int64_t n, int64_t *scratch,
                         Found *found) {
  const double *time = a->dataset->timestamp;
  if (n == 1)
    return;
  count_known(a, rows, n, found->repeated);
  if (!time)
    return;
  recnn__sort_by_time(rows, n, time, scratch);
  for (int64_t i = 0, end; i < n; i = end) {
    for (end = i + 1; end < n && time[rows[end]] == time[rows[i]];)
      end++;
    if (end > i + 1)
      count_known(a, rows + i, end - i, found->identical);
  }
}

static void look_at_all(const RecnnAuditor *a, int64_t *order, int64_t *scratch, Found *found) {
  const RecnnDataset *d = a->dataset;
  for (int64_t i = 0, end; i < d->n; i = end) {
    for (end = i + 1; end < d->n && d->user[order[end]] == d->user[order[i]] &&
                      d->item[order[end]] == d->item[order[i]];)
      end++;
    look_at_pair(a, order + i, end - i, scratch, found);
  }
}

/* Without times two rows of a pair cannot be told apart, unless the data has them in an order. */
static void report(const RecnnAuditor *a, const Found *found) {
  const RecnnDataset *d = a->dataset;
  for (int p = RECNN_VALID; p < RECNN_N_PARTS; p++) {
    int64_t of = a->split->part[p].rows.n, repeated = found->repeated[p];
    int64_t identical = d->timestamp ? found->identical[p] : d->ordered ? 0 : repeated;
    const char *name = recnn_part_name(p);
    if (identical > 0)
      recnn_audit_add(a->audit, "identical", name, true, identical, of,
                      g_strdup_printf("%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
                                      " %s interactions are among what is known already: the same "
                                      "user and item%s",
                                      identical, of, name,
                                      d->timestamp ? " at the same time" : ""));
    if (repeated > identical)
      recnn_audit_add(a->audit, "repeated", name, false, repeated, of,
                      g_strdup_printf("%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT
                                      " %s interactions repeat one that the user had before",
                                      repeated, of, name));
  }
}

bool recnn__audit_repeats(RecnnAuditor *auditor, GError **error) {
  const RecnnDataset *d = auditor->dataset;
  size_t n = (size_t)d->n;
  int32_t n_users = recnn_dataset_n_users(d), n_items = recnn_dataset_n_items(d);
  static const char what[] = "an audit's order";
  int64_t *first = recnn_memory_new((size_t)MAX(n_users, n_items) + 1, sizeof *first, what, error);
  int64_t *by_item = first ? recnn_memory_new(n, sizeof *by_item, what, error) : NULL;
  int64_t *order = by_item ? recnn_memory_new(n, sizeof *order, what, error) : NULL;
  if (order) {
    Found found = {{0}, {0}};
    recnn__group_rows(d->item, NULL, d->n, n_items, first, by_item);
    recnn__group_rows(d->user, by_item, d->n, n_users, first, order);
    look_at_all(auditor, order, by_item, &found); /* by_item is scratch now */
    report(auditor, &found);
  }
  recnn_memory_free(first);
  recnn_memory_free(by_item);
  recnn_memory_free(order);
  return order != NULL;
}
