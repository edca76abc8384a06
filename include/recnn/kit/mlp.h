/* A tower of linear layers, each with optional batch norm, ReLU and dropout: the piece that most
 * rating and ranking models share.  Header only; nothing but the services is used.
 *
 * Its parameters are named as PyTorch names those of
 *   nn.Sequential (Linear, [BatchNorm1d,] ReLU, Dropout, Linear, ...)
 * so that PREFIX.0, PREFIX.1 (the batch norm), PREFIX.4, ... match a state_dict. */
#ifndef RECNN_KIT_MLP_H
#define RECNN_KIT_MLP_H

#include <math.h>

#include <recnn/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RECNN_MLP_MAX_LAYERS 16

typedef struct RecnnLinear {
  RecnnParam *weight; /* (out, in) */
  RecnnParam *bias;   /* (out) */
} RecnnLinear;

typedef struct RecnnBatchNorm {
  RecnnParam *weight; /* all (out), but for num_batches, a scalar */
  RecnnParam *bias;
  RecnnParam *running_mean;
  RecnnParam *running_var;
  RecnnParam *num_batches;
} RecnnBatchNorm;

typedef struct RecnnMlp {
  int32_t n_layers;
  bool batch_norm;
  bool plain_last; /* nothing follows the last linear layer */
  double dropout;
  RecnnLinear linear[RECNN_MLP_MAX_LAYERS];
  RecnnBatchNorm norm[RECNN_MLP_MAX_LAYERS];
} RecnnMlp;

/* PREFIX.weight and PREFIX.bias, begun as PyTorch begins nn.Linear: uniform within 1 / sqrt (in).
 */
static inline RecnnLinear recnn_linear_declare(RecnnModel *model, const char *prefix, int64_t in,
                                               int64_t out) {
  RecnnLinear layer;
  char name[128];
  double bound = 1.0 / sqrt((double)in);
  (void)snprintf(name, sizeof name, "%s.weight", prefix);
  layer.weight =
      recnn_param_matrix(model, name, out, in, recnn_init(RECNN_INIT_UNIFORM, -bound, bound));
  (void)snprintf(name, sizeof name, "%s.bias", prefix);
  layer.bias = recnn_param_vector(model, name, out, recnn_init(RECNN_INIT_UNIFORM, -bound, bound));
  return layer;
}

/* PREFIX.weight (ones), .bias, .running_mean, .running_var, .num_batches_tracked, as
 * nn.BatchNorm1d. */
static inline RecnnBatchNorm recnn_batch_norm_declare(RecnnModel *model, const char *prefix,
                                                      int64_t size) {
  RecnnBatchNorm norm;
  char name[128];
  (void)snprintf(name, sizeof name, "%s.weight", prefix);
  norm.weight = recnn_param_vector(model, name, size, recnn_init(RECNN_INIT_CONSTANT, 1.0, 0.0));
  (void)snprintf(name, sizeof name, "%s.bias", prefix);
  norm.bias = recnn_param_vector(model, name, size, recnn_init(RECNN_INIT_CONSTANT, 0.0, 0.0));
  (void)snprintf(name, sizeof name, "%s.running_mean", prefix);
  norm.running_mean = recnn_buffer_vector(model, name, size, 0.0);
  (void)snprintf(name, sizeof name, "%s.running_var", prefix);
  norm.running_var = recnn_buffer_vector(model, name, size, 1.0);
  (void)snprintf(name, sizeof name, "%s.num_batches_tracked", prefix);
  norm.num_batches =
      recnn_api.param->declare(model, name, 0, NULL, recnn_init(RECNN_INIT_CONSTANT, 0.0, 0.0),
                               RECNN_PARAM_BUFFER | RECNN_PARAM_INT64);
  return norm;
}

/* Refuses more layers than a tower can hold; call it first thing in create(). */
static inline RecnnStatus recnn_mlp_check(RecnnValue dims, const char *option, RecnnError *error) {
  if (dims.count >= RECNN_MLP_MAX_LAYERS)
    return recnn_fail(error, RECNN_ERROR_OPTION, "option %s: %d layers, at most %d are possible",
                      option, (int)dims.count, RECNN_MLP_MAX_LAYERS - 1);
  return RECNN_OK;
}

/* Puts a plain linear layer named `name` on top: `in` is what recnn_mlp_declare returned. */
static inline void recnn_mlp_declare_output(RecnnMlp *mlp, RecnnModel *model, const char *name,
                                            int64_t in, int64_t out) {
  mlp->linear[mlp->n_layers++] = recnn_linear_declare(model, name, in, out);
  mlp->plain_last = true;
}

/* Declares a tower of `in` inputs with the layer widths of `dims` (an INT_LIST option that has
 * passed recnn_mlp_check) and, where `out` > 0, a plain linear layer of that width on top.  Returns
 * the tower's output width. */
