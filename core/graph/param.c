/* Parameters: values with gradients that outlive the graphs.  Knows nothing of models or of how
 * gradients come about. */
#include "graph/param.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "tensor/tensor.h"

int64_t recnn_param_n_rows(const RecnnParam *param) {
  return param->value.rank > 0 ? param->value.shape[0] : 1;
}

int64_t recnn_param_row_size(const RecnnParam *param) {
  int64_t size = 1;
  for (int32_t i = 1; i < param->value.rank; i++)
    size *= param->value.shape[i];
  return size;
}

RecnnTensor recnn_param_outside(const RecnnParam *param, const RecnnTensor *inside) {
  RecnnTensor outside = *inside;
  if (param->transposed) {
    outside.shape[0] = inside->shape[1];
    outside.shape[1] = inside->shape[0];
    outside.stride[0] = inside->stride[1];
    outside.stride[1] = inside->stride[0];
  }
  return outside;
}

RecnnParam *recnn_param_new(const char *name, int32_t dtype, int32_t rank, const int64_t *shape,
                            bool trainable, GError **error) {
  RecnnTensor value;
  if (rank < 0 || rank > RECNN_MAX_RANK) {
    recnn_error_set(error, RECNN_ERROR_SHAPE, "parameter %s: rank %d, expected 0 to %d", name,
                    (int)rank, RECNN_MAX_RANK);
    return NULL;
  }
  value = recnn_tensor_view(NULL, dtype, rank, shape);
  GError *why = NULL;
  if (!recnn_tensor_check(&value, &why)) {
    recnn_error_set(error, RECNN_ERROR_SHAPE, "parameter %s: %s", name, why->message);
    g_error_free(why);
    return NULL;
  }
  value.data =
      recnn_memory_new0((size_t)recnn_tensor_count(&value), recnn_dtype_size(dtype), name, error);
  if (value.data == NULL)
    return NULL;
  RecnnParam *param = g_new0(RecnnParam, 1);
  param->name = g_strdup(name);
  param->value = value;
  param->trainable = trainable;
  param->grad = value;
  param->grad.data = NULL;
  return param;
}

void recnn_param_free(RecnnParam *param) {
  if (param == NULL)
    return;
  recnn_memory_free(param->value.data);
  recnn_memory_free(param->grad.data);
  recnn_memory_free(param->row_ids);
  recnn_memory_free(param->row_slot);
  g_free(param->name);
  g_free(param);
}

void recnn_param_clear_grad(RecnnParam *param) {
  for (int64_t i = 0; i < param->n_rows; i++)
    param->row_slot[param->row_ids[i]] = -1;
  param->n_rows = 0;
  param->row_values = NULL;
  param->grad_kind = RECNN_GRAD_NONE;
}

bool recnn_param_need_grad(RecnnParam *param, GError **error) {
  if (param->grad.data == NULL)
    param->grad.data = recnn_memory_new((size_t)recnn_tensor_count(&param->value), sizeof(float),
                                        "a gradient", error);
  return param->grad.data != NULL;
}

bool recnn_param_need_rows(RecnnParam *param, int64_t n, GError **error) {
  int64_t total = recnn_param_n_rows(param);
  if (param->row_slot == NULL) {
    param->row_slot = recnn_memory_new((size_t)total, sizeof *param->row_slot, "row slots", error);
    if (param->row_slot == NULL)
      return false;
    for (int64_t i = 0; i < total; i++)
      param->row_slot[i] = -1;
  }
  n = MIN(n, total);
  if (param->row_room < n) {
    int64_t room = MAX(64, param->row_room);
    while (room < n) /* doubling, so that a training's first steps settle it */
      room *= 2;
    int64_t *ids = recnn_memory_new((size_t)room, sizeof *ids, "row ids", error);
    if (ids == NULL)
      return false;
    if (param->n_rows > 0)
      memcpy(ids, param->row_ids, (size_t)param->n_rows * sizeof *ids);
    recnn_memory_free(param->row_ids);
    param->row_ids = ids;
    param->row_room = room;
  }
  return true;
}
