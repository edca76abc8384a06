/* The exponential function. */
#include "kernels/vecmath.h"
#include "ops/ops-private.h"

static void value(const RecnnOpCall *call, float *y, const float *x, int64_t n) {
  (void)call;
  recnn_vector_exp(y, x, n);
}

static void gradient(const RecnnOpCall *call, float *dx, float beta, const float *dy,
                     const float *x, const float *y, int64_t n) {
  (void)call;
  (void)x;
  for (int64_t i = 0; i < n; i++)
    RECNN_OP_PUT(dx[i], beta, dy[i] * y[i]);
}

static const RecnnOpUnary op = {16, value, gradient};

static bool forward(RecnnOpCall *call) { return recnn__ops_unary_forward(call, &op); }
static bool backward(RecnnOpCall *call) { return recnn__ops_unary_backward(call, &op); }

RECNN_OP(exp) = {
    .struct_size = sizeof(RecnnOp),
    .name = "exp",
    .doc = "exp (x) of x (...): (...)",
    .min_inputs = 1,
    .max_inputs = 1,
    .flags = RECNN_OP_BETA,
    .shape = recnn__ops_unary_shape,
    .forward = forward,
    .backward = backward,
    .samples = recnn__ops_unary_samples,
};
