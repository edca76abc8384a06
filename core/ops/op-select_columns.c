/* Some columns of a matrix, in any order, the same of every row. */
#include "ops/ops-private.h"

enum { X, COLUMNS };

static bool shape(RecnnOpCall *call) {
  const RecnnTensor *x = call->inputs[X], *columns = call->inputs[COLUMNS];
  if (!recnn__ops_float32(call, X, "x"))
    return false;
  if (x->rank != 2)
    return recnn__ops_refuse(call, X, "x", "(B, N)");
  if (columns->dtype != RECNN_INT64 || columns->rank != 1)
    return recnn__ops_refuse(call, COLUMNS, "columns", "int64 (C)");
  return recnn__ops_output(call, RECNN_FLOAT32, 2, (int64_t[]){x->shape[0], columns->shape[0]});
}

static void gather(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  const int64_t *column = data;
  int64_t n = call->inputs[X]->shape[1], c = call->output->shape[1];
  for (int64_t row = begin; row < end; row++)
    for (int64_t j = 0; j < c; j++)
      recnn__ops_out(call)[row * c + j] = recnn__ops_in(call, X)[row * n + column[j]];
}

static bool forward(RecnnOpCall *call) {
  int64_t n = call->inputs[X]->shape[1], c = call->output->shape[1];
  const int64_t *column = call->inputs[COLUMNS]->data;
  for (int64_t j = 0; j < c; j++)
    if (column[j] < 0 || column[j] >= n)
      return recnn__ops_fail(call, RECNN_ERROR_ARGUMENT,
                             "columns[%" PRId64 "] is %" PRId64
                             ", out of range: there are columns 0 to %" PRId64,
                             j, column[j], n - 1);
  recnn__ops_rows(call, call->output->shape[0], c, gather, column);
  return true;
}

static void scatter(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  const int64_t *column = data;
  int64_t n = call->inputs[X]->shape[1], c = call->output->shape[1];
  for (int64_t row = begin; row < end; row++)
    for (int64_t j = 0; j < c; j++)
      recnn__ops_dx(call, X)[row * n + column[j]] += recnn__ops_dy(call)[row * c + j];
}

static bool backward(RecnnOpCall *call) {
  if (recnn__ops_dx(call, X) != NULL)
    recnn__ops_rows(call, call->output->shape[0], call->output->shape[1], scatter,
                    call->inputs[COLUMNS]->data);
  return true;
}

static const RecnnOpSampleInput input[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {5, 4}, .low = -2.0, .high = 2.0},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {7}, .low = 0, .high = 3},
};
static const RecnnOpSampleInput fewer[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {3, 6}, .low = -2.0, .high = 2.0},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {2}, .low = 0, .high = 5},
};
static const RecnnOpSample samples[] = {
    {.name = "some of them twice", .inputs = input, .n_inputs = 2},
    {.name = "fewer than there are", .inputs = fewer, .n_inputs = 2},
    {.name = NULL},
};

RECNN_OP(select_columns) = {
    .struct_size = sizeof(RecnnOp),
    .name = "select_columns",
    .doc = "The columns of x (B, N) that columns int64 (C) names, any of them as often as it is "
           "named: (B, C)",
    .min_inputs = 2,
    .max_inputs = 2,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .samples = samples,
};
