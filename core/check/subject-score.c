/* A model under test is asked: for all items of a query, or pair by pair. */
#include <string.h>

#include "base/error.h"
#include "check/subject-private.h"
#include "tensor/tensor.h"

static const char *const pair_fields[] = {"user", "item", NULL};
static const char *const user_field[] = {"user", NULL};
static const char *const feature_field[] = {"features", NULL};

const char *const *recnn__subject_query_fields(const RecnnModelClass *model_class) {
  return model_class->query_fields != NULL ? model_class->query_fields : user_field;
}

/* A model that reads features where it is trained reads them where it predicts. */
const char *const *recnn__subject_predict_fields(const RecnnModelClass *model_class) {
  if (model_class->train_fields != NULL && g_strv_contains(model_class->train_fields, "features"))
    return feature_field;
  return pair_fields;
}

bool recnn__subject_ranks(const RecnnModelClass *model_class) {
  return model_class->score_items != NULL ||
         recnn__subject_predict_fields(model_class) == pair_fields;
}

/* What a call left in the graph, as numbers of the caller's. */
static float *take(const Subject *subject, const RecnnVar *var, const char *call, int32_t rank,
                   const int64_t *shape, GError **error) {
  if (!recnn_graph_check(subject->graph, error))
    return NULL;
  const RecnnTensor *is = recnn_graph_tensor(var);
  RecnnTensor flat = recnn_tensor_view(NULL, RECNN_FLOAT32, rank, shape);
  if (is->dtype != RECNN_FLOAT32 || !recnn_tensor_same_shape(is, &flat)) {
    char *text = recnn_tensor_describe(is), *expected = recnn_tensor_describe(&flat);
    recnn_error_set(error, RECNN_ERROR_SHAPE, "%s returned %s, expected %s", call, text, expected);
    g_free(text);
    g_free(expected);
    return NULL;
  }
  flat.data = g_malloc(MAX(recnn_tensor_bytes(&flat), 1));
  recnn_tensor_copy(&flat, is);
  return flat.data;
}

float *recnn__subject_predict(Subject *subject, const RecnnBatch *batch, GError **error) {
  int64_t n = recnn_batch_size(batch);
  recnn_graph_reset(subject->graph, 0, false, false);
  const RecnnVar *var = recnn_model_predict(subject->model, subject->graph, batch);
  return take(subject, var, "predict()", 1, &n, error);
}

/* Every pair of a query's user and an item. */
static float *score_pairs(Subject *subject, const RecnnBatch *query, GError **error) {
  const RecnnTensor *user = recnn_batch_field(query, "user");
  int64_t n = recnn_batch_size(query) * SUBJECT_ITEMS;
  float *scores = NULL;
  RecnnBatch *pairs = recnn_batch_new();
  if (recnn_batch_add(pairs, "user", RECNN_INT64, n, 0, NULL, error) &&
      recnn_batch_add(pairs, "item", RECNN_INT64, n, 0, NULL, error)) {
    for (int64_t i = 0; i < n; i++) {
      recnn_batch_int64(pairs, "user")[i] = ((const int64_t *)user->data)[i / SUBJECT_ITEMS];
      recnn_batch_int64(pairs, "item")[i] = i % SUBJECT_ITEMS;
    }
    recnn_batch_set_size(pairs, n);
    scores = recnn__subject_predict(subject, pairs, error);
  }
  recnn_batch_free(pairs);
  return scores;
}

float *recnn__subject_scores(Subject *subject, const RecnnBatch *query, GError **error) {
  const int64_t shape[2] = {recnn_batch_size(query), SUBJECT_ITEMS};
  if (subject->model_class->score_items == NULL)
    return score_pairs(subject, query, error);
  RecnnVar *items = NULL;
  RecnnBatch *all = recnn_batch_new();
  float *scores = NULL;
  recnn_graph_reset(subject->graph, 0, false, false);
  if (recnn_batch_add(all, "item", RECNN_INT64, SUBJECT_ITEMS, 0, NULL, error)) {
    for (int64_t i = 0; i < SUBJECT_ITEMS; i++)
      recnn_batch_int64(all, "item")[i] = i;
    recnn_batch_set_size(all, SUBJECT_ITEMS);
    if (subject->model_class->encode_items != NULL)
      items = recnn_model_encode_items(subject->model, subject->graph, all);
    const RecnnVar *var = recnn_model_score_items(subject->model, subject->graph, query, items);
    scores = take(subject, var, "score_items()", 2, shape, error);
  }
  recnn_batch_free(all);
  return scores;
}
