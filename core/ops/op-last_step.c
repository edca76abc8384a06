/* The last valid step of sequences. */
#include <string.h>

#include "ops/ops-private.h"

enum { X, LENGTH };

static bool shape(RecnnOpCall *call) {
  const RecnnTensor *x = call->inputs[X];
  if (!recnn__ops_float32(call, X, "x"))
    return false;
  if (x->rank != 3 || x->shape[1] < 1)
    return recnn__ops_refuse(call, X, "x", "(B, L, H) with L at least 1");
  if (call->n_inputs > LENGTH && !recnn__ops_length_shape(call, LENGTH, x->shape[0]))
    return false;
  return recnn__ops_output(call, RECNN_FLOAT32, 2, (int64_t[]){x->shape[0], x->shape[2]});
}

/* Where row `row`'s last step begins in x. */
static int64_t place(const RecnnOpCall *call, const int64_t *lengths, int64_t row) {
  int64_t n_steps = call->inputs[X]->shape[1];
  int64_t last = (lengths != NULL ? lengths[row] : n_steps) - 1;
  return (row * n_steps + last) * call->inputs[X]->shape[2];
}

static bool forward(RecnnOpCall *call) {
  const int64_t *lengths;
  int64_t n = call->output->shape[0], size = call->output->shape[1];
  if (!recnn__ops_lengths(call, LENGTH, n, call->inputs[X]->shape[1], &lengths))
    return false;
  for (int64_t row = 0; row < n; row++)
    memcpy(recnn__ops_out(call) + row * size, recnn__ops_in(call, X) + place(call, lengths, row),
           (size_t)size * sizeof(float));
  return true;
}

static void gradient(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  int64_t size = call->output->shape[1], width = call->inputs[X]->shape[1] * size;
  for (int64_t row = begin; row < end; row++) {
    float *dx = recnn__ops_dx(call, X);
    float *to = dx + place(call, data, row);
    if (call->beta[X] == 0.0f)
      memset(dx + row * width, 0, (size_t)width * sizeof *dx);
    for (int64_t i = 0; i < size; i++)
      to[i] += recnn__ops_dy(call)[row * size + i];
  }
}

static bool backward(RecnnOpCall *call) {
  const int64_t *lengths;
  int64_t n = call->output->shape[0];
  if (recnn__ops_dx(call, X) == NULL)
    return true;
  if (!recnn__ops_lengths(call, LENGTH, n, call->inputs[X]->shape[1], &lengths))
    return false;
  recnn__ops_rows(call, n, call->inputs[X]->shape[1] * call->output->shape[1], gradient, lengths);
  return true;
}

static const RecnnOpSampleInput all[] = {
    {.dtype = RECNN_FLOAT32, .rank = 3, .shape = {3, 4, 5}, .low = -1.0, .high = 1.0},
};
static const RecnnOpSampleInput some[] = {
    {.dtype = RECNN_FLOAT32, .rank = 3, .shape = {5, 4, 2}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {5}, .low = 1, .high = 4},
};
static const RecnnOpSample samples[] = {
    {.name = "all steps", .inputs = all, .n_inputs = 1},
    {.name = "lengths", .inputs = some, .n_inputs = 2},
    {.name = NULL},
};

RECNN_OP(last_step) = {
    .struct_size = sizeof(RecnnOp),
    .name = "last_step",
    .doc = "x (B, L, H) at step length - 1 (int64 (B)), or at the last one: (B, H)",
    .min_inputs = 1,
    .max_inputs = 2,
    .flags = RECNN_OP_BETA,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .samples = samples,
};
