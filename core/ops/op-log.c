/* The natural logarithm: that of what is not above 0 is no finite number, which a training sees and
 * names. */
#include <math.h>

#include "ops/ops-private.h"

static void value(const RecnnOpCall *call, float *y, const float *x, int64_t n) {
  (void)call;
  for (int64_t i = 0; i < n; i++)
    y[i] = logf(x[i]);
}

RECNN_CLONES
static void gradient(const RecnnOpCall *call, float *dx, float beta, const float *dy,
                     const float *x, const float *y, int64_t n) {
  (void)call;
  (void)y;
  for (int64_t i = 0; i < n; i++)
    RECNN_OP_PUT(dx[i], beta, dy[i] / x[i]);
}

static const RecnnOpUnary op = {16, value, gradient};

static bool forward(RecnnOpCall *call) { return recnn__ops_unary_forward(call, &op); }
static bool backward(RecnnOpCall *call) { return recnn__ops_unary_backward(call, &op); }

static const RecnnOpSampleInput around[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {5, 3}, .low = 0.5, .high = 3.0},
};
static const RecnnOpSampleInput below[] = {
    {.dtype = RECNN_FLOAT32, .rank = 3, .shape = {2, 3, 4}, .low = 0.1, .high = 0.9},
};
static const RecnnOpSample samples[] = {
    {.name = "around 1", .inputs = around, .n_inputs = 1},
    {.name = "below 1", .inputs = below, .n_inputs = 1},
    {.name = NULL},
};

RECNN_OP(log) = {
    .struct_size = sizeof(RecnnOp),
    .name = "log",
    .doc = "The natural logarithm of x (...): (...)",
    .min_inputs = 1,
    .max_inputs = 1,
    .flags = RECNN_OP_BETA,
    .shape = recnn__ops_unary_shape,
    .forward = forward,
    .backward = backward,
    .samples = samples,
};
