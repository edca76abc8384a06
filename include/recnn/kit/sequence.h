/* What models of sequences share: the item embedding with its padding row, stacks of GRUs, the
 * opening of models of sessions, and the layer and loss of the next item.  Header only. */
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

/* The numbers of the steps that have a target each, or NULL where every row has one behind its end.
 */
static inline RecnnVar *recnn_target_steps(RecnnGraph *graph, const RecnnBatch *batch) {
  return recnn_api.batch->field(batch, "target_step") != NULL
             ? recnn_input(graph, batch, "target_step")
             : NULL;
}

/* The steps of x (B, L, H) that something is asked about: each row's last valid one, (B, H), or
 * those that have a target, (T, H). */
static inline RecnnVar *recnn_asked_steps(RecnnGraph *graph, const RecnnBatch *batch, RecnnVar *x,
                                          RecnnVar *length) {
  RecnnVar *step = recnn_target_steps(graph, batch);
  return step != NULL ? recnn_take_steps(graph, x, step) : recnn_last_step(graph, x, length);
}

/* For a class's shares_prefixes: of a model that does so whatever its options are. */
static inline RecnnStatus recnn_always_shares_prefixes(const void *self, RecnnError *error) {
  (void)self;
  (void)error;
  return RECNN_OK;
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

/* How a model of sessions begins: embedded items, and a GRU over them. */
typedef struct RecnnSession {
  RecnnParam *item_embedding;
  RecnnGruStack gru;
} RecnnSession;

/* Takes the sizes from the options embedding_dim and hidden_dim; `deviation` is the embedding's,
 * `prefix` the GRU's.  Returns the size of the states. */
static inline int64_t recnn_session_declare(RecnnSession *session, RecnnModel *model,
                                            double deviation, const char *prefix, int32_t n_layers,
                                            double dropout) {
  int64_t embedding_dim = recnn_option_int(model, "embedding_dim");
  int64_t hidden_dim = recnn_option_int(model, "hidden_dim");
  session->item_embedding = recnn_item_embedding_declare(model, embedding_dim, deviation);
  recnn_gru_declare(&session->gru, model, prefix, embedding_dim, hidden_dim, n_layers, dropout);
  return hidden_dim;
}

/* The states (B, L, hidden); `length` NULL runs over the padding too. */
static inline RecnnVar *recnn_session_states(const RecnnSession *session, RecnnGraph *graph,
                                             const RecnnBatch *batch, RecnnVar *length) {
  return recnn_gru_forward(&session->gru, graph,
                           recnn_sequence_embed(graph, batch, session->item_embedding), length);
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

/* One number a step: `layer` (with one output) of x (B, L, in), as (B, L). */
static inline RecnnVar *recnn_score_steps(RecnnGraph *graph, const RecnnLinear *layer,
                                          RecnnVar *x) {
  return recnn_sum_last(graph, recnn_linear_apply(graph, layer, x));
}

/* The layer that gives every item its logit, and how it is trained. */
typedef struct RecnnNextItem {
  RecnnLinear output;
  int64_t n_samples; /* 0: the loss is over all items */
  const char *sample_from;
} RecnnNextItem;

/* The options that recnn_next_item_declare reads, for a model's table. */
#define RECNN_NEXT_ITEM_OPTIONS                                                                    \
  {"loss", RECNN_OPTION_CHOICE, "full", "full|sampled",                                            \
   "Cross entropy over all items, or while training estimated from n_samples that are drawn"},     \
      {"n_samples", RECNN_OPTION_INT, "1024", "[1,16777216]",                                      \
       "Items that are drawn for a batch where loss is sampled"},                                  \
  {                                                                                                \
    "sample_from", RECNN_OPTION_CHOICE, "uniform", "uniform|log_uniform",                          \
        "What they are drawn from; log_uniform prefers items that appeared early in the data"      \
  }

static inline void recnn_next_item_declare(RecnnNextItem *next, RecnnModel *model,
                                           const char *prefix, int64_t in) {
  next->output = recnn_linear_declare(model, prefix, in, recnn_count(model, "items"));
  next->n_samples = recnn_option_int(model, "loss") == 1 ? recnn_option_int(model, "n_samples") : 0;
  next->sample_from = recnn_option_int(model, "sample_from") == 1 ? "log_uniform" : "uniform";
}

/* (B, items) of what stands for the sequences, (B, in). */
static inline RecnnVar *recnn_next_item_logits(const RecnnNextItem *next, RecnnGraph *graph,
                                               RecnnVar *x) {
  return recnn_linear_apply(graph, &next->output, x);
}

/* Cross entropy with the items that came next.  In evaluation it is never an estimate. */
static inline RecnnVar *recnn_next_item_loss(const RecnnNextItem *next, RecnnGraph *graph,
                                             const RecnnBatch *batch, RecnnVar *x) {
  RecnnVar *target = recnn_input(graph, batch, "target");
  if (next->n_samples > 0 && recnn_api.graph->training(graph))
    return recnn_sampled_softmax_loss(graph, x, recnn_param(graph, next->output.weight),
                                      recnn_param(graph, next->output.bias), target,
                                      next->n_samples, next->sample_from);
  return recnn_cross_entropy_loss(graph, recnn_next_item_logits(next, graph, x), target);
}

#ifdef __cplusplus
}
#endif

#endif
