/* What a model draws, shows and reports by name. */
#include "unit/graph/graph-test.h"

#include "base/parallel.h"

/* Draws depend on the seed, the step and the place of the call, and on nothing else. */
static void test_random(void) {
  float data[4] = {0}, seen[4][2][4];
  const struct { uint64_t seed, step; } at[4] = {{1, 0}, {1, 0}, {1, 1}, {2, 0}};
  RecnnTensor t = floats(data, 4);
  for (int i = 0; i < 4; i++) {
    RecnnGraph *graph = recnn_graph_new(at[i].seed);
    recnn_graph_reset(graph, at[i].step, true, true);
    RecnnVar *x = recnn_graph_constant(graph, &t);
    (void)apply1(graph, "test_sum", x); /* draws nothing: moves nothing */
    for (int call = 0; call < 2; call++)
      memcpy(seen[i][call], recnn_graph_tensor(apply1(graph, "test_draw", x))->data,
             sizeof seen[i][call]);
    recnn_graph_free(graph);
  }
  g_assert_cmpmem(seen[0], sizeof seen[0], seen[1], sizeof seen[1]);
  g_assert_true(memcmp(seen[0][0], seen[0][1], sizeof seen[0][0]) != 0);
  g_assert_true(memcmp(seen[0], seen[2], sizeof seen[0]) != 0);
  g_assert_true(memcmp(seen[0], seen[3], sizeof seen[0]) != 0);
}

static void test_draws_and_outputs(void) {
  int64_t shape[2] = {300, 41};
  size_t n = 300 * 41;
  float *kept = NULL;
  int before = recnn_parallel_threads();
  for (int threads = 1; threads <= 4; threads *= 2) {
    g_assert_true(recnn_parallel_set_threads(threads, NULL));
    RecnnGraph *graph = recnn_graph_new(5);
    recnn_graph_reset(graph, 3, true, true);
    RecnnVar *normal = recnn_graph_draw(graph, "epsilon", RECNN_DRAW_NORMAL, 0.0, 2, shape);
    RecnnVar *keep = recnn_graph_draw(graph, "mask", RECNN_DRAW_KEEP, 0.3, 2, shape);
    const float *x = recnn_graph_tensor(normal)->data, *m = recnn_graph_tensor(keep)->data;
    double sum = 0.0, squares = 0.0, ones = 0.0;
    for (size_t i = 0; i < n; i++) {
      sum += x[i];
      squares += (double)x[i] * x[i];
      ones += m[i];
      g_assert_true(m[i] == 0.0f || m[i] == 1.0f);
    }
    g_assert_cmpfloat_with_epsilon(sum / (double)n, 0.0, 0.05); /* five standard errors */
    g_assert_cmpfloat_with_epsilon(squares / (double)n, 1.0, 0.07);
    g_assert_cmpfloat_with_epsilon(ones / (double)n, 0.3, 0.021);
    if (kept == NULL)
      kept = g_memdup2(x, n * sizeof *x);
    g_assert_cmpmem(kept, n * sizeof *x, x, n * sizeof *x);

    /* Recorded numbers take the place of the draw of their name, and of no other. */
    float recorded[4] = {1, 2, 3, 4};
    RecnnTensor t = floats(recorded, 4);
    int64_t four = 4, five = 5;
    recnn_graph_replace_draw(graph, "epsilon", &t);
    recnn_graph_reset(graph, 3, true, true);
    RecnnVar *replaced = recnn_graph_draw(graph, "epsilon", RECNN_DRAW_NORMAL, 0.0, 1, &four);
    g_assert_cmpmem(recnn_graph_tensor(replaced)->data, sizeof recorded, recorded, sizeof recorded);
    g_assert_null(recnn_graph_find_output(graph, "mu"));
    recnn_graph_output(graph, "mu", replaced);
    g_assert_cmpfloat(((const float *)recnn_graph_find_output(graph, "mu")->data)[3], ==, 4.0f);
    g_assert_null(recnn_graph_find_output(graph, "logvar"));
    g_assert_null(recnn_graph_draw(graph, "epsilon", RECNN_DRAW_NORMAL, 0.0, 1, &five));
    assert_failed(graph, RECNN_ERROR_SHAPE, "(4), expected float32 (5)");
    recnn_graph_replace_draw(graph, "epsilon", NULL);
    recnn_graph_reset(graph, 3, true, true);
    g_assert_null(recnn_graph_find_output(graph, "mu"));
    normal = recnn_graph_draw(graph, "epsilon", RECNN_DRAW_NORMAL, 0.0, 2, shape);
    g_assert_cmpmem(kept, n * sizeof *x, recnn_graph_tensor(normal)->data, n * sizeof *x);
    g_assert_null(recnn_graph_draw(graph, "mask", RECNN_DRAW_KEEP, 1.5, 1, &four));
    assert_failed(graph, RECNN_ERROR_ARGUMENT, "a 1.5");
    recnn_graph_free(graph);
  }
  g_assert_true(recnn_parallel_set_threads(before, NULL));
  g_free(kept);
}

static void test_parts(void) {
  RecnnGraph *graph = recnn_graph_new(1);
  recnn_graph_reset(graph, 0, true, true);
  float data[2] = {1.5f, 2.0f};
  RecnnTensor t = floats(data, 2);
  RecnnVar *x = recnn_graph_constant(graph, &t);
  char name[] = "sum";
  recnn_graph_part(graph, name, apply1(graph, "test_sum", x));
  name[0] = '!'; /* the graph has its own copy */
  const RecnnGraphPart *parts;
  g_assert_cmpint(recnn_graph_parts(graph, &parts), ==, 1);
  g_assert_cmpstr(parts[0].name, ==, "sum");
  g_assert_cmpfloat(parts[0].value, ==, 3.5);
  recnn_graph_part(graph, "vector", x);
  assert_failed(graph, RECNN_ERROR_SHAPE, "vector");
  recnn_graph_reset(graph, 0, true, true);
  g_assert_cmpint(recnn_graph_parts(graph, &parts), ==, 0);
  recnn_graph_free(graph);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  register_test_ops();
  g_test_add_func("/draw/random", test_random);
  g_test_add_func("/draw/draws-and-outputs", test_draws_and_outputs);
  g_test_add_func("/draw/parts", test_parts);
  return g_test_run();
}
