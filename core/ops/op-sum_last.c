/* Sums over the last axis: of products, the dot products of rows. */
#include "ops/ops-private.h"

static bool shape(RecnnOpCall *call) {
  const RecnnTensor *x = call->inputs[0];
  if (!recnn__ops_float32(call, 0, "x"))
    return false;
  if (x->rank < 1)
    return recnn__ops_refuse(call, 0, "x", "at least one axis");
  return recnn__ops_output(call, RECNN_FLOAT32, x->rank - 1, x->shape);
}

static void forward_rows(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  int64_t n = recnn_tensor_last(call->inputs[0]);
  (void)data;
  for (int64_t row = begin; row < end; row++)
    recnn__ops_out(call)[row] = (float)recnn__ops_lane_sum(recnn__ops_in(call, 0) + row * n, n);
}

static bool forward(RecnnOpCall *call) {
  recnn__ops_rows(call, recnn_tensor_count(call->output), recnn_tensor_last(call->inputs[0]),
                  forward_rows, NULL);
  return true;
}

static void backward_rows(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  int64_t n = recnn_tensor_last(call->inputs[0]);
  (void)data;
  for (int64_t row = begin; row < end; row++) {
    float *dx = recnn__ops_dx(call, 0) + row * n;
    float dy = recnn__ops_dy(call)[row];
    float beta = call->beta[0];
    for (int64_t i = 0; i < n; i++)
      RECNN_OP_PUT(dx[i], beta, dy);
  }
}

static bool backward(RecnnOpCall *call) {
  recnn__ops_rows(call, recnn_tensor_count(call->output), recnn_tensor_last(call->inputs[0]),
                  backward_rows, NULL);
  return true;
}

RECNN_OP(sum_last) = {
    .struct_size = sizeof(RecnnOp),
    .name = "sum_last",
    .doc = "The sums of x (..., N) over its last axis: (...)",
    .min_inputs = 1,
    .max_inputs = 1,
    .flags = RECNN_OP_BETA,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .samples = recnn__ops_unary_samples,
};
