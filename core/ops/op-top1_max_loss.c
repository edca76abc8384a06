/* TOP1-max (Hidasi and Karatzoglou, Recurrent Neural Networks with Top-k Gains for Session-based
 * Recommendations, CIKM 2018, equation 7): TOP1 with the scores that were not chosen weighed by
 * their softmax. */
#include "kernels/vecmath.h"
#include "ops/ops-private.h"

#define CHUNK 256

/* sigmoid (x - target) + sigmoid (x * x). */
static void terms(const float *x, float target, int64_t n, float *term, float *by_x,
                  float *by_target) {
  float square[CHUNK];
  for (int64_t i = 0; i < n; i += CHUNK) {
    int64_t m = MIN(CHUNK, n - i);
    for (int64_t j = 0; j < m; j++)
      by_x[i + j] = x[i + j] - target;
    recnn_vector_sigmoid(term + i, by_x + i, m);
    for (int64_t j = 0; j < m; j++)
      square[j] = x[i + j] * x[i + j];
    recnn_vector_sigmoid(square, square, m);
    for (int64_t j = 0; j < m; j++) {
      float s = term[i + j], q = square[j];
      by_target[i + j] = -s * (1.0f - s);
      by_x[i + j] = s * (1.0f - s) + 2.0f * x[i + j] * q * (1.0f - q);
      term[i + j] = s + q;
    }
  }
}

static const RecnnOpTargetLoss loss = {true, false, terms};

static bool forward(RecnnOpCall *call) { return recnn__ops_target_forward(call, &loss, 0.0); }

static bool backward(RecnnOpCall *call) { return recnn__ops_target_backward(call, &loss, 0.0); }

RECNN_OP(top1_max_loss) = {
    .struct_size = sizeof(RecnnOp),
    .name = "top1_max_loss",
    .doc = "top1_loss with the scores that were not chosen weighed by their softmax, of scores (B, "
           "C), "
           "target int64 (B) and, where an item may be there twice, item int64 (C): a scalar; 0 of "
           "none",
    .min_inputs = 2,
    .max_inputs = 3,
    .flags = RECNN_OP_BETA,
    .shape = recnn__ops_target_shape,
    .forward = forward,
    .backward = backward,
    .samples = recnn__ops_target_samples,
};
