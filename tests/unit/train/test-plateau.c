/* The rule of ReduceLROnPlateau on rows of numbers: the learning rate after each. */
#include <math.h>

#include <glib.h>

#include "train/plateau.h"

static void follow(RecnnPlateau *plateau, double rate, const double *values, const double *rates,
                   int n) {
  for (int i = 0; i < n; i++) {
    rate = recnn_plateau_observe(plateau, values[i], rate);
    g_assert_cmpfloat_with_epsilon(rate, rates[i], 1e-15);
  }
}

static void test_patience(void) {
  static const double losses[] = {1.0, 0.9, 0.95, 0.9, 0.91, 0.89, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9};
  static const double rates[] = {1, 1, 1, 1, .5, .5, .5, .5, .25, .25, .25, .125};
  RecnnPlateau plateau;
  recnn_plateau_init(&plateau, false, 0.5, 2);
  follow(&plateau, 1.0, losses, rates, 12);
  recnn_plateau_init(&plateau, false, 0.5, 0); /* at once */
  static const double at_once[] = {1, 1, .5, .25, .125, .125};
  follow(&plateau, 1.0, losses, at_once, 6);
}

static void test_higher_is_better(void) {
  static const double values[] = {0.1, 0.2, 0.15, 0.19, 0.3};
  static const double rates[] = {1, 1, 1, .1, .1};
  RecnnPlateau plateau;
  recnn_plateau_init(&plateau, true, 0.1, 1);
  follow(&plateau, 1.0, values, rates, 5);
}

/* Better by less than a ten-thousandth is not better, and the best is not moved by it. */
static void test_threshold(void) {
  static const double values[] = {1.0, 1.00005, 1.00009, 1.0002};
  static const double rates[] = {1, .5, .25, .25};
  RecnnPlateau plateau;
  recnn_plateau_init(&plateau, true, 0.5, 0);
  follow(&plateau, 1.0, values, rates, 4);
}

static void test_nan_and_the_smallest_step(void) {
  static const double values[] = {NAN, NAN, 1.0, NAN};
  static const double rates[] = {.5, .25, .25, .125};
  RecnnPlateau plateau;
  recnn_plateau_init(&plateau, false, 0.5, 0);
  follow(&plateau, 1.0, values, rates, 4);
  g_assert_cmpfloat(recnn_plateau_observe(&plateau, 2.0, 1.5e-8), ==, 1.5e-8);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/plateau/patience", test_patience);
  g_test_add_func("/plateau/higher-is-better", test_higher_is_better);
  g_test_add_func("/plateau/threshold", test_threshold);
  g_test_add_func("/plateau/nan-and-the-smallest-step", test_nan_and_the_smallest_step);
  return g_test_run();
}
