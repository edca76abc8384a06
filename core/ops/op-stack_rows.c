/* Tensors below each other along the first axis: what lets two batches go through a model as one.
 */
#include <stdio.h>
#include <string.h>

#include "ops/ops-private.h"

static bool shape(RecnnOpCall *call) {
  const RecnnTensor *first = call->inputs[0];
  int64_t rows = 0;
  for (int32_t i = 0; i < call->n_inputs; i++) {
    const RecnnTensor *x = call->inputs[i];
    char name[32];
    (void)snprintf(name, sizeof name, "input %d", (int)i);
    if (x->rank < 1)
      return recnn__ops_refuse(call, i, name, "at least one axis");
    if (x->dtype != first->dtype || x->rank != first->rank ||
        memcmp(x->shape + 1, first->shape + 1, (size_t)(x->rank - 1) * sizeof *x->shape) != 0) {
      char *is = recnn_tensor_describe(first);
      recnn__ops_refuse(call, i, name, "the dtype and axes of input 0, %s, but for the first one",
                        is);
      g_free(is);
      return false;
    }
    rows += x->shape[0];
  }
  recnn__ops_output(call, first->dtype, first->rank, first->shape);
  call->output->shape[0] = rows;
  return true;
}

static bool forward(RecnnOpCall *call) {
  char *y = call->output->data;
  for (int32_t i = 0; i < call->n_inputs; i++) {
    size_t bytes = recnn_tensor_bytes(call->inputs[i]);
    memcpy(y, call->inputs[i]->data, bytes);
    y += bytes;
  }
  return true;
}

static bool backward(RecnnOpCall *call) {
  const float *dy = recnn__ops_dy(call);
  for (int32_t i = 0; i < call->n_inputs; i++) {
    int64_t n = recnn_tensor_count(call->inputs[i]);
    float *dx = recnn__ops_dx(call, i);
    float beta = call->beta[i];
    if (dx != NULL)
      for (int64_t j = 0; j < n; j++)
        RECNN_OP_PUT(dx[j], beta, dy[j]);
    dy += n;
  }
  return true;
}

static const RecnnOpSampleInput rows[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {4, 3}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {4, 3}, .low = -1.0, .high = 1.0},
};
static const RecnnOpSampleInput numbers[] = {
    {.dtype = RECNN_FLOAT32, .rank = 1, .shape = {4}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 1, .shape = {3}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 1, .shape = {1}, .low = -1.0, .high = 1.0},
};
static const RecnnOpSampleInput ids[] = {
    {.dtype = RECNN_INT64, .rank = 1, .shape = {5}, .low = 0, .high = 9},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {5}, .low = 0, .high = 9},
};
static const RecnnOpSample samples[] = {
    {.name = "rows", .inputs = rows, .n_inputs = 2},
    {.name = "of different sizes", .inputs = numbers, .n_inputs = 3, .no_empty = true},
    {.name = "ids", .inputs = ids, .n_inputs = 2},
    {.name = NULL},
};

RECNN_OP(stack_rows) = {
    .struct_size = sizeof(RecnnOp),
    .name = "stack_rows",
    .doc = "Inputs (B1, ...), (B2, ...), ... of one dtype below each other: (B1 + B2 + ..., ...)",
    .min_inputs = 1,
    .max_inputs = -1,
    .flags = RECNN_OP_BETA,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .samples = samples,
};
