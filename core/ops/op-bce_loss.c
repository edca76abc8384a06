/* Binary cross entropy of logits x and targets t in 0 .. 1.  -t log s(x) - (1 - t) log (1 - s(x)),
 * with s the sigmoid, is softplus (x) - t x, which stays finite; softplus is taken apart so that
 * nothing is lost where t x is large. */
#include <math.h>

#include "kernels/vecmath.h"
#include "ops/ops-private.h"

#define CHUNK 256

RECNN_CLONES
static double terms(const float *logits, const float *targets, int64_t n) {
  float below[CHUNK], rest[CHUNK];
  double sum = 0.0;
  for (int64_t i = 0; i < n; i += CHUNK) {
    int64_t m = MIN(CHUNK, n - i);
    for (int64_t j = 0; j < m; j++)
      below[j] = -fabsf(logits[i + j]);
    recnn_vector_softplus(rest, below, m);
    for (int64_t j = 0; j < m; j++)
      rest[j] += (logits[i + j] > 0.0f ? logits[i + j] : 0.0f) - targets[i + j] * logits[i + j];
    sum += recnn__ops_lane_sum(rest, m);
  }
  return sum;
}

RECNN_CLONES
static void by_logits(float *g, float beta, float share, const float *logits, const float *targets,
                      int64_t n) {
  float chance[CHUNK];
  for (int64_t i = 0; i < n; i += CHUNK) {
    int64_t m = MIN(CHUNK, n - i);
    recnn_vector_sigmoid(chance, logits + i, m);
    for (int64_t j = 0; j < m; j++)
      RECNN_OP_PUT(g[i + j], beta, share * (chance[j] - targets[i + j]));
  }
}

static void by_targets(float *g, float beta, float share, const float *logits, const float *targets,
                       int64_t n) {
  (void)targets;
  for (int64_t i = 0; i < n; i++)
    RECNN_OP_PUT(g[i], beta, share * -logits[i]);
}

static const RecnnOpLoss loss = {{"logits", "targets"}, terms, by_logits, by_targets};

static bool shape(RecnnOpCall *call) { return recnn__ops_loss_shape(call, &loss); }
static bool forward(RecnnOpCall *call) { return recnn__ops_loss_forward(call, &loss); }
static bool backward(RecnnOpCall *call) { return recnn__ops_loss_backward(call, &loss); }

static const RecnnOpSampleInput labels[] = {
    {.dtype = RECNN_FLOAT32, .rank = 1, .shape = {6}, .low = -3.0, .high = 3.0},
    {.dtype = RECNN_FLOAT32, .rank = 1, .shape = {6}, .low = 0.0, .high = 1.0, .no_grad = true},
};
static const RecnnOpSampleInput both[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {3, 4}, .low = -3.0, .high = 3.0},
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {3, 4}, .low = 0.0, .high = 1.0},
};
static const RecnnOpSample samples[] = {
    {.name = "labels", .inputs = labels, .n_inputs = 2},
    {.name = "a gradient for both", .inputs = both, .n_inputs = 2},
    {.name = NULL},
};

RECNN_OP(bce_loss) = {
    .struct_size = sizeof(RecnnOp),
    .name = "bce_loss",
    .doc = "The mean binary cross entropy of sigmoid (logits) and targets, both (...), a scalar; 0 "
           "of none",
    .min_inputs = 2,
    .max_inputs = 2,
    .flags = RECNN_OP_BETA,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .samples = samples,
};
