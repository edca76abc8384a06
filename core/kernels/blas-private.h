/* What the files about OpenBLAS share. */
#ifndef RECNN_CORE_KERNELS_BLAS_PRIVATE_H
#define RECNN_CORE_KERNELS_BLAS_PRIVATE_H

#include "kernels/blas.h"

/* cblas_sgemm with 32-bit integers; enumerations are passed as int. */
typedef void (*RecnnSgemm)(int order, int transpose_a, int transpose_b, int m, int n, int k,
                           float alpha, const float *a, int lda, const float *b, int ldb,
                           float beta, float *c, int ldc);

#define RECNN_CBLAS_ROW_MAJOR 101
#define RECNN_CBLAS_NO_TRANSPOSE 111
#define RECNN_CBLAS_TRANSPOSE 112

/* True when `sgemm` multiplies correctly. */
bool recnn__blas_check(RecnnSgemm sgemm);

/* What the CPU is worth to OpenBLAS: 2 for AVX-512, 1 for AVX2 with FMA, otherwise 0. */
int recnn__cpu_level(void);

/* Tells the observer of a product. */
void recnn__blas_tell(bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k);

#endif
