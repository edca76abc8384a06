/* Matrix products on all threads: our own tiles, which depend on m, n and k alone, with
 * single-threaded BLAS inside each.  With some kernels two halves of a matrix give other bits than
 * the whole, so one thread runs the same tiles as many do. */
#ifndef RECNN_CORE_KERNELS_GEMM_H
#define RECNN_CORE_KERNELS_GEMM_H

#include <recnn/abi.h>

/* Same arguments as recnn_blas_sgemm.  k == 0 scales c by beta. */
void recnn_gemm(bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k, float alpha,
                const float *a, int64_t lda, const float *b, int64_t ldb, float beta, float *c,
                int64_t ldc);

/* A small C that is the sum of very many products: cutting C would pack the longer matrix anew for
 * every tile, so k is cut instead, and the pieces' sums are added in their order.  Into how many
 * pieces; 1 where recnn_gemm does it better. */
int64_t recnn_gemm_pieces(int64_t m, int64_t n, int64_t k);
/* recnn_gemm with k cut into as many; `scratch` has room for m * n floats a piece. */
void recnn_gemm_in_pieces(bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k,
                          float alpha, const float *a, int64_t lda, const float *b, int64_t ldb,
                          float beta, float *c, int64_t ldc, float *scratch);

/* The tiles that recnn_gemm cuts C into. */
typedef struct RecnnGemmTiles {
  int64_t rows; /* of a tile; the last ones may be smaller */
  int64_t columns;
  int64_t n_down;
  int64_t n_across;
} RecnnGemmTiles;
RecnnGemmTiles recnn_gemm_tiles(int64_t m, int64_t n, int64_t k);

#endif
