/* The sums of accumulate.h.  A parameter whose gradients all came as rows has a sum of rows; the
 * first dense one makes it dense. */
#include "optim/accumulate.h"

#include <string.h>

#include "base/memory.h"
#include "kernels/vector.h"
#include "tensor/tensor.h"

typedef struct Sum {
  RecnnParam *param;
  RecnnGradKind kind;
  float *dense;  /* like the value; allocated when first needed, like what follows */
  int32_t *slot; /* by row: where it stands in rows, or -1 */
  int64_t *ids;
  float *rows;
  int64_t n_rows;
  int64_t room;
} Sum;

struct RecnnAccumulator {
  int64_t count;
  int32_t n_sums;
  Sum *sums;
};

RecnnAccumulator *recnn_accumulator_new(RecnnParam *const *params, int32_t n_params) {
  RecnnAccumulator *accumulator = g_new0(RecnnAccumulator, 1);
  accumulator->sums = g_new0(Sum, MAX(n_params, 1));
  for (int32_t i = 0; i < n_params; i++)
    if (params[i]->trainable)
      accumulator->sums[accumulator->n_sums++].param = params[i];
  return accumulator;
}

void recnn_accumulator_free(RecnnAccumulator *accumulator) {
  if (accumulator == NULL)
    return;
  for (int32_t i = 0; i < accumulator->n_sums; i++) {
    Sum *sum = &accumulator->sums[i];
    recnn_memory_free(sum->dense);
    recnn_memory_free(sum->slot);
    recnn_memory_free(sum->ids);
    recnn_memory_free(sum->rows);
  }
  g_free(accumulator->sums);
  g_free(accumulator);
}

int64_t recnn_accumulator_count(const RecnnAccumulator *accumulator) { return accumulator->count; }

static void clear_rows(Sum *sum) {
  for (int64_t i = 0; i < sum->n_rows; i++)
    sum->slot[sum->ids[i]] = -1;
  sum->n_rows = 0;
}

void recnn_accumulator_clear(RecnnAccumulator *accumulator) {
  accumulator->count = 0;
  for (int32_t i = 0; i < accumulator->n_sums; i++) {
    clear_rows(&accumulator->sums[i]);
    accumulator->sums[i].kind = RECNN_GRAD_NONE;
  }
}

/* Room for `n` rows; grows by doubling, so that a training's first steps settle it. */
static bool need_rows(Sum *sum, int64_t n, GError **error) {
  int64_t total = recnn_param_n_rows(sum->param), size = recnn_param_row_size(sum->param);
  if (sum->slot == NULL) {
    sum->slot = recnn_memory_new((size_t)total, sizeof *sum->slot, "row slots", error);
    if (sum->slot == NULL)
      return false;
    for (int64_t i = 0; i < total; i++)
      sum->slot[i] = -1;
  }
  n = MIN(n, total);
  if (n <= sum->room)
    return true;
  int64_t room = MAX(64, sum->room);
  while (room < n)
    room *= 2;
  int64_t *ids = recnn_memory_new((size_t)room, sizeof *ids, "row ids", error);
  float *rows = ids != NULL ? recnn_memory_new((size_t)room * (size_t)size, sizeof *rows,
                                               "a sum of gradients", error)
                            : NULL;
  if (rows == NULL) {
    recnn_memory_free(ids);
    return false;
  }
  if (sum->n_rows > 0) {
    memcpy(ids, sum->ids, (size_t)sum->n_rows * sizeof *ids);
    memcpy(rows, sum->rows, (size_t)(sum->n_rows * size) * sizeof *rows);
  }
  recnn_memory_free(sum->ids);
  recnn_memory_free(sum->rows);
  sum->ids = ids;
  sum->rows = rows;
  sum->room = room;
  return true;
}

