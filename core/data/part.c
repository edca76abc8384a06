/* A part of a split: its columns in the data set's order, and its items by user.  All sorting is by
 * counting, so the time is linear in interactions, users and items. */
#include "base/memory.h"
#include "data/split-private.h"

const char *recnn_part_name(int part) {
  static const char *const names[RECNN_FOLD_IN + 1] = {"train", "valid", "test", "fold_in"};
  g_return_val_if_fail(part >= 0 && part <= RECNN_FOLD_IN, NULL);
  return names[part];
}

const int32_t *recnn_part_candidates(const RecnnPart *part, int64_t r, int64_t *ret_n) {
  g_return_val_if_fail(r >= 0 && r < part->rows.n, NULL);
  if (!part->dataset || !part->dataset->candidates || !part->row)
    return NULL;
  return recnn_candidates_get(part->dataset->candidates, part->row[r], ret_n);
}

void recnn__part_clear(RecnnPart *part) {
  recnn_memory_free((void *)part->rows.user);
  recnn_memory_free((void *)part->rows.item);
  recnn_memory_free((void *)part->rows.rating);
  recnn_memory_free((void *)part->rows.timestamp);
  recnn_memory_free(part->row);
  recnn_memory_free(part->label);
  recnn_memory_free(part->first);
  recnn_memory_free(part->items);
  *part = (RecnnPart){0};
}

static bool copy_rows(RecnnPart *part, const RecnnDataset *d, const uint8_t *label, int which,
                      GError **error) {
  int64_t n = 0;
  for (int64_t r = 0; r < d->n; r++)
    n += label[r] == which;
  int32_t *user = recnn_memory_new((size_t)n, sizeof *user, "a part's users", error);
  part->rows.user = user;
  if (!user)
    return false;
  int32_t *item = recnn_memory_new((size_t)n, sizeof *item, "a part's items", error);
  part->rows.item = item;
  if (!item)
    return false;
  float *rating = NULL;
  if (d->rating &&
      !(rating = recnn_memory_new((size_t)n, sizeof *rating, "a part's ratings", error)))
    return false;
  part->rows.rating = rating;
  double *time = NULL;
  if (d->timestamp && !(time = recnn_memory_new((size_t)n, sizeof *time, "a part's times", error)))
    return false;
  part->rows.timestamp = time;
  part->row = recnn_memory_new((size_t)n, sizeof *part->row, "a part's rows", error);
  if (!part->row)
    return false;
  if (d->label &&
      !(part->label = recnn_memory_new((size_t)n, sizeof *part->label, "a part's labels", error)))
    return false;
  int64_t to = 0;
  for (int64_t r = 0; r < d->n; r++) {
    if (label[r] != which)
      continue;
    user[to] = d->user[r];
    item[to] = d->item[r];
    if (rating)
      rating[to] = d->rating[r];
    if (time)
      time[to] = d->timestamp[r];
    if (part->label)
      /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): the data set has them then */
      part->label[to] = d->label[r];
    part->row[to] = r;
    to++;
  }
  part->rows.n = n;
  return true;
}

/* first[k] becomes the number of keys below k, for k <= n_keys. */
static void count(const int32_t *keys, int64_t n, int64_t n_keys, int64_t *first) {
  for (int64_t r = 0; r < n; r++)
    first[keys[r] + 1]++;
  for (int64_t k = 0; k < n_keys; k++)
    first[k + 1] += first[k];
}

/* Rows in the order of their items, then, keeping that order, by user: so that a user's items
 * ascend.  `by_item` and `at` are scratch. */
static void sort_rows(RecnnPart *part, int64_t *by_item, int64_t *at) {
  const RecnnInteractions *rows = &part->rows;
  count(rows->item, rows->n, rows->n_items, at);
  for (int64_t r = 0; r < rows->n; r++)
    by_item[at[rows->item[r]]++] = r;
  count(rows->user, rows->n, rows->n_users, part->first);
  /* first[u] runs from its start to its end, which is the start of u + 1: shifted back below. */
  for (int64_t i = 0; i < rows->n; i++) {
    int64_t r = by_item[i];
    part->items[part->first[rows->user[r]]++] = rows->item[r];
  }
  for (int64_t u = rows->n_users; u > 0; u--)
    part->first[u] = part->first[u - 1];
  part->first[0] = 0;
}

static void drop_repeats(RecnnPart *part) {
  int64_t to = 0, begin = 0;
  for (int64_t u = 0; u < part->rows.n_users; u++) {
    int64_t end = part->first[u + 1], own = to;
    for (int64_t i = begin; i < end; i++)
      if (to == own || part->items[to - 1] != part->items[i])
        part->items[to++] = part->items[i];
    part->first[u + 1] = to;
    begin = end;
  }
}

static bool index_by_user(RecnnPart *part, GError **error) {
  const RecnnInteractions *rows = &part->rows;
  size_t n = (size_t)rows->n;
  part->first = recnn_memory_new0((size_t)rows->n_users + 1, sizeof *part->first,
                                  "a part's users' offsets", error);
  if (!part->first)
    return false;
  part->items = recnn_memory_new(n, sizeof *part->items, "a part's items by user", error);
  if (!part->items)
    return false;
  int64_t *at =
      recnn_memory_new0((size_t)rows->n_items + 1, sizeof *at, "a part's items' offsets", error);
  int64_t *by_item = at ? recnn_memory_new(n, sizeof *by_item, "a part's order", error) : NULL;
  if (by_item) {
    sort_rows(part, by_item, at);
    drop_repeats(part);
  }
  recnn_memory_free(at);
  recnn_memory_free(by_item);
  return by_item != NULL;
}

bool recnn__part_fill(RecnnPart *part, const RecnnDataset *dataset, const uint8_t *label, int which,
                      GError **error) {
  part->dataset = dataset;
  part->rows = (RecnnInteractions){.struct_size = sizeof(RecnnInteractions),
                                   .n_users = recnn_dataset_n_users(dataset),
                                   .n_items = recnn_dataset_n_items(dataset)};
  return copy_rows(part, dataset, label, which, error) && index_by_user(part, error);
}
