/* Repeated interactions.  Rows are put in the order of user and item by counting, in which those of
 * a pair are neighbours and ascend. */
#include "base/memory.h"
#include "data/filter-private.h"
#include "data/group-private.h"

/* Whether row `r` takes the place of an earlier row `best` of its pair. */
static bool replaces(const RecnnDataset *d, RecnnRepeats repeats, int64_t r, int64_t best) {
  if (repeats == RECNN_REPEATS_FIRST)
    return d->timestamp && d->timestamp[r] < d->timestamp[best];
  return !d->timestamp || d->timestamp[r] >= d->timestamp[best];
}

/* Rows own[0] .. own[n-1] are a pair's; those of `part` become one. */
static void merge(const RecnnDataset *d, RecnnRepeats repeats, const int64_t *own, int64_t n,
                  int part, RecnnFilterRows *rows) {
  int64_t best = -1;
  double sum = 0;
  bool clicked = false;
  for (int64_t i = 0; i < n; i++) {
    int64_t r = own[i];
    if (d->given_part && d->given_part[r] != part)
      continue;
    rows->keep[r] = 0;
    sum += d->rating ? (double)d->rating[r] : 1;
    clicked = clicked || (d->label && d->label[r] > 0);
    if (best < 0 || replaces(d, repeats, r, best))
      best = r;
  }
  if (best < 0)
    return;
  rows->keep[best] = 1;
  if (repeats == RECNN_REPEATS_SUM) {
    rows->rating[best] = (float)sum;
    if (rows->label)
      rows->label[best] = clicked;
  }
}

static void merge_all(const RecnnDataset *d, RecnnRepeats repeats, const int64_t *order,
                      RecnnFilterRows *rows) {
  for (int64_t i = 0, end; i < d->n; i = end) {
    for (end = i + 1; end < d->n && d->user[order[end]] == d->user[order[i]] &&
                      d->item[order[end]] == d->item[order[i]];)
      end++;
    for (int part = 0; part < (d->given_part ? RECNN_N_PARTS : 1); part++)
      merge(d, repeats, order + i, end - i, part, rows);
  }
}

/* What `sum` changes. */
static bool make_sums(const RecnnDataset *d, RecnnFilterRows *rows, GError **error) {
  size_t n = (size_t)d->n;
  rows->rating = recnn_memory_new0(n, sizeof *rows->rating, "a filter's ratings", error);
  if (!rows->rating)
    return false;
  return !d->label ||
         (rows->label = recnn_memory_new0(n, sizeof *rows->label, "a filter's labels", error));
}

bool recnn__filter_repeats(const RecnnDataset *d, RecnnRepeats repeats, RecnnFilterRows *rows,
                           GError **error) {
  if (repeats == RECNN_REPEATS_ALL)
    return true;
  if (repeats == RECNN_REPEATS_SUM && !make_sums(d, rows, error))
    return false;
  size_t n = (size_t)d->n;
  int32_t n_users = recnn_dataset_n_users(d), n_items = recnn_dataset_n_items(d);
  int64_t *first = recnn_memory_new((size_t)MAX(n_users, n_items) + 1, sizeof *first,
                                    "a filter's groups", error);
  int64_t *by_item = first ? recnn_memory_new(n, sizeof *by_item, "a filter's order", error) : NULL;
  int64_t *order = by_item ? recnn_memory_new(n, sizeof *order, "a filter's order", error) : NULL;
  if (order) {
    recnn__group_rows(d->item, NULL, d->n, n_items, first, by_item);
    recnn__group_rows(d->user, by_item, d->n, n_users, first, order);
    merge_all(d, repeats, order, rows);
  }
  recnn_memory_free(first);
  recnn_memory_free(by_item);
  recnn_memory_free(order);
  return order != NULL;
}
