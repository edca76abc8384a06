/* Products, element by element. */
#include "ops/ops-private.h"

RECNN_CLONES
static void value(float *y, const float *a, const float *b, int64_t n) {
  for (int64_t i = 0; i < n; i++)
    y[i] = a[i] * b[i];
}

RECNN_CLONES
static void gradient_a(float *g, float beta, const float *dy, const float *a, const float *b,
                       int64_t n) {
  (void)a;
  for (int64_t i = 0; i < n; i++)
    RECNN_OP_PUT(g[i], beta, dy[i] * b[i]);
}

RECNN_CLONES
static void gradient_b(float *g, float beta, const float *dy, const float *a, const float *b,
                       int64_t n) {
  (void)b;
  for (int64_t i = 0; i < n; i++)
    RECNN_OP_PUT(g[i], beta, dy[i] * a[i]);
}

static const RecnnOpBinary mul = {value, gradient_a, gradient_b};

static bool forward(RecnnOpCall *call) { return recnn__ops_binary_forward(call, &mul); }
static bool backward(RecnnOpCall *call) { return recnn__ops_binary_backward(call, &mul); }

RECNN_OP(mul) = {
    .struct_size = sizeof(RecnnOp),
    .name = "mul",
    .doc = "a (...) times b, element by element; b has a's shape or is a vector that goes with "
           "every row of a's last axis: (...)",
    .min_inputs = 2,
    .max_inputs = 2,
    .flags = RECNN_OP_BETA,
    .shape = recnn__ops_binary_shape,
    .forward = forward,
    .backward = backward,
    .samples = recnn__ops_binary_samples,
};
