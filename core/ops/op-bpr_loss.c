/* Bayesian personalised ranking: Rendle et al., BPR: Bayesian Personalized Ranking from Implicit
 * Feedback, UAI 2009.  -log sigmoid (p - n) is softplus (n - p), which stays finite where the
 * sigmoid is 0. */
#include "kernels/vecmath.h"
#include "ops/ops-private.h"

#define CHUNK 256

/* n - p, CHUNK of them at most. */
RECNN_CLONES
static void differences(float *restrict d, const float *restrict positive,
                        const float *restrict negative, int64_t n) {
  for (int64_t i = 0; i < n; i++)
    d[i] = negative[i] - positive[i];
}

static double terms(const float *positive, const float *negative, int64_t n) {
  float difference[CHUNK], term[CHUNK];
  double sum = 0.0;
  for (int64_t i = 0; i < n; i += CHUNK) {
    int64_t m = MIN(CHUNK, n - i);
    differences(difference, positive + i, negative + i, m);
    recnn_vector_softplus(term, difference, m);
    sum += recnn__ops_lane_sum(term, m);
  }
  return sum;
}

RECNN_CLONES
static void put(float *g, float beta, float share, const float *positive, const float *negative,
                int64_t n) {
  float difference[CHUNK], slope[CHUNK];
  for (int64_t i = 0; i < n; i += CHUNK) {
    int64_t m = MIN(CHUNK, n - i);
    differences(difference, positive + i, negative + i, m);
    recnn_vector_sigmoid(slope, difference, m);
    for (int64_t j = 0; j < m; j++)
      RECNN_OP_PUT(g[i + j], beta, share * slope[j]);
  }
}

static void by_positive(float *g, float beta, float share, const float *positive,
                        const float *negative, int64_t n) {
  put(g, beta, -share, positive, negative, n);
}

static void by_negative(float *g, float beta, float share, const float *positive,
                        const float *negative, int64_t n) {
  put(g, beta, share, positive, negative, n);
}

static const RecnnOpLoss loss = {{"positive", "negative"}, terms, by_positive, by_negative};

static bool shape(RecnnOpCall *call) { return recnn__ops_loss_shape(call, &loss); }
static bool forward(RecnnOpCall *call) { return recnn__ops_loss_forward(call, &loss); }
static bool backward(RecnnOpCall *call) { return recnn__ops_loss_backward(call, &loss); }

static const RecnnOpSampleInput near[] = {
    {.dtype = RECNN_FLOAT32, .rank = 1, .shape = {6}, .low = -2.0, .high = 2.0},
    {.dtype = RECNN_FLOAT32, .rank = 1, .shape = {6}, .low = -2.0, .high = 2.0},
};
static const RecnnOpSampleInput several[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {3, 4}, .low = -1.0, .high = 5.0},
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {3, 4}, .low = -5.0, .high = 1.0},
};
static const RecnnOpSample samples[] = {
    {.name = "one negative a positive", .inputs = near, .n_inputs = 2},
    {.name = "several", .inputs = several, .n_inputs = 2},
    {.name = NULL},
};

RECNN_OP(bpr_loss) = {
    .struct_size = sizeof(RecnnOp),
    .name = "bpr_loss",
    .doc = "The mean of -log sigmoid (positive - negative) over positive (...) and negative (...), "
           "a scalar; 0 of none",
    .min_inputs = 2,
    .max_inputs = 2,
    .flags = RECNN_OP_BETA,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .samples = samples,
};
