/* Batches of pairs: an interaction's item, and one that the user has not touched. */
#include "data/maker.h"

static const char *const fields[] = {"user", "item", "neg_item", NULL};

static bool prepare(const RecnnMaking *making, RecnnBatch *batch, int64_t capacity,
                    GError **error) {
  (void)making;
  return recnn_batch_add(batch, "user", RECNN_INT64, capacity, 0, NULL, error) &&
         recnn_batch_add(batch, "item", RECNN_INT64, capacity, 0, NULL, error) &&
         recnn_batch_add(batch, "neg_item", RECNN_INT64, capacity, 0, NULL, error);
}

static void fill(const RecnnMaking *making, RecnnBatch *batch, const int64_t *rows, int64_t n,
                 uint64_t epoch) {
  const RecnnPart *part = making->part;
  int64_t *user = recnn_batch_int64(batch, "user");
  int64_t *item = recnn_batch_int64(batch, "item");
  int64_t *negative = recnn_batch_int64(batch, "neg_item");
  for (int64_t i = 0; i < n; i++) {
    int64_t row = rows[i];
    user[i] = part->rows.user[row];
    item[i] = part->rows.item[row];
    negative[i] = recnn_sampler_draw(making->sampler, part->rows.user[row], epoch, (uint64_t)row);
  }
}

RECNN_MAKER(pairwise) = {
    .name = "pairwise",
    .doc = "A row is an interaction and a sampled item that its user has not touched.",
    .fields = fields,
    .prepare = prepare,
    .fill = fill,
    .needs_sampler = true,
};
