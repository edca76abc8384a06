/* Tensors side by side along the last axis. */
#include <stdio.h>
#include <string.h>

#include "ops/ops-private.h"

static bool shape(RecnnOpCall *call) {
  const RecnnTensor *first = call->inputs[0];
  int64_t last = 0;
  for (int32_t i = 0; i < call->n_inputs; i++) {
    const RecnnTensor *x = call->inputs[i];
    char name[32];
    (void)snprintf(name, sizeof name, "input %d", (int)i);
    if (!recnn__ops_float32(call, i, name))
      return false;
    if (x->rank < 1)
      return recnn__ops_refuse(call, i, name, "at least one axis");
    if (x->rank != first->rank ||
        memcmp(x->shape, first->shape, (size_t)(x->rank - 1) * sizeof *x->shape) != 0) {
      char *is = recnn_tensor_describe(first);
      recnn__ops_refuse(call, i, name, "the axes of input 0, %s, but for the last one", is);
      g_free(is);
      return false;
    }
    last += x->shape[x->rank - 1];
  }
  recnn__ops_output(call, RECNN_FLOAT32, first->rank, first->shape);
  call->output->shape[first->rank - 1] = last;
  return true;
}

static void forward_rows(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  float *y = recnn__ops_out(call) + begin * recnn_tensor_last(call->output);
  (void)data;
  for (int64_t row = begin; row < end; row++)
    for (int32_t i = 0; i < call->n_inputs; i++) {
      const RecnnTensor *t = call->inputs[i];
      const float *x = (const float *)t->data + recnn__ops_row_offset(t, row);
      int64_t n = t->shape[t->rank - 1];
      int64_t stride = t->stride[t->rank - 1];
      if (stride == 1)
        memcpy(y, x, (size_t)n * sizeof *y);
      else
        for (int64_t j = 0; j < n; j++)
          y[j] = x[j * stride];
      y += n;
    }
}

static bool forward(RecnnOpCall *call) {
  recnn__ops_rows(call, recnn_tensor_rows(call->output), recnn_tensor_last(call->output),
                  forward_rows, NULL);
  return true;
}

RECNN_CLONES
static void backward_rows(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  const float *dy = recnn__ops_dy(call) + begin * recnn_tensor_last(call->output);
  (void)data;
  for (int64_t row = begin; row < end; row++)
    for (int32_t i = 0; i < call->n_inputs; i++) {
      int64_t n = recnn_tensor_last(call->inputs[i]);
      float *dx = recnn__ops_dx(call, i);
      float beta = call->beta[i];
      if (dx != NULL)
        for (int64_t j = 0; j < n; j++)
          RECNN_OP_PUT(dx[row * n + j], beta, dy[j]);
      dy += n;
    }
}

static bool backward(RecnnOpCall *call) {
  recnn__ops_rows(call, recnn_tensor_rows(call->output), recnn_tensor_last(call->output),
                  backward_rows, NULL);
  return true;
}

static const RecnnOpSampleInput three[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {5, 3}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {5, 1}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {5, 4}, .low = -1.0, .high = 1.0},
};
static const RecnnOpSampleInput sequences[] = {
    {.dtype = RECNN_FLOAT32, .rank = 3, .shape = {4, 2, 3}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 3, .shape = {4, 2, 2}, .low = -1.0, .high = 1.0},
};
static const RecnnOpSample samples[] = {
    {.name = "three", .inputs = three, .n_inputs = 3},
    {.name = "one alone", .inputs = three, .n_inputs = 1},
    {.name = "three axes", .inputs = sequences, .n_inputs = 2},
    {.name = NULL},
};

RECNN_OP(concat) = {
    .struct_size = sizeof(RecnnOp),
    .name = "concat",
    .doc = "Inputs (..., N1), (..., N2), ... side by side: (..., N1 + N2 + ...)",
    .min_inputs = 1,
    .max_inputs = -1,
    .flags = RECNN_OP_STRIDED | RECNN_OP_BETA,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .samples = samples,
};
