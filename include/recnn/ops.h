/* The built-in ops as functions: thin wrappers over graph->apply, which takes any op by name.  Shapes
 * and formulas stand with the ops (`recnn-inspect --ops` prints them). */
#ifndef RECNN_OPS_H
#define RECNN_OPS_H

#include <recnn/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

static inline RecnnVar *recnn_apply1(RecnnGraph *graph, const char *op, RecnnVar *x,
                                     const RecnnAttr *attrs, int32_t n_attrs) {
  return recnn_api.graph->apply(graph, op, &x, 1, attrs, n_attrs);
}

/* rows of `table` (V, D) at `ids` (...): (..., D) */
static inline RecnnVar *recnn_embedding(RecnnGraph *graph, RecnnVar *table, RecnnVar *ids) {
  RecnnVar *inputs[2] = {table, ids};
  return recnn_api.graph->apply(graph, "embedding", inputs, 2, NULL, 0);
}

/* activation (x (..., K) * weight (N, K)^T + bias (N)): (..., N); `bias` may be NULL; `activation`
 * is "none" or "relu" */
static inline RecnnVar *recnn_linear_act(RecnnGraph *graph, RecnnVar *x, RecnnVar *weight,
                                         RecnnVar *bias, const char *activation) {
  RecnnVar *inputs[3] = {x, weight, bias};
  RecnnAttr attr = recnn_attr_string("activation", activation);
  return recnn_api.graph->apply(graph, "linear", inputs, bias != NULL ? 3 : 2, &attr, 1);
}
static inline RecnnVar *recnn_linear(RecnnGraph *graph, RecnnVar *x, RecnnVar *weight,
                                     RecnnVar *bias) {
  RecnnVar *inputs[3] = {x, weight, bias};
  return recnn_api.graph->apply(graph, "linear", inputs, bias != NULL ? 3 : 2, NULL, 0);
}

/* inputs with equal leading axes, side by side along the last one */
static inline RecnnVar *recnn_concat(RecnnGraph *graph, RecnnVar *const *inputs, int32_t n) {
  return recnn_api.graph->apply(graph, "concat", inputs, n, NULL, 0);
}

/* columns start .. start+length-1 of the last axis, as a view */
static inline RecnnVar *recnn_slice(RecnnGraph *graph, RecnnVar *x, int64_t start, int64_t length) {
  RecnnAttr attrs[2] = {recnn_attr_int("start", start), recnn_attr_int("length", length)};
  return recnn_apply1(graph, "slice", x, attrs, 2);
}

/* the same elements under another shape; one axis may be -1 */
static inline RecnnVar *recnn_reshape(RecnnGraph *graph, RecnnVar *x, const int64_t *shape,
                                      int32_t rank) {
  RecnnAttr attr = recnn_attr_ints("shape", shape, rank);
  return recnn_apply1(graph, "reshape", x, &attr, 1);
}

static inline RecnnVar *recnn_relu(RecnnGraph *graph, RecnnVar *x) {
  return recnn_apply1(graph, "relu", x, NULL, 0);
}

/* zero with probability p and scale by 1 / (1 - p) while training; x itself otherwise */
static inline RecnnVar *recnn_dropout(RecnnGraph *graph, RecnnVar *x, double p) {
  RecnnAttr attr = recnn_attr_float("p", p);
  return recnn_apply1(graph, "dropout", x, &attr, 1);
}

/* batch normalisation of x (B, N) with PyTorch's semantics; the three buffers are updated while
 * training */
static inline RecnnVar *recnn_batch_norm(RecnnGraph *graph, RecnnVar *x, RecnnVar *weight,
                                         RecnnVar *bias, RecnnVar *running_mean,
                                         RecnnVar *running_var, RecnnVar *num_batches) {
  RecnnVar *inputs[6] = {x, weight, bias, running_mean, running_var, num_batches};
  return recnn_api.graph->apply(graph, "batch_norm", inputs, 6, NULL, 0);
}

static inline RecnnVar *recnn_add(RecnnGraph *graph, RecnnVar *a, RecnnVar *b) {
  RecnnVar *inputs[2] = {a, b};
  return recnn_api.graph->apply(graph, "add", inputs, 2, NULL, 0);
}

/* a (B, N) and b (I, N): a[i] + b[j] for every pair, (B * I, N) */
static inline RecnnVar *recnn_outer_add(RecnnGraph *graph, RecnnVar *a, RecnnVar *b) {
  RecnnVar *inputs[2] = {a, b};
  return recnn_api.graph->apply(graph, "outer_add", inputs, 2, NULL, 0);
}

/* mean of -log sigmoid (positive - negative), a scalar (Rendle et al. 2009) */
static inline RecnnVar *recnn_bpr_loss(RecnnGraph *graph, RecnnVar *positive, RecnnVar *negative) {
  RecnnVar *inputs[2] = {positive, negative};
  return recnn_api.graph->apply(graph, "bpr_loss", inputs, 2, NULL, 0);
}

/* mean of (prediction - target)^2, a scalar */
static inline RecnnVar *recnn_mse_loss(RecnnGraph *graph, RecnnVar *prediction, RecnnVar *target) {
  RecnnVar *inputs[2] = {prediction, target};
  return recnn_api.graph->apply(graph, "mse_loss", inputs, 2, NULL, 0);
}

#ifdef __cplusplus
}
#endif

#endif
