/* The built-in ops as functions: thin wrappers over graph->apply, which takes any op by name.
 * Shapes and formulas stand with the ops (`recnn-inspect --ops` prints them). */
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

/* the same with a row, `padding_index`, that gets no gradient */
static inline RecnnVar *recnn_embedding_padded(RecnnGraph *graph, RecnnVar *table, RecnnVar *ids,
                                               int64_t padding_index) {
  RecnnVar *inputs[2] = {table, ids};
  RecnnAttr attr = recnn_attr_int("padding_index", padding_index);
  return recnn_api.graph->apply(graph, "embedding", inputs, 2, &attr, 1);
}

/* x (..., K) * weight (N, K)^T + bias (N): (..., N); `bias` may be NULL */
static inline RecnnVar *recnn_linear(RecnnGraph *graph, RecnnVar *x, RecnnVar *weight,
                                     RecnnVar *bias) {
  RecnnVar *inputs[3] = {x, weight, bias};
  return recnn_api.graph->apply(graph, "linear", inputs, bias != NULL ? 3 : 2, NULL, 0);
}
/* The same with an activation ("none" or "relu") and dropout on it, which costs no further pass
 * over the memory. */
static inline RecnnVar *recnn_linear_act(RecnnGraph *graph, RecnnVar *x, RecnnVar *weight,
                                         RecnnVar *bias, const char *activation, double dropout) {
  RecnnVar *inputs[3] = {x, weight, bias};
  RecnnAttr attrs[2] = {recnn_attr_string("activation", activation),
                        recnn_attr_float("dropout", dropout)};
  return recnn_api.graph->apply(graph, "linear", inputs, bias != NULL ? 3 : 2, attrs, 2);
}

/* a (M, K) * b (K, N): (M, N); with transpose_a a is (K, M), with transpose_b b is (N, K) */
static inline RecnnVar *recnn_matmul(RecnnGraph *graph, RecnnVar *a, RecnnVar *b, bool transpose_a,
                                     bool transpose_b) {
  RecnnVar *inputs[2] = {a, b};
  RecnnAttr attrs[2] = {recnn_attr_bool("transpose_a", transpose_a),
                        recnn_attr_bool("transpose_b", transpose_b)};
  return recnn_api.graph->apply(graph, "matmul", inputs, 2, attrs, 2);
}

/* inputs with equal leading axes, side by side along the last one */
static inline RecnnVar *recnn_concat(RecnnGraph *graph, RecnnVar *const *inputs, int32_t n) {
  return recnn_api.graph->apply(graph, "concat", inputs, n, NULL, 0);
}

/* inputs of one dtype with equal axes but for the first, below each other along that */
static inline RecnnVar *recnn_stack_rows(RecnnGraph *graph, RecnnVar *const *inputs, int32_t n) {
  return recnn_api.graph->apply(graph, "stack_rows", inputs, n, NULL, 0);
}

