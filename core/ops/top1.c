/* The term of TOP1 and TOP1-max, and its derivatives. */
#include "kernels/vecmath.h"
#include "ops/ops-private.h"

#define CHUNK 256

void recnn__ops_top1_terms(const float *x, float target, int64_t n, float *term, float *by_x,
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
