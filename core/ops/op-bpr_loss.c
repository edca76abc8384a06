/* Bayesian personalised ranking: Rendle et al., BPR: Bayesian Personalized Ranking from Implicit
 * Feedback, UAI 2009.  -log sigmoid (p - n) is softplus (n - p), which stays finite where the
 * sigmoid is 0. */
#include "kernels/vector.h"
#include "ops/ops-private.h"

static double terms(const float *positive, const float *negative, int64_t n) {
  double sum = 0.0;
  for (int64_t i = 0; i < n; i++)
    sum += (double)(recnn_softplus(negative[i] - positive[i]));
  return sum;
}

static void by_positive(float *g, float beta, float share, const float *positive,
                        const float *negative, int64_t n) {
  for (int64_t i = 0; i < n; i++)
    RECNN_OP_PUT(g[i], beta, share * -recnn_sigmoid(negative[i] - positive[i]));
}

static void by_negative(float *g, float beta, float share, const float *positive,
                        const float *negative, int64_t n) {
  for (int64_t i = 0; i < n; i++)
    RECNN_OP_PUT(g[i], beta, share * recnn_sigmoid(negative[i] - positive[i]));
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
