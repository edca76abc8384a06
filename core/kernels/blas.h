/* OpenBLAS, loaded at run time so that it can be steered first.
 *
 * Why: OpenBLAS picks its kernels by CPU model when it is loaded.  Debian 12's 0.3.21 does not know
 * newer server parts and falls back to Prescott (SSE3), 6 times slower.  So recnn looks at what the
 * CPU can do, sets OPENBLAS_CORETYPE around the loading when the library's own choice would be poor
 * (the user's setting wins), keeps the library on one thread (recnn tiles by itself), and checks a
 * product against a plain loop before it trusts the kernels. */
#ifndef RECNN_CORE_KERNELS_BLAS_H
#define RECNN_CORE_KERNELS_BLAS_H

#include <glib.h>

#include <recnn/abi.h>

/* Loads the library, once; later calls return the first result.  Any thread; but the first call
 * changes the environment for a moment, so make it before other threads read theirs. RECNN_OPENBLAS
 * names another file than the one recnn was configured with. */
bool recnn_blas_load(GError **error);

typedef struct RecnnBlasInfo {
  char library[256];  /* the file, as the system resolved it */
  char config[256];   /* what the library says of itself: version and build */
  char core_type[64]; /* the kernels that run, such as "SkylakeX" */
  char chosen_by[64]; /* "OpenBLAS", "recnn" or "the environment (OPENBLAS_CORETYPE)" */
} RecnnBlasInfo;
bool recnn_blas_info(RecnnBlasInfo *ret_info, GError **error);

/* The instruction sets that matter here, separated by a space, such as "avx2 fma avx512f". */
const char *recnn_cpu_features(void);
/* The CPU's model name, as the system gives it. */
const char *recnn_cpu_name(void);

/* c = alpha * op(a) * op(b) + beta * c on the calling thread, row major.  recnn_blas_load() must
 * have succeeded.  beta == 0 never reads c. */
void recnn_blas_sgemm(bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k,
                      float alpha, const float *a, int64_t lda, const float *b, int64_t ldb,
                      float beta, float *c, int64_t ldc);

/* For those who count: told of each product on the thread that does it.  All of recnn's products
 * are recnn_blas_sgemm's or those of panels.h, those of ops in plugins too.  NULL ends it.  Not
 * while products run. */
typedef void (*RecnnBlasObserver)(void *data, bool transpose_a, bool transpose_b, int64_t m,
                                  int64_t n, int64_t k);
void recnn_blas_observe(RecnnBlasObserver observer, void *data);

#endif
