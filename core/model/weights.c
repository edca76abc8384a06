/* A copy of a model's parameters and buffers in memory: the best epoch's, while training goes on.
 */
#include <string.h>

#include "base/memory.h"
#include "model/model.h"
#include "tensor/tensor.h"

struct RecnnWeights {
  char *bytes; /* the values one after the other */
  size_t size;
};

RecnnWeights *recnn_weights_new(const RecnnModel *model, GError **error) {
  RecnnParam *const *params;
  int32_t n = recnn_model_params(model, &params);
  size_t size = 0;
  for (int32_t i = 0; i < n; i++)
    size += recnn_tensor_bytes(&params[i]->value);
  char *bytes = recnn_memory_new(size, 1, "a copy of the weights", error);
  if (bytes == NULL)
    return NULL;
  RecnnWeights *weights = g_new0(RecnnWeights, 1);
  weights->bytes = bytes;
  weights->size = size;
  recnn_weights_save(weights, model);
  return weights;
}

void recnn_weights_save(RecnnWeights *weights, const RecnnModel *model) {
  RecnnParam *const *params;
  int32_t n = recnn_model_params(model, &params);
  char *to = weights->bytes;
  for (int32_t i = 0; i < n; i++) {
    size_t bytes = recnn_tensor_bytes(&params[i]->value);
    memcpy(to, params[i]->value.data, bytes);
    to += bytes;
  }
}

void recnn_weights_restore(const RecnnWeights *weights, RecnnModel *model) {
  RecnnParam *const *params;
  int32_t n = recnn_model_params(model, &params);
  const char *from = weights->bytes;
  for (int32_t i = 0; i < n; i++) {
    size_t bytes = recnn_tensor_bytes(&params[i]->value);
    memcpy(params[i]->value.data, from, bytes);
    from += bytes;
  }
  recnn_model_touch(model);
}

void *recnn_weights_bytes(const RecnnWeights *weights, size_t *ret_size) {
  *ret_size = weights->size;
  return weights->bytes;
}

void recnn_weights_free(RecnnWeights *weights) {
  if (weights == NULL)
    return;
  recnn_memory_free(weights->bytes);
  g_free(weights);
}
