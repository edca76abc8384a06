/* The service "recnn.compute/1": the host's threads and matrix products for a model that computes
 * its parameters by itself, in fit().  (Ops get the same from RecnnOpHost.)  From the thread that
 * fit() was called on, during that call. */
#ifndef RECNN_SERVICE_COMPUTE_H
#define RECNN_SERVICE_COMPUTE_H

#include <recnn/kind/op.h> /* RecnnTileFn */

#ifdef __cplusplus
extern "C" {
#endif

#define RECNN_COMPUTE_SERVICE "recnn.compute/1"
typedef struct RecnnComputeApi {
  size_t struct_size;
  /* Runs tile(context, 0 .. n_tiles-1), each once, in any order and on any thread, and returns when
   * all are done.  How work is cut into tiles must depend on the data alone: then the results are
   * the same bits at any number of threads.  A tile calls nothing of the host. */
  void (*parallel)(int64_t n_tiles, RecnnTileFn tile, void *context);
  /* c (m x n) = alpha * op(a) (m x k) * op(b) (k x n) + beta * c, row major with the leading
   * dimensions lda, ldb, ldc; op transposes where the flag is set.  beta == 0 never reads c.  Runs
   * on all threads, with the same bits at any number of them. */
  void (*gemm)(bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k, float alpha,
               const float *a, int64_t lda, const float *b, int64_t ldb, float beta, float *c,
               int64_t ldc);
} RecnnComputeApi;

#ifdef __cplusplus
}
#endif

#endif
