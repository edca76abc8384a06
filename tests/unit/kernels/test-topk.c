/* The k best against sorting everything: ties, masked and undefined scores, all sizes around the
 * blocks that are skipped. */
#include <glib.h>

#include <math.h>
#include <stdlib.h>

#include "base/rng.h"
#include "kernels/topk.h"

static const float *sorted_scores;

static int by_rank(const void *a, const void *b) {
  const int64_t i = *(const int64_t *)a, j = *(const int64_t *)b;
  const float x = sorted_scores[i], y = sorted_scores[j];
  return x > y ? -1 : x < y ? 1 : i < j ? -1 : i > j;
}

static void check(const float *scores, int64_t n, int64_t k) {
  int64_t *order = g_new(int64_t, (gsize)n + 1);
  int64_t valid = 0;
  for (int64_t i = 0; i < n; i++) {
    if (!isnan(scores[i]) && scores[i] != -INFINITY) {
      order[valid++] = i;
    }
  }
  sorted_scores = scores;
  qsort(order, (size_t)valid, sizeof *order, by_rank);
  int64_t *indices = g_new(int64_t, (gsize)k + 1);
  float *values = g_new(float, (gsize)k + 1);
  indices[k] = 12345;
  values[k] = 0.5f;
  const int64_t found = recnn_topk(scores, n, k, indices, values);
  g_assert_cmpint(found, ==, MIN(k, valid));
  for (int64_t i = 0; i < found; i++) {
    g_assert_cmpint(indices[i], ==, order[i]);
    g_assert_true(values[i] == scores[order[i]]);
  }
  g_assert_cmpint(indices[k], ==, 12345);
  g_assert_true(values[k] == 0.5f);
  g_assert_cmpint(recnn_topk(scores, n, k, indices, NULL), ==, found);
  g_assert_true(found == 0 || indices[0] == order[0]);
  g_free(order);
  g_free(indices);
  g_free(values);
}

enum { MOST = 400 };

static void random_scores(void) {
  float scores[MOST];
  RecnnRng rng;
  recnn_rng_init(&rng, 1, RECNN_STREAM(RECNN_STREAM_TEST, 0));
  static const int64_t ks[] = {0, 1, 2, 3, 10, 31, 32, 33, 100, 400, 500};
  for (int64_t n = 0; n <= MOST; n += n < 140 ? 1 : 37) {
    for (int64_t i = 0; i < n; i++) {
      scores[i] = (float)recnn_rng_normal(&rng);
    }
    for (gsize k = 0; k < G_N_ELEMENTS(ks); k++) {
      check(scores, n, ks[k]);
    }
  }
}

static void ties(void) {
  float scores[MOST];
  RecnnRng rng;
  recnn_rng_init(&rng, 2, RECNN_STREAM(RECNN_STREAM_TEST, 0));
  for (int levels = 1; levels <= 4; levels++) {
    for (int64_t n = 1; n <= MOST; n += 23) {
      for (int64_t i = 0; i < n; i++) {
        scores[i] = (float)recnn_rng_below(&rng, (uint64_t)levels);
      }
      for (int64_t k = 1; k <= 40; k += 3) {
        check(scores, n, k);
      }
    }
  }
}

static void ordered(void) {
  float up[MOST], down[MOST];
  for (int i = 0; i < MOST; i++) {
    up[i] = (float)i;
    down[i] = -(float)i;
  }
  for (int64_t k = 1; k <= MOST; k += 7) {
    check(up, MOST, k);
    check(down, MOST, k);
  }
}

static void masked_and_undefined(void) {
  float scores[MOST];
  RecnnRng rng;
  recnn_rng_init(&rng, 3, RECNN_STREAM(RECNN_STREAM_TEST, 0));
  for (int share = 1; share <= 10; share++) {
    for (int64_t i = 0; i < MOST; i++) {
      scores[i] = recnn_rng_below(&rng, 10) < (uint64_t)share ? -INFINITY
                  : recnn_rng_below(&rng, 10) == 0            ? NAN
                  : recnn_rng_below(&rng, 50) == 0            ? INFINITY
                                                              : (float)recnn_rng_normal(&rng);
    }
    for (int64_t k = 1; k <= MOST; k += 13) {
      check(scores, MOST, k);
    }
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/topk/random-scores", random_scores);
  g_test_add_func("/topk/ties", ties);
  g_test_add_func("/topk/ordered", ordered);
  g_test_add_func("/topk/masked-and-undefined", masked_and_undefined);
  return g_test_run();
}
