/* Matrix products against a plain loop in double: every transposition, betas, odd sizes, leading
 * dimensions; and the promise that the number of threads changes no bit. */
#include <glib.h>

#include <math.h>
#include <string.h>

#include "base/parallel.h"
#include "base/rng.h"
#include "kernels/blas.h"
#include "kernels/gemm.h"

typedef void (*Product)(bool, bool, int64_t, int64_t, int64_t, float, const float *, int64_t,
                        const float *, int64_t, float, float *, int64_t);

static float *random_floats(int64_t n, uint64_t stream) {
  float *x = g_new(float, (gsize)n + 1);
  RecnnRng rng;
  recnn_rng_init(&rng, 3, RECNN_STREAM(RECNN_STREAM_TEST, stream));
  for (int64_t i = 0; i < n; i++) {
    x[i] = (float)(2.0 * recnn_rng_double(&rng) - 1.0);
  }
  return x;
}

/* Compares one product with the plain loop.  `pad` columns behind each row must stay untouched. */
static void check(Product product, bool ta, bool tb, int64_t m, int64_t n, int64_t k, float alpha,
                  float beta, int64_t pad) {
  const int64_t lda = (ta ? m : k) + pad, ldb = (tb ? k : n) + pad, ldc = n + pad;
  float *a = random_floats((ta ? k : m) * lda, 1), *b = random_floats((tb ? n : k) * ldb, 2);
  float *before = random_floats(m * ldc, 3);
  float *c = g_memdup2(before, sizeof *c * (gsize)(m * ldc + 1));
  if (beta == 0.0f) {
    for (int64_t i = 0; i < m * n; i++) {
      c[i / n * ldc + i % n] = NAN; /* beta 0 must not read it */
    }
  }
  product(ta, tb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
  for (int64_t i = 0; i < m; i++) {
    for (int64_t j = 0; j < ldc; j++) {
      const float got = c[i * ldc + j], was = before[i * ldc + j];
      if (j >= n) {
        g_assert_true(got == was);
        continue;
      }
      double sum = 0.0, size = 1.0;
      for (int64_t l = 0; l < k; l++) {
        const double term = (double)(ta ? a[l * lda + i] : a[i * lda + l]) *
                            (double)(tb ? b[j * ldb + l] : b[l * ldb + j]);
        sum += term;
        size += fabs(term);
      }
      const double expected = alpha * sum + (beta == 0.0f ? 0.0 : (double)beta * was);
      g_assert_cmpfloat(fabs(got - expected), <=, 2e-6 * size * MAX(1.0, fabs((double)alpha)));
    }
  }
  g_free(a);
  g_free(b);
  g_free(before);
  g_free(c);
}

static void check_all(Product product) {
  static const int64_t sizes[][3] = {{1, 1, 1},   {2, 3, 4},     {5, 1, 9},      {1, 7, 3},
                                     {17, 33, 8}, {64, 64, 64},  {37, 53, 300},  {100, 1, 50},
                                     {3, 200, 7}, {129, 65, 31}, {130, 300, 71}, {300, 40, 129}};
  static const float betas[] = {0.0f, 1.0f, -0.5f};
  for (gsize s = 0; s < G_N_ELEMENTS(sizes); s++) {
    for (int way = 0; way < 4; way++) {
      for (gsize b = 0; b < G_N_ELEMENTS(betas); b++) {
        check(product, (way & 1) != 0, (way & 2) != 0, sizes[s][0], sizes[s][1], sizes[s][2],
              b == 1 ? 1.0f : 0.75f, betas[b], way == 0 ? 0 : 3);
      }
    }
  }
}

static void blas_product(void) { check_all(recnn_blas_sgemm); }

static void tiled_product(void) {
  recnn_parallel_set_threads(2, NULL);
  check_all(recnn_gemm);
}

/* No rows, no columns, nothing to sum over. */
static void empty(void) {
  static const Product products[] = {recnn_blas_sgemm, recnn_gemm};
  for (gsize p = 0; p < G_N_ELEMENTS(products); p++) {
    float c[4] = {1.0f, 2.0f, 3.0f, 4.0f};
    products[p](false, false, 0, 2, 2, 1.0f, NULL, 2, NULL, 2, 0.0f, c, 2);
    products[p](false, false, 2, 0, 2, 1.0f, NULL, 2, NULL, 1, 0.0f, c, 1);
    g_assert_true(c[0] == 1.0f && c[3] == 4.0f);
    products[p](false, true, 2, 2, 0, 1.0f, NULL, 0, NULL, 0, 0.5f, c, 2);
    g_assert_true(c[0] == 0.5f && c[1] == 1.0f && c[2] == 1.5f && c[3] == 2.0f);
    c[0] = NAN;
    products[p](true, false, 2, 2, 0, 1.0f, NULL, 2, NULL, 2, 0.0f, c, 2);
    g_assert_true(c[0] == 0.0f && c[1] == 0.0f && c[2] == 0.0f && c[3] == 0.0f);
  }
}

/* Beyond what BLAS's integers hold there is a plain loop. */
static void huge_leading_dimension(void) {
  const float a[] = {1.0f, 2.0f}, b[] = {3.0f, 4.0f, 5.0f, 6.0f};
  float c[2] = {1.0f, 1.0f};
  recnn_blas_sgemm(false, false, 1, 2, 2, 2.0f, a, INT64_C(1) << 40, b, 2, 1.0f, c, 2);
  g_assert_true(c[0] == 27.0f && c[1] == 33.0f);
  recnn_gemm(false, false, 1, 2, 2, 1.0f, a, INT64_C(1) << 40, b, 2, 0.0f, c, INT64_C(1) << 40);
  g_assert_true(c[0] == 13.0f && c[1] == 16.0f);
}

static void threads_change_no_bit(void) {
  static const int64_t sizes[][3] = {{1024, 64, 128}, {64, 128, 1024},  {256, 700, 129},
                                     {513, 511, 200}, {100, 3706, 64},  {31, 33, 4001},
                                     {2048, 16, 64},  {1000, 1000, 333}};
  for (gsize s = 0; s < G_N_ELEMENTS(sizes); s++) {
    const int64_t m = sizes[s][0], n = sizes[s][1], k = sizes[s][2];
    float *a = random_floats(m * k, 4), *b = random_floats(k * n, 5);
    float *first = random_floats(m * n, 6), *c = g_new(float, (gsize)(m * n));
    for (int way = 0; way < 4; way++) {
      const bool ta = (way & 1) != 0, tb = (way & 2) != 0;
      static const int threads[] = {1, 2, 4};
      for (gsize t = 0; t < G_N_ELEMENTS(threads); t++) {
        recnn_parallel_set_threads(threads[t], NULL);
        recnn_gemm(ta, tb, m, n, k, 1.0f, a, ta ? m : k, b, tb ? k : n, 0.0f, t == 0 ? first : c,
                   n);
        if (t > 0) {
          g_assert_cmpmem(c, sizeof *c * (gsize)(m * n), first, sizeof *c * (gsize)(m * n));
        }
      }
    }
    g_free(a);
    g_free(b);
    g_free(first);
    g_free(c);
  }
}

/* Cut along k, a product is what it is uncut, and the same bits at any number of threads. */
static void pieces_add_up(void) {
  static const int64_t sizes[][3] = {{33, 17, 20000}, {96, 64, 5003}, {5, 200, 16001}};
  g_assert_cmpint(recnn_gemm_pieces(0, 8, 1000), ==, 1);
  g_assert_cmpint(recnn_gemm_pieces(8, 8, 1000), ==, 1); /* too little work */
  g_assert_cmpint(recnn_gemm_pieces(1000, 1000, 1000), ==, 1);
  for (gsize s = 0; s < G_N_ELEMENTS(sizes); s++) {
    const int64_t m = sizes[s][0], n = sizes[s][1], k = sizes[s][2], ldc = n + 3;
    const int64_t pieces = recnn_gemm_pieces(m, n, k);
    g_assert_cmpint(pieces, >, 1);
    float *a = random_floats(m * k, 7), *b = random_floats(k * n, 8);
    float *scratch = random_floats(pieces * m * n, 9), *first = g_new0(float, (gsize)(m * ldc));
    for (int way = 0; way < 8; way++) {
      const bool ta = (way & 1) != 0, tb = (way & 2) != 0;
      const float beta = (way & 4) != 0 ? 1.0f : 0.0f;
      float *whole = random_floats(m * ldc, 10);
      recnn_blas_sgemm(ta, tb, m, n, k, 2.0f, a, ta ? m : k, b, tb ? k : n, beta, whole, ldc);
      for (int threads = 1; threads <= 4; threads *= 2) {
        float *c = random_floats(m * ldc, 10);
        recnn_parallel_set_threads(threads, NULL);
        recnn_gemm_in_pieces(ta, tb, m, n, k, 2.0f, a, ta ? m : k, b, tb ? k : n, beta, c, ldc,
                             scratch);
        for (int64_t i = 0; i < m * ldc; i++)
          g_assert_cmpfloat_with_epsilon(c[i], whole[i], 0.05f);
        if (threads == 1)
          memcpy(first, c, sizeof *c * (gsize)(m * ldc));
        g_assert_cmpmem(c, sizeof *c * (gsize)(m * ldc), first, sizeof *c * (gsize)(m * ldc));
        g_free(c);
      }
      g_free(whole);
    }
    g_free(a);
    g_free(b);
    g_free(scratch);
    g_free(first);
  }
}

static void tiles_cover_the_result(void) {
  static const int64_t sizes[] = {1, 2, 15, 16, 17, 64, 100, 1000, 4097, 100000};
  for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
    for (gsize j = 0; j < G_N_ELEMENTS(sizes); j++) {
      for (gsize l = 0; l < G_N_ELEMENTS(sizes); l++) {
        const int64_t m = sizes[i], n = sizes[j];
        const RecnnGemmTiles t = recnn_gemm_tiles(m, n, sizes[l]);
        g_assert_cmpint(t.rows * t.n_down, >=, m);
        g_assert_cmpint(t.rows * (t.n_down - 1), <, m);
        g_assert_cmpint(t.columns * t.n_across, >=, n);
        g_assert_cmpint(t.columns * (t.n_across - 1), <, n);
        g_assert_true(t.n_down == 1 || t.rows % 16 == 0);
        g_assert_true(t.n_across == 1 || t.columns % 16 == 0);
        g_assert_cmpint(t.n_down * t.n_across, <=, 16);
      }
    }
  }
  /* Work that is worth it is shared, small work is not. */
  g_assert_cmpint(recnn_gemm_tiles(1024, 64, 128).n_down, >=, 2);
  g_assert_cmpint(recnn_gemm_tiles(64, 3706, 128).n_across, >=, 2);
  g_assert_cmpint(recnn_gemm_tiles(64, 64, 64).n_down, ==, 1);
  g_assert_cmpint(recnn_gemm_tiles(0, 5, 5).n_down, ==, 0);
  g_assert_cmpint(recnn_gemm_tiles(5, 0, 5).n_across, ==, 0);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  GError *error = NULL;
  recnn_blas_load(&error);
  g_assert_no_error(error);
  g_test_add_func("/gemm/blas", blas_product);
  g_test_add_func("/gemm/tiled", tiled_product);
  g_test_add_func("/gemm/empty", empty);
  g_test_add_func("/gemm/huge-leading-dimension", huge_leading_dimension);
  g_test_add_func("/gemm/pieces-add-up", pieces_add_up);
  g_test_add_func("/gemm/threads-change-no-bit", threads_change_no_bit);
  g_test_add_func("/gemm/tiles-cover-the-result", tiles_cover_the_result);
  return g_test_run();
}
