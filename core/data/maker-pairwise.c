/* Batches of pairs: an interaction's item, and one that the user has not touched.  An interaction
 * with several negatives has a row for each; rows are numbered interaction by interaction. */
#include "data/maker.h"

static const char *const fields[] = {"user", "item", "neg_item", NULL};

static bool open_rows(RecnnMaking *making, int64_t *ret_rows, GError **error) {
  (void)error;
  *ret_rows = making->part->rows.n * making->negatives;
  return true;
}

static bool prepare(const RecnnMaking *making, RecnnBatch *batch, int64_t capacity,
                    GError **error) {
  return recnn_batch_add(batch, "user", RECNN_INT64, capacity, 0, NULL, error) &&
         recnn_batch_add(batch, "item", RECNN_INT64, capacity, 0, NULL, error) &&
         recnn_batch_add(batch, "neg_item", RECNN_INT64, capacity, 0, NULL, error) &&
         (making->candidates == 1 || recnn_batch_add(batch, "neg_candidates", RECNN_INT64, capacity,
                                                     1, &making->candidates, error));
}

static void fill(const RecnnMaking *making, RecnnBatch *batch, const int64_t *rows, int64_t n,
                 uint64_t epoch) {
  const RecnnInteractions *data = &making->part->rows;
  int64_t *user = recnn_batch_int64(batch, "user");
  int64_t *item = recnn_batch_int64(batch, "item");
  int64_t *negative = recnn_batch_int64(batch, "neg_item");
  int64_t m = making->candidates;
  int64_t *candidates = m > 1 ? recnn_batch_int64(batch, "neg_candidates") : negative;
  for (int64_t i = 0; i < n; i++) {
    int64_t interaction = rows[i] / making->negatives;
    user[i] = data->user[interaction];
    item[i] = data->item[interaction];
    for (int64_t c = 0; c < m; c++)
      candidates[i * m + c] =
          recnn_sampler_draw(making->sampler, data->user[interaction], data->item[interaction],
                             epoch, (uint64_t)(rows[i] * m + c));
    negative[i] = candidates[i * m];
  }
}

RECNN_MAKER(pairwise) = {
    .name = "pairwise",
    .doc = "A row is an interaction and a sampled item that its user has not touched.",
    .fields = fields,
    .needs_sampler = true,
    .open = open_rows,
    .prepare = prepare,
    .fill = fill,
};
