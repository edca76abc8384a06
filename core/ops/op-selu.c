/* The scaled exponential linear unit (Klambauer, Unterthiner, Mayr, Hochreiter: Self-normalizing
 * neural networks, NeurIPS 2017), with the constants of PyTorch. */
#include "kernels/vecmath.h"
#include "ops/ops-private.h"

#define CHUNK 256

RECNN_CLONES
void recnn__ops_selu(float *y, const float *x, int64_t n) {
  float negative[CHUNK]; /* exp of what is below zero, and of zero for the rest */
  for (int64_t i = 0; i < n; i += CHUNK) {
    int64_t m = MIN(CHUNK, n - i);
    for (int64_t j = 0; j < m; j++)
      negative[j] = x[i + j] < 0.0f ? x[i + j] : 0.0f;
    recnn_vector_exp(negative, negative, m);
    for (int64_t j = 0; j < m; j++) {
      float below = RECNN_OP_SELU_ALPHA * (negative[j] - 1.0f);
      y[i + j] = RECNN_OP_SELU_SCALE * (x[i + j] > 0.0f ? x[i + j] : below);
    }
  }
}

static void value(const RecnnOpCall *call, float *y, const float *x, int64_t n) {
  (void)call;
  recnn__ops_selu(y, x, n);
}

static void gradient(const RecnnOpCall *call, float *dx, float beta, const float *dy,
                     const float *x, const float *y, int64_t n) {
  (void)call;
  for (int64_t i = 0; i < n; i++) {
    float slope =
        x[i] > 0.0f ? RECNN_OP_SELU_SCALE : y[i] + RECNN_OP_SELU_SCALE * RECNN_OP_SELU_ALPHA;
    RECNN_OP_PUT(dx[i], beta, dy[i] * slope);
  }
}

static const RecnnOpUnary selu = {16, value, gradient};

static bool forward(RecnnOpCall *call) { return recnn__ops_unary_forward(call, &selu); }
static bool backward(RecnnOpCall *call) { return recnn__ops_unary_backward(call, &selu); }

RECNN_OP(selu) = {
    .struct_size = sizeof(RecnnOp),
    .name = "selu",
    .doc = "1.0507 x where x > 0, 1.0507 * 1.67326 (exp (x) - 1) elsewhere, of x (...): (...)",
    .min_inputs = 1,
    .max_inputs = 1,
    .flags = RECNN_OP_BETA,
    .shape = recnn__ops_unary_shape,
    .forward = forward,
    .backward = backward,
    .samples = recnn__ops_unary_samples,
};
