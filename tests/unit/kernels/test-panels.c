/* Products by panels: against a plain loop, exactly, on integers; the same bits however they are
 * cut; and nothing is written beside the result. */
#include <glib.h>

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "kernels/panels.h"

enum { MOST_M = 61, MOST_N = 131, MOST_K = 1030, PAD = 3 };

static float a[MOST_M * (MOST_K + PAD)];
static float b[MOST_N * (MOST_K + PAD) + MOST_K * (MOST_N + PAD)];
static float c[MOST_M * (MOST_N + PAD)], first[MOST_M * (MOST_N + PAD)];

static void fill(float *x, gsize n, bool integers) {
  RecnnRng rng;
  recnn_rng_init(&rng, n, RECNN_STREAM(RECNN_STREAM_TEST, 0));
  for (gsize i = 0; i < n; i++)
    x[i] = integers ? (float)recnn_rng_below(&rng, 31) - 15.0f : (float)recnn_rng_normal(&rng);
}

static float *panels_of(bool transposed, int64_t n, int64_t k) {
  float *panels = recnn_memory_new((gsize)recnn_panels_size(n, k), sizeof *panels, "panels", NULL);
  g_assert_nonnull(panels);
  recnn_panels_pack(transposed, n, k, b, (transposed ? k : n) + PAD, panels);
  return panels;
}

static void check(bool tb, bool add, int64_t m, int64_t n, int64_t k) {
  int64_t lda = k + PAD, ldb = (tb ? k : n) + PAD, ldc = n + PAD;
  float *panels = panels_of(tb, n, k);
  for (int64_t i = 0; i < m * ldc; i++)
    c[i] = add || i % ldc >= n ? 7.0f : NAN; /* without `add` it is not read */
  recnn_panels_run(&(RecnnPanelsProduct){add, m, n, k, a, lda, panels, c, ldc});
  for (int64_t i = 0; i < m; i++) {
    for (int64_t j = 0; j < n; j++) {
      float sum = add ? 7.0f : 0.0f;
      for (int64_t l = 0; l < k; l++)
        sum += a[i * lda + l] * b[tb ? j * ldb + l : l * ldb + j];
      g_assert_cmpfloat(c[i * ldc + j], ==, sum);
    }
    for (int64_t j = n; j < ldc; j++)
      g_assert_cmpfloat(c[i * ldc + j], ==, 7.0f);
  }
  recnn_memory_free(panels);
}

static bool runs(void) {
  if (recnn_panels_pay(64, 64, 64))
    return true;
  g_test_skip("this processor has no AVX-512: BLAS multiplies");
  return false;
}

static void test_exact(void) {
  static const int64_t ms[] = {1, 5, 6, 13, 61}, ns[] = {1, 15, 16, 63, 64, 65, 131},
                       ks[] = {1, 17, 511, 512, 513, 1030};
  if (!runs())
    return;
  fill(a, G_N_ELEMENTS(a), true);
  fill(b, G_N_ELEMENTS(b), true);
  for (gsize m = 0; m < G_N_ELEMENTS(ms); m++)
    for (gsize n = 0; n < G_N_ELEMENTS(ns); n++)
      for (gsize k = 0; k < G_N_ELEMENTS(ks); k++)
        for (int way = 0; way < 4; way++)
          check(way & 1, way & 2, ms[m], ns[n], ks[k]);
}

static void test_cuts(void) {
  int64_t m = MOST_M, n = MOST_N, k = MOST_K;
  if (!runs())
    return;
  fill(a, G_N_ELEMENTS(a), false);
  fill(b, G_N_ELEMENTS(b), false);
  float *panels = panels_of(true, n, k);
  RecnnPanelsProduct p = {false, m, n, k, a, k, panels, first, n};
  recnn_panels_multiply(&p, 0, m, 0, 3);
  p.c = c;
  for (int64_t rows = 1; rows <= 14; rows++) {
    memset(c, 0, sizeof c);
    for (int64_t row = 0; row < m; row += rows)
      for (int64_t panel = 0; panel < 3; panel++)
        recnn_panels_multiply(&p, row, rows, panel, 1);
    g_assert_cmpmem(c, sizeof *c * (gsize)(m * n), first, sizeof *c * (gsize)(m * n));
  }
  recnn_memory_free(panels);
}

/* Every element is in one tile, whatever the sizes. */
static void test_tiles(void) {
  static const int64_t sizes[] = {1, 48, 64, 100, 256, 3706, 40961};
  for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++)
    for (gsize j = 0; j < G_N_ELEMENTS(sizes); j++)
      for (gsize l = 0; l < G_N_ELEMENTS(sizes); l++) {
        int64_t m = sizes[i], n = sizes[j],
                count = (n + RECNN_PANELS_WIDTH - 1) / RECNN_PANELS_WIDTH;
        RecnnPanelsTiles t = recnn_panels_tiles(m, n, sizes[l]);
        g_assert_cmpint(t.rows * t.n_down, >=, m);
        g_assert_cmpint(t.rows * (t.n_down - 1), <, m);
        g_assert_cmpint(t.n_panels * t.n_across, >=, count);
        g_assert_cmpint(t.n_panels * (t.n_across - 1), <, count);
      }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/kernels/panels/exact", test_exact);
  g_test_add_func("/kernels/panels/cuts", test_cuts);
  g_test_add_func("/kernels/panels/tiles", test_tiles);
  return g_test_run();
}
