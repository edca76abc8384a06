/* A tensor plus a constant. */
#include "ops/ops-private.h"

RECNN_CLONES
static void value(const RecnnOpCall *call, float *y, const float *x, int64_t n) {
  float offset = (float)call->attrs[0].as.f;
  for (int64_t i = 0; i < n; i++)
    y[i] = x[i] + offset;
}

RECNN_CLONES
static void gradient(const RecnnOpCall *call, float *dx, float beta, const float *dy,
                     const float *x, const float *y, int64_t n) {
  (void)call;
  (void)x;
  (void)y;
  for (int64_t i = 0; i < n; i++)
    RECNN_OP_PUT(dx[i], beta, dy[i]);
}

static const RecnnOpUnary shift = {1, value, gradient};

static bool forward(RecnnOpCall *call) { return recnn__ops_unary_forward(call, &shift); }
static bool backward(RecnnOpCall *call) { return recnn__ops_unary_backward(call, &shift); }

static const RecnnOption attrs[] = {
    {"offset", RECNN_OPTION_FLOAT, NULL, NULL, "What is added to every element"},
    {NULL, 0, NULL, NULL, NULL},
};

static const RecnnOpSampleInput input[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {5, 3}, .low = -2.0, .high = 2.0},
};
static const RecnnOpSampleInput cube[] = {
    {.dtype = RECNN_FLOAT32, .rank = 3, .shape = {2, 3, 4}, .low = -2.0, .high = 2.0},
};
static const RecnnAttr less[] = {{"offset", {RECNN_OPTION_FLOAT, 0, {.f = -0.5}}}};
static const RecnnAttr one[] = {{"offset", {RECNN_OPTION_FLOAT, 0, {.f = 1.0}}}};
static const RecnnOpSample samples[] = {
    {.name = "one", .inputs = input, .n_inputs = 1, .attrs = one, .n_attrs = 1},
    {.name = "less", .inputs = cube, .n_inputs = 1, .attrs = less, .n_attrs = 1},
    {.name = NULL},
};

RECNN_OP(shift) = {
    .struct_size = sizeof(RecnnOp),
    .name = "shift",
    .doc = "x + offset of x (...): (...)",
    .min_inputs = 1,
    .max_inputs = 1,
    .attrs = attrs,
    .flags = RECNN_OP_BETA,
    .shape = recnn__ops_unary_shape,
    .forward = forward,
    .backward = backward,
    .samples = samples,
};
