/* A variational autoencoder over users' rows whose encoder and decoder also see a condition: a
 * user's attribute, or what is wanted of the list.
 *
 * Sohn, Lee, Yan: Learning Structured Output Representation using Deep Conditional Generative
 * Models, NeurIPS 2015; Pang et al., A Novel Top-N Recommendation Approach Based on Conditional
 * Variational Auto-Encoder, PAKDD 2019. */
#include <recnn/kit/autoencoder.h>

#define CONDITION_SIZE 64 /* the width of a condition's embedding, fixed in the original */

typedef struct ConditionalVae {
  int64_t condition_rows[CONDITION_SIZE]; /* of the encoder's first weight, behind the items' */
  const char *likelihood;
  RecnnAnneal beta;
  RecnnParam *condition_embedding;
  RecnnStack encoder;
  RecnnLatent latent;
  RecnnStack decoder;
} ConditionalVae;

static RecnnStatus create(void *self, RecnnModel *model, RecnnError *error) {
  ConditionalVae *m = self;
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
  int64_t n_items = recnn_count(model, "items");
  for (int64_t i = 0; i < CONDITION_SIZE; i++)
    m->condition_rows[i] = n_items + i;
  m->likelihood = recnn_option_int(model, "likelihood") == 0 ? "bernoulli" : "multinomial";
  m->beta.start = recnn_option_float(model, "anneal_start");
  m->beta.cap = recnn_option_float(model, "beta");
  m->beta.steps = recnn_option_int(model, "anneal_steps");
  m->encoder.activation = m->decoder.activation = "relu";
  m->encoder.dropout = m->decoder.dropout = recnn_option_float(model, "dropout_rate");
  m->condition_embedding =
      recnn_param_matrix(model, "condition_embedding.weight", recnn_count(model, "conditions"),
                         CONDITION_SIZE, recnn_init(RECNN_INIT_NORMAL, 0.0, 1.0));
  RecnnStackSpec encoder = {"encoder", 3, n_items + CONDITION_SIZE, true, false};
  int64_t width = recnn_stack_declare(&m->encoder, model, &encoder, encoder_dims, 0);
  recnn_latent_declare(&m->latent, model, width, recnn_option_int(model, "latent_dim"));
  RecnnStackSpec decoder = {"decoder", 3, m->latent.size + CONDITION_SIZE, false, false};
  recnn_stack_declare(&m->decoder, model, &decoder, decoder_dims, n_items);
  return RECNN_OK;
}

/* The encoder's first layer over [row, condition]: its weight (items + 64, N) read by rows, those
 * of the row's items and those behind them, so neither part is made dense. */
static RecnnVar *first_layer(const ConditionalVae *m, RecnnGraph *graph, RecnnSparseRows rows,
                             RecnnVar *condition) {
  const RecnnTensor behind = {(void *)m->condition_rows, RECNN_INT64, 1, {CONDITION_SIZE}, {1}};
  RecnnVar *weight = recnn_param(graph, m->encoder.linear[0].weight);
  RecnnVar *of_items = recnn_sparse_linear(
      graph, rows, weight, recnn_param(graph, m->encoder.linear[0].bias), "none", 0.0);
  RecnnVar *rest = recnn_embedding(graph, weight, recnn_api.graph->constant(graph, &behind));
  RecnnVar *sum = recnn_add(graph, of_items, recnn_matmul(graph, condition, rest, false, false));
  RecnnVar *x = recnn_relu(graph, sum);
  return m->encoder.dropout > 0.0 ? recnn_dropout(graph, x, m->encoder.dropout) : x;
}

static RecnnVar *reconstruct(const ConditionalVae *m, RecnnGraph *graph, const RecnnBatch *batch,
                             RecnnSparseRows rows, RecnnVar **ret_mu, RecnnVar **ret_logvar) {
  RecnnVar *condition = recnn_embedding(graph, recnn_param(graph, m->condition_embedding),
                                        recnn_input(graph, batch, "condition"));
  RecnnVar *hidden =
      recnn_stack_forward(&m->encoder, graph, 1, first_layer(m, graph, rows, condition));
  RecnnVar *both[2] = {recnn_latent_draw(&m->latent, graph, batch, hidden, ret_mu, ret_logvar),
                       condition};
  return recnn_stack_forward(&m->decoder, graph, 0, recnn_concat(graph, both, 2));
}

static RecnnVar *loss(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  const ConditionalVae *m = self;
  RecnnSparseRows rows = recnn_rows_input(graph, batch);
  RecnnVar *mu, *logvar;
  RecnnVar *logits = reconstruct(m, graph, batch, rows, &mu, &logvar);
  return recnn_vae_loss(graph, m->likelihood, logits, rows, mu, logvar,
                        recnn_anneal(&m->beta, graph));
}

static RecnnVar *score_items(const void *self, RecnnGraph *graph, const RecnnBatch *batch,
                             RecnnVar *items) {
  RecnnVar *mu, *logvar;
  (void)items; /* always all of them */
  return reconstruct(self, graph, batch, recnn_rows_input(graph, batch), &mu, &logvar);
}

static const RecnnOption options[] = {
    {"latent_dim", RECNN_OPTION_INT, "128", "[1,65536]", "Size of the latent vector"},
    {"encoder_dims", RECNN_OPTION_INT_LIST, "512,256", "[1,65536]",
     "Widths of the encoder's layers"},
    {"decoder_dims", RECNN_OPTION_INT_LIST, "256,512", "[1,65536]",
     "Widths of the decoder's layers"},
    {"dropout_rate", RECNN_OPTION_FLOAT, "0.5", "[0,1)", "Dropout behind every hidden layer"},
    {"beta", RECNN_OPTION_FLOAT, "1", "[0,inf)", "Weight of the KL term, where annealing ends"},
    {"likelihood", RECNN_OPTION_CHOICE, "bernoulli", "bernoulli|multinomial",
     "Of the row given the logits: Bernoulli sums over the batch, multinomial means over rows"},
    {"anneal_start", RECNN_OPTION_FLOAT, "0", "[0,inf)", "Weight of the KL term at the first step"},
    {"anneal_steps", RECNN_OPTION_INT, "0", "[0,inf)",
     "Steps in which the weight goes from anneal_start to beta; 0: beta from the beginning"},
    {NULL, 0, NULL, NULL, NULL},
};

static const char *const fields[] = {"row_start", "row_item", "row_value", "condition", NULL};

static const RecnnModelClass conditional_vae = {
    .struct_size = sizeof(RecnnModelClass),
    .name = "conditional_vae",
    .summary = "A variational autoencoder over users' rows, given a condition",
    .paper = "Sohn, Lee, Yan, Learning Structured Output Representation using Deep Conditional "
             "Generative Models, NeurIPS 2015",
    .options = options,
    .train_fields = fields,
    .query_fields = fields,
    .instance_size = sizeof(ConditionalVae),
    .create = create,
    .loss = loss,
    .score_items = score_items,
};

static const RecnnFeature features[] = {{RECNN_MODEL_KIND, &conditional_vae}, {NULL, NULL}};
RECNN_PLUGIN("conditional_vae", "0.1.0", "Apache-2.0",
             "A conditional variational autoencoder for collaborative filtering", features);
