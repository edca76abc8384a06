/* The mean squared error. */
#include "ops/ops-private.h"

static float square(float x) { return x * x; }

static double terms(const float *prediction, const float *target, int64_t n) {
  double sum = 0.0;
  for (int64_t i = 0; i < n; i++)
    sum += (double)(square(prediction[i] - target[i]));
  return sum;
}

RECNN_CLONES
static void by_prediction(float *g, float beta, float share, const float *prediction,
                          const float *target, int64_t n) {
  for (int64_t i = 0; i < n; i++)
    RECNN_OP_PUT(g[i], beta, share * (2.0f * (prediction[i] - target[i])));
}

RECNN_CLONES
static void by_target(float *g, float beta, float share, const float *prediction,
                      const float *target, int64_t n) {
  for (int64_t i = 0; i < n; i++)
    RECNN_OP_PUT(g[i], beta, share * (2.0f * (target[i] - prediction[i])));
}

static const RecnnOpLoss loss = {{"prediction", "target"}, terms, by_prediction, by_target};

static bool shape(RecnnOpCall *call) { return recnn__ops_loss_shape(call, &loss); }
static bool forward(RecnnOpCall *call) { return recnn__ops_loss_forward(call, &loss); }
static bool backward(RecnnOpCall *call) { return recnn__ops_loss_backward(call, &loss); }

static const RecnnOpSampleInput ratings[] = {
    {.dtype = RECNN_FLOAT32, .rank = 1, .shape = {6}, .low = 1.0, .high = 5.0},
    {.dtype = RECNN_FLOAT32, .rank = 1, .shape = {6}, .low = 1.0, .high = 5.0, .no_grad = true},
};
static const RecnnOpSampleInput both[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {3, 4}, .low = -2.0, .high = 2.0},
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {3, 4}, .low = -2.0, .high = 2.0},
};
static const RecnnOpSample samples[] = {
    {.name = "ratings", .inputs = ratings, .n_inputs = 2},
    {.name = "a gradient for both", .inputs = both, .n_inputs = 2},
    {.name = NULL},
};

RECNN_OP(mse_loss) = {
    .struct_size = sizeof(RecnnOp),
    .name = "mse_loss",
    .doc =
        "The mean of (prediction - target)^2 over prediction (...) and target (...), a scalar; 0 "
        "of none",
    .min_inputs = 2,
    .max_inputs = 2,
    .flags = RECNN_OP_BETA,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .samples = samples,
};
