/* Something that loads like OpenBLAS and chooses its kernels when it is loaded, as told by the
 * environment: FAKE_OWN is its own choice, FAKE_WRONG lists kernels that multiply wrongly,
 * FAKE_LACKS those it was built without, FAKE_CONFIG is what it says of its build. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

EXPORT char *openblas_get_config(void);
EXPORT char *openblas_get_corename(void);
EXPORT void openblas_set_num_threads(int n);
EXPORT void cblas_sgemm(int order, int transpose_a, int transpose_b, int m, int n, int k,
                        float alpha, const float *a, int lda, const float *b, int ldb, float beta,
                        float *c, int ldc);

static char core[64];
static char config[128];

static int listed(const char *variable, const char *name) {
  const char *list = getenv(variable);
  return list != NULL && strstr(list, name) != NULL;
}

__attribute__((constructor)) static void choose(void) {
  const char *own = getenv("FAKE_OWN"), *wish = getenv("OPENBLAS_CORETYPE");
  const char *build = getenv("FAKE_CONFIG"), *threads = getenv("OPENBLAS_NUM_THREADS");
  if (wish == NULL || *wish == '\0' || listed("FAKE_LACKS", wish)) {
    wish = own == NULL ? "Haswell" : own;
  }
  snprintf(core, sizeof core, "%s", wish);
  snprintf(config, sizeof config, "fake %s threads=%s", build == NULL ? "DYNAMIC_ARCH" : build,
           threads == NULL ? "unset" : threads);
}

char *openblas_get_config(void) { return config; }

char *openblas_get_corename(void) { return core; }

void openblas_set_num_threads(int n) { snprintf(config, sizeof config, "fake set to %d", n); }

void cblas_sgemm(int order, int transpose_a, int transpose_b, int m, int n, int k, float alpha,
                 const float *a, int lda, const float *b, int ldb, float beta, float *c, int ldc) {
  (void)order;
  for (int i = 0; i < m; i++) {
    for (int j = 0; j < n; j++) {
      float sum = 0.0f;
      for (int l = 0; l < k; l++) {
        sum += (transpose_a == 112 ? a[l * lda + i] : a[i * lda + l]) *
               (transpose_b == 112 ? b[j * ldb + l] : b[l * ldb + j]);
      }
      /* One element in the corner of large products only: what a bad edge kernel does. */
      if (listed("FAKE_WRONG", core) && i == m - 1 && j == n - 1 && m > 90) {
        sum += 1.0f;
      }
      c[i * ldc + j] = alpha * sum + (beta == 0.0f ? 0.0f : beta * c[i * ldc + j]);
    }
  }
}
