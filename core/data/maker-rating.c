/* Batches of rated interactions: one row each. */
#include "base/error.h"
#include "data/maker.h"

static const char *const fields[] = {"user", "item", "rating", NULL};

static bool check(const RecnnMaking *making, GError **error) {
  const RecnnPart *part = making->part;
  if (part->rows.rating)
    return true;
  return recnn_error_set(error, RECNN_ERROR_DATA,
                         "the model learns from ratings, which %s does not have",
                         part->dataset ? part->dataset->source : "the data");
}

static bool prepare(const RecnnMaking *making, RecnnBatch *batch, int64_t capacity,
                    GError **error) {
  (void)making;
  return recnn_batch_add(batch, "user", RECNN_INT64, capacity, 0, NULL, error) &&
         recnn_batch_add(batch, "item", RECNN_INT64, capacity, 0, NULL, error) &&
         recnn_batch_add(batch, "rating", RECNN_FLOAT32, capacity, 0, NULL, error);
}

static void fill(const RecnnMaking *making, RecnnBatch *batch, const int64_t *rows, int64_t n,
                 uint64_t epoch) {
  const RecnnPart *part = making->part;
  (void)epoch;
  int64_t *user = recnn_batch_int64(batch, "user");
  int64_t *item = recnn_batch_int64(batch, "item");
  float *rating = recnn_batch_float32(batch, "rating");
  for (int64_t i = 0; i < n; i++) {
    user[i] = part->rows.user[rows[i]];
    item[i] = part->rows.item[rows[i]];
    rating[i] = part->rows.rating[rows[i]];
  }
}

RECNN_MAKER(rating) = {
    .name = "rating",
    .doc = "A row is an interaction with its rating.",
    .fields = fields,
    .check = check,
    .prepare = prepare,
    .fill = fill,
};
