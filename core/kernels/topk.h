/* Partial selection: the k best of n scores. */
#ifndef RECNN_CORE_KERNELS_TOPK_H
#define RECNN_CORE_KERNELS_TOPK_H

#include <recnn/abi.h>

/* Writes the indices of the min(k, n) largest scores, best first; equal scores in the order of
 * their index; scores of -INFINITY and NaN are left out.  Returns how many were written.  `indices`
 * and `values` have room for k; `values` may be NULL.  Allocates nothing. */
int64_t recnn_topk(const float *scores, int64_t n, int64_t k, int64_t *indices, float *values);

#endif
