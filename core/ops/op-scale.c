/* A tensor times a constant. */
#include "ops/ops-private.h"

RECNN_CLONES
static void value(const RecnnOpCall *call, float *y, const float *x, int64_t n) {
  float factor = (float)call->attrs[0].as.f;
  for (int64_t i = 0; i < n; i++)
    y[i] = factor * x[i];
}

RECNN_CLONES
static void gradient(const RecnnOpCall *call, float *dx, float beta, const float *dy,
                     const float *x, const float *y, int64_t n) {
  float factor = (float)call->attrs[0].as.f;
  (void)x;
  (void)y;
  for (int64_t i = 0; i < n; i++)
    RECNN_OP_PUT(dx[i], beta, factor * dy[i]);
}

static const RecnnOpUnary scale = {1, value, gradient};

static bool forward(RecnnOpCall *call) { return recnn__ops_unary_forward(call, &scale); }
static bool backward(RecnnOpCall *call) { return recnn__ops_unary_backward(call, &scale); }

static const RecnnOption attrs[] = {
    {"factor", RECNN_OPTION_FLOAT, NULL, NULL, "What every element is multiplied by"},
    {NULL, 0, NULL, NULL, NULL},
};

static const RecnnOpSampleInput input[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {5, 3}, .low = -2.0, .high = 2.0},
};
static const RecnnAttr half[] = {{"factor", {RECNN_OPTION_FLOAT, 0, {.f = 0.5}}}};
static const RecnnAttr negative[] = {{"factor", {RECNN_OPTION_FLOAT, 0, {.f = -3.0}}}};
static const RecnnOpSample samples[] = {
    {.name = "half", .inputs = input, .n_inputs = 1, .attrs = half, .n_attrs = 1},
    {.name = "negative", .inputs = input, .n_inputs = 1, .attrs = negative, .n_attrs = 1},
    {.name = NULL},
};

RECNN_OP(scale) = {
    .struct_size = sizeof(RecnnOp),
    .name = "scale",
    .doc = "factor * x of x (...): (...)",
    .min_inputs = 1,
    .max_inputs = 1,
    .attrs = attrs,
    .flags = RECNN_OP_BETA,
    .shape = recnn__ops_unary_shape,
    .forward = forward,
    .backward = backward,
    .samples = samples,
};
