/* predict() for given pairs of users and items, in blocks of one size: the last one is filled up
 * with its last pair; and what a row of such a batch has. */
#include "base/error.h"
#include "eval/ranker-private.h"

#define FEWEST 64
#define PAIRS 1024 /* a block has, where memory allows */

bool recnn__ranker_add_pairs(const RecnnRanker *ranker, RecnnBatch *batch, int64_t rows,
                             GError **error) {
  const int64_t width = ranker->features != NULL ? ranker->features->n : 0;
  return recnn_batch_add(batch, "user", RECNN_INT64, rows, 0, NULL, error) &&
         recnn_batch_add(batch, "item", RECNN_INT64, rows, 0, NULL, error) &&
         (ranker->features == NULL ||
          recnn_batch_add(batch, "features", RECNN_INT64, rows, 1, &width, error));
}

void recnn__ranker_fill_pair(const RecnnRanker *ranker, RecnnBatch *batch, int64_t at, int64_t user,
                             int64_t item, int64_t row, const int32_t *told) {
  const RecnnFeatures *features = ranker->features;
  recnn_batch_int64(batch, "user")[at] = MAX(user, 0);
  recnn_batch_int64(batch, "item")[at] = item;
  if (features != NULL)
    recnn_features_fill(features, user, item, row, told,
                        recnn_batch_int64(batch, "features") + at * features->n);
}

/* Predictions of the first n examples, filled up to `block`. */
static const RecnnTensor *predict(RecnnRanker *ranker, const RecnnExamples *examples, int64_t n,
                                  int64_t block, GError **error) {
  recnn_batch_set_size(ranker->pair_batch, block);
  for (int64_t i = 0; i < block; i++) {
    int64_t at = MIN(i, n - 1);
    recnn__ranker_fill_pair(ranker, ranker->pair_batch, i, examples->users[at], examples->items[at],
                            examples->rows != NULL ? examples->rows[at] : -1, NULL);
  }
  recnn__ranker_begin(ranker);
  const RecnnVar *var = recnn_model_predict(ranker->model, ranker->graph, ranker->pair_batch);
  return recnn__ranker_end(ranker, "predict", var, 1, &block, error);
}

/* Halves the block until its temporaries fit. */
static bool plan(RecnnRanker *ranker, GError **error) {
  static const int32_t zero = 0;
  const RecnnExamples first = {.users = &zero, .items = &zero};
  const int64_t one[2] = {1, 1};
  const int64_t pairs[2] = {FEWEST, 2 * FEWEST};
  double bytes[2][2] = {{0.0, 0.0}, {0.0, 0.0}};
  ranker->pair_batch = recnn_batch_new();
  if (!recnn__ranker_add_pairs(ranker, ranker->pair_batch, PAIRS, error))
    return false;
  RecnnGraph *graph = ranker->graph;
  for (int i = 0; i < 2; i++) {
    ranker->graph = recnn_graph_new(0);
    bool done = predict(ranker, &first, 1, pairs[i], error) != NULL;
    bytes[0][i] = (double)recnn_graph_peak(ranker->graph);
    recnn_graph_free(ranker->graph);
    ranker->graph = graph;
    if (!done)
      return false;
  }
  RecnnBlockCost cost = recnn_block_fit(one, pairs, bytes);
  int64_t block = PAIRS;
  while (block > FEWEST &&
         recnn_block_bytes(&cost, 1, block) > recnn_block_budget(ranker->limit, false))
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

static bool check_row(const RecnnRanker *ranker, int64_t row, GError **error) {
  const int64_t n = ranker->inputs != NULL ? ranker->inputs->dataset->n : 0;
  if (ranker->features == NULL || (row >= 0 && row < n))
    return true;
  return recnn_error_set(error, RECNN_ERROR_ARGUMENT,
                         "row %" G_GINT64_FORMAT
                         " is not one of the data's, 0 to %" G_GINT64_FORMAT,
                         (gint64)row, (gint64)n - 1);
}

/* Whether all is there that predict() needs of such examples. */
static bool check_examples(const RecnnRanker *ranker, const RecnnExamples *examples, int64_t n,
                           GError **error) {
  const char *name = ranker->model_class->name;
  if (ranker->model_class->predict == NULL)
    return recnn_error_set(error, RECNN_ERROR_UNSUPPORTED, "model %s has no predict()", name);
  if (!recnn__ranker_has_features(ranker->model, error))
    return false;
  if (ranker->features != NULL && ranker->features->of_interactions && examples->rows == NULL)
    return recnn_error_set(error, RECNN_ERROR_ARGUMENT,
                           "model %s reads features of interactions, and these are none of the "
                           "data's",
                           name);
  for (int64_t i = 0; i < n; i++)
    if (!recnn__ranker_check_user(ranker, examples->users[i], error) ||
        !check_item(ranker, examples->items[i], error) ||
        (examples->rows != NULL && !check_row(ranker, examples->rows[i], error)))
      return false;
  return true;
}

bool recnn_ranker_predict(RecnnRanker *ranker, const RecnnExamples *examples, int64_t n,
                          float *predictions, GError **error) {
  if (!check_examples(ranker, examples, n, error))
    return false;
  if (ranker->pair_block == 0 && !plan(ranker, error)) {
    recnn_batch_free(ranker->pair_batch);
    ranker->pair_batch = NULL;
    return false;
  }
  for (int64_t first = 0; first < n; first += ranker->pair_block) {
    int64_t n_pairs = MIN(ranker->pair_block, n - first);
    RecnnExamples some = {.users = examples->users + first,
                          .items = examples->items + first,
                          .rows = examples->rows != NULL ? examples->rows + first : NULL};
    const RecnnTensor *block = predict(ranker, &some, n_pairs, ranker->pair_block, error);
    if (block == NULL)
      return false;
    for (int64_t i = 0; i < n_pairs; i++)
      predictions[first + i] = ((const float *)block->data)[i * block->stride[0]];
    int64_t at = 0;
    if (!recnn__ranker_is_clean(predictions + first, n_pairs, &at))
      return recnn__ranker_nan(ranker, some.users[at], some.items[at], error);
  }
  return true;
}
