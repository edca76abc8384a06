/* Elementary functions against the C library in double: close over the whole range, at its ends
 * too, and an element's result does not depend on its place. */
#include <math.h>
#include <string.h>

#include <glib.h>

#include "kernels/vecmath.h"

typedef struct Function {
  const char *name;
  void (*vector)(float *y, const float *x, int64_t n);
  double (*exact)(double x);
} Function;

static double exact_sigmoid(double x) { return 1.0 / (1.0 + exp(-x)); }
static double exact_softplus(double x) { return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x)); }

static const Function functions[] = {{"exp", recnn_vector_exp, exp},
                                     {"tanh", recnn_vector_tanh, tanh},
                                     {"sigmoid", recnn_vector_sigmoid, exact_sigmoid},
                                     {"softplus", recnn_vector_softplus, exact_softplus}};

/* Within 8 ulp: 4 of libmvec's and what is computed around it.  Results below the normal range may
 * be zero. */
static void assert_close(const Function *f, float x, float is) {
  double expected = f->exact((double)x);
  if (fabs(expected) > 3.4e38) {
    g_assert_true(isinf(is));
    return;
  }
  double room = 8.0 * 0x1p-24 * fabs(expected) + 1.2e-38;
  if (!(fabs((double)is - expected) <= room))
    g_error("%s (%.9g) is %.9g, expected %.9g", f->name, (double)x, (double)is, expected);
}

static void test_values(void) {
  enum { N = 40001 };
  float *x = g_new(float, N), *y = g_new(float, N);
  for (size_t i = 0; i < G_N_ELEMENTS(functions); i++) {
    for (int scale = 0; scale < 3; scale++) {
      const float widths[3] = {100.0f, 10.0f, 0.01f};
      for (int j = 0; j < N; j++)
        x[j] = widths[scale] * ((float)j / (N / 2) - 1.0f);
      functions[i].vector(y, x, N);
      for (int j = 0; j < N; j++)
        assert_close(&functions[i], x[j], y[j]);
    }
  }
  g_free(x);
  g_free(y);
}

static void test_ends(void) {
  const float x[5] = {INFINITY, -INFINITY, NAN, 3e38f, -3e38f};
  const float expected[4][4] = {
      {INFINITY, 0, INFINITY, 0}, {1, -1, 1, -1}, {1, 0, 1, 0}, {INFINITY, 0, 3e38f, 0}};
  for (size_t i = 0; i < G_N_ELEMENTS(functions); i++) {
    float y[5];
    functions[i].vector(y, x, 5);
    g_assert_true(isnan(y[2]));
    g_assert_cmpfloat(y[0], ==, expected[i][0]);
    g_assert_cmpfloat(y[1], ==, expected[i][1]);
    g_assert_cmpfloat(y[3], ==, expected[i][2]);
    g_assert_cmpfloat(y[4], ==, expected[i][3]);
  }
}

static void test_place(void) {
  float x[600], all[600], some[600];
  for (int i = 0; i < 600; i++)
    x[i] = 0.037f * (float)(i - 300);
  for (size_t f = 0; f < G_N_ELEMENTS(functions); f++) {
    functions[f].vector(all, x, 600);
    for (int n = 0; n < 40; n++) { /* every length of a last piece, at every offset to a vector */
      functions[f].vector(some, x + n, 600 - 2 * n);
      g_assert_cmpmem(some, (size_t)(600 - 2 * n) * sizeof *x, all + n,
                      (size_t)(600 - 2 * n) * sizeof *x);
    }
    memcpy(some, x, sizeof some);
    functions[f].vector(some, some, 599); /* in place, and what lies behind is left alone */
    g_assert_cmpmem(some, 599 * sizeof *x, all, 599 * sizeof *x);
    g_assert_cmpfloat(some[599], ==, x[599]);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/vecmath/values", test_values);
  g_test_add_func("/vecmath/ends", test_ends);
  g_test_add_func("/vecmath/place", test_place);
  return g_test_run();
}
