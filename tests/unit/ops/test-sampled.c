/* sampled_softmax_loss: with very many draws it is cross_entropy_loss, from either distribution,
 * and so are its gradients; rows that were not drawn get none; hits count once. */
#include <string.h>

#include "base/rng.h"
#include "unit/ops/op-values.h"

enum { B = 5, K = 4, N = 7 };

static void fill(float *x, int n, uint64_t stream) {
  RecnnRng rng;
  recnn_rng_init(&rng, 4, RECNN_STREAM(RECNN_STREAM_TEST, stream));
  for (int i = 0; i < n; i++)
    x[i] = (float)(2.0 * recnn_rng_double(&rng) - 1.0);
}

static RecnnVar *sampled(RecnnGraph *graph, RecnnVar *const *inputs, int64_t samples,
                         const char *distribution) {
  const RecnnAttr attrs[] = {recnn_attr_int("samples", samples),
                             recnn_attr_string("distribution", distribution)};
  return recnn_graph_apply(graph, "sampled_softmax_loss", inputs, 4, attrs, 2);
}

static float value(const RecnnVar *var) { return *(const float *)recnn_graph_tensor(var)->data; }

static void many_draws(const void *distribution) {
  static const int64_t target[B] = {0, 6, 3, 3, 1};
  float x[B * K], weight[N * K], bias[N];
  fill(x, B * K, 1);
  fill(weight, N * K, 2);
  fill(bias, N, 3);
  RecnnGraph *graphs[2] = {new_graph(true), new_graph(true)};
  RecnnVar *inputs[2][4], *loss[2];
  for (int i = 0; i < 2; i++) {
    RecnnGraph *g = graphs[i];
    inputs[i][0] = variable(g, x, SHAPE(B, K));
    inputs[i][1] = variable(g, weight, SHAPE(N, K));
    inputs[i][2] = variable(g, bias, SHAPE(N));
    inputs[i][3] = integers(g, target, SHAPE(B));
  }
  loss[0] = apply(graphs[0], "cross_entropy_loss",
                  VARS(apply(graphs[0], "linear", VARS(inputs[0][0], inputs[0][1], inputs[0][2])),
                       inputs[0][3]));
  loss[1] = sampled(graphs[1], inputs[1], 400000, distribution);
  for (int i = 0; i < 2; i++)
    backward(graphs[i], loss[i], NULL);
  g_assert_cmpfloat_with_epsilon(value(loss[0]), value(loss[1]), 0.005);
  for (int i = 0; i < 3; i++) {
    const RecnnTensor *exact = recnn_graph_grad(inputs[0][i]);
    const RecnnTensor *near = recnn_graph_grad(inputs[1][i]);
    for (int64_t j = 0; j < recnn_tensor_count(exact); j++)
      g_assert_cmpfloat_with_epsilon(((const float *)exact->data)[j],
                                     ((const float *)near->data)[j], 0.003);
  }
  recnn_graph_free(graphs[0]);
  recnn_graph_free(graphs[1]);
}

/* One draw: the loss of a row is that of two classes, or nothing where the draw hit. */
static void one_draw(void) {
  static const float x[3] = {0.0f, 0.0f, 0.0f};
  static const float weight[3] = {1.0f, 2.0f, 3.0f};
  static const float bias[3] = {0.5f, -0.25f, 0.125f};
  static const int64_t target[3] = {0, 1, 2};
  RecnnGraph *graph = new_graph(true);
  RecnnVar *inputs[4] = {variable(graph, x, SHAPE(3, 1)), variable(graph, weight, SHAPE(3, 1)),
                         variable(graph, bias, SHAPE(3)), integers(graph, target, SHAPE(3))};
  RecnnVar *loss = sampled(graph, inputs, 1, "uniform");
  bool found = false;
  for (int drawn = 0; drawn < 3; drawn++) {
    double sum = 0.0;
    for (int row = 0; row < 3; row++)
      if (row != drawn) /* log (1 + 3 e^b / e^b_target) */
        sum += log1p(3.0 * exp((double)bias[drawn] - (double)bias[row]));
    found = found || fabs(sum / 3.0 - (double)value(loss)) < 1e-6;
  }
  g_assert_true(found);
  recnn_graph_free(graph);
}

/* A parameter of many rows keeps a gradient of the drawn and the targets' rows. */
static void rows_only(void) {
  enum { MANY = 1000 };
  static const int64_t target[2] = {5, 999};
  static float weight[MANY], bias[MANY];
  static const float x[2] = {1.0f, -1.0f};
  RecnnGraph *graph = new_graph(true);
  RecnnVar *inputs[4] = {constant(graph, x, SHAPE(2, 1)), variable(graph, weight, SHAPE(MANY, 1)),
                         variable(graph, bias, SHAPE(MANY)), integers(graph, target, SHAPE(2))};
  backward(graph, sampled(graph, inputs, 10, "log_uniform"), NULL);
  const float *grad = recnn_graph_grad(inputs[2])->data;
  int touched = 0;
  double sum = 0.0;
  for (int i = 0; i < MANY; i++) {
    touched += grad[i] != 0.0f;
    sum += (double)grad[i];
  }
  g_assert_cmpint(touched, >=, 3);
  g_assert_cmpint(touched, <=, 12);
  g_assert_cmpfloat(grad[5], <, 0.0f);
  g_assert_cmpfloat(grad[999], <, 0.0f);
  g_assert_cmpfloat_with_epsilon(sum, 0.0, 1e-6); /* a row's shares add up to its target's */
  recnn_graph_free(graph);
}

static void target_out_of_range(void) {
  static const float numbers[12];
  static const int64_t target[2] = {0, 3};
  RecnnGraph *graph = new_graph(true);
  RecnnVar *inputs[4] = {constant(graph, numbers, SHAPE(2, 2)),
                         constant(graph, numbers, SHAPE(3, 2)), constant(graph, numbers, SHAPE(3)),
                         integers(graph, target, SHAPE(2))};
  GError *error = NULL;
  g_assert_null(sampled(graph, inputs, 2, "uniform"));
  recnn_graph_check(graph, &error);
  g_assert_cmpstr(error->message, ==,
                  "op sampled_softmax_loss: the target of row 1 is 3, out of range: there are "
                  "classes 0 to 2");
  g_error_free(error);
  recnn_graph_free(graph);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_data_func("/sampled/many-draws/uniform", "uniform", many_draws);
  g_test_add_data_func("/sampled/many-draws/log-uniform", "log_uniform", many_draws);
  g_test_add_func("/sampled/one-draw", one_draw);
  g_test_add_func("/sampled/rows-only", rows_only);
  g_test_add_func("/sampled/target-out-of-range", target_out_of_range);
  return g_test_run();
}
