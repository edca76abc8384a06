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
  RecnnParam *condition_embedding;
  RecnnVae vae;
} ConditionalVae;

static RecnnStatus create(void *self, RecnnModel *model, RecnnError *error) {
  ConditionalVae *m = self;
  for (int64_t i = 0; i < CONDITION_SIZE; i++)
    m->condition_rows[i] = recnn_count(model, "items") + i;
  m->condition_embedding =
      recnn_param_matrix(model, "condition_embedding.weight", recnn_count(model, "conditions"),
                         CONDITION_SIZE, recnn_init(RECNN_INIT_NORMAL, 0.0, 1.0));
  return recnn_vae_declare(&m->vae, model, CONDITION_SIZE, error);
}

/* The encoder's first layer over [row, condition]: its weight (items + 64, N) read by rows, those
 * of the row's items and those behind them, so neither part is made dense. */
static RecnnVar *first_layer(const ConditionalVae *m, RecnnGraph *graph, RecnnSparseRows rows,
                             RecnnVar *condition) {
  const RecnnTensor behind = {(void *)m->condition_rows, RECNN_INT64, 1, {CONDITION_SIZE}, {1}};
  RecnnVar *weight = recnn_param(graph, m->vae.encoder.linear[0].weight);
  RecnnVar *of_items = recnn_sparse_linear(
      graph, rows, weight, recnn_param(graph, m->vae.encoder.linear[0].bias), "none", 0.0);
  RecnnVar *rest = recnn_embedding(graph, weight, recnn_api.graph->constant(graph, &behind));
  RecnnVar *sum = recnn_add(graph, of_items, recnn_matmul(graph, condition, rest, false, false));
  RecnnVar *x = recnn_api.graph->apply(graph, m->vae.encoder.activation, &sum, 1, NULL, 0);
  return m->vae.encoder.dropout > 0.0 ? recnn_dropout(graph, x, m->vae.encoder.dropout) : x;
}

static RecnnReconstruction reconstruct(const ConditionalVae *m, RecnnGraph *graph,
                                       const RecnnBatch *batch, RecnnSparseRows rows) {
  RecnnReconstruction made;
  /* The mean of the embeddings, where somebody has several. */
  RecnnVar *condition =
      recnn_sparse_linear(graph, recnn_conditions_input(graph, batch),
                          recnn_param(graph, m->condition_embedding), NULL, "none", 0.0);
  RecnnVar *hidden =
      recnn_stack_forward(&m->vae.encoder, graph, 1,
                          first_layer(m, graph, recnn_vae_input(&m->vae, graph, rows), condition));
  RecnnVar *both[2] = {
      recnn_latent_draw(&m->vae.latent, graph, batch, hidden, &made.mu, &made.logvar), condition};
  made.logits = recnn_stack_forward(&m->vae.decoder, graph, 0, recnn_concat(graph, both, 2));
  return made;
}

static RecnnVar *loss(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  const ConditionalVae *m = self;
  RecnnSparseRows rows = recnn_rows_input(graph, batch);
  return recnn_vae_loss(&m->vae, graph, rows, reconstruct(m, graph, batch, rows));
}

static RecnnVar *score_items(const void *self, RecnnGraph *graph, const RecnnBatch *batch,
                             RecnnVar *items) {
  (void)items; /* always all of them */
  return reconstruct(self, graph, batch, recnn_rows_input(graph, batch)).logits;
}

static const RecnnOption options[] = {
    RECNN_VAE_OPTIONS("relu"),
    {NULL, 0, NULL, NULL, NULL},
};

static const char *const fields[] = {
    "row_start",      "row_item",        "row_value", "condition_start",
    "condition_item", "condition_value", NULL,
};

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
