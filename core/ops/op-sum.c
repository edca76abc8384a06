/* The sum of all elements. */
#include "ops/ops-private.h"

static bool shape(RecnnOpCall *call) {
  return recnn__ops_float32(call, 0, "x") && recnn__ops_output_scalar(call);
}

static double term(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  (void)data;
  return recnn__ops_lane_sum(recnn__ops_in(call, 0) + begin, end - begin);
}

static bool forward(RecnnOpCall *call) {
  int64_t n = recnn_tensor_count(call->inputs[0]);
  recnn__ops_out(call)[0] = (float)recnn__ops_sum(call, n, 1, term, NULL);
  return true;
}

RECNN_CLONES
static void gradient(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  float *dx = recnn__ops_dx(call, 0);
  float beta = call->beta[0];
  float dy = recnn__ops_dy(call)[0];
  (void)data;
  for (int64_t i = begin; i < end; i++)
    RECNN_OP_PUT(dx[i], beta, dy);
}

static bool backward(RecnnOpCall *call) {
  recnn__ops_elements(call, recnn_tensor_count(call->inputs[0]), 1, gradient, NULL);
  return true;
}

RECNN_OP(sum) = {
    .struct_size = sizeof(RecnnOp),
    .name = "sum",
    .doc = "The sum of all elements of x (...), a scalar",
    .min_inputs = 1,
    .max_inputs = 1,
    .flags = RECNN_OP_BETA,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .samples = recnn__ops_unary_samples,
};
