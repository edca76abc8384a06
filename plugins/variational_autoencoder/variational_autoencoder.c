/* A variational autoencoder over users' rows.
 *
 * Liang, Krishnan, Hoffman, Jebara: Variational Autoencoders for Collaborative Filtering, WWW 2018;
 * Kingma and Welling: Auto-Encoding Variational Bayes, ICLR 2014. */
#include <recnn/kit/autoencoder.h>

typedef struct VariationalAutoencoder {
  double input_keep;
  const char *likelihood; /* "bernoulli" or "multinomial" */
  RecnnAnneal beta;
  RecnnStack encoder;
  RecnnLatent latent;
  RecnnStack decoder;
} VariationalAutoencoder;

static RecnnStatus create(void *self, RecnnModel *model, RecnnError *error) {
  VariationalAutoencoder *m = self;
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
  m->input_keep = 1.0 - recnn_option_float(model, "input_dropout");
  m->likelihood = recnn_option_int(model, "likelihood") == 0 ? "bernoulli" : "multinomial";
  m->beta.start = recnn_option_float(model, "anneal_start");
  m->beta.cap = recnn_option_float(model, "beta");
  m->beta.steps = recnn_option_int(model, "anneal_steps");
  m->encoder.activation = m->decoder.activation = "tanh";
  m->encoder.dropout = m->decoder.dropout = recnn_option_float(model, "dropout_rate");
  int64_t n_items = recnn_count(model, "items");
  RecnnStackSpec encoder = {"encoder", 3, n_items, true, false};
  int64_t width = recnn_stack_declare(&m->encoder, model, &encoder, encoder_dims, 0);
  recnn_latent_declare(&m->latent, model, width, recnn_option_int(model, "latent_dim"));
  RecnnStackSpec decoder = {"decoder", 3, m->latent.size, false, false};
  recnn_stack_declare(&m->decoder, model, &decoder, decoder_dims, n_items);
  return RECNN_OK;
}

/* The logits (B, items) and the latent distribution of rows. */
static RecnnVar *reconstruct(const VariationalAutoencoder *m, RecnnGraph *graph,
                             const RecnnBatch *batch, RecnnSparseRows rows, RecnnVar **ret_mu,
                             RecnnVar **ret_logvar) {
  RecnnSparseRows input = recnn_rows_mask(graph, rows, "input_mask", m->input_keep);
  RecnnVar *hidden = recnn_stack_forward_rows(&m->encoder, graph, input);
  RecnnVar *z = recnn_latent_draw(&m->latent, graph, batch, hidden, ret_mu, ret_logvar);
  return recnn_stack_forward(&m->decoder, graph, 0, z);
}

static RecnnVar *loss(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  const VariationalAutoencoder *m = self;
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
    {"input_dropout", RECNN_OPTION_FLOAT, "0", "[0,1)",
     "Share of the input's entries left out while training"},
    {NULL, 0, NULL, NULL, NULL},
};

static const char *const fields[] = {"row_start", "row_item", "row_value", NULL};

static const RecnnModelClass variational_autoencoder = {
    .struct_size = sizeof(RecnnModelClass),
    .name = "variational_autoencoder",
    .summary = "A variational autoencoder over users' rows of interactions",
    .paper = "Liang et al., Variational Autoencoders for Collaborative Filtering, WWW 2018",
    .options = options,
    .train_fields = fields,
    .query_fields = fields,
    .instance_size = sizeof(VariationalAutoencoder),
    .create = create,
    .loss = loss,
    .score_items = score_items,
};

static const RecnnFeature features[] = {{RECNN_MODEL_KIND, &variational_autoencoder}, {NULL, NULL}};
RECNN_PLUGIN("variational_autoencoder", "0.1.0", "Apache-2.0",
             "A variational autoencoder for collaborative filtering", features);
