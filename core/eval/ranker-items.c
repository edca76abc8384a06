/* The item half of scoring: encode_items() once for each state of the weights, in blocks of items,
 * kept outside the graph. */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "eval/ranker-private.h"
#include "tensor/tensor.h"

/* The encoding of items first .. first+n-1. */
static const RecnnTensor *encode(RecnnRanker *ranker, RecnnBatch *batch, int64_t first, int64_t n,
                                 GError **error) {
  int64_t *items = recnn_batch_int64(batch, "item");
  for (int64_t i = 0; i < n; i++)
    items[i] = first + i;
  recnn_batch_set_size(batch, n);
  recnn__ranker_begin(ranker);
  const RecnnVar *var = recnn_model_encode_items(ranker->model, ranker->graph, batch);
  if (!recnn__ranker_check_graph(ranker, "encode_items", error))
    return NULL;
  const RecnnTensor *tensor = recnn_graph_tensor(var);
  if (tensor == NULL || tensor->rank < 1 || tensor->shape[0] != n) {
    char *is = tensor != NULL ? recnn_tensor_describe(tensor) : g_strdup("nothing");
    recnn_error_set(
        error, RECNN_ERROR_SHAPE,
        "model %s, encode_items: returned %s, expected one row for each of %" G_GINT64_FORMAT
        " items",
        ranker->model_class->name, is, (gint64)n);
    g_free(is);
    return NULL;
  }
  return tensor;
}

/* Makes the buffer, whose rows are as those of `row`, or checks that they still are. */
static bool make_room(RecnnRanker *ranker, const RecnnTensor *row, GError **error) {
  RecnnTensor view = *row;
  view.data = ranker->encoded;
  view.shape[0] = ranker->n_items;
  recnn_tensor_set_contiguous(&view);
  if (ranker->encoded != NULL) {
    if (view.dtype == ranker->encoded_view.dtype &&
        recnn_tensor_same_shape(&view, &ranker->encoded_view))
      return true;
    return recnn_error_set(error, RECNN_ERROR_SHAPE,
                           "model %s, encode_items: the shape of an item's row changed",
                           ranker->model_class->name);
  }
  if (!recnn_tensor_check(&view, error)) {
    g_prefix_error(error, "model %s, encode_items: ", ranker->model_class->name);
    return false;
  }
  ranker->encoded = recnn_memory_new(1, recnn_tensor_bytes(&view), "the encodings of items", error);
  view.data = ranker->encoded;
  ranker->encoded_view = view;
  return ranker->encoded != NULL;
}

/* Encodes items first .. first+n-1 into the buffer. */
static bool encode_into(RecnnRanker *ranker, RecnnBatch *batch, int64_t first, int64_t n,
                        GError **error) {
  const RecnnTensor *tensor = encode(ranker, batch, first, n, error);
  if (tensor == NULL || !make_room(ranker, tensor, error))
    return false;
  size_t row_bytes = recnn_tensor_bytes(&ranker->encoded_view) / (size_t)ranker->n_items;
  RecnnTensor to = *tensor;
  to.data = (char *)ranker->encoded + row_bytes * (size_t)first;
  recnn_tensor_set_contiguous(&to);
  recnn_tensor_copy(&to, tensor);
  return true;
}

/* How many items go through encode_items() at a time: the temporaries of a few and of twice as many
 * tell what an item takes. */
static bool plan(RecnnRanker *ranker, RecnnBatch *batch, GError **error) {
  const int64_t users[2] = {1, 1};
  const int64_t items[2] = {MIN(RECNN_BLOCK_ITEMS, ranker->n_items),
                            MIN(2 * RECNN_BLOCK_ITEMS, ranker->n_items)};
  double bytes[2][2] = {{0.0, 0.0}, {0.0, 0.0}};
  for (int i = 0; i < 2; i++) {
    if (encode(ranker, batch, 0, items[i], error) == NULL)
      return false;
    bytes[0][i] = (double)recnn_graph_peak(ranker->graph);
  }
  RecnnBlockCost cost = recnn_block_fit(users, items, bytes);
  ranker->encode_block =
      recnn_block_most_items(&cost, 1, ranker->n_items, recnn_block_budget(ranker->limit, false));
  return true;
}

const float *recnn_ranker_encodings(RecnnRanker *ranker, int64_t *ret_width, GError **error) {
  if (!recnn__ranker_encode(ranker, error))
    return NULL;
  const RecnnTensor *encoded = &ranker->encoded_view;
  if (ranker->encoded == NULL || encoded->dtype != RECNN_FLOAT32) {
    recnn_error_set(error, RECNN_ERROR_UNSUPPORTED, "model %s has no embeddings of items%s",
                    ranker->model_class->name,
                    ranker->encoded != NULL ? " that are numbers of type float32" : "");
    return NULL;
  }
  int64_t n = 1;
  for (int32_t axis = 1; axis < encoded->rank; axis++)
    n *= encoded->shape[axis];
  *ret_width = n;
  return ranker->encoded;
}

bool recnn__ranker_encode(RecnnRanker *ranker, GError **error) {
  if (ranker->model_class->encode_items == NULL ||
      (ranker->has_version && ranker->version == recnn_model_version(ranker->model)))
    return true;
  ranker->has_version = false;
  bool done = false;
  RecnnBatch *batch = recnn_batch_new();
  int64_t capacity = ranker->encode_block != 0 ? ranker->encode_block : 2 * RECNN_BLOCK_ITEMS;
  if (!recnn_batch_add(batch, "item", RECNN_INT64, capacity, 0, NULL, error))
    goto out;
  if (ranker->encode_block == 0) {
    if (!plan(ranker, batch, error))
      goto out;
    recnn_batch_free(batch);
    batch = recnn_batch_new();
    if (!recnn_batch_add(batch, "item", RECNN_INT64, ranker->encode_block, 0, NULL, error))
      goto out;
  }
  for (int64_t first = 0; first < ranker->n_items; first += ranker->encode_block) {
    int64_t n = MIN(ranker->encode_block, ranker->n_items - first);
    if (!encode_into(ranker, batch, first, n, error))
      goto out;
  }
  ranker->version = recnn_model_version(ranker->model);
  ranker->has_version = true;
  done = true;
out:
  recnn_batch_free(batch);
  return done;
}