/* x (...) `rows` times along a new first axis: (rows, ...) */
static inline RecnnVar *recnn_repeat_rows(RecnnGraph *graph, RecnnVar *x, int64_t rows) {
  RecnnAttr attr = recnn_attr_int("rows", rows);
  return recnn_apply1(graph, "repeat_rows", x, &attr, 1);
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
static inline RecnnVar *recnn_flatten(RecnnGraph *graph, RecnnVar *x) {
  const int64_t shape[1] = {-1};
  return recnn_reshape(graph, x, shape, 1);
}

static inline RecnnVar *recnn_relu(RecnnGraph *graph, RecnnVar *x) {
  return recnn_apply1(graph, "relu", x, NULL, 0);
}
static inline RecnnVar *recnn_sigmoid(RecnnGraph *graph, RecnnVar *x) {
  return recnn_apply1(graph, "sigmoid", x, NULL, 0);
}
static inline RecnnVar *recnn_tanh(RecnnGraph *graph, RecnnVar *x) {
  return recnn_apply1(graph, "tanh", x, NULL, 0);
}
/* factor * x */
static inline RecnnVar *recnn_scale(RecnnGraph *graph, RecnnVar *x, double factor) {
  RecnnAttr attr = recnn_attr_float("factor", factor);
  return recnn_apply1(graph, "scale", x, &attr, 1);
}

/* zero with probability p and scaled by 1 / (1 - p) while training; x itself otherwise */
static inline RecnnVar *recnn_dropout(RecnnGraph *graph, RecnnVar *x, double p) {
  RecnnAttr attr = recnn_attr_float("p", p);
  if (p == 0.0 || !recnn_api.graph->training(graph))
    return x;
  return recnn_apply1(graph, "dropout", x, &attr, 1);
}

/* batch normalisation of x (B, N) with PyTorch's semantics; the three buffers are updated while
 * training.  With an activation ("none" or "relu") and dropout on it, as recnn_linear_act. */
static inline RecnnVar *recnn_batch_norm_act(RecnnGraph *graph, RecnnVar *x, RecnnVar *weight,
                                             RecnnVar *bias, RecnnVar *running_mean,
                                             RecnnVar *running_var, RecnnVar *num_batches,
                                             const char *activation, double dropout) {
  RecnnVar *inputs[6] = {x, weight, bias, running_mean, running_var, num_batches};
  RecnnAttr attrs[2] = {recnn_attr_string("activation", activation),
                        recnn_attr_float("dropout", dropout)};
  return recnn_api.graph->apply(graph, "batch_norm", inputs, 6, attrs, 2);
}
static inline RecnnVar *recnn_batch_norm(RecnnGraph *graph, RecnnVar *x, RecnnVar *weight,
                                         RecnnVar *bias, RecnnVar *running_mean,
                                         RecnnVar *running_var, RecnnVar *num_batches) {
  return recnn_batch_norm_act(graph, x, weight, bias, running_mean, running_var, num_batches,
                              "none", 0.0);
}

/* x (..., N), each row less its mean and over its standard deviation, times weight (N), plus bias
 * (N)
 */
static inline RecnnVar *recnn_layer_norm(RecnnGraph *graph, RecnnVar *x, RecnnVar *weight,
                                         RecnnVar *bias) {
  RecnnVar *inputs[3] = {x, weight, bias};
  return recnn_api.graph->apply(graph, "layer_norm", inputs, 3, NULL, 0);
}

/* element by element; b has a's shape or is a vector that goes with every row of a */
static inline RecnnVar *recnn_add(RecnnGraph *graph, RecnnVar *a, RecnnVar *b) {
  RecnnVar *inputs[2] = {a, b};
  return recnn_api.graph->apply(graph, "add", inputs, 2, NULL, 0);
}
static inline RecnnVar *recnn_sub(RecnnGraph *graph, RecnnVar *a, RecnnVar *b) {
  RecnnVar *inputs[2] = {a, b};
  return recnn_api.graph->apply(graph, "sub", inputs, 2, NULL, 0);
}
static inline RecnnVar *recnn_mul(RecnnGraph *graph, RecnnVar *a, RecnnVar *b) {
  RecnnVar *inputs[2] = {a, b};
  return recnn_api.graph->apply(graph, "mul", inputs, 2, NULL, 0);
}

/* a (B, N) and b (I, N): activation (a[i] + b[j]) for every pair, (B * I, N) */
static inline RecnnVar *recnn_outer_add(RecnnGraph *graph, RecnnVar *a, RecnnVar *b,
                                        const char *activation) {
  RecnnVar *inputs[2] = {a, b};
  RecnnAttr attr = recnn_attr_string("activation", activation);
  return recnn_api.graph->apply(graph, "outer_add", inputs, 2, &attr, 1);
}

/* of all elements, a scalar; of squares; of the last axis, (..., N) to (...) */
static inline RecnnVar *recnn_sum(RecnnGraph *graph, RecnnVar *x) {
  return recnn_apply1(graph, "sum", x, NULL, 0);
}
static inline RecnnVar *recnn_mean(RecnnGraph *graph, RecnnVar *x) {
  return recnn_apply1(graph, "mean", x, NULL, 0);
}
static inline RecnnVar *recnn_l2(RecnnGraph *graph, RecnnVar *x) {
  return recnn_apply1(graph, "l2", x, NULL, 0);
}
static inline RecnnVar *recnn_sum_last(RecnnGraph *graph, RecnnVar *x) {
  return recnn_apply1(graph, "sum_last", x, NULL, 0);
}

/* Sequences x (B, L, ...); `length` int64 (B) may be NULL: all steps are valid. */

/* a layer of gated recurrent units, as nn.GRU: (B, L, H) */
static inline RecnnVar *recnn_gru(RecnnGraph *graph, RecnnVar *x, RecnnVar *w_ih, RecnnVar *w_hh,
                                  RecnnVar *b_ih, RecnnVar *b_hh, RecnnVar *length) {
  RecnnVar *inputs[6] = {x, w_ih, w_hh, b_ih, b_hh, length};
  return recnn_api.graph->apply(graph, "gru", inputs, length != NULL ? 6 : 5, NULL, 0);
}

/* x (B, L, H) at its last valid step: (B, H) */
static inline RecnnVar *recnn_last_step(RecnnGraph *graph, RecnnVar *x, RecnnVar *length) {
  RecnnVar *inputs[2] = {x, length};
  return recnn_api.graph->apply(graph, "last_step", inputs, length != NULL ? 2 : 1, NULL, 0);
}

/* steps of x (B, L, H) by number, step int64 (T), where step t of sequence b is b L + t: (T, H) */
static inline RecnnVar *recnn_take_steps(RecnnGraph *graph, RecnnVar *x, RecnnVar *step) {
  RecnnVar *inputs[2] = {x, step};
  return recnn_api.graph->apply(graph, "take_steps", inputs, 2, NULL, 0);
}

/* the inner products of the steps of a (B, L, H) with b (B, H): (B, L) */
static inline RecnnVar *recnn_step_dot(RecnnGraph *graph, RecnnVar *a, RecnnVar *b) {
  RecnnVar *inputs[2] = {a, b};
  return recnn_api.graph->apply(graph, "step_dot", inputs, 2, NULL, 0);
}

/* a (B, L, H) with b (B, H) added to every step */
static inline RecnnVar *recnn_add_steps(RecnnGraph *graph, RecnnVar *a, RecnnVar *b) {
  RecnnVar *inputs[2] = {a, b};
  return recnn_api.graph->apply(graph, "add_steps", inputs, 2, NULL, 0);
}

/* the steps of x (B, L, H) weighted by softmax (scores (B, L)) over the valid ones: (B, H) */
static inline RecnnVar *recnn_attention_pool(RecnnGraph *graph, RecnnVar *x, RecnnVar *scores,
                                             RecnnVar *length) {
  RecnnVar *inputs[3] = {x, scores, length};
  return recnn_api.graph->apply(graph, "attention_pool", inputs, length != NULL ? 3 : 2, NULL, 0);
}

/* convolution over time, x (B, L, C), weight (F, C, K), bias (F): (B, L + 2 padding - K + 1 - cut,
 * F); `activation` is "none" or "relu" */
static inline RecnnVar *recnn_conv1d(RecnnGraph *graph, RecnnVar *x, RecnnVar *weight,
                                     RecnnVar *bias, int64_t padding, int64_t cut,
                                     const char *activation) {
  RecnnVar *inputs[3] = {x, weight, bias};
  RecnnAttr attrs[3] = {recnn_attr_int("padding", padding), recnn_attr_int("cut", cut),
                        recnn_attr_string("activation", activation)};
  return recnn_api.graph->apply(graph, "conv1d", inputs, 3, attrs, 3);
}

/* self-attention of qkv (B, L, 3 E): (B, L, E) */
static inline RecnnVar *recnn_self_attention(RecnnGraph *graph, RecnnVar *qkv, int64_t heads,
                                             double dropout, bool causal) {
  RecnnAttr attrs[3] = {recnn_attr_int("heads", heads), recnn_attr_float("dropout", dropout),
                        recnn_attr_bool("causal", causal)};
  return recnn_apply1(graph, "self_attention", qkv, attrs, 3);
}

/* x (B, L, F) over time: (B, F) */
static inline RecnnVar *recnn_max_over_time(RecnnGraph *graph, RecnnVar *x) {
  return recnn_apply1(graph, "max_over_time", x, NULL, 0);
}
static inline RecnnVar *recnn_mean_over_time(RecnnGraph *graph, RecnnVar *x) {
  return recnn_apply1(graph, "mean_over_time", x, NULL, 0);
}

/* mean of -log softmax (logits (B, N)) at target int64 (B), a scalar */
static inline RecnnVar *recnn_cross_entropy_loss(RecnnGraph *graph, RecnnVar *logits,
                                                 RecnnVar *target) {
  RecnnVar *inputs[2] = {logits, target};
  return recnn_api.graph->apply(graph, "cross_entropy_loss", inputs, 2, NULL, 0);
}

/* an estimate of cross_entropy_loss (linear (x, weight, bias), target) from `samples` classes drawn
 * from `distribution`, "uniform" or "log_uniform" */
static inline RecnnVar *recnn_sampled_softmax_loss(RecnnGraph *graph, RecnnVar *x, RecnnVar *weight,
                                                   RecnnVar *bias, RecnnVar *target,
                                                   int64_t samples, const char *distribution) {
  RecnnVar *inputs[4] = {x, weight, bias, target};
  const RecnnAttr attrs[2] = {recnn_attr_int("samples", samples),
                              recnn_attr_string("distribution", distribution)};
  return recnn_api.graph->apply(graph, "sampled_softmax_loss", inputs, 4, attrs, 2);
}

/* rows of F tables (V_f, D) at the columns of features int64 (B, F): (B, F, D); `inputs` are the
 * features and the tables, n = 1 + F */
static inline RecnnVar *recnn_field_embedding(RecnnGraph *graph, RecnnVar *const *inputs,
                                              int32_t n) {
  return recnn_api.graph->apply(graph, "field_embedding", inputs, n, NULL, 0);
}

/* the sum of the inner products of all pairs of fields of x (B, F, D): (B) */
static inline RecnnVar *recnn_fm_interaction(RecnnGraph *graph, RecnnVar *x) {
  return recnn_apply1(graph, "fm_interaction", x, NULL, 0);
}

/* dropout (activation (x weight + bias)) of sparse rows; weight (items, N), bias (N) or NULL */
typedef struct RecnnSparseRows {
  RecnnVar *start; /* int64 (B + 1) */
  RecnnVar *item;  /* int64 (nnz) */
  RecnnVar *value; /* float32 (nnz) */
} RecnnSparseRows;
static inline RecnnVar *recnn_sparse_linear(RecnnGraph *graph, RecnnSparseRows rows,
                                            RecnnVar *weight, RecnnVar *bias,
                                            const char *activation, double dropout) {
  RecnnVar *inputs[5] = {rows.start, rows.item, rows.value, weight, bias};
  RecnnAttr attrs[2] = {recnn_attr_string("activation", activation),
                        recnn_attr_float("dropout", dropout)};
  return recnn_api.graph->apply(graph, "sparse_linear", inputs, bias != NULL ? 5 : 4, attrs, 2);
}

/* the rows' values divided by the length (L2 norm) of their row */
static inline RecnnVar *recnn_rows_normalize(RecnnGraph *graph, RecnnSparseRows rows) {
  RecnnVar *inputs[2] = {rows.start, rows.value};
  return recnn_api.graph->apply(graph, "rows_normalize", inputs, 2, NULL, 0);
}

/* a loss of logits (B, items) on sparse targets: `loss` is "bce", "mse" or "multinomial",
 * `reduction` is "mean" or "sum" */
static inline RecnnVar *recnn_rows_loss(RecnnGraph *graph, const char *loss, RecnnVar *logits,
                                        RecnnSparseRows rows, const char *reduction) {
  char op[64];
  RecnnVar *inputs[4] = {logits, rows.start, rows.item, rows.value};
  RecnnAttr attr = recnn_attr_string("reduction", reduction);
  (void)snprintf(op, sizeof op, "%s_rows_loss", loss);
  return recnn_api.graph->apply(graph, op, inputs, 4, &attr, 1);
}

/* mu + epsilon exp (logvar / 2) */
static inline RecnnVar *recnn_reparameterize(RecnnGraph *graph, RecnnVar *mu, RecnnVar *logvar,
                                             RecnnVar *epsilon) {
  RecnnVar *inputs[3] = {mu, logvar, epsilon};
  return recnn_api.graph->apply(graph, "reparameterize", inputs, 3, NULL, 0);
}

/* KL of N (mu, exp (logvar)) from N (0, 1); `reduction` is "sum" or "mean" (over rows) */
static inline RecnnVar *recnn_kl_loss(RecnnGraph *graph, RecnnVar *mu, RecnnVar *logvar,
                                      const char *reduction) {
  RecnnVar *inputs[2] = {mu, logvar};
  RecnnAttr attr = recnn_attr_string("reduction", reduction);
  return recnn_api.graph->apply(graph, "kl_loss", inputs, 2, &attr, 1);
}

static inline RecnnVar *recnn_alpha_dropout(RecnnGraph *graph, RecnnVar *x, double p) {
  RecnnAttr attr = recnn_attr_float("p", p);
  return recnn_apply1(graph, "alpha_dropout", x, &attr, 1);
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

/* mean binary cross entropy of sigmoid (logits) and targets in 0 .. 1, a scalar */
static inline RecnnVar *recnn_bce_loss(RecnnGraph *graph, RecnnVar *logits, RecnnVar *targets) {
  RecnnVar *inputs[2] = {logits, targets};
  return recnn_api.graph->apply(graph, "bce_loss", inputs, 2, NULL, 0);
}

/* x + offset */
static inline RecnnVar *recnn_shift(RecnnGraph *graph, RecnnVar *x, double offset) {
  RecnnAttr attr = recnn_attr_float("offset", offset);
  return recnn_apply1(graph, "shift", x, &attr, 1);
}

static inline RecnnVar *recnn_exp(RecnnGraph *graph, RecnnVar *x) {
  return recnn_apply1(graph, "exp", x, NULL, 0);
}

/* the natural logarithm */
static inline RecnnVar *recnn_log(RecnnGraph *graph, RecnnVar *x) {
  return recnn_apply1(graph, "log", x, NULL, 0);
}

/* log (1 + exp (x)): -softplus (-x) is the logarithm of the sigmoid */
static inline RecnnVar *recnn_softplus(RecnnGraph *graph, RecnnVar *x) {
  return recnn_apply1(graph, "softplus", x, NULL, 0);
}

/* a (...) over b, of a's shape or a vector for every row */
static inline RecnnVar *recnn_div(RecnnGraph *graph, RecnnVar *a, RecnnVar *b) {
  RecnnVar *inputs[2] = {a, b};
  return recnn_api.graph->apply(graph, "div", inputs, 2, NULL, 0);
}

/* the element of each row of x (B, N) in the column that column int64 (B) says: (B) */
static inline RecnnVar *recnn_pick(RecnnGraph *graph, RecnnVar *x, RecnnVar *column) {
  RecnnVar *inputs[2] = {x, column};
  return recnn_api.graph->apply(graph, "pick", inputs, 2, NULL, 0);
}

/* the columns of x (B, N) that columns int64 (C) names: (B, C) */
static inline RecnnVar *recnn_select_columns(RecnnGraph *graph, RecnnVar *x, RecnnVar *columns) {
  RecnnVar *inputs[2] = {x, columns};
  return recnn_api.graph->apply(graph, "select_columns", inputs, 2, NULL, 0);
}

#ifdef __cplusplus
}
#endif

#endif
