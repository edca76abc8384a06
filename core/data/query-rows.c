/* Queries by all items of a history: a row of a sparse matrix over the items, each item once (with
 * the last of its ratings), ascending. */
#include <string.h>

#include "data/query.h"

static const char *const fields[] = {"row_start", "row_item", "row_value", NULL};

static bool add(const char *field, RecnnBatch *batch, int64_t capacity, int64_t most,
                GError **error) {
  bool start = strcmp(field, "row_start") == 0;
  bool value = strcmp(field, "row_value") == 0;
  /* Buffers hold at least an element, so that even a row of nobody has an address. */
  int64_t n = start ? capacity + 1 : MAX(most, 1);
  if (!recnn_batch_add(batch, field, value ? RECNN_FLOAT32 : RECNN_INT64, n, 0, NULL, error))
    return false;
  recnn_batch_set_ragged(batch, field);
  return true;
}

/* One field of a row says nothing without the others: whoever asks for one gets all. */
static bool prepare(const char *field, RecnnBatch *batch, const RecnnInputs *inputs,
                    int64_t capacity, int64_t most, GError **error) {
  (void)field;
  (void)inputs;
  for (const char *const *f = fields; *f; f++)
    if (!recnn_batch_field(batch, *f) && !add(*f, batch, capacity, most, error))
      return false;
  return true;
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
  recnn_batch_set_length(batch, "row_start", n + 1);
  recnn_batch_set_length(batch, "row_item", to);
  recnn_batch_set_length(batch, "row_value", to);
}

RECNN_QUERY(rows) = {
    .name = "rows",
    .doc = "All items of the history that the model was trained on, as a sparse row.",
    .fields = fields,
    .needs_history = true,
    .prepare = prepare,
    .fill = fill,
};
