/* Gauss and Jordan's inversion in place, by blocks: a block of rows is eliminated by one product
 * of the host's, with which nearly all of the 2 n³ operations are done.  A positive definite matrix
 * needs no pivots: its blocks on the diagonal stay positive definite. */
#include <stdlib.h>
#include <string.h>

#include <recnn/kit/spd.h>

#include "inverse.h"

enum { BLOCK = 64 };

/* inverse (n x n, dense) of the block of a at (first, first). */
static bool invert_block(const float *a, int64_t n, int64_t first, int64_t size, double *factor,
                         float *inverse) {
  double column[BLOCK];
  for (int64_t i = 0; i < size; i++)
    for (int64_t j = 0; j <= i; j++)
      /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): the caller has checked */
      factor[i * size + j] = (double)a[(first + i) * n + first + j];
  if (!recnn_spd_factor(factor, size, column))
    return false;
  for (int64_t j = 0; j < size; j++) {
    memset(column, 0, sizeof column);
    column[j] = 1.0;
    recnn_spd_solve(factor, size, column);
    for (int64_t i = 0; i < size; i++)
      /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): the caller has checked */
      inverse[i * size + j] = (float)column[i];
  }
  return true;
}

/* With the rows and columns K of the block and P its inverse: in all other places a -= a_K P a_K,
 * in the columns -a_K P, in the rows P a_K, in the block P.  All of it is one product once what was
 * in K is laid aside and zero there: -I stands for the block in `left`, P in `right`. */
static void eliminate(float *a, int64_t n, int64_t first, int64_t size, const float *inverse,
                      float *left, float *right) {
  for (int64_t i = 0; i < n; i++) {
    memcpy(left + i * size, a + i * n + first, (size_t)size * sizeof *left);
    memset(a + i * n + first, 0, (size_t)size * sizeof *a);
  }
  recnn_api.compute->gemm(false, false, size, n, size, 1.0f, inverse, size, a + first * n, n, 0.0f,
                          right, n);
  for (int64_t i = 0; i < size; i++) {
    memcpy(right + i * n + first, inverse + i * size, (size_t)size * sizeof *right);
    memset(a + (first + i) * n, 0, (size_t)n * sizeof *a);
    memset(left + (first + i) * size, 0, (size_t)size * sizeof *left);
    left[(first + i) * size + i] = -1.0f;
  }
  recnn_api.compute->gemm(false, false, n, n, size, -1.0f, left, size, right, n, 1.0f, a, n);
}

RecnnStatus ease_invert(float *a, int64_t n, RecnnError *error) {
  float *left = (float *)malloc((size_t)n * BLOCK * sizeof *left);
  float *right = (float *)malloc((size_t)n * BLOCK * sizeof *right);
  float *inverse = (float *)malloc((size_t)BLOCK * BLOCK * sizeof *inverse);
  double *factor = (double *)malloc((size_t)BLOCK * BLOCK * sizeof *factor);
  RecnnStatus status = RECNN_OK;
  if (left == NULL || right == NULL || inverse == NULL || factor == NULL)
    status = recnn_fail(error, RECNN_ERROR_MEMORY, "no memory to invert a matrix of %lld rows",
                        (long long)n);
  for (int64_t first = 0; status == RECNN_OK && first < n; first += BLOCK) {
    int64_t size = n - first < BLOCK ? n - first : BLOCK;
    if (invert_block(a, n, first, size, factor, inverse))
      eliminate(a, n, first, size, inverse, left, right);
    else
      status = recnn_fail(error, RECNN_ERROR_NUMERIC,
                          "the matrix of the items' co-occurrences plus the regularization is not "
                          "positive definite in single precision; take a larger regularization");
  }
  free(left);
  free(right);
  free(inverse);
  free(factor);
  return status;
}
