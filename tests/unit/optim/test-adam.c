/* Adam and clipping against numbers of torch.optim.Adam and torch.nn.utils.clip_grad_norm_ (2.13):
 * lr .01, weight decay .01, clip 1, three steps; the table's gradient comes as rows, and row 1 has
 * none in the first two steps. */
#include <math.h>
#include <string.h>

#include <glib.h>

#include "base/error.h"
#include "base/parallel.h"
#include "optim/optimizer.h"
#include "support/gradients.h"

static RecnnOptimizer *adam(RecnnParam **params, int32_t n, const char *rate, const char *decay) {
  GError *error = NULL;
  const RecnnOptimizerClass *c = recnn_optimizer_find("adam");
  g_assert_nonnull(c);
  RecnnOptions *options = recnn_options_new(c->options, "adam", &error);
  g_assert_true(recnn_options_set_text(options, "learning_rate", rate, &error));
  g_assert_true(recnn_options_set_text(options, "weight_decay", decay, &error));
  RecnnOptimizer *optimizer = recnn_optimizer_new(c, options, params, n, &error);
  g_assert_no_error(error);
  recnn_options_free(options);
  return optimizer;
}

static void test_pytorch(void) {
  const float w0[6] = {0.5f, -0.25f, 1.0f, 2.0f, -1.5f, 0.125f};
  const float b0[2] = {0.75f, -0.5f};
  float gw[3][6] = {{1, -2, 0, 0, 0.5f, 3}, {0.25f, 0.5f, 0, 0, 0, 0}, {0, 0, 4, -1, 0, 0}};
  const float gb[3][2] = {{0.1f, -0.2f}, {3, 1}, {0, -0.5f}};
  const double norms[3] = {3.78153395652771, 3.211308240890503, 4.153311729431152};
  const double w3[6] = {0.4746604561805725, -0.23221735656261444, 0.973503589630127,
                        1.9853599071502686, -1.519247055053711,   0.10309205204248428};
  const double b3[2] = {0.726337730884552, -0.4980391263961792};
  for (int sparse = 0; sparse < 2; sparse++) {
    int64_t n = 2;
    float room[6];
    RecnnParam *params[2] = {param_of("w", 2, (int64_t[]){3, 2}, w0), param_of("b", 1, &n, b0)};
    RecnnOptimizer *optimizer = adam(params, 2, "0.01", "0.01");
    for (int step = 0; step < 3; step++) {
      if (sparse)
        set_rows(params[0], gw[step], room);
      else
        set_dense(params[0], gw[step]);
      set_dense(params[1], gb[step]);
      double norm = 0.0;
      GError *error = NULL;
      g_assert_true(recnn_optimizer_step(optimizer, 1.0, &norm, &error));
      g_assert_cmpfloat_with_epsilon(norm, norms[step], 1e-6);
    }
    for (int i = 0; i < 6; i++)
      g_assert_cmpfloat_with_epsilon(((float *)params[0]->value.data)[i], w3[i], 2e-7);
    for (int i = 0; i < 2; i++)
      g_assert_cmpfloat_with_epsilon(((float *)params[1]->value.data)[i], b3[i], 2e-7);
    recnn_optimizer_free(optimizer);
    recnn_param_free(params[0]);
    recnn_param_free(params[1]);
  }
}

/* A parameter without a gradient is left alone, weight decay included, and its step does not count.
 */
static void test_no_gradient(void) {
  int64_t n = 1;
  const float one[1] = {1.0f};
  RecnnParam *params[2] = {param_of("a", 1, &n, one), param_of("b", 1, &n, one)};
  RecnnOptimizer *optimizer = adam(params, 2, "0.5", "0.1");
  double norm;
  for (int step = 0; step < 3; step++) {
    set_dense(params[0], one);
    g_assert_true(recnn_optimizer_step(optimizer, 0.0, &norm, NULL));
  }
  g_assert_cmpfloat(*(float *)params[1]->value.data, ==, 1.0f);
  set_dense(params[1], one);
  g_assert_true(recnn_optimizer_step(optimizer, 0.0, &norm, NULL));
  g_assert_cmpfloat_with_epsilon(*(float *)params[1]->value.data, 0.5, 1e-6); /* a first step: lr */
  recnn_optimizer_free(optimizer);
  recnn_param_free(params[0]);
  recnn_param_free(params[1]);
}

static void test_not_a_number(void) {
  int64_t n = 3;
  const float good[3] = {1, 2, 3}, bad[3] = {0, NAN, 0};
  RecnnParam *params[2] = {param_of("fine", 1, &n, good), param_of("broken", 1, &n, good)};
  RecnnOptimizer *optimizer = adam(params, 2, "0.5", "0");
  set_dense(params[0], good);
  set_dense(params[1], bad);
  double norm = -1.0;
  GError *error = NULL;
  g_assert_false(recnn_optimizer_step(optimizer, 1.0, &norm, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_NUMERIC);
  g_assert_nonnull(strstr(error->message, "broken"));
  g_clear_error(&error);
  g_assert_cmpfloat(norm, ==, -1.0);
  g_assert_cmpmem(params[0]->value.data, sizeof good, good, sizeof good); /* untouched */
  recnn_optimizer_free(optimizer);
  recnn_param_free(params[0]);
  recnn_param_free(params[1]);
}

static void test_same_bits(void) {
  enum { ROWS = 3000, COLUMNS = 33 };
  float *grad = g_new(float, ROWS *COLUMNS), *room = g_new(float, ROWS *COLUMNS);
  for (int i = 0; i < ROWS * COLUMNS; i++)
    grad[i] = i / COLUMNS % 3 == 0 ? 0.0f : (float)(i % 101) * 0.01f - 0.5f;
  float *first = NULL;
  double first_norm = 0.0;
  int before = recnn_parallel_threads();
  for (int threads = 1; threads <= 4; threads *= 2) {
    g_assert_true(recnn_parallel_set_threads(threads, NULL));
    RecnnParam *param = param_of("w", 2, (int64_t[]){ROWS, COLUMNS}, grad);
    RecnnOptimizer *optimizer = adam(&param, 1, "0.01", "0.01");
    set_rows(param, grad, room);
    double norm;
    g_assert_true(recnn_optimizer_step(optimizer, 1.0, &norm, NULL));
    size_t bytes = recnn_tensor_bytes(&param->value);
    if (first == NULL) {
      first = g_memdup2(param->value.data, bytes);
      first_norm = norm;
    }
    g_assert_cmpmem(first, bytes, param->value.data, bytes);
    g_assert_true(first_norm == norm);
    recnn_optimizer_free(optimizer);
    recnn_param_free(param);
  }
  g_assert_true(recnn_parallel_set_threads(before, NULL));
  g_free(first);
  g_free(grad);
  g_free(room);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/adam/pytorch", test_pytorch);
  g_test_add_func("/adam/no-gradient", test_no_gradient);
  g_test_add_func("/adam/not-a-number", test_not_a_number);
  g_test_add_func("/adam/same-bits", test_same_bits);
  return g_test_run();
}