/* The sum becomes dense, if it is not. */
static bool need_dense(Sum *sum, GError **error) {
  size_t n = (size_t)recnn_tensor_count(&sum->param->value);
  int64_t size = recnn_param_row_size(sum->param);
  if (sum->kind == RECNN_GRAD_DENSE)
    return true;
  if (sum->dense == NULL)
    sum->dense = recnn_memory_new(n, sizeof *sum->dense, "a sum of gradients", error);
  if (sum->dense == NULL)
    return false;
  memset(sum->dense, 0, n * sizeof *sum->dense);
  for (int64_t i = 0; i < sum->n_rows; i++)
    memcpy(sum->dense + sum->ids[i] * size, sum->rows + i * size, (size_t)size * sizeof(float));
  clear_rows(sum);
  sum->kind = RECNN_GRAD_DENSE;
  return true;
}

static bool add_rows(Sum *sum, GError **error) {
  const RecnnParam *param = sum->param;
  int64_t size = recnn_param_row_size(param);
  if (sum->kind == RECNN_GRAD_DENSE) {
    for (int64_t i = 0; i < param->n_rows; i++)
      recnn_vector_add(sum->dense + param->row_ids[i] * size, param->row_values + i * size, size);
    return true;
  }
  if (!need_rows(sum, sum->n_rows + param->n_rows, error))
    return false;
  sum->kind = RECNN_GRAD_ROWS;
  for (int64_t i = 0; i < param->n_rows; i++) {
    int64_t id = param->row_ids[i];
    const float *from = param->row_values + i * size;
    if (sum->slot[id] >= 0) {
      recnn_vector_add(sum->rows + sum->slot[id] * size, from, size);
    } else {
      sum->slot[id] = (int32_t)sum->n_rows;
      sum->ids[sum->n_rows] = id;
      memcpy(sum->rows + sum->n_rows++ * size, from, (size_t)size * sizeof *from);
    }
  }
  return true;
}

bool recnn_accumulator_add(RecnnAccumulator *accumulator, GError **error) {
  for (int32_t i = 0; i < accumulator->n_sums; i++) {
    Sum *sum = &accumulator->sums[i];
    if (sum->param->grad_kind == RECNN_GRAD_ROWS && !add_rows(sum, error))
      return false;
    if (sum->param->grad_kind == RECNN_GRAD_DENSE) {
      if (!need_dense(sum, error))
        return false;
      recnn_vector_add(sum->dense, sum->param->grad.data, recnn_tensor_count(&sum->param->grad));
    }
  }
  accumulator->count++;
  return true;
}

static bool give(Sum *sum, float scale, GError **error) {
  RecnnParam *param = sum->param;
  int64_t size = recnn_param_row_size(param);
  recnn_param_clear_grad(param);
  if (sum->kind == RECNN_GRAD_DENSE) {
    int64_t n = recnn_tensor_count(&param->value);
    if (!recnn_param_need_grad(param, error))
      return false;
    memcpy(param->grad.data, sum->dense, (size_t)n * sizeof(float));
    recnn_vector_scale(param->grad.data, scale, n);
  } else if (sum->kind == RECNN_GRAD_ROWS) {
    if (!recnn_param_need_rows(param, sum->n_rows, error))
      return false;
    recnn_vector_scale(sum->rows, scale, sum->n_rows * size);
    for (int64_t i = 0; i < sum->n_rows; i++) {
      param->row_ids[i] = sum->ids[i];
      param->row_slot[sum->ids[i]] = (int32_t)i;
    }
    param->n_rows = sum->n_rows;
    param->row_values = sum->rows;
  }
  param->grad_kind = sum->kind;
  return true;
}

bool recnn_accumulator_give(RecnnAccumulator *accumulator, GError **error) {
  float scale = 1.0f / (float)MAX(accumulator->count, 1);
  for (int32_t i = 0; i < accumulator->n_sums; i++)
    if (!give(&accumulator->sums[i], scale, error))
      return false;
  recnn_accumulator_clear(accumulator);
  return true;
}
