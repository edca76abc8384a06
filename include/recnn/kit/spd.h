/* Small systems of equations with a symmetric positive definite matrix, by Cholesky's factors, in
 * double and on one thread.  Header only. */
#ifndef RECNN_KIT_SPD_H
#define RECNN_KIT_SPD_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Replaces the lower triangle of a (n x n, row major) by its factor L; what is above the diagonal
 * is neither read nor written.  `column` has room for n numbers.  False when the matrix is not
 * positive definite. */
static inline bool recnn_spd_factor(double *a, int64_t n, double *column) {
  for (int64_t j = 0; j < n; j++) {
    double pivot = a[j * n + j];
    if (!(pivot > 0.0))
      return false;
    pivot = sqrt(pivot);
    a[j * n + j] = pivot;
    for (int64_t i = j + 1; i < n; i++) {
      double *row = a + i * n;
      double factor = row[j] / pivot;
      row[j] = factor;
      column[i] = factor;
      for (int64_t k = j + 1; k <= i; k++)
        row[k] -= factor * column[k];
    }
  }
  return true;
}

/* Solves L Lᵀ x = b in place of b. */
static inline void recnn_spd_solve(const double *factor, int64_t n, double *b) {
  for (int64_t i = 0; i < n; i++) {
    for (int64_t k = 0; k < i; k++)
      b[i] -= factor[i * n + k] * b[k];
    b[i] /= factor[i * n + i];
  }
  for (int64_t i = n - 1; i >= 0; i--) {
    b[i] /= factor[i * n + i];
    for (int64_t k = 0; k < i; k++)
      b[k] -= factor[i * n + k] * b[i];
  }
}

#ifdef __cplusplus
}
#endif

#endif
