/* Vector kernels against plain loops, at every small length and at unaligned places. */
#include <glib.h>

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "kernels/vector.h"

enum { MOST = 200 };

static float x[MOST + 8], y[MOST + 8], z[MOST + 8];

static void randomise(void) {
  RecnnRng rng;
  recnn_rng_init(&rng, 1, RECNN_STREAM(RECNN_STREAM_TEST, 0));
  for (int i = 0; i < MOST + 8; i++) {
    x[i] = (float)recnn_rng_normal(&rng);
    y[i] = z[i] = (float)recnn_rng_normal(&rng);
  }
}

/* Runs the kernel on z[offset ...], and checks that it did to it what `expected` says. */
#define CHECK(call, expected)                                                                      \
  for (int offset = 0; offset < 4; offset++) {                                                     \
    for (int64_t n = 0; n <= MOST; n++) {                                                          \
      randomise();                                                                                 \
      float *to = z + offset;                                                                      \
      const float *from = x + 3 - offset;                                                          \
      call;                                                                                        \
      for (int64_t i = -offset; i < MOST + 8 - offset; i++) {                                      \
        const float was = (y + offset)[i];                                                         \
        g_assert_true(to[i] == (i >= 0 && i < n ? (expected) : was));                              \
      }                                                                                            \
    }                                                                                              \
  }

static void add(void) { CHECK(recnn_vector_add(to, from, n), was + from[i]) }

static void axpy(void) { CHECK(recnn_vector_axpy(to, -1.5f, from, n), was + -1.5f * from[i]) }

static void scale(void) { CHECK((recnn_vector_scale(to, 0.3f, n), (void)from), was * 0.3f) }

static void accumulate(void) {
  CHECK(recnn_vector_accumulate(to, 0.0f, from, n), from[i])
  CHECK(recnn_vector_accumulate(to, 1.0f, from, n), was + from[i])
  CHECK(recnn_vector_accumulate(to, 0.9f, from, n), 0.9f * was + from[i])
  z[0] = NAN; /* beta 0 must not read it */
  recnn_vector_accumulate(z, 0.0f, x, 1);
  g_assert_true(z[0] == x[0]);
}

static void dot(void) {
  randomise();
  for (int64_t n = 0; n <= MOST; n++) {
    double plain = 0.0, size = 0.0;
    for (int64_t i = 0; i < n; i++) {
      plain += (double)x[i + 1] * (double)y[i];
      size += fabs((double)x[i + 1] * (double)y[i]);
    }
    g_assert_cmpfloat(fabs(recnn_vector_dot(x + 1, y, n) - plain), <=, 1e-14 * size);
  }
}

static void square_sum(void) {
  randomise();
  for (int64_t n = 0; n <= MOST; n++) {
    double plain = 0.0;
    for (int64_t i = 0; i < n; i++) {
      plain += (double)x[i] * (double)x[i];
    }
    g_assert_cmpfloat(fabs(recnn_vector_square_sum(x, n) - plain), <=, 1e-13 * plain);
    /* The place in memory does not matter. */
    memcpy(z + 1, x, sizeof *x * (gsize)n);
    g_assert_true(recnn_vector_square_sum(z + 1, n) == recnn_vector_square_sum(x, n));
  }
  /* Squares that float32 could not hold. */
  const float large[2] = {1e30f, -FLT_MAX};
  g_assert_cmpfloat(recnn_vector_square_sum(large, 2), ==,
                    (double)large[0] * (double)large[0] + (double)FLT_MAX * (double)FLT_MAX);
}

/* The documented order, so that a change of it shows: 16 lanes, then halves. */
static void square_sum_order(void) {
  randomise();
  for (int64_t n = 0; n <= MOST; n++) {
    double lanes[16] = {0.0};
    for (int64_t i = 0; i < n; i++) {
      lanes[i % 16] += (double)x[i] * (double)x[i];
    }
    for (int half = 8; half > 0; half /= 2) {
      for (int j = 0; j < half; j++) {
        lanes[j] += lanes[j + half];
      }
    }
    g_assert_true(recnn_vector_square_sum(x, n) == lanes[0]);
  }
}

