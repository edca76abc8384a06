/* Elementary functions over float32 arrays, by the C library's vector versions (libmvec) where
 * there are some: within 4 ulp.  An element's result depends on its value alone, not on its place:
 * the last elements of an array go through the same vectors as the others.  y may be x. */
#ifndef RECNN_CORE_KERNELS_VECMATH_H
#define RECNN_CORE_KERNELS_VECMATH_H

#include <recnn/abi.h>

void recnn_vector_exp(float *y, const float *x, int64_t n);
void recnn_vector_tanh(float *y, const float *x, int64_t n);
/* 1 / (1 + exp (-x)) */
void recnn_vector_sigmoid(float *y, const float *x, int64_t n);
/* log (1 + exp (x)), without overflow */
void recnn_vector_softplus(float *y, const float *x, int64_t n);

#endif
