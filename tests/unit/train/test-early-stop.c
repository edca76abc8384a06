/* The rule of early stopping, on rows of numbers. */
#include <math.h>

#include <glib.h>

#include "train/early-stop.h"

/* Feeds values until the rule says it is over; returns how many were taken. */
static int feed(RecnnEarlyStop *stop, const double *values, int n, int *ret_best) {
  *ret_best = -1;
  for (int i = 0; i < n; i++) {
    if (recnn_early_stop_observe(stop, values[i]))
      *ret_best = i;
    if (recnn_early_stop_is_over(stop))
      return i + 1;
  }
  return n;
}

static void test_patience(void) {
  static const double values[] = {0.1, 0.3, 0.2, 0.25, 0.29, 0.31, 0.0, 0.0, 0.0, 0.9};
  RecnnEarlyStop stop;
  int best;
  recnn_early_stop_init(&stop, true, 0.0, 3);
  g_assert_cmpint(feed(&stop, values, 10, &best), ==, 5); /* three in a row without improvement */
  g_assert_cmpint(best, ==, 1);
  recnn_early_stop_init(&stop, true, 0.0, 4);
  g_assert_cmpint(feed(&stop, values, 10, &best), ==, 10); /* ended by the end, not the rule */
  g_assert_cmpint(best, ==, 9);
  recnn_early_stop_init(&stop, true, 0.0, 1);
  g_assert_cmpint(feed(&stop, values, 10, &best), ==, 3);
  recnn_early_stop_init(&stop, true, 0.0, 0);
  g_assert_cmpint(feed(&stop, values, 9, &best), ==, 9); /* never */
  g_assert_cmpint(best, ==, 5);
}

static void test_lower_is_better(void) {
  static const double values[] = {1.0, 0.9, 0.95, 0.8, 0.85, 0.84};
  RecnnEarlyStop stop;
  int best;
  recnn_early_stop_init(&stop, false, 0.0, 2);
  g_assert_cmpint(feed(&stop, values, 6, &best), ==, 6);
  g_assert_cmpint(best, ==, 3);
}

static void test_equal_is_no_improvement(void) {
  static const double values[] = {0.5, 0.5, 0.5, 0.5};
  RecnnEarlyStop stop;
  int best;
  recnn_early_stop_init(&stop, true, 0.0, 2);
  g_assert_cmpint(feed(&stop, values, 4, &best), ==, 3);
  g_assert_cmpint(best, ==, 0);
  static const double zeros[] = {0.0, 0.0};
  recnn_early_stop_init(&stop, true, 0.0, 2);
  g_assert_cmpint(feed(&stop, zeros, 2, &best), ==, 2);
  g_assert_cmpint(best, ==, 0); /* the first number is one, whatever it is */
}

static void test_min_delta(void) {
  /* compared with the best, not with the value before: small steps add up */
  static const double values[] = {0.5, 0.5625, 0.625, 0.75};
  RecnnEarlyStop stop;
  int best;
  recnn_early_stop_init(&stop, true, 0.125, 5);
  feed(&stop, values, 3, &best);
  g_assert_cmpint(best, ==, 0); /* exactly min_delta is not more than it */
  g_assert_true(recnn_early_stop_observe(&stop, values[3]));
  g_assert_cmpfloat(stop.best, ==, 0.75);
}

static void test_nan(void) {
  static const double values[] = {NAN, 0.1, NAN, NAN};
  RecnnEarlyStop stop;
  int best;
  recnn_early_stop_init(&stop, true, 0.0, 2);
  g_assert_cmpint(feed(&stop, values, 4, &best), ==, 4);
  g_assert_cmpint(best, ==, 1);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/early-stop/patience", test_patience);
  g_test_add_func("/early-stop/lower-is-better", test_lower_is_better);
  g_test_add_func("/early-stop/equal-is-no-improvement", test_equal_is_no_improvement);
  g_test_add_func("/early-stop/min-delta", test_min_delta);
  g_test_add_func("/early-stop/nan", test_nan);
  return g_test_run();
}
