/* Quotients, element by element. */
#include "ops/ops-private.h"

RECNN_CLONES
static void value(float *y, const float *a, const float *b, int64_t n) {
  for (int64_t i = 0; i < n; i++)
    y[i] = a[i] / b[i];
}

RECNN_CLONES
static void gradient_a(float *g, float beta, const float *dy, const float *a, const float *b,
                       int64_t n) {
  (void)a;
  for (int64_t i = 0; i < n; i++)
    RECNN_OP_PUT(g[i], beta, dy[i] / b[i]);
}

RECNN_CLONES
static void gradient_b(float *g, float beta, const float *dy, const float *a, const float *b,
                       int64_t n) {
  for (int64_t i = 0; i < n; i++)
    RECNN_OP_PUT(g[i], beta, -dy[i] * a[i] / (b[i] * b[i]));
}

static const RecnnOpBinary op = {value, gradient_a, gradient_b};

static bool forward(RecnnOpCall *call) { return recnn__ops_binary_forward(call, &op); }
static bool backward(RecnnOpCall *call) { return recnn__ops_binary_backward(call, &op); }

static const RecnnOpSampleInput same[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {4, 3}, .low = -2.0, .high = 2.0},
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {4, 3}, .low = 0.5, .high = 2.0},
};
static const RecnnOpSampleInput vector[] = {
    {.dtype = RECNN_FLOAT32, .rank = 3, .shape = {4, 2, 5}, .low = -2.0, .high = 2.0},
    {.dtype = RECNN_FLOAT32, .rank = 1, .shape = {5}, .low = 0.5, .high = 2.0},
};
static const RecnnOpSample samples[] = {
    {.name = "same shape", .inputs = same, .n_inputs = 2},
    {.name = "a vector for every row", .inputs = vector, .n_inputs = 2},
    {.name = NULL},
};

RECNN_OP(div) = {
    .struct_size = sizeof(RecnnOp),
    .name = "div",
    .doc = "a (...) over b, element by element; b has a's shape or is a vector that goes with "
           "every row of a's last axis: (...)",
    .min_inputs = 2,
    .max_inputs = 2,
    .flags = RECNN_OP_BETA,
    .shape = recnn__ops_binary_shape,
    .forward = forward,
    .backward = backward,
    .samples = samples,
};
