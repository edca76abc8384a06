/* The rectified linear unit (Nair and Hinton, ICML 2010).  NaN stays NaN, so that a diverging run
 * is seen. */
#include "ops/ops-private.h"

RECNN_CLONES
static void value(const RecnnOpCall *call, float *y, const float *x, int64_t n) {
  (void)call;
  for (int64_t i = 0; i < n; i++)
    y[i] = x[i] < 0.0f ? 0.0f : x[i];
}

RECNN_CLONES
static void gradient(const RecnnOpCall *call, float *dx, float beta, const float *dy,
                     const float *x, const float *y, int64_t n) {
  (void)call;
  (void)x;
  for (int64_t i = 0; i < n; i++) {
    float factor = y[i] > 0.0f ? 1.0f : 0.0f;
    RECNN_OP_PUT(dx[i], beta, dy[i] * factor);
  }
}

static const RecnnOpUnary relu = {1, value, gradient};

static bool forward(RecnnOpCall *call) { return recnn__ops_unary_forward(call, &relu); }
static bool backward(RecnnOpCall *call) { return recnn__ops_unary_backward(call, &relu); }

RECNN_OP(relu) = {
    .struct_size = sizeof(RecnnOp),
    .name = "relu",
    .doc = "max (x, 0) of x (...): (...)",
    .min_inputs = 1,
    .max_inputs = 1,
    .flags = RECNN_OP_BETA,
    .shape = recnn__ops_unary_shape,
    .forward = forward,
    .backward = backward,
    .samples = recnn__ops_unary_samples,
};
