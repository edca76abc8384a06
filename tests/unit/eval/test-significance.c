/* Tests of differences against figures of scipy 1.17.1 (ttest_1samp, wilcoxon with its defaults,
 * binomtest, t.sf, betainc, norm.sf), which this needs no Python to check; and the bootstrap. */
#include <math.h>

#include <glib.h>

#include "base/parallel.h"
#include "base/rng.h"
#include "eval/significance.h"

static const double few[] = {0.5, -0.25, 1.5, 2.0, -1.0, 3.0, 0.125};
static const double untied[] = {
    0.20123,   0.498746,  -0.074138, -0.690592, -0.254671, -0.791647, 0.260144,  1.540215,
    -0.292207, -0.420475, 0.689842,  0.556887,  0.305414,  -0.730468, 0.170748,  0.895303,
    -1.144215, -0.257616, -1.701223, -1.089538, -1.641735, -0.035091, -1.067446, 0.471264,
    0.356751,  0.013069,  -2.31676,  -0.338693, 0.151499,  0.313309,  -1.330136, -0.277753,
    -0.778519, -0.608837, 1.260899,  -0.607535, 0.167478,  1.08439,   -0.3836,   0.088298};
static const double tied[] = {
    1.0,  1.0,  -0.5, 0.25,  1.0,   0.75,  0.5,  0.5,   -0.75, 0.5,  0.0, -0.75, -0.5,  0.25,  0.5,
    0.25, 0.25, 0.75, 0.5,   -0.25, 0.5,   0.25, -0.75, -0.75, 0.5,  0.0, 0.25,  -0.25, -0.5,  -0.5,
    0.0,  0.75, 0.0,  0.0,   0.25,  1.0,   0.0,  0.25,  0.0,   0.25, 0.0, 0.5,   0.25,  0.5,   1.0,
    -0.5, 0.25, 0.0,  -0.25, -0.5,  -0.75, 0.0,  0.75,  -0.75, 0.0,  1.0, 1.0,   -0.5,  -0.75, 0.5};
static const double many[] = {
    0.746903,  -1.89242,  -0.36317,  0.002713,  1.357015,  0.789404,  -0.227213, -0.268576,
    -0.150195, 1.623529,  -0.328025, -0.20368,  0.452589,  -0.02077,  -0.097284, -1.014067,
    0.088479,  -0.343581, 1.266128,  0.753089,  0.075856,  0.768381,  -0.23987,  1.152126,
    0.0946,    0.683382,  -1.190893, 0.44668,   -1.588204, -1.935329, -0.204477, -0.799928,
    0.264053,  2.344757,  -0.731723, -0.523944, 0.305404,  0.593013,  -0.076406, -0.10593,
    0.802463,  0.619908,  -0.933676, 0.020819,  0.135287,  -0.954485, 0.359839,  -0.757956,
    1.072067,  0.292746,  0.189306,  -0.491028, -0.01861,  -1.897746, -1.031407, 0.46284,
    -2.028567, 0.946609,  -1.646096, 0.856739,  -0.745497, 0.878991,  0.230951,  -1.436835,
    1.349149,  1.541707,  0.034195,  -0.173916, -0.059867, -0.875152};

static const struct {
  const double *differences;
  int64_t n;
  double t, t_p;
  int64_t nonzero;
  double wilcoxon, wilcoxon_p;
  int64_t above;
  double sign_p;
} cases[] = {
    {few, 7, 1.5937545797287251, 0.16210000970709604, 7, 6, 0.21875, 5, 0.453125},
    {untied, 40, -1.5040619896349829, 0.14062130000727643, 40, 310, 0.18311741828802042, 18,
     0.6358280026288412},
    {tied, 60, 1.9738604710510148, 0.053085888517730669, 49, 442.5, 0.087737632039996863, 32,
     0.044384160987149812},
    {many, 70, -0.22906094446793171, 0.81949913641230332, 70, 1230, 0.94168493742877946, 35, 1},
};

/* Relative, as p-values span hundreds of orders of magnitude. */
static void assert_near(double got, double want, double tolerance) {
  if (!(fabs(got - want) <= tolerance * fabs(want)))
    g_error("got %.17g, expected %.17g", got, want);
}

static void test_against_scipy(void) {
  for (size_t c = 0; c < G_N_ELEMENTS(cases); c++) {
    RecnnTestResult r;
    g_assert_true(recnn_test_differences(RECNN_TEST_T, cases[c].differences, cases[c].n, &r, NULL));
    g_assert_cmpint(r.n, ==, cases[c].n);
    assert_near(r.statistic, cases[c].t, 1e-12);
    assert_near(r.p, cases[c].t_p, 1e-12);
    g_assert_true(
        recnn_test_differences(RECNN_TEST_WILCOXON, cases[c].differences, cases[c].n, &r, NULL));
    g_assert_cmpint(r.n, ==, cases[c].nonzero);
    g_assert_cmpfloat(r.statistic, ==, cases[c].wilcoxon);
    assert_near(r.p, cases[c].wilcoxon_p, 1e-12);
    g_assert_true(
        recnn_test_differences(RECNN_TEST_SIGN, cases[c].differences, cases[c].n, &r, NULL));
    g_assert_cmpint(r.n, ==, cases[c].nonzero);
    g_assert_cmpfloat(r.statistic, ==, (double)cases[c].above);
    assert_near(r.p, cases[c].sign_p, 1e-12);
  }
}