static void finiteness(void) {
  enum { LONG = 3000 };
  static const float bad[] = {NAN, -NAN, INFINITY, -INFINITY};
  static const float good[] = {0.0f, -0.0f, FLT_MAX, -FLT_MAX, FLT_MIN, 1e-45f};
  float *v = g_new0(float, LONG);
  g_assert_true(recnn_vector_finite(v, 0));
  for (int i = 0; i < LONG; i++) {
    v[i] = good[i % G_N_ELEMENTS(good)];
  }
  g_assert_true(recnn_vector_finite(v, LONG));
  for (int i = 0; i < LONG; i += 7) {
    const float was = v[i];
    v[i] = bad[i % G_N_ELEMENTS(bad)];
    g_assert_false(recnn_vector_finite(v, LONG));
    g_assert_true(recnn_vector_finite(v, i));
    g_assert_false(recnn_vector_finite(v, i + 1));
    v[i] = was;
  }
  g_free(v);
}

static void count_above(void) {
  randomise();
  for (int64_t n = 0; n <= MOST; n++) {
    x[n / 2] = x[n / 3] = 0.25f;
    x[n / 4] = NAN;
    int64_t greater = 0, equal = 0, got_greater = -1, got_equal = -1;
    for (int64_t i = 0; i < n; i++) {
      greater += x[i] > 0.25f;
      equal += x[i] == 0.25f;
    }
    recnn_vector_count_above(x, n, 0.25f, &got_greater, &got_equal);
    g_assert_cmpint(got_greater, ==, greater);
    g_assert_cmpint(got_equal, ==, equal);
  }
  /* Longer than what one pass counts. */
  const int64_t n = ((int64_t)1 << 20) + 3;
  float *v = g_new0(float, (gsize)n);
  v[n - 1] = 2.0f;
  int64_t greater, equal;
  recnn_vector_count_above(v, n, 0.0f, &greater, &equal);
  g_assert_cmpint(greater, ==, 1);
  g_assert_cmpint(equal, ==, n - 1);
  recnn_vector_count_above(v, n, -INFINITY, &greater, &equal);
  g_assert_cmpint(greater, ==, n);
  g_free(v);
}

static void logistic(void) {
  for (double at = -200.0; at <= 200.0; at += 0.37) {
    const float v = (float)at;
    const double sigmoid = 1.0 / (1.0 + exp(-(double)v));
    const double softplus = v > 0.0f ? v + log1p(exp(-(double)v)) : log1p(exp((double)v));
    g_assert_cmpfloat(fabs(recnn_sigmoid(v) - sigmoid), <=, 3e-7 * sigmoid + 2e-45);
    g_assert_cmpfloat(fabs(recnn_softplus(v) - softplus), <=, 3e-7 * softplus + 2e-45);
  }
  g_assert_true(recnn_sigmoid(0.0f) == 0.5f);
  g_assert_true(recnn_sigmoid(INFINITY) == 1.0f && recnn_sigmoid(-INFINITY) == 0.0f);
  g_assert_true(isinf(recnn_softplus(INFINITY)) && recnn_softplus(-INFINITY) == 0.0f);
  g_assert_true(recnn_softplus(FLT_MAX) == FLT_MAX && recnn_softplus(-FLT_MAX) == 0.0f);
  g_assert_true(isnan(recnn_sigmoid(NAN)) && isnan(recnn_softplus(NAN)));
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/vector/add", add);
  g_test_add_func("/vector/axpy", axpy);
  g_test_add_func("/vector/scale", scale);
  g_test_add_func("/vector/accumulate", accumulate);
  g_test_add_func("/vector/dot", dot);
  g_test_add_func("/vector/square-sum", square_sum);
  g_test_add_func("/vector/square-sum-order", square_sum_order);
  g_test_add_func("/vector/finite", finiteness);
  g_test_add_func("/vector/count-above", count_above);
  g_test_add_func("/vector/logistic", logistic);
  return g_test_run();
}
