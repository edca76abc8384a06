/* Queries by all items of a history: a row of a sparse matrix over the items, each item once (with
 * the last of its ratings), ascending. */
#include <string.h>

#include "data/query.h"

static const char *const fields[] = {"row_start", "row_item", "row_value", NULL};

/* One field of a row says nothing without the others: whoever asks for one gets all. */
static bool prepare(const char *field, RecnnBatch *batch, const RecnnInputs *inputs,
                    int64_t capacity, int64_t most, GError **error) {
  (void)field;
  (void)inputs;
  return recnn_batch_add_sparse(batch, fields, capacity, most, error);
}

/* Inserts an item into the ascending row; where it is there already, the later value counts. */
static int64_t insert(int64_t *item, float *value, int64_t n, int64_t new_item, float new_value) {
  int64_t at = n;
  if (n > 0 && item[n - 1] >= new_item) {
    int64_t low = 0;
    while (low < at) {
      int64_t middle = low + (at - low) / 2;
      if (item[middle] < new_item)
        low = middle + 1;
      else
        at = middle;
    }
    if (item[at] == new_item) {
      value[at] = new_value;
      return n;
    }
    memmove(item + at + 1, item + at, (size_t)(n - at) * sizeof *item);
    memmove(value + at + 1, value + at, (size_t)(n - at) * sizeof *value);
  }
  item[at] = new_item;
  value[at] = new_value;
  return n + 1;
}

static void fill(RecnnBatch *batch, const RecnnInputs *inputs, const RecnnSubject *subjects,
                 int64_t n) {
  int64_t *start = recnn_batch_int64(batch, "row_start");
  int64_t *item = recnn_batch_int64(batch, "row_item");
  float *value = recnn_batch_float32(batch, "row_value");
  int64_t to = 0;
  start[0] = 0;
  for (int64_t i = 0; i < n; i++) {
    const RecnnSubject *subject = &subjects[i];
    bool rated = inputs->rated_rows && subject->ratings;
    int64_t row = 0;
    for (int64_t s = 0; s < subject->n; s++)
      row =
          insert(item + to, value + to, row, subject->items[s], rated ? subject->ratings[s] : 1.0f);
    to += row;
    start[i + 1] = to;
  }
  recnn_batch_set_sparse(batch, fields, n, to);
}

RECNN_QUERY(rows) = {
    .name = "rows",
    .doc = "All items of the history that the model was trained on, as a sparse row.",
    .fields = fields,
    .needs_history = true,
    .prepare = prepare,
    .fill = fill,
};
