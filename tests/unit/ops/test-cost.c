/* What ops cost in a profile: by hand for some, and sound for all. */
#include <stdio.h>

#include <glib.h>

#include "base/trace.h"
#include "graph/graph.h"
#include "tensor/tensor.h"

static RecnnTensor floats(float *data, int64_t rows, int64_t columns) {
  return recnn_tensor_view(data, RECNN_FLOAT32, 2, (int64_t[]){rows, columns});
}

static const RecnnTraceSum *find(RecnnTracePart part, const char *name) {
  int32_t n;
  const RecnnTraceSum *sums = recnn_trace_sums(&n);
  for (int32_t i = 0; i < n; i++)
    if (sums[i].part == part && g_strcmp0(sums[i].name, name) == 0)
      return &sums[i];
  return NULL;
}

static void check(RecnnTracePart part, const char *name, double operations, double bytes) {
  const RecnnTraceSum *sum = find(part, name);
  g_assert_nonnull(sum);
  g_assert_cmpint(sum->calls, ==, 1);
  g_assert_cmpfloat(sum->operations, ==, operations);
  g_assert_cmpfloat(sum->bytes, ==, bytes);
}

/* embedding (100 x 3 at 4 ids), linear (3 -> 5), sum: forward, and backward into what is wanted. */
static void test_by_hand(void) {
  static float table[100 * 3], weight[5 * 3];
  int64_t id[4] = {1, 7, 1, 99}, n = 4;
  RecnnTensor tensors[] = {floats(table, 100, 3), recnn_tensor_view(id, RECNN_INT64, 1, &n),
                           floats(weight, 5, 3)};
  for (int training = 0; training < 2; training++) {
    RecnnTracePart part = training ? RECNN_TRACE_FORWARD : RECNN_TRACE_SCORING;
    RecnnGraph *graph = recnn_graph_new(1);
    recnn_trace_clear();
    recnn_graph_reset(graph, 0, true, training);
    RecnnVar *looked_up[] = {recnn_graph_variable(graph, &tensors[0]),
                             recnn_graph_constant(graph, &tensors[1])};
    RecnnVar *x[] = {recnn_graph_apply(graph, "embedding", looked_up, 2, NULL, 0),
                     recnn_graph_variable(graph, &tensors[2])};
    RecnnVar *y = recnn_graph_apply(graph, "linear", x, 2, NULL, 0);
    RecnnVar *sum = recnn_graph_apply(graph, "sum", &y, 1, NULL, 0);
    g_assert_true(recnn_graph_check(graph, NULL));
    check(part, "embedding", 12 + 4, 12 * 4 * 2 + 4 * 8); /* never the whole table */
    check(part, "linear", 2 * 4 * 5 * 3, (12 + 15 + 20) * 4);
    if (training) {
      g_assert_true(recnn_graph_backward(graph, sum, NULL, 0, NULL));
      check(RECNN_TRACE_BACKWARD, "linear", 2 * 2 * 4 * 5 * 3, (20 + 2 * 12 + 2 * 15) * 4);
      check(RECNN_TRACE_BACKWARD, "sum", 1 + 20, (1 + 2 * 20) * 4);
    }
    recnn_graph_free(graph);
  }
}

/* Entries of a sparse matrix are multiplied, not its zeros; of steps, those that are there. */
static void test_what_is_there(void) {
  static float weight[50 * 6], value[3], x[2 * 4 * 3], in[15 * 3], hidden[15 * 5], bias[15];
  int64_t start[3] = {0, 2, 3}, item[3] = {4, 49, 0}, length[2] = {4, 1};
  RecnnTensor sparse[] = {recnn_tensor_view(start, RECNN_INT64, 1, (int64_t[]){3}),
                          recnn_tensor_view(item, RECNN_INT64, 1, (int64_t[]){3}),
                          recnn_tensor_view(value, RECNN_FLOAT32, 1, (int64_t[]){3}),
                          floats(weight, 50, 6)};
  RecnnTensor gru[] = {recnn_tensor_view(x, RECNN_FLOAT32, 3, (int64_t[]){2, 4, 3}),
                       floats(in, 15, 3),
                       floats(hidden, 15, 5),
                       recnn_tensor_view(bias, RECNN_FLOAT32, 1, (int64_t[]){15}),
                       recnn_tensor_view(bias, RECNN_FLOAT32, 1, (int64_t[]){15}),
                       recnn_tensor_view(length, RECNN_INT64, 1, (int64_t[]){2})};
  RecnnVar *inputs[6];
  RecnnGraph *graph = recnn_graph_new(1);
  recnn_trace_clear();
  recnn_graph_reset(graph, 0, true, true);
  for (int i = 0; i < 4; i++)
    inputs[i] = recnn_graph_constant(graph, &sparse[i]);
  recnn_graph_apply(graph, "sparse_linear", inputs, 4, NULL, 0);
  for (int i = 0; i < 6; i++)
    inputs[i] = recnn_graph_constant(graph, &gru[i]);
  recnn_graph_apply(graph, "gru", inputs, 6, NULL, 0);
  g_assert_true(recnn_graph_check(graph, NULL));
  check(RECNN_TRACE_FORWARD, "sparse_linear", 2 * 3 * 6, 2 * 6 * 4 + 3 * (6 * 4 + 12));
  g_assert_cmpfloat(find(RECNN_TRACE_FORWARD, "gru")->operations, ==,
                    (4 + 1) * (2 * 15 * 3 + 2 * 15 * 5));
  recnn_graph_free(graph);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  char *file = g_build_filename(g_get_tmp_dir(), "recnn-cost-trace.json", NULL);
  recnn_trace_begin(file);
  g_test_add_func("/ops/cost/by-hand", test_by_hand);
  g_test_add_func("/ops/cost/what-is-there", test_what_is_there);
  int failed = g_test_run();
  g_free(recnn_trace_end(NULL));
  (void)remove(file);
  g_free(file);
  return failed;
}
