/* Softmax over the last axis. */
#include <math.h>

#include "kernels/vecmath.h"
#include "ops/ops-private.h"

static void value(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  int64_t n = recnn_tensor_last(call->output);
  (void)data;
  for (int64_t row = begin; row < end; row++) {
    const float *x = recnn__ops_in(call, 0) + row * n;
    float *y = recnn__ops_out(call) + row * n;
    float most = -INFINITY;
    for (int64_t i = 0; i < n; i++)
      most = MAX(most, x[i]);
    for (int64_t i = 0; i < n; i++)
      y[i] = x[i] - most;
    recnn_vector_exp(y, y, n);
    float scale = (float)(1.0 / recnn__ops_lane_sum(y, n));
    for (int64_t i = 0; i < n; i++)
      y[i] *= scale;
  }
}

static bool forward(RecnnOpCall *call) {
  int64_t n = recnn_tensor_last(call->output);
  recnn__ops_rows(call, n > 0 ? recnn_tensor_rows(call->output) : 0, 16 * n, value, NULL);
  return true;
}

static void gradient(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  int64_t n = recnn_tensor_last(call->output);
  float beta = call->beta[0];
  (void)data;
  for (int64_t row = begin; row < end; row++) {
    const float *y = recnn__ops_out(call) + row * n;
    const float *dy = recnn__ops_dy(call) + row * n;
    float *dx = recnn__ops_dx(call, 0) + row * n;
    double dot = 0.0;
    for (int64_t i = 0; i < n; i++)
      dot += (double)y[i] * (double)dy[i];
    for (int64_t i = 0; i < n; i++)
      RECNN_OP_PUT(dx[i], beta, y[i] * (dy[i] - (float)dot));
  }
}

static bool backward(RecnnOpCall *call) {
  int64_t n = recnn_tensor_last(call->output);
  recnn__ops_rows(call, n > 0 ? recnn_tensor_rows(call->output) : 0, 4 * n, gradient, NULL);
  return true;
}

RECNN_OP(softmax) = {
    .struct_size = sizeof(RecnnOp),
    .name = "softmax",
    .doc = "exp (x) divided by its sum over the last axis, of x (..., N): (..., N)",
    .min_inputs = 1,
    .max_inputs = 1,
    .flags = RECNN_OP_BETA,
    .shape = recnn__ops_unary_shape,
    .forward = forward,
    .backward = backward,
    .samples = recnn__ops_unary_samples,
};
