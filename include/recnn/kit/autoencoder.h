/* What autoencoders over users' rows share: stacks of layers, the first of which may read sparse
 * rows, noise on the input, and the latent normal distribution of a variational one.  Header only.
 */
#ifndef RECNN_KIT_AUTOENCODER_H
#define RECNN_KIT_AUTOENCODER_H

#include <recnn/kit/mlp.h>

#ifdef __cplusplus
extern "C" {
#endif

/* PREFIX.0, PREFIX.step, PREFIX.2*step, ... of an nn.Sequential: linear, activation (and dropout),
 * over and over. */
typedef struct RecnnStack {
  int32_t n_layers;
  bool plain_last;        /* nothing follows the last layer */
  const char *activation; /* of the linear op: "relu", "tanh", "selu" */
  double dropout;
  bool alpha_dropout; /* SELU's own form of it */
  RecnnLinear linear[RECNN_MLP_MAX_LAYERS];
} RecnnStack;

/* How a stack is made. */
typedef struct RecnnStackSpec {
  const char *prefix;
  int32_t step; /* modules of one layer in the nn.Sequential */
  int64_t in;
  bool sparse;    /* the first layer reads sparse rows: its weight is held transposed */
  bool selu_init; /* weights normal with 1 / sqrt (in), biases 0; otherwise as PyTorch begins */
} RecnnStackSpec;

static inline RecnnLinear recnn_stack_layer(RecnnModel *model, const char *name, int64_t in,
                                            int64_t out, bool transposed, bool selu_init) {
  RecnnLinear layer;
  char full[128];
  const int64_t shape[2] = {out, in};
  double bound = 1.0 / sqrt((double)in);
  RecnnInit weight = selu_init ? recnn_init(RECNN_INIT_NORMAL, 0.0, bound)
                               : recnn_init(RECNN_INIT_UNIFORM, -bound, bound);
  RecnnInit bias = selu_init ? recnn_init(RECNN_INIT_CONSTANT, 0.0, 0.0) : weight;
  (void)snprintf(full, sizeof full, "%s.weight", name);
  layer.weight = recnn_api.param->declare(model, full, 2, shape, weight,
                                          transposed ? RECNN_PARAM_TRANSPOSED : 0);
  (void)snprintf(full, sizeof full, "%s.bias", name);
  layer.bias = recnn_param_vector(model, full, out, bias);
  return layer;
}

/* Layers of the widths `dims` (which has passed recnn_mlp_check) and, where `out` > 0, a plain one
 * of that width.  Returns the width of the result. */
static inline int64_t recnn_stack_declare(RecnnStack *stack, RecnnModel *model,
                                          const RecnnStackSpec *spec, RecnnValue dims,
                                          int64_t out) {
  char name[96];
  int64_t in = spec->in;
  stack->n_layers = dims.count + (out > 0 ? 1 : 0);
  stack->plain_last = out > 0;
  for (int32_t i = 0; i < stack->n_layers; i++) {
    int64_t width = i < dims.count ? dims.as.ints[i] : out;
    (void)snprintf(name, sizeof name, "%s.%d", spec->prefix, (int)(i * spec->step));
    stack->linear[i] =
        recnn_stack_layer(model, name, in, width, spec->sparse && i == 0, spec->selu_init);
    in = width;
  }
  return in;
}

static inline const char *recnn_stack_activation(const RecnnStack *stack, int32_t i) {
  return stack->plain_last && i == stack->n_layers - 1 ? "none" : stack->activation;
}

/* The dropout that rides on layer i; alpha dropout is an op of its own. */
static inline double recnn_stack_dropout(const RecnnStack *stack, int32_t i) {
  bool plain = stack->plain_last && i == stack->n_layers - 1;
  return plain || stack->alpha_dropout ? 0.0 : stack->dropout;
}

static inline RecnnVar *recnn_stack_finish(const RecnnStack *stack, RecnnGraph *graph, int32_t i,
                                           RecnnVar *x) {
  bool plain = stack->plain_last && i == stack->n_layers - 1;
  return stack->alpha_dropout && !plain && stack->dropout > 0.0
             ? recnn_alpha_dropout(graph, x, stack->dropout)
             : x;
}

/* Layers `first` and up of the dense `x` (B, in). */
static inline RecnnVar *recnn_stack_forward(const RecnnStack *stack, RecnnGraph *graph,
                                            int32_t first, RecnnVar *x) {
  for (int32_t i = first; i < stack->n_layers; i++) {
    x = recnn_linear_act(graph, x, recnn_param(graph, stack->linear[i].weight),
                         recnn_param(graph, stack->linear[i].bias),
                         recnn_stack_activation(stack, i), recnn_stack_dropout(stack, i));
    x = recnn_stack_finish(stack, graph, i, x);
  }
  return x;
}

/* All layers of sparse rows; the stack was declared with `sparse`. */
static inline RecnnVar *recnn_stack_forward_rows(const RecnnStack *stack, RecnnGraph *graph,
                                                 RecnnSparseRows rows) {
  RecnnVar *x =
      recnn_sparse_linear(graph, rows, recnn_param(graph, stack->linear[0].weight),
                          recnn_param(graph, stack->linear[0].bias),
                          recnn_stack_activation(stack, 0), recnn_stack_dropout(stack, 0));
  return recnn_stack_forward(stack, graph, 1, recnn_stack_finish(stack, graph, 0, x));
}

/* The batch's sparse rows. */
static inline RecnnSparseRows recnn_rows_input(RecnnGraph *graph, const RecnnBatch *batch) {
  RecnnSparseRows rows = {recnn_input(graph, batch, "row_start"),
                          recnn_input(graph, batch, "row_item"),
                          recnn_input(graph, batch, "row_value")};
  return rows;
}

/* The batch's conditions, of which somebody may have several, as sparse rows. */
static inline RecnnSparseRows recnn_conditions_input(RecnnGraph *graph, const RecnnBatch *batch) {
  RecnnSparseRows rows = {recnn_input(graph, batch, "condition_start"),
                          recnn_input(graph, batch, "condition_item"),
                          recnn_input(graph, batch, "condition_value")};
  return rows;
}

/* The rows with each entry kept with probability `keep` (and zero otherwise) while training; `name`
 * is the draw's. */
static inline RecnnSparseRows recnn_rows_mask(RecnnGraph *graph, RecnnSparseRows rows,
                                              const char *name, double keep) {
  const RecnnTensor *value = recnn_tensor(rows.value);
  if (value == NULL || !recnn_api.graph->training(graph) || keep >= 1.0)
    return rows;
  rows.value =
      recnn_mul(graph, rows.value,
                recnn_api.graph->draw(graph, name, RECNN_DRAW_KEEP, keep, 1, value->shape));
  return rows;
}

/* The latent distribution: fc_mu and fc_logvar on top of an encoder. */
typedef struct RecnnLatent {
  int64_t size;
  RecnnLinear mu;
  RecnnLinear logvar;
} RecnnLatent;

static inline void recnn_latent_declare(RecnnLatent *latent, RecnnModel *model, int64_t in,
                                        int64_t size) {
  latent->size = size;
  latent->mu = recnn_linear_declare(model, "fc_mu", in, size);
  latent->logvar = recnn_linear_declare(model, "fc_logvar", in, size);
}

/* Draws z while training; its mean in evaluation.  Shows mu and logvar. */
static inline RecnnVar *recnn_latent_draw(const RecnnLatent *latent, RecnnGraph *graph,
                                          const RecnnBatch *batch, RecnnVar *hidden,
                                          RecnnVar **ret_mu, RecnnVar **ret_logvar) {
  const int64_t shape[2] = {recnn_api.batch->size(batch), latent->size};
  RecnnVar *mu = recnn_linear(graph, hidden, recnn_param(graph, latent->mu.weight),
                              recnn_param(graph, latent->mu.bias));
  RecnnVar *logvar = recnn_linear(graph, hidden, recnn_param(graph, latent->logvar.weight),
                                  recnn_param(graph, latent->logvar.bias));
  *ret_mu = mu;
  *ret_logvar = logvar;
  recnn_api.graph->output(graph, "mu", mu);
  recnn_api.graph->output(graph, "logvar", logvar);
  if (!recnn_api.graph->training(graph))
    return mu;
  return recnn_reparameterize(
      graph, mu, logvar, recnn_api.graph->draw(graph, "epsilon", RECNN_DRAW_NORMAL, 0.0, 2, shape));
}

/* The weight of the KL term at a step: from `start` to `cap` in `steps` steps; `cap` at once for 0
 * (Liang et al. 2018 call it annealing). */
typedef struct RecnnAnneal {
  double start;
  double cap;
  int64_t steps;
} RecnnAnneal;

static inline double recnn_anneal(const RecnnAnneal *anneal, RecnnGraph *graph) {
  double step = (double)recnn_api.graph->step(graph);
  double share = anneal->steps > 0 ? step / (double)anneal->steps : 1.0;
  return anneal->start + (anneal->cap - anneal->start) * (share < 1.0 ? share : 1.0);
}

/* What a variational autoencoder is made of. */
typedef struct RecnnVae {
  const char *likelihood; /* "bernoulli" or "multinomial" */
  bool normalize_input;
  double input_keep;
  RecnnAnneal beta;
  RecnnStack encoder; /* its first layer reads sparse rows */
  RecnnLatent latent;
  RecnnStack decoder;
} RecnnVae;

/* The choices of the option "activation", in their order. */
#define RECNN_VAE_ACTIVATIONS "tanh", "relu", "selu"

/* The options that recnn_vae_declare reads, for a model's table; ACTIVATION is the default. */
#define RECNN_VAE_OPTIONS(ACTIVATION)                                                              \
  {"latent_dim", RECNN_OPTION_INT, "128", "[1,65536]", "Size of the latent vector"},               \
      {"encoder_dims", RECNN_OPTION_INT_LIST, "512,256", "[1,65536]",                              \
       "Widths of the encoder's layers"},                                                          \
      {"decoder_dims", RECNN_OPTION_INT_LIST, "256,512", "[1,65536]",                              \
       "Widths of the decoder's layers"},                                                          \
      {"activation", RECNN_OPTION_CHOICE, ACTIVATION, "tanh|relu|selu",                            \
       "What follows every hidden layer"},                                                         \
      {"dropout_rate", RECNN_OPTION_FLOAT, "0.5", "[0,1)", "Dropout behind every hidden layer"},   \
      {"beta", RECNN_OPTION_FLOAT, "1", "[0,inf)", "Weight of the KL term, where annealing ends"}, \
      {"likelihood", RECNN_OPTION_CHOICE, "bernoulli", "bernoulli|multinomial",                    \
       "Of the row given the logits: Bernoulli sums over the batch, multinomial means over rows"}, \
      {"anneal_start", RECNN_OPTION_FLOAT, "0", "[0,inf)",                                         \
       "Weight of the KL term at the first step"},                                                 \
      {"anneal_steps", RECNN_OPTION_INT, "0", "[0,inf)",                                           \
       "Steps in which the weight goes from anneal_start to beta; 0: beta from the beginning"},    \
      {"normalize_input", RECNN_OPTION_BOOL, "false", NULL,                                        \
       "Whether the encoder reads rows of length 1 (Liang et al. 2018) instead of as they are"},   \
  {                                                                                                \
    "input_dropout", RECNN_OPTION_FLOAT, "0", "[0,1)",                                             \
        "Share of the input's entries left out while training"                                     \
  }

/* encoder, fc_mu, fc_logvar and decoder; `beside` is the width of what stands beside the row and
 * beside z, such as a condition; 0: nothing. */
static inline RecnnStatus recnn_vae_declare(RecnnVae *vae, RecnnModel *model, int64_t beside,
                                            RecnnError *error) {
  static const char *const activations[] = {RECNN_VAE_ACTIVATIONS};
  RecnnValue encoder_dims = recnn_option_list(model, "encoder_dims");
  RecnnValue decoder_dims = recnn_option_list(model, "decoder_dims");
  RecnnStatus status = recnn_mlp_check(encoder_dims, "encoder_dims", error);
  if (status == RECNN_OK)
    status = recnn_mlp_check(decoder_dims, "decoder_dims", error);
  if (status != RECNN_OK)
    return status;
  if (encoder_dims.count == 0)
    return recnn_fail(error, RECNN_ERROR_OPTION,
                      "option encoder_dims: an empty list, expected at least one layer");
  vae->likelihood = recnn_option_int(model, "likelihood") == 0 ? "bernoulli" : "multinomial";
  vae->normalize_input = recnn_option_bool(model, "normalize_input");
  vae->input_keep = 1.0 - recnn_option_float(model, "input_dropout");
  vae->beta.start = recnn_option_float(model, "anneal_start");
  vae->beta.cap = recnn_option_float(model, "beta");
  vae->beta.steps = recnn_option_int(model, "anneal_steps");
  vae->encoder.activation = vae->decoder.activation =
      activations[recnn_option_int(model, "activation")];
  vae->encoder.dropout = vae->decoder.dropout = recnn_option_float(model, "dropout_rate");
  int64_t n_items = recnn_count(model, "items");
  RecnnStackSpec encoder = {"encoder", 3, n_items + beside, true, false};
  int64_t width = recnn_stack_declare(&vae->encoder, model, &encoder, encoder_dims, 0);
  recnn_latent_declare(&vae->latent, model, width, recnn_option_int(model, "latent_dim"));
  RecnnStackSpec decoder = {"decoder", 3, vae->latent.size + beside, false, false};
  recnn_stack_declare(&vae->decoder, model, &decoder, decoder_dims, n_items);
  return RECNN_OK;
}

/* What the encoder reads of the rows; the loss is on the rows themselves.  What is kept of them
 * while training is scaled up, so that the encoder meets inputs of the same size afterwards. */
static inline RecnnSparseRows recnn_vae_input(const RecnnVae *vae, RecnnGraph *graph,
                                              RecnnSparseRows rows) {
  if (vae->normalize_input)
    rows.value = recnn_rows_normalize(graph, rows);
  if (vae->input_keep < 1.0 && recnn_api.graph->training(graph)) {
    rows = recnn_rows_mask(graph, rows, "input_mask", vae->input_keep);
    rows.value = recnn_scale(graph, rows.value, 1.0 / vae->input_keep);
  }
  return rows;
}

/* What one makes of rows: the logits (B, items), and the latent distribution. */
typedef struct RecnnReconstruction {
  RecnnVar *logits;
  RecnnVar *mu;
  RecnnVar *logvar;
} RecnnReconstruction;

/* reconstruction + weight * KL, with both reported as parts: sums over the batch for the Bernoulli
 * likelihood ("bce"), means over rows for the multinomial one. */
static inline RecnnVar *recnn_vae_loss(const RecnnVae *vae, RecnnGraph *graph, RecnnSparseRows rows,
                                       RecnnReconstruction made) {
  bool bernoulli = vae->likelihood[0] == 'b';
  const char *reduction = bernoulli ? "sum" : "mean";
  RecnnVar *reconstruction =
      recnn_rows_loss(graph, bernoulli ? "bce" : "multinomial", made.logits, rows, reduction);
  RecnnVar *kl = recnn_kl_loss(graph, made.mu, made.logvar, reduction);
  recnn_api.graph->part(graph, "reconstruction", reconstruction);
  recnn_api.graph->part(graph, "kl", kl);
  return recnn_add(graph, reconstruction, recnn_scale(graph, kl, recnn_anneal(&vae->beta, graph)));
}

#ifdef __cplusplus
}
#endif

#endif
