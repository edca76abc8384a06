/* predict() for given pairs of users and items, in blocks of one size: the last one is filled up
 * with its last pair. */
#include "base/error.h"
#include "eval/ranker-private.h"

#define FEWEST 64
#define PAIRS 1024 /* a block has, where memory allows */

/* Predictions of the pairs first .. first+n-1, filled up to `block`. */
static const RecnnTensor *predict(RecnnRanker *ranker, const int32_t *users, const int32_t *items,
                                  int64_t n, int64_t block, GError **error) {
  int64_t *user = recnn_batch_int64(ranker->pair_batch, "user");
  int64_t *item = recnn_batch_int64(ranker->pair_batch, "item");
  for (int64_t i = 0; i < block; i++) {
    user[i] = users[MIN(i, n - 1)];
    item[i] = items[MIN(i, n - 1)];
  }
  recnn_batch_set_size(ranker->pair_batch, block);
  recnn__ranker_begin(ranker);
  const RecnnVar *var = recnn_model_predict(ranker->model, ranker->graph, ranker->pair_batch);
  return recnn__ranker_end(ranker, "predict", var, 1, &block, error);
}

/* Halves the block until its temporaries fit. */
static bool plan(RecnnRanker *ranker, GError **error) {
  const int32_t zero = 0;
  const int64_t one[2] = {1, 1};
  const int64_t pairs[2] = {FEWEST, 2 * FEWEST};
  double bytes[2][2] = {{0.0, 0.0}, {0.0, 0.0}};
  ranker->pair_batch = recnn_batch_new();
  if (!recnn_batch_add(ranker->pair_batch, "user", RECNN_INT64, PAIRS, 0, NULL, error) ||
      !recnn_batch_add(ranker->pair_batch, "item", RECNN_INT64, PAIRS, 0, NULL, error))
    return false;
  RecnnGraph *graph = ranker->graph;
  for (int i = 0; i < 2; i++) {
    ranker->graph = recnn_graph_new(0);
    bool done = predict(ranker, &zero, &zero, 1, pairs[i], error) != NULL;
    bytes[0][i] = (double)recnn_graph_peak(ranker->graph);
    recnn_graph_free(ranker->graph);
    ranker->graph = graph;
    if (!done)
      return false;
  }
  RecnnBlockCost cost = recnn_block_fit(one, pairs, bytes);
  int64_t block = PAIRS;
  while (block > FEWEST && recnn_block_bytes(&cost, 1, block) > recnn_block_budget(ranker->limit))
    block /= 2;
  if (ranker->limit != 0 && recnn_block_bytes(&cost, 1, block) > (double)ranker->limit)
    return recnn_error_set(error, RECNN_ERROR_MEMORY,
                           "model %s: %" G_GSIZE_FORMAT " bytes are not enough to predict %d pairs,"
                           " which takes %.0f",
                           ranker->model_class->name, ranker->limit, FEWEST,
                           recnn_block_bytes(&cost, 1, block));
  ranker->pair_block = block;
  return true;
}

static bool check_item(const RecnnRanker *ranker, int64_t item, GError **error) {
  if (item >= 0 && item < ranker->n_items)
    return true;
  return recnn_error_set(error, RECNN_ERROR_ARGUMENT,
                         "item index %" G_GINT64_FORMAT
                         " is not one of model %s's items, 0 to %" G_GINT64_FORMAT,
                         (gint64)item, ranker->model_class->name, (gint64)ranker->n_items - 1);
}

bool recnn_ranker_predict(RecnnRanker *ranker, const int32_t *users, const int32_t *items,
                          int64_t n, float *predictions, GError **error) {
  if (ranker->model_class->predict == NULL)
    return recnn_error_set(error, RECNN_ERROR_UNSUPPORTED, "model %s has no predict()",
                           ranker->model_class->name);
  for (int64_t i = 0; i < n; i++)
    if (!recnn__ranker_check_user(ranker, users[i], error) || !check_item(ranker, items[i], error))
      return false;
  if (ranker->pair_block == 0 && !plan(ranker, error)) {
    recnn_batch_free(ranker->pair_batch);
    ranker->pair_batch = NULL;
    return false;
  }
  for (int64_t first = 0; first < n; first += ranker->pair_block) {
    int64_t n_pairs = MIN(ranker->pair_block, n - first);
    const RecnnTensor *block =
        predict(ranker, users + first, items + first, n_pairs, ranker->pair_block, error);
    if (block == NULL)
      return false;
    for (int64_t i = 0; i < n_pairs; i++)
      predictions[first + i] = ((const float *)block->data)[i * block->stride[0]];
    int64_t at = 0;
    if (!recnn__ranker_is_clean(predictions + first, n_pairs, &at))
      return recnn__ranker_nan(ranker, users[first + at], items[first + at], error);
  }
  return true;
}
