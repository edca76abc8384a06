/* What models of sequences share: the item embedding with its padding row, stacks of GRUs, and the
 * loss of the next item.  Header only. */
#ifndef RECNN_KIT_SEQUENCE_H
#define RECNN_KIT_SEQUENCE_H

#include <recnn/kit/mlp.h>

#ifdef __cplusplus
extern "C" {
#endif

/* item_embedding.weight (items + 1, size): row 0 pads.  As nn.Embedding with padding_idx=0, which
 * begins standard normal with a zero padding row; or, with `deviation` > 0, refilled by
 * nn.init.normal_, which fills the padding row too. */
static inline RecnnParam *recnn_item_embedding_declare(RecnnModel *model, int64_t size,
                                                       double deviation) {
  RecnnParam *param =
      recnn_param_matrix(model, "item_embedding.weight", recnn_count(model, "items") + 1, size,
                         recnn_init(RECNN_INIT_NORMAL, 0.0, deviation > 0.0 ? deviation : 1.0));
  const RecnnTensor *value = recnn_api.param->tensor(param);
  for (int64_t i = 0; deviation <= 0.0 && value != NULL && i < size; i++)
    ((float *)value->data)[i] = 0.0f;
  return param;
}

/* The embedded sequences (B, L, size).  The padding row gets no gradient. */
static inline RecnnVar *recnn_sequence_embed(RecnnGraph *graph, const RecnnBatch *batch,
                                             RecnnParam *embedding) {
  return recnn_embedding_padded(graph, recnn_param(graph, embedding),
                                recnn_input(graph, batch, "sequence"), 0);
}

/* The lengths, or NULL where the batch has none. */
static inline RecnnVar *recnn_sequence_length(RecnnGraph *graph, const RecnnBatch *batch) {
  return recnn_api.batch->field(batch, "length") != NULL ? recnn_input(graph, batch, "length")
                                                         : NULL;
}

/* Cross entropy of the logits (B, items) and the next items. */
static inline RecnnVar *recnn_next_item_loss(RecnnGraph *graph, const RecnnBatch *batch,
                                             RecnnVar *logits) {
  return recnn_cross_entropy_loss(graph, logits, recnn_input(graph, batch, "target"));
}

#define RECNN_GRU_MAX_LAYERS 8

/* nn.GRU: layers with dropout between them. */
typedef struct RecnnGruStack {
  int32_t n_layers;
  double dropout;
  RecnnParam *w_ih[RECNN_GRU_MAX_LAYERS]; /* (3 hidden, in) */
  RecnnParam *w_hh[RECNN_GRU_MAX_LAYERS]; /* (3 hidden, hidden) */
  RecnnParam *b_ih[RECNN_GRU_MAX_LAYERS]; /* (3 hidden) */
  RecnnParam *b_hh[RECNN_GRU_MAX_LAYERS];
} RecnnGruStack;

/* PREFIX.weight_ih_l0, .weight_hh_l0, .bias_ih_l0, .bias_hh_l0, ..., all uniform within
 * 1 / sqrt (hidden). */
static inline void recnn_gru_declare(RecnnGruStack *gru, RecnnModel *model, const char *prefix,
                                     int64_t in, int64_t hidden, int32_t n_layers, double dropout) {
  double bound = 1.0 / sqrt((double)hidden);
  RecnnInit init = recnn_init(RECNN_INIT_UNIFORM, -bound, bound);
  char name[96];
  gru->n_layers = n_layers;
  gru->dropout = dropout;
  for (int32_t i = 0; i < n_layers; i++) {
    (void)snprintf(name, sizeof name, "%s.weight_ih_l%d", prefix, (int)i);
    gru->w_ih[i] = recnn_param_matrix(model, name, 3 * hidden, i == 0 ? in : hidden, init);
    (void)snprintf(name, sizeof name, "%s.weight_hh_l%d", prefix, (int)i);
    gru->w_hh[i] = recnn_param_matrix(model, name, 3 * hidden, hidden, init);
    (void)snprintf(name, sizeof name, "%s.bias_ih_l%d", prefix, (int)i);
    gru->b_ih[i] = recnn_param_vector(model, name, 3 * hidden, init);
    (void)snprintf(name, sizeof name, "%s.bias_hh_l%d", prefix, (int)i);
    gru->b_hh[i] = recnn_param_vector(model, name, 3 * hidden, init);
  }
}

/* The last layer's states (B, L, hidden) of x (B, L, in); zero behind a sequence's end where
 * `length` is given. */
static inline RecnnVar *recnn_gru_forward(const RecnnGruStack *gru, RecnnGraph *graph, RecnnVar *x,
                                          RecnnVar *length) {
  for (int32_t i = 0; i < gru->n_layers; i++) {
    if (i > 0 && gru->dropout > 0.0)
      x = recnn_dropout(graph, x, gru->dropout);
    x = recnn_gru(graph, x, recnn_param(graph, gru->w_ih[i]), recnn_param(graph, gru->w_hh[i]),
                  recnn_param(graph, gru->b_ih[i]), recnn_param(graph, gru->b_hh[i]), length);
  }
  return x;
}

/* PREFIX.weight (filters, channels, kernel) and PREFIX.bias as nn.Conv1d begins them. */
static inline RecnnLinear recnn_conv1d_declare(RecnnModel *model, const char *prefix,
                                               int64_t channels, int64_t filters, int64_t kernel) {
  RecnnLinear layer;
  char name[96];
  const int64_t shape[3] = {filters, channels, kernel};
  double bound = 1.0 / sqrt((double)(channels * kernel));
  RecnnInit init = recnn_init(RECNN_INIT_UNIFORM, -bound, bound);
  (void)snprintf(name, sizeof name, "%s.weight", prefix);
  layer.weight = recnn_api.param->declare(model, name, 3, shape, init, 0);
  (void)snprintf(name, sizeof name, "%s.bias", prefix);
  layer.bias = recnn_param_vector(model, name, filters, init);
  return layer;
}

static inline RecnnVar *recnn_linear_apply(RecnnGraph *graph, const RecnnLinear *layer,
                                           RecnnVar *x) {
  return recnn_linear(graph, x, recnn_param(graph, layer->weight),
                      layer->bias != NULL ? recnn_param(graph, layer->bias) : NULL);
}

/* PREFIX.weight alone, as nn.Linear with bias=False. */
static inline RecnnLinear recnn_linear_declare_plain(RecnnModel *model, const char *prefix,
                                                     int64_t in, int64_t out) {
  RecnnLinear layer = {NULL, NULL};
  char name[128];
  double bound = 1.0 / sqrt((double)in);
  (void)snprintf(name, sizeof name, "%s.weight", prefix);
  layer.weight =
      recnn_param_matrix(model, name, out, in, recnn_init(RECNN_INIT_UNIFORM, -bound, bound));
  return layer;
}

#ifdef __cplusplus
}
#endif

#endif
