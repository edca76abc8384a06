/* Ops at sizes where their products go another way (kernels/panels.h) than at those of the generic
 * tests: the same as the rows give in small batches, which BLAS multiplies, and the same bits at
 * any number of threads. */
#include <math.h>
#include <string.h>

#include <glib.h>

#include "base/parallel.h"
#include "base/rng.h"
#include "graph/graph.h"
#include "tensor/tensor.h"

enum {
  ROWS = 150,
  SMALL = 30,
  STEPS = 4,
  IN = 40,
  OUT = 70,
  HIDDEN = 32,
  MOST = ROWS * STEPS * OUT
};

/* An op of x (rows, ...) and weights; rows do not know each other. */
typedef struct Case {
  const char *op;
  int64_t rank;
  int64_t shape[3]; /* of x; the first axis is the rows */
  int32_t n_weights;
  struct {
    int32_t rank;
    int64_t shape[3];
  } weight[4];
  const char *activation;
} Case;

static const Case cases[] = {
    {"linear", 2, {ROWS, IN}, 2, {{2, {OUT, IN}}, {1, {OUT}}}, "relu"},
    {"linear", 2, {ROWS, OUT}, 1, {{2, {HIDDEN, OUT}}}, "tanh"},
    {"gru",
     3,
     {ROWS, STEPS, IN},
     4,
     {{2, {3 * HIDDEN, IN}}, {2, {3 * HIDDEN, HIDDEN}}, {1, {3 * HIDDEN}}, {1, {3 * HIDDEN}}},
     NULL},
    {"conv1d", 3, {ROWS, STEPS, IN}, 2, {{3, {HIDDEN, IN, 3}}, {1, {HIDDEN}}}, "relu"},
};

static float x[MOST], weights[4][3 * OUT * OUT];

static void fill(float *to, gsize n, uint64_t stream) {
  RecnnRng rng;
  recnn_rng_init(&rng, stream, RECNN_STREAM(RECNN_STREAM_TEST, 0));
  for (gsize i = 0; i < n; i++)
    to[i] = 0.3f * (float)recnn_rng_normal(&rng);
}

/* Rows first .. +n-1: the values into `y` and the gradient of sum (y^2) by x into `dx`. */
static void run(const Case *c, int64_t first, int64_t n, float *y, float *dx) {
  GError *error = NULL;
  RecnnGraph *graph = recnn_graph_new(1);
  recnn_graph_reset(graph, 0, true, true);
  int64_t row = 1, shape[3];
  for (int64_t i = 0; i < c->rank; i++) {
    shape[i] = i == 0 ? n : c->shape[i];
    row *= i == 0 ? 1 : c->shape[i];
  }
  RecnnTensor t = recnn_tensor_view(x + first * row, RECNN_FLOAT32, (int32_t)c->rank, shape);
  RecnnVar *inputs[5] = {recnn_graph_variable(graph, &t)};
  for (int32_t i = 0; i < c->n_weights; i++) {
    t = recnn_tensor_view(weights[i], RECNN_FLOAT32, c->weight[i].rank, c->weight[i].shape);
    inputs[i + 1] = recnn_graph_variable(graph, &t);
  }
  RecnnAttr attr = {"activation", {RECNN_OPTION_STRING, 0, {.s = c->activation}}};
  RecnnVar *value = recnn_graph_apply(graph, c->op, inputs, 1 + c->n_weights, &attr,
                                      c->activation != NULL ? 1 : 0);
  RecnnVar *square[2] = {value, value};
  RecnnVar *product = recnn_graph_apply(graph, "mul", square, 2, NULL, 0);
  RecnnVar *sum = recnn_graph_apply(graph, "sum", &product, 1, NULL, 0);
  recnn_graph_check(graph, &error);
  g_assert_no_error(error);
  recnn_graph_backward(graph, sum, NULL, 0, &error);
  g_assert_no_error(error);
  const RecnnTensor *out = recnn_graph_tensor(value);
  int64_t out_row = recnn_tensor_count(out) / n;
  memcpy(y + first * out_row, out->data, recnn_tensor_bytes(out));
  memcpy(dx + first * row, recnn_graph_grad(inputs[0])->data, (size_t)(n * row) * sizeof *dx);
  recnn_graph_free(graph);
}

static void test_case(gconstpointer data) {
  static float y[2][MOST], dx[2][MOST];
  const Case *c = data;
  int before = recnn_parallel_threads();
  fill(x, MOST, 7);
  for (uint64_t i = 0; i < 4; i++)
    fill(weights[i], G_N_ELEMENTS(weights[i]), 8 + i);
  memset(y, 0, sizeof y);
  memset(dx, 0, sizeof dx);
  for (int64_t first = 0; first < ROWS; first += SMALL)
    run(c, first, SMALL, y[0], dx[0]);
  run(c, 0, ROWS, y[1], dx[1]);
  double largest = 0.0;
  for (int64_t i = 0; i < MOST; i++) {
    g_assert_cmpfloat(fabsf(y[1][i] - y[0][i]), <=, 2e-5f * (1.0f + fabsf(y[0][i])));
    g_assert_cmpfloat(fabsf(dx[1][i] - dx[0][i]), <=, 2e-4f * (1.0f + fabsf(dx[0][i])));
    largest = MAX(largest, (double)fabsf(dx[0][i]));
  }
  g_assert_cmpfloat(largest, >, 0.1);
  for (int threads = 1; threads <= 4; threads *= 2) {
    g_assert_true(recnn_parallel_set_threads(threads, NULL));
    run(c, 0, ROWS, y[0], dx[0]);
    g_assert_cmpmem(y[0], sizeof y[0], y[1], sizeof y[1]);
    g_assert_cmpmem(dx[0], sizeof dx[0], dx[1], sizeof dx[1]);
  }
  g_assert_true(recnn_parallel_set_threads(before, NULL));
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    char *path = g_strdup_printf("/ops/large/%s-%d", cases[i].op, (int)i);
    g_test_add_data_func(path, &cases[i], test_case);
    g_free(path);
  }
  return g_test_run();
}
