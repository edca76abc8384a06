/* Sums, element by element. */
#include "ops/ops-private.h"

RECNN_CLONES
static void value(float *y, const float *a, const float *b, int64_t n) {
  for (int64_t i = 0; i < n; i++)
    y[i] = a[i] + b[i];
}

RECNN_CLONES
static void gradient(float *g, float beta, const float *dy, const float *a, const float *b,
                     int64_t n) {
  (void)a;
  (void)b;
  for (int64_t i = 0; i < n; i++)
    RECNN_OP_PUT(g[i], beta, dy[i]);
}

static const RecnnOpBinary add = {value, gradient, gradient};

static bool forward(RecnnOpCall *call) { return recnn__ops_binary_forward(call, &add); }
static bool backward(RecnnOpCall *call) { return recnn__ops_binary_backward(call, &add); }

RECNN_OP(add) = {
    .struct_size = sizeof(RecnnOp),
    .name = "add",
    .doc = "a (...) + b, which has a's shape or is a vector added to every row of a's last axis: "
           "(...)",
    .min_inputs = 2,
    .max_inputs = 2,
    .flags = RECNN_OP_BETA,
    .shape = recnn__ops_binary_shape,
    .forward = forward,
    .backward = backward,
    .samples = recnn__ops_binary_samples,
};
