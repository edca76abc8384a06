/* The moving average of weights against the formula worked out step by step. */
#include <string.h>

#include <glib.h>

#include "base/parallel.h"
#include "optim/average.h"
#include "tensor/tensor.h"

static RecnnParam *param_of(const char *name, int32_t dtype, int64_t n, bool trainable) {
  GError *error = NULL;
  RecnnParam *param = recnn_param_new(name, dtype, 1, &n, trainable, &error);
  g_assert_no_error(error);
  return param;
}

static float *floats(const RecnnParam *param) { return param->value.data; }

/* Weights and float buffers follow the formula from the first step's values on; counters do not. */
static void test_formula(void) {
  static const float steps[4][2] = {{1.0f, -2.0f}, {3.0f, 0.5f}, {-1.0f, 8.0f}, {0.25f, 4.0f}};
  RecnnParam *params[3] = {param_of("w", RECNN_FLOAT32, 2, true),
                           param_of("running_mean", RECNN_FLOAT32, 2, false),
                           param_of("num_batches_tracked", RECNN_INT64, 1, false)};
  RecnnAverage *average = recnn_average_new(0.75, params, 3, NULL);
  float expected[2] = {0.0f, 0.0f};
  for (int s = 0; s < 4; s++) {
    for (int i = 0; i < 2; i++) {
      floats(params[0])[i] = steps[s][i];
      floats(params[1])[i] = -steps[s][i];
      expected[i] = s == 0 ? steps[s][i] : 0.75f * expected[i] + 0.25f * steps[s][i];
    }
    *(int64_t *)params[2]->value.data = s + 1;
    recnn_average_update(average);
  }
  recnn_average_swap(average);
  for (int i = 0; i < 2; i++) {
    g_assert_cmpfloat(floats(params[0])[i], ==, expected[i]);
    g_assert_cmpfloat(floats(params[1])[i], ==, -expected[i]);
  }
  g_assert_cmpint(*(int64_t *)params[2]->value.data, ==, 4);
  recnn_average_swap(average); /* and back, to go on from */
  g_assert_cmpmem(floats(params[0]), sizeof steps[3], steps[3], sizeof steps[3]);
  recnn_average_update(average);
  recnn_average_swap(average);
  g_assert_cmpfloat(floats(params[0])[0], ==, 0.75f * expected[0] + 0.25f * steps[3][0]);
  recnn_average_free(average); /* the averages stay */
  g_assert_cmpfloat(floats(params[0])[0], ==, 0.75f * expected[0] + 0.25f * steps[3][0]);
  for (int i = 0; i < 3; i++)
    recnn_param_free(params[i]);
}

static void test_before_the_first_step(void) {
  RecnnParam *param = param_of("w", RECNN_FLOAT32, 1, true);
  floats(param)[0] = 7.0f;
  RecnnAverage *average = recnn_average_new(0.9, &param, 1, NULL);
  recnn_average_swap(average);
  g_assert_cmpfloat(floats(param)[0], ==, 7.0f);
  recnn_average_free(average);
  recnn_param_free(param);
}

/* Parameters of many segments, of a few elements and of none, one after the other. */
static void test_every_element(void) {
  static const int64_t sizes[] = {0, 100000, 3, 0, 16384, 16385, 0};
  enum { N = G_N_ELEMENTS(sizes) };
  int before = recnn_parallel_threads();
  for (int threads = 1; threads <= 4; threads *= 2) {
    g_assert_true(recnn_parallel_set_threads(threads, NULL));
    RecnnParam *params[N];
    for (int p = 0; p < N; p++)
      params[p] = param_of("w", RECNN_FLOAT32, sizes[p], true);
    RecnnAverage *average = recnn_average_new(0.5, params, N, NULL);
    for (int step = 0; step < 3; step++) {
      for (int p = 0; p < N; p++)
        for (int64_t i = 0; i < sizes[p]; i++)
          floats(params[p])[i] = (float)(step * 64) + (float)(i % 1000);
      recnn_average_update(average); /* 0, 32, 80 above the element's number */
    }
    recnn_average_swap(average);
    for (int p = 0; p < N; p++)
      for (int64_t i = 0; i < sizes[p]; i++)
        g_assert_cmpfloat(floats(params[p])[i], ==, 80.0f + (float)(i % 1000));
    recnn_average_free(average);
    for (int p = 0; p < N; p++)
      recnn_param_free(params[p]);
  }
  g_assert_true(recnn_parallel_set_threads(before, NULL));
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/average/formula", test_formula);
  g_test_add_func("/average/before-the-first-step", test_before_the_first_step);
  g_test_add_func("/average/every-element", test_every_element);
  return g_test_run();
}
