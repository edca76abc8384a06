/* One element of each row. */
#include "ops/ops-private.h"

enum { X, COLUMN };

static bool shape(RecnnOpCall *call) {
  const RecnnTensor *x = call->inputs[X], *column = call->inputs[COLUMN];
  if (!recnn__ops_float32(call, X, "x"))
    return false;
  if (x->rank != 2)
    return recnn__ops_refuse(call, X, "x", "(B, N)");
  if (column->dtype != RECNN_INT64 || column->rank != 1 || column->shape[0] != x->shape[0])
    return recnn__ops_refuse(call, COLUMN, "column", "int64 (%" PRId64 "), one a row of x",
                             x->shape[0]);
  return recnn__ops_output(call, RECNN_FLOAT32, 1, x->shape);
}

static bool forward(RecnnOpCall *call) {
  int64_t n = call->inputs[X]->shape[1];
  const int64_t *column = call->inputs[COLUMN]->data;
  for (int64_t row = 0; row < call->output->shape[0]; row++) {
    if (column[row] < 0 || column[row] >= n)
      return recnn__ops_fail(call, RECNN_ERROR_ARGUMENT,
                             "the column of row %" PRId64 " is %" PRId64
                             ", out of range: there are columns 0 to %" PRId64,
                             row, column[row], n - 1);
    recnn__ops_out(call)[row] = recnn__ops_in(call, X)[row * n + column[row]];
  }
  return true;
}

static bool backward(RecnnOpCall *call) {
  int64_t n = call->inputs[X]->shape[1];
  const int64_t *column = call->inputs[COLUMN]->data;
  float *dx = recnn__ops_dx(call, X);
  for (int64_t row = 0; dx != NULL && row < call->output->shape[0]; row++)
    dx[row * n + column[row]] += recnn__ops_dy(call)[row];
  return true;
}

static const RecnnOpSampleInput input[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {5, 4}, .low = -2.0, .high = 2.0},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {5}, .low = 0, .high = 3},
};
static const RecnnOpSampleInput narrow[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {3, 1}, .low = -2.0, .high = 2.0},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {3}, .low = 0, .high = 0},
};
static const RecnnOpSample samples[] = {
    {.name = "one a row", .inputs = input, .n_inputs = 2},
    {.name = "one column", .inputs = narrow, .n_inputs = 2},
    {.name = NULL},
};

RECNN_OP(pick) = {
    .struct_size = sizeof(RecnnOp),
    .name = "pick",
    .doc = "The element of each row of x (B, N) in the column that column int64 (B) says: (B)",
    .min_inputs = 2,
    .max_inputs = 2,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .samples = samples,
};
