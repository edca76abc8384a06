/* What softmax over many classes is made of, a piece at a time, so that no probability has to be
 * kept to know their sum. */
#include <math.h>

#include "kernels/vecmath.h"
#include "ops/ops-private.h"

#define CHUNK 256
#define LANES 16

/* In lanes: compilers do not reorder a maximum by themselves, for NaN's sake. */
RECNN_CLONES
static float largest(const float *x, int64_t n) {
  float lane[LANES], most = -INFINITY;
  int64_t whole = n - n % LANES;
  for (int k = 0; k < LANES; k++)
    lane[k] = -INFINITY;
  for (int64_t i = 0; i < whole; i += LANES)
    for (int k = 0; k < LANES; k++)
      lane[k] = x[i + k] > lane[k] ? x[i + k] : lane[k];
  for (int k = 0; k < LANES; k++)
    most = lane[k] > most ? lane[k] : most;
  for (int64_t i = whole; i < n; i++)
    most = x[i] > most ? x[i] : most;
  return most;
}

float recnn__ops_largest(const float *x, int64_t n) { return largest(x, n); }

void recnn__ops_exp_below(float *y, const float *x, float below, int64_t n) {
  for (int64_t i = 0; i < n; i++)
    y[i] = x[i] - below;
  recnn_vector_exp(y, y, n);
}

void recnn__ops_softmax(float *y, const float *x, int64_t n) {
  double sum = 0.0;
  recnn__ops_exp_below(y, x, largest(x, n), n);
  for (int64_t i = 0; i < n; i++)
    sum += (double)y[i];
  for (int64_t i = 0; i < n; i++)
    y[i] = (float)((double)y[i] / sum);
}

double recnn__ops_exp_sum(const float *x, float below, int64_t n) {
  float buffer[CHUNK];
  double sum = 0.0;
  for (int64_t i = 0; i < n; i += CHUNK) {
    int64_t m = MIN(CHUNK, n - i);
    recnn__ops_exp_below(buffer, x + i, below, m);
    sum += recnn__ops_lane_sum(buffer, m);
  }
  return sum;
}
