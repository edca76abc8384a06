/* Elementwise and reducing kernels.  Plain loops that compilers make vectors of, compiled for
 * several instruction sets.  Sums go through 16 lanes and a fixed tree, so that every instruction
 * set, and every compiler, adds in the same order. */
#include "kernels/vector.h"

#include <math.h>
#include <string.h>

#include "base/clones.h"

#define LANES 16
#define BLOCK 1024

RECNN_CLONES static void add(float *restrict y, const float *restrict x, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    y[i] += x[i];
  }
}

RECNN_CLONES static void axpy(float *restrict y, float alpha, const float *restrict x, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    y[i] += alpha * x[i];
  }
}

RECNN_CLONES static void scale(float *y, float alpha, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    y[i] *= alpha;
  }
}

RECNN_CLONES static void mix(float *restrict y, float beta, const float *restrict x, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    y[i] = beta * y[i] + x[i];
  }
}

void recnn_vector_add(float *y, const float *x, int64_t n) { add(y, x, n); }

void recnn_vector_axpy(float *y, float alpha, const float *x, int64_t n) { axpy(y, alpha, x, n); }

void recnn_vector_scale(float *y, float alpha, int64_t n) { scale(y, alpha, n); }

void recnn_vector_accumulate(float *y, float beta, const float *x, int64_t n) {
  if (n <= 0) {
    return;
  }
  if (beta == 0.0f) {
    memmove(y, x, sizeof *y * (size_t)n);
  } else if (beta == 1.0f) {
    add(y, x, n);
  } else {
    mix(y, beta, x, n);
  }
}

RECNN_CLONES static double square_sum(const float *x, int64_t n) {
  double lanes[LANES] = {0.0};
  const int64_t whole = n - n % LANES;
  for (int64_t i = 0; i < whole; i += LANES) {
    for (int j = 0; j < LANES; j++) {
      lanes[j] += (double)x[i + j] * (double)x[i + j];
    }
  }
  for (int64_t i = whole; i < n; i++) {
    lanes[i - whole] += (double)x[i] * (double)x[i];
  }
  for (int half = LANES / 2; half > 0; half /= 2) {
    for (int j = 0; j < half; j++) {
      lanes[j] += lanes[j + half];
    }
  }
  return lanes[0];
}

double recnn_vector_square_sum(const float *x, int64_t n) { return square_sum(x, n); }

RECNN_CLONES static double dot(const float *x, const float *y, int64_t n) {
  double lanes[LANES] = {0.0};
  const int64_t whole = n - n % LANES;
  for (int64_t i = 0; i < whole; i += LANES) {
    for (int j = 0; j < LANES; j++) {
      lanes[j] += (double)x[i + j] * (double)y[i + j];
    }
  }
  for (int64_t i = whole; i < n; i++) {
    lanes[i - whole] += (double)x[i] * (double)y[i];
  }
  for (int half = LANES / 2; half > 0; half /= 2) {
    for (int j = 0; j < half; j++) {
      lanes[j] += lanes[j + half];
    }
  }
  return lanes[0];
}

double recnn_vector_dot(const float *x, const float *y, int64_t n) { return dot(x, y, n); }

/* NaN and infinity are the floats with all bits of the exponent set. */
RECNN_CLONES static bool block_is_finite(const float *x, int64_t n) {
  uint32_t any = 0;
  for (int64_t i = 0; i < n; i++) {
    uint32_t bits;
    memcpy(&bits, &x[i], sizeof bits);
    any |= (bits & UINT32_C(0x7f800000)) == UINT32_C(0x7f800000);
  }
  return any == 0;
}

bool recnn_vector_finite(const float *x, int64_t n) {
  for (int64_t i = 0; i < n; i += BLOCK) {
    if (!block_is_finite(x + i, n - i < BLOCK ? n - i : BLOCK)) {
      return false;
    }
  }
  return true;
}

/* Counts in 32 bits, which a block cannot overflow and vectors have lanes for. */
RECNN_CLONES static void count_block(const float *x, int64_t n, float value, int32_t *ret_greater,
                                     int32_t *ret_equal) {
  int32_t greater = 0, equal = 0;
  for (int64_t i = 0; i < n; i++) {
    greater += x[i] > value;
    equal += x[i] == value;
  }
  *ret_greater = greater;
  *ret_equal = equal;
}

void recnn_vector_count_above(const float *x, int64_t n, float value, int64_t *ret_greater,
                              int64_t *ret_equal) {
  int64_t greater = 0, equal = 0;
  for (int64_t i = 0; i < n; i += BLOCK * BLOCK) {
    int32_t block_greater, block_equal;
    count_block(x + i, n - i < BLOCK * BLOCK ? n - i : BLOCK * BLOCK, value, &block_greater,
                &block_equal);
    greater += block_greater;
    equal += block_equal;
  }
  *ret_greater = greater;
  *ret_equal = equal;
}

float recnn_softplus(float x) { return fmaxf(x, 0.0f) + log1pf(expf(-fabsf(x))); }

float recnn_sigmoid(float x) {
  const float e = expf(-fabsf(x)); /* never overflows */
  return x >= 0.0f ? 1.0f / (1.0f + e) : e / (1.0f + e);
}