static inline int64_t recnn_mlp_declare(RecnnMlp *mlp, RecnnModel *model, const char *prefix,
                                        int64_t in, RecnnValue dims, int64_t out, bool batch_norm,
                                        double dropout) {
  char name[96];
  int32_t position = 0; /* in PyTorch's nn.Sequential, which counts activations too */
  mlp->n_layers = 0;
  mlp->batch_norm = batch_norm;
  mlp->plain_last = false;
  mlp->dropout = dropout;
  for (int32_t i = 0; i < dims.count; i++) {
    int64_t width = dims.as.ints[i];
    (void)snprintf(name, sizeof name, "%s.%d", prefix, (int)position++);
    mlp->linear[i] = recnn_linear_declare(model, name, in, width);
    if (batch_norm) {
      (void)snprintf(name, sizeof name, "%s.%d", prefix, (int)position++);
      mlp->norm[i] = recnn_batch_norm_declare(model, name, width);
    }
    position += 2; /* the ReLU and the dropout */
    mlp->n_layers++;
    in = width;
  }
  if (out > 0) {
    (void)snprintf(name, sizeof name, "%s.%d", prefix, (int)position);
    recnn_mlp_declare_output(mlp, model, name, in, out);
    in = out;
  }
  return in;
}

/* True for a layer that nothing follows. */
static inline bool recnn_mlp_is_plain(const RecnnMlp *mlp, int32_t layer) {
  return mlp->plain_last && layer == mlp->n_layers - 1;
}

/* What follows the linear map of a layer with batch norm. */
static inline RecnnVar *recnn_mlp_normalize(const RecnnMlp *mlp, RecnnGraph *graph, int32_t layer,
                                            RecnnVar *x) {
  const RecnnBatchNorm *norm = &mlp->norm[layer];
  return recnn_batch_norm_act(
      graph, x, recnn_param(graph, norm->weight), recnn_param(graph, norm->bias),
      recnn_param(graph, norm->running_mean), recnn_param(graph, norm->running_var),
      recnn_param(graph, norm->num_batches), "relu", mlp->dropout);
}

/* Layers `first` and up applied to `x` (B, in): (B, out). */
static inline RecnnVar *recnn_mlp_forward_from(const RecnnMlp *mlp, RecnnGraph *graph,
                                               int32_t first, RecnnVar *x) {
  for (int32_t i = first; i < mlp->n_layers; i++) {
    RecnnVar *weight = recnn_param(graph, mlp->linear[i].weight);
    RecnnVar *bias = recnn_param(graph, mlp->linear[i].bias);
    if (recnn_mlp_is_plain(mlp, i))
      x = recnn_linear(graph, x, weight, bias);
    else if (mlp->batch_norm)
      x = recnn_mlp_normalize(mlp, graph, i, recnn_linear(graph, x, weight, bias));
    else
      x = recnn_linear_act(graph, x, weight, bias, "relu", mlp->dropout);
  }
  return x;
}

static inline RecnnVar *recnn_mlp_forward(const RecnnMlp *mlp, RecnnGraph *graph, RecnnVar *x) {
  return recnn_mlp_forward_from(mlp, graph, 0, x);
}

/* For scoring all items: the first layer's linear map, taken apart by columns of its input, so that
 * what concerns the items is computed once and not for every user.  recnn_mlp_part gives the share
 * of `x` (R, width), which stands at columns start .. start+width-1 of the input; the bias goes
 * with one of the parts.  recnn_mlp_pairs applies the rest of the tower to the sum of every row of
 * `a` (B, N) and every row of `b` (I, N): (B * I, out). */
static inline RecnnVar *recnn_mlp_part(const RecnnMlp *mlp, RecnnGraph *graph, RecnnVar *x,
                                       int64_t start, int64_t width, bool with_bias) {
  RecnnVar *weight = recnn_slice(graph, recnn_param(graph, mlp->linear[0].weight), start, width);
  return recnn_linear(graph, x, weight, with_bias ? recnn_param(graph, mlp->linear[0].bias) : NULL);
}

static inline RecnnVar *recnn_mlp_pairs(const RecnnMlp *mlp, RecnnGraph *graph, RecnnVar *a,
                                        RecnnVar *b) {
  RecnnVar *x;
  if (recnn_mlp_is_plain(mlp, 0))
    x = recnn_outer_add(graph, a, b, "none");
  else if (mlp->batch_norm)
    x = recnn_mlp_normalize(mlp, graph, 0, recnn_outer_add(graph, a, b, "none"));
  else
    x = recnn_dropout(graph, recnn_outer_add(graph, a, b, "relu"), mlp->dropout);
  return recnn_mlp_forward_from(mlp, graph, 1, x);
}

/* Those pairs' scores (B * I, or B * I x 1) as score_items() hands them out, (B, I), also where B
 * or I is zero; `items` is what encode_items() gave. */
static inline RecnnVar *recnn_mlp_scores(RecnnGraph *graph, const RecnnBatch *batch,
                                         const RecnnVar *items, RecnnVar *pairs) {
  const RecnnTensor *rows = recnn_tensor(items); /* NULL after a failure, which the graph knows */
  const int64_t shape[2] = {recnn_api.batch->size(batch), rows != NULL ? rows->shape[0] : 0};
  return recnn_reshape(graph, pairs, shape, 2);
}

#ifdef __cplusplus
}
#endif

#endif
