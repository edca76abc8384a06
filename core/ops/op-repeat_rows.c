/* One tensor again and again along a new first axis: scores that are the same for every user. */
#include <string.h>

#include "ops/ops-private.h"

static bool shape(RecnnOpCall *call) {
  const RecnnTensor *x = call->inputs[0];
  int64_t out[RECNN_MAX_RANK];
  if (!recnn__ops_float32(call, 0, "x"))
    return false;
  if (x->rank == RECNN_MAX_RANK)
    return recnn__ops_refuse(call, 0, "x", "at most %d axes", RECNN_MAX_RANK - 1);
  out[0] = call->attrs[0].as.i;
  memcpy(out + 1, x->shape, (size_t)x->rank * sizeof *out);
  return recnn__ops_output(call, RECNN_FLOAT32, x->rank + 1, out);
}

static void forward_rows(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  int64_t n = recnn_tensor_count(call->inputs[0]);
  (void)data;
  for (int64_t row = begin; row < end; row++)
    memcpy(recnn__ops_out(call) + row * n, recnn__ops_in(call, 0), (size_t)n * sizeof(float));
}

static bool forward(RecnnOpCall *call) {
  recnn__ops_rows(call, call->output->shape[0], recnn_tensor_count(call->inputs[0]), forward_rows,
                  NULL);
  return true;
}

static void add_rows(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end,
                     double *sums) {
  int64_t n = recnn_tensor_count(call->inputs[0]);
  (void)data;
  for (int64_t row = begin; row < end; row++)
    for (int64_t i = 0; i < n; i++)
      sums[i] += (double)recnn__ops_dy(call)[row * n + i];
}

static bool backward(RecnnOpCall *call) {
  int64_t n = recnn_tensor_count(call->inputs[0]);
  const double *sums = recnn__ops_column_sums(call, call->output->shape[0], n, n, add_rows, NULL);
  if (sums == NULL)
    return false;
  recnn__ops_put_sums(recnn__ops_dx(call, 0), call->beta[0], sums, n);
  return true;
}

static const RecnnOption attrs[] = {
    {"rows", RECNN_OPTION_INT, NULL, "[0,inf)", "How many times"},
    {NULL, 0, NULL, NULL, NULL},
};

static const RecnnOpSampleInput vector[] = {
    {.dtype = RECNN_FLOAT32, .rank = 1, .shape = {5}, .low = -1.0, .high = 1.0},
};
static const RecnnOpSampleInput scalar[] = {
    {.dtype = RECNN_FLOAT32, .rank = 0, .low = -1.0, .high = 1.0},
};
static const RecnnAttr three[] = {{"rows", {RECNN_OPTION_INT, 0, {3}}}};
static const RecnnAttr many[] = {{"rows", {RECNN_OPTION_INT, 0, {600}}}};
static const RecnnOpSample samples[] = {
    {.name = "three times", .inputs = vector, .n_inputs = 1, .attrs = three, .n_attrs = 1},
    {.name = "a scalar",
     .inputs = scalar,
     .n_inputs = 1,
     .attrs = many,
     .n_attrs = 1,
     .no_empty = true},
    {.name = NULL},
};

RECNN_OP(repeat_rows) = {
    .struct_size = sizeof(RecnnOp),
    .name = "repeat_rows",
    .doc = "x (...) `rows` times along a new first axis: (rows, ...)",
    .min_inputs = 1,
    .max_inputs = 1,
    .attrs = attrs,
    .flags = RECNN_OP_BETA,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .samples = samples,
};
