/* Weighted drawing: shares, zeros, and the same table on every machine. */
#include <glib.h>

#include "base/alias.h"
#include "base/rng.h"

static void check_shares(const double *weights, int64_t n, double limit) {
  enum { DRAWS = 200000 };
  GError *error = NULL;
  RecnnAlias *alias = recnn_alias_new(weights, n, "weights", &error);
  g_assert_no_error(error);
  g_autofree int64_t *counts = g_new0(int64_t, (gsize)n);
  double sum = 0.0;
  for (int64_t i = 0; i < n; i++)
    sum += weights[i];
  for (uint64_t d = 0; d < DRAWS; d++) {
    uint32_t words[4];
    recnn_philox(3, RECNN_STREAM(RECNN_STREAM_TEST, 0), d, words);
    int64_t i = recnn_alias_draw(alias, words);
    g_assert_cmpint(i, >=, 0);
    g_assert_cmpint(i, <, n);
    counts[i]++;
  }
  double chi2 = 0.0;
  for (int64_t i = 0; i < n; i++) {
    double expected = sum > 0.0 ? DRAWS * weights[i] / sum : (double)DRAWS / (double)n;
    if (expected == 0.0)
      g_assert_cmpint(counts[i], ==, 0);
    else
      chi2 += ((double)counts[i] - expected) * ((double)counts[i] - expected) / expected;
  }
  g_assert_cmpfloat(chi2, <, limit); /* one in a thousand, and fixed */
  recnn_alias_free(alias);
}

static void test_shares(void) {
  check_shares((const double[]){1.0}, 1, 0.001);
  check_shares((const double[]){1.0, 3.0}, 2, 10.8);
  check_shares((const double[]){5.0, 0.0, 1.0, 0.25, 0.0, 100.0}, 6, 16.3);
  check_shares((const double[]){0.0, 0.0, 0.0, 7.0}, 4, 0.001);
  check_shares((const double[]){1.0, 1.0, 1.0, 1.0, 1.0}, 5, 18.5);
  check_shares((const double[]){0.0, 0.0, 0.0}, 3, 13.8);
  double powers[200];
  for (int i = 0; i < 200; i++)
    powers[i] = i % 10 == 3 ? 0.0 : 1000.0 / (i + 1);
  check_shares(powers, 200, 243.0);
  recnn_alias_free(NULL);
}

/* What has no share is not drawn for any word. */
static void test_zero(void) {
  RecnnAlias *alias = recnn_alias_new((const double[]){0.0, 1.0, 0.0, 0.5}, 4, "weights", NULL);
  static const uint32_t edges[] = {0,          1,          0x3fffffff, 0x40000000,
                                   0x80000000, 0xfffffffe, 0xffffffff};
  for (size_t a = 0; a < G_N_ELEMENTS(edges); a++)
    for (size_t b = 0; b < G_N_ELEMENTS(edges); b++)
      g_assert_cmpint(recnn_alias_draw(alias, (const uint32_t[]){edges[a], 0, edges[b], 0}) % 2, ==,
                      1);
  recnn_alias_free(alias);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/alias/shares", test_shares);
  g_test_add_func("/alias/zero", test_zero);
  return g_test_run();
}
