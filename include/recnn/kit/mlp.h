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

/* PREFIX.weight and PREFIX.bias, begun as PyTorch begins nn.Linear: uniform within 1 / sqrt (in). */
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

/* Declares a tower of `in` inputs with the layer widths of `dims` (an INT_LIST option) and, where
 * `out` > 0, a plain linear layer of that width behind them.  Returns the tower's output width. */
static inline int64_t recnn_mlp_declare(RecnnMlp *mlp, RecnnModel *model, const char *prefix,
                                        int64_t in, RecnnValue dims, int64_t out, bool batch_norm,
                                        double dropout) {
  char name[96];
  int32_t position = 0; /* in PyTorch's nn.Sequential, which counts activations too */
  mlp->n_layers = 0;
  mlp->batch_norm = batch_norm;
  mlp->plain_last = out > 0;
  mlp->dropout = dropout;
  for (int32_t i = 0; i < dims.count + (out > 0 ? 1 : 0); i++) {
    int64_t width = i < dims.count ? dims.as.ints[i] : out;
    int32_t at = mlp->n_layers;
    if (at == RECNN_MLP_MAX_LAYERS)
      break; /* recnn_mlp_check has said so */
    (void)snprintf(name, sizeof name, "%s.%d", prefix, (int)position);
    mlp->linear[at] = recnn_linear_declare(model, name, in, width);
    position++;
    if (i < dims.count && batch_norm) {
      (void)snprintf(name, sizeof name, "%s.%d", prefix, (int)position);
      mlp->norm[at] = recnn_batch_norm_declare(model, name, width);
      position++;
    }
    position += 2; /* the ReLU and the dropout */
    mlp->n_layers++;
    in = width;
  }
  return in;
}

/* Refuses more layers than a tower can hold; call it first thing in create(). */
static inline RecnnStatus recnn_mlp_check(RecnnValue dims, const char *option, RecnnError *error) {
  if (dims.count >= RECNN_MLP_MAX_LAYERS)
    return recnn_fail(error, RECNN_ERROR_OPTION, "option %s: %d layers, at most %d are possible",
                      option, (int)dims.count, RECNN_MLP_MAX_LAYERS - 1);
  return RECNN_OK;
}

/* What follows the linear map of layer `i`, given its output `x`. */
static inline RecnnVar *recnn_mlp_activate(const RecnnMlp *mlp, RecnnGraph *graph, int32_t i,
                                           RecnnVar *x) {
  if (mlp->plain_last && i == mlp->n_layers - 1)
    return x;
  if (mlp->batch_norm)
    x = recnn_batch_norm(graph, x, recnn_param(graph, mlp->norm[i].weight),
                         recnn_param(graph, mlp->norm[i].bias),
                         recnn_param(graph, mlp->norm[i].running_mean),
                         recnn_param(graph, mlp->norm[i].running_var),
                         recnn_param(graph, mlp->norm[i].num_batches));
  x = recnn_relu(graph, x);
  return mlp->dropout > 0.0 ? recnn_dropout(graph, x, mlp->dropout) : x;
}

/* Layers `first` and up applied to `x` (B, in): (B, out). */
static inline RecnnVar *recnn_mlp_forward_from(const RecnnMlp *mlp, RecnnGraph *graph,
                                               int32_t first, RecnnVar *x) {
  for (int32_t i = first; i < mlp->n_layers; i++) {
    bool last = mlp->plain_last && i == mlp->n_layers - 1;
    RecnnVar *weight = recnn_param(graph, mlp->linear[i].weight);
    RecnnVar *bias = recnn_param(graph, mlp->linear[i].bias);
    if (last || mlp->batch_norm) {
      x = recnn_mlp_activate(mlp, graph, i, recnn_linear(graph, x, weight, bias));
    } else { /* the ReLU rides on the linear op: one pass less over the memory */
      x = recnn_linear_act(graph, x, weight, bias, "relu");
      if (mlp->dropout > 0.0)
        x = recnn_dropout(graph, x, mlp->dropout);
    }
  }
  return x;
}

static inline RecnnVar *recnn_mlp_forward(const RecnnMlp *mlp, RecnnGraph *graph, RecnnVar *x) {
  return recnn_mlp_forward_from(mlp, graph, 0, x);
}

#ifdef __cplusplus
}
#endif

#endif
