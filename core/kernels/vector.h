/* Elementwise and reducing kernels over float32 arrays.  Hot bodies exist for several instruction
 * sets and are picked at run time; sums have a fixed order that depends on the length alone. */
#ifndef RECNN_CORE_KERNELS_VECTOR_H
#define RECNN_CORE_KERNELS_VECTOR_H

#include <recnn/abi.h>

/* y += x; y = beta * y + x (beta 0 never reads y); y += alpha * x; y *= alpha.  The arrays do not
 * overlap. */
void recnn_vector_add(float *y, const float *x, int64_t n);
void recnn_vector_accumulate(float *y, float beta, const float *x, int64_t n);
void recnn_vector_axpy(float *y, float alpha, const float *x, int64_t n);
void recnn_vector_scale(float *y, float alpha, int64_t n);
/* The inner product, and the sum of squares, in double. */
double recnn_vector_dot(const float *x, const float *y, int64_t n);
double recnn_vector_square_sum(const float *x, int64_t n);
/* True when no element is NaN or infinite. */
bool recnn_vector_finite(const float *x, int64_t n);
/* How many elements are greater than, and equal to, `value`. */
void recnn_vector_count_above(const float *x, int64_t n, float value, int64_t *ret_greater,
                              int64_t *ret_equal);
/* log (1 + exp (x)) without overflow, and 1 / (1 + exp (-x)). */
float recnn_softplus(float x);
float recnn_sigmoid(float x);

#endif