static void test_functions(void) {
  static const double student[][3] = {
      {0.5, 1, 0.70483276469913347},       {2.5, 3, 0.087706647008065561},
      {-1.96, 1000, 0.050273184955748736}, {12, 50, 2.4623806253325432e-16},
      {40, 6039, 1.3989164706870042e-310}, {0.001, 10, 0.99922178337474099},
  };
  static const double beta[][4] = {
      {0.5, 0.5, 0.29999999999999999, 0.36901011956554536},
      {2, 3, 0.90000000000000002, 0.99629999999999996},
      {1000, 2, 0.98999999999999999, 0.00047488372151723685},
      {300, 400, 0.45000000000000001, 0.87382502867342682},
      {100000, 150000, 0.40100000000000002, 0.84628026766189035},
      {3, 1, 0.5, 0.125},
  };
  static const double normal[][2] = {
      {0.10000000000000001, 0.92034432544594202},
      {1.96, 0.04999579029644087},
      {5, 5.7330314375838655e-07},
      {8, 1.2441921148543481e-15},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(student); i++)
    assert_near(recnn_student_two_sided(student[i][0], student[i][1]), student[i][2], 1e-10);
  for (size_t i = 0; i < G_N_ELEMENTS(beta); i++)
    assert_near(recnn_incomplete_beta(beta[i][0], beta[i][1], beta[i][2]), beta[i][3], 1e-9);
  for (size_t i = 0; i < G_N_ELEMENTS(normal); i++)
    assert_near(recnn_normal_two_sided(normal[i][0]), normal[i][1], 1e-12);
  g_assert_cmpfloat(recnn_incomplete_beta(2, 3, 0.0), ==, 0.0);
  g_assert_cmpfloat(recnn_incomplete_beta(2, 3, 1.0), ==, 1.0);
}

/* Nothing to tell apart, too little to tell, and the same everywhere. */
static void test_limits(void) {
  static const double zeros[5], same[4] = {0.5, 0.5, 0.5, 0.5}, one[1] = {0.5};
  RecnnTestResult r;
  for (int test = RECNN_TEST_T; test <= RECNN_TEST_SIGN; test++) {
    g_assert_true(recnn_test_differences((RecnnTest)test, zeros, 5, &r, NULL));
    g_assert_cmpfloat(r.p, ==, 1.0);
    g_assert_cmpfloat(r.mean, ==, 0.0);
    g_assert_true(recnn_test_differences((RecnnTest)test, same, 4, &r, NULL));
    g_assert_cmpfloat(r.mean, ==, 0.5);
    g_assert_true(r.p < 0.2);
  }
  g_assert_true(recnn_test_differences(RECNN_TEST_T, one, 1, &r, NULL));
  g_assert_true(isnan(r.p));
  g_assert_true(recnn_test_differences(RECNN_TEST_SIGN, one, 1, &r, NULL));
  g_assert_cmpfloat(r.p, ==, 1.0);
}

/* The interval of a mean whose standard error is known; the same one on any number of threads. */
static void test_bootstrap(void) {
  enum { N = 2000 };
  double x[N];
  double sum = 0, squares = 0;
  RecnnRng rng;
  recnn_rng_init(&rng, 3, RECNN_STREAM(RECNN_STREAM_TEST, 8));
  for (int i = 0; i < N; i++) {
    x[i] = recnn_rng_normal(&rng);
    sum += x[i];
    squares += x[i] * x[i];
  }
  double mean = sum / N;
  double error = sqrt((squares / N - mean * mean) / N);
  double low, high, again_low, again_high;
  int threads = recnn_parallel_threads();
  g_assert_true(recnn_parallel_set_threads(1, NULL));
  g_assert_true(recnn_bootstrap_mean(x, N, 0.95, 20000, 1, &low, &high, NULL));
  g_assert_true(recnn_parallel_set_threads(3, NULL));
  g_assert_true(recnn_bootstrap_mean(x, N, 0.95, 20000, 1, &again_low, &again_high, NULL));
  g_assert_true(recnn_parallel_set_threads(threads, NULL));
  g_assert_cmpfloat(low, ==, again_low);
  g_assert_cmpfloat(high, ==, again_high);
  g_assert_cmpfloat_with_epsilon(low, mean - 1.96 * error, 0.1 * error);
  g_assert_cmpfloat_with_epsilon(high, mean + 1.96 * error, 0.1 * error);
  g_assert_true(recnn_bootstrap_mean(x, N, 0.95, 20000, 2, &again_low, &again_high, NULL));
  g_assert_cmpfloat(low, !=, again_low);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/significance/against-scipy", test_against_scipy);
  g_test_add_func("/significance/functions", test_functions);
  g_test_add_func("/significance/limits", test_limits);
  g_test_add_func("/significance/bootstrap", test_bootstrap);
  return g_test_run();
}
