/* Short ways to put numbers into a graph and to compare what comes out. */
#ifndef RECNN_TESTS_OP_VALUES_H
#define RECNN_TESTS_OP_VALUES_H

#include <math.h>

#include <glib.h>

#include "graph/graph.h"
#include "tensor/tensor.h"

#define SHAPE(...)                                                                                 \
  G_N_ELEMENTS(((const int64_t[]){__VA_ARGS__})), (const int64_t[]) { __VA_ARGS__ }
#define SCALAR 0, NULL
#define VARS(...)                                                                                  \
  G_N_ELEMENTS(((RecnnVar *[]){__VA_ARGS__})), (RecnnVar *[]) { __VA_ARGS__ }

static inline RecnnTensor floats(const float *data, int32_t rank, const int64_t *shape) {
  return recnn_tensor_view((float *)data, RECNN_FLOAT32, rank, shape);
}

/* A value with a gradient, one without, and one of integers. */
static inline RecnnVar *variable(RecnnGraph *graph, const float *data, int32_t rank,
                                 const int64_t *shape) {
  RecnnTensor tensor = floats(data, rank, shape);
  return recnn_graph_variable(graph, &tensor);
}
static inline RecnnVar *constant(RecnnGraph *graph, const float *data, int32_t rank,
                                 const int64_t *shape) {
  RecnnTensor tensor = floats(data, rank, shape);
  return recnn_graph_constant(graph, &tensor);
}
static inline RecnnVar *integers(RecnnGraph *graph, const int64_t *data, int32_t rank,
                                 const int64_t *shape) {
  RecnnTensor tensor = recnn_tensor_view((int64_t *)data, RECNN_INT64, rank, shape);
  return recnn_graph_constant(graph, &tensor);
}

static inline RecnnGraph *new_graph(bool training) {
  RecnnGraph *graph = recnn_graph_new(5);
  recnn_graph_reset(graph, 1, training, true);
  return graph;
}

static inline RecnnVar *apply(RecnnGraph *graph, const char *op, size_t n,
                              RecnnVar *const *inputs) {
  return recnn_graph_apply(graph, op, inputs, (int32_t)n, NULL, 0);
}
static inline RecnnVar *apply_with(RecnnGraph *graph, const char *op, RecnnAttr attr, size_t n,
                                   RecnnVar *const *inputs) {
  return recnn_graph_apply(graph, op, inputs, (int32_t)n, &attr, 1);
}

static inline void assert_near(const float *is, const float *expected, int64_t n, double relative) {
  for (int64_t i = 0; i < n; i++)
    g_assert_cmpfloat_with_epsilon((double)is[i], (double)expected[i],
                                   relative * (1.0 + fabs((double)expected[i])));
}

static inline void assert_value(RecnnGraph *graph, const RecnnVar *var, const float *expected,
                                int32_t rank, const int64_t *shape) {
  GError *error = NULL;
  recnn_graph_check(graph, &error);
  g_assert_no_error(error);
  const RecnnTensor *value = recnn_graph_tensor(var);
  RecnnTensor copy = recnn_tensor_view(NULL, RECNN_FLOAT32, rank, shape);
  g_assert_cmpint(value->dtype, ==, RECNN_FLOAT32);
  g_assert_true(recnn_tensor_same_shape(value, &copy));
  int64_t n = recnn_tensor_count(&copy);
  copy.data = g_new(float, n + 1);
  recnn_tensor_copy(&copy, value);
  assert_near(copy.data, expected, n, 1e-6);
  g_free(copy.data);
}

/* Backward from the sum of `y` times `weights` (NULL: `y` is a scalar). */
static inline void backward(RecnnGraph *graph, RecnnVar *y, const float *weights) {
  GError *error = NULL;
  if (weights != NULL) {
    RecnnTensor w = *recnn_graph_tensor(y);
    w.data = (float *)weights;
    recnn_tensor_set_contiguous(&w);
    y = apply(graph, "mul", VARS(y, recnn_graph_constant(graph, &w)));
    y = apply(graph, "sum", VARS(y));
  }
  recnn_graph_backward(graph, y, NULL, 0, &error);
  g_assert_no_error(error);
}

static inline void assert_grad(const RecnnVar *var, const float *expected, double relative) {
  const RecnnTensor *grad = recnn_graph_grad(var);
  g_assert_nonnull(grad->data);
  assert_near(grad->data, expected, recnn_tensor_count(grad), relative);
}

#endif
