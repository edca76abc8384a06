/* Parameters: how they begin, and that threads do not matter for it. */
#include <math.h>
#include <string.h>

#include <glib.h>

#include "base/error.h"
#include "base/parallel.h"
#include "graph/param.h"
#include "tensor/tensor.h"

static RecnnParam *filled(int64_t rows, int64_t columns, RecnnInit init, uint64_t seed) {
  GError *error = NULL;
  RecnnParam *param =
      recnn_param_new("p", RECNN_FLOAT32, 2, (int64_t[]){rows, columns}, true, &error);
  g_assert_no_error(error);
  recnn_param_fill(param, init, seed, &error);
  g_assert_no_error(error);
  return param;
}

/* Mean, standard deviation, least and greatest element. */
static void moments(const RecnnParam *param, double out[4]) {
  const float *x = param->value.data;
  int64_t n = recnn_tensor_count(&param->value);
  double sum = 0.0, squares = 0.0;
  out[2] = INFINITY;
  out[3] = -INFINITY;
  for (int64_t i = 0; i < n; i++) {
    sum += x[i];
    squares += (double)x[i] * x[i];
    out[2] = MIN(out[2], x[i]);
    out[3] = MAX(out[3], x[i]);
  }
  out[0] = sum / (double)n;
  out[1] = sqrt(squares / (double)n - out[0] * out[0]);
}

static void test_distributions(void) {
  double xavier = sqrt(6.0 / (400 + 300)), fan = 1.0 / sqrt(300.0);
  const struct {
    RecnnInit init;
    double mean, sd, low, high;
  } cases[] = {
      {recnn_init(RECNN_INIT_CONSTANT, 2.5, 0.0), 2.5, 0.0, 2.5, 2.5},
      {recnn_init(RECNN_INIT_NORMAL, 1.0, 0.01), 1.0, 0.01, 0.9, 1.1},
      {recnn_init(RECNN_INIT_UNIFORM, -1.0, 3.0), 1.0, 4.0 / sqrt(12.0), -1.0, 3.0},
      {recnn_init(RECNN_INIT_XAVIER_UNIFORM, 1.0, 0.0), 0.0, xavier / sqrt(3.0), -xavier, xavier},
      {recnn_init(RECNN_INIT_XAVIER_NORMAL, 1.0, 0.0), 0.0, sqrt(2.0 / 700), -0.4, 0.4},
      {recnn_init(RECNN_INIT_FAN_IN_UNIFORM, 1.0, 0.0), 0.0, fan / sqrt(3.0), -fan, fan},
      {recnn_init(RECNN_INIT_FAN_IN_NORMAL, 1.0, 0.0), 0.0, fan, -0.5, 0.5},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    RecnnParam *param = filled(400, 300, cases[i].init, 7);
    double m[4];
    moments(param, m);
    double room = 5.0 * cases[i].sd / sqrt(400.0 * 300.0) + 1e-6; /* five standard errors */
    g_assert_cmpfloat_with_epsilon(m[0], cases[i].mean, room);
    g_assert_cmpfloat_with_epsilon(m[1], cases[i].sd, room);
    g_assert_cmpfloat(m[2], >=, (float)cases[i].low);
    g_assert_cmpfloat(m[3], <=, (float)cases[i].high);
    recnn_param_free(param);
  }
}

static void test_same_bits(void) {
  RecnnInit normal = recnn_init(RECNN_INIT_NORMAL, 0.0, 1.0);
  int before = recnn_parallel_threads();
  g_assert_true(recnn_parallel_set_threads(1, NULL));
  RecnnParam *one = filled(331, 77, normal, 7);
  for (int threads = 2; threads <= 4; threads += 2) {
    g_assert_true(recnn_parallel_set_threads(threads, NULL));
    RecnnParam *many = filled(331, 77, normal, 7);
    g_assert_cmpmem(one->value.data, recnn_tensor_bytes(&one->value), many->value.data,
                    recnn_tensor_bytes(&many->value));
    recnn_param_free(many);
  }
  g_assert_true(recnn_parallel_set_threads(before, NULL));
  RecnnParam *other = filled(331, 77, normal, 8);
  g_assert_true(memcmp(one->value.data, other->value.data, 64) != 0);
  recnn_param_free(other);
  recnn_param_free(one);
}

static void assert_error(GError **error, RecnnStatus code, const char *part) {
  g_assert_error(*error, RECNN_ERROR_DOMAIN, code);
  if (strstr((*error)->message, part) == NULL)
    g_error("\"%s\" lacks \"%s\"", (*error)->message, part);
  g_clear_error(error);
}

static void test_errors(void) {
  GError *error = NULL;
  int64_t n = 3, negative = -1, huge[2] = {INT64_MAX / 2, 8};
  g_assert_null(recnn_param_new("w", RECNN_FLOAT32, 7, &n, true, &error));
  assert_error(&error, RECNN_ERROR_SHAPE, "rank 7");
  g_assert_null(recnn_param_new("w", RECNN_FLOAT32, 1, &negative, true, &error));
  assert_error(&error, RECNN_ERROR_SHAPE, "parameter w");
  g_assert_null(recnn_param_new("w", RECNN_FLOAT32, 2, huge, true, &error));
  g_assert_nonnull(error);
  g_clear_error(&error);
  RecnnParam *ints = recnn_param_new("n", RECNN_INT64, 0, NULL, false, &error);
  g_assert_no_error(error);
  g_assert_true(recnn_param_fill(ints, recnn_init(RECNN_INIT_CONSTANT, 4.0, 0.0), 1, &error));
  g_assert_cmpint(*(int64_t *)ints->value.data, ==, 4);
  g_assert_false(recnn_param_fill(ints, recnn_init(RECNN_INIT_NORMAL, 0.0, 1.0), 1, &error));
  assert_error(&error, RECNN_ERROR_ARGUMENT, "int64");
  recnn_param_free(ints);
  RecnnParam *floats = recnn_param_new("f", RECNN_FLOAT32, 1, &n, true, &error);
  g_assert_false(recnn_param_fill(floats, recnn_init(99, 0.0, 1.0), 1, &error));
  assert_error(&error, RECNN_ERROR_ARGUMENT, "kind 99");
  g_assert_false(recnn_param_fill(floats, recnn_init(RECNN_INIT_NORMAL, NAN, 1.0), 1, &error));
  assert_error(&error, RECNN_ERROR_ARGUMENT, "parameter f");
  recnn_param_free(floats);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/param/distributions", test_distributions);
  g_test_add_func("/param/same-bits", test_same_bits);
  g_test_add_func("/param/errors", test_errors);
  return g_test_run();
}
