/* BPR-max (Hidasi and Karatzoglou, Recurrent Neural Networks with Top-k Gains for Session-based
 * Recommendations, CIKM 2018, equations 9 and 10): with s the softmax of the scores r that were not
 * chosen, -log sum s_j sigmoid (r_i - r_j) + regularization sum s_j r_j^2.  1e-24 is added under
 * the logarithm, as in the authors' program. */
#include "kernels/vecmath.h"
#include "ops/ops-private.h"

/* sigmoid (target - x), whose derivative by x is -s (1 - s). */
static void terms(const float *x, float target, int64_t n, float *term, float *by_x,
                  float *by_target) {
  for (int64_t j = 0; j < n; j++)
    by_x[j] = target - x[j];
  recnn_vector_sigmoid(term, by_x, n);
  for (int64_t j = 0; j < n; j++) {
    by_target[j] = term[j] * (1.0f - term[j]);
    by_x[j] = -by_target[j];
  }
}

static const RecnnOpTargetLoss loss = {true, true, terms};

static bool forward(RecnnOpCall *call) {
  return recnn__ops_target_forward(call, &loss, call->attrs[0].as.f);
}

static bool backward(RecnnOpCall *call) {
  return recnn__ops_target_backward(call, &loss, call->attrs[0].as.f);
}

static const RecnnOption attrs[] = {
    {"regularization", RECNN_OPTION_FLOAT, "1", "[0,inf)",
     "Factor of the mean square of the scores that were not chosen, weighed by their softmax (the "
     "paper's lambda)"},
    {NULL, 0, NULL, NULL, NULL},
};

RECNN_OP(bpr_max_loss) = {
    .struct_size = sizeof(RecnnOp),
    .name = "bpr_max_loss",
    .doc = "The mean over rows of -log sum s sigmoid (target's score - x) + regularization * sum s "
           "x^2, over "
           "the scores x that were not chosen and their softmax s, of scores (B, C), target int64 "
           "(B) and, where an item may be there twice, item int64 (C): a scalar; 0 of none",
    .min_inputs = 2,
    .max_inputs = 3,
    .attrs = attrs,
    .flags = RECNN_OP_BETA,
    .shape = recnn__ops_target_shape,
    .forward = forward,
    .backward = backward,
    .samples = recnn__ops_target_samples,
};
