/* A variational autoencoder over users' rows.
 *
 * Liang, Krishnan, Hoffman, Jebara: Variational Autoencoders for Collaborative Filtering, WWW 2018;
 * Kingma and Welling: Auto-Encoding Variational Bayes, ICLR 2014. */
#include <recnn/kit/autoencoder.h>

typedef struct VariationalAutoencoder {
  RecnnVae vae;
} VariationalAutoencoder;

static RecnnStatus create(void *self, RecnnModel *model, RecnnError *error) {
  VariationalAutoencoder *m = self;
  return recnn_vae_declare(&m->vae, model, 0, error);
}

static RecnnReconstruction reconstruct(const VariationalAutoencoder *m, RecnnGraph *graph,
                                       const RecnnBatch *batch, RecnnSparseRows rows) {
  RecnnReconstruction made;
  RecnnSparseRows input = recnn_vae_input(&m->vae, graph, rows);
  RecnnVar *hidden = recnn_stack_forward_rows(&m->vae.encoder, graph, input);
  RecnnVar *z = recnn_latent_draw(&m->vae.latent, graph, batch, hidden, &made.mu, &made.logvar);
  made.logits = recnn_stack_forward(&m->vae.decoder, graph, 0, z);
  return made;
}

static RecnnVar *loss(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  const VariationalAutoencoder *m = self;
  RecnnSparseRows rows = recnn_rows_input(graph, batch);
  return recnn_vae_loss(&m->vae, graph, rows, reconstruct(m, graph, batch, rows));
}

static RecnnVar *score_items(const void *self, RecnnGraph *graph, const RecnnBatch *batch,
                             RecnnVar *items) {
  (void)items; /* always all of them */
  return reconstruct(self, graph, batch, recnn_rows_input(graph, batch)).logits;
}

static const RecnnOption options[] = {
    RECNN_VAE_OPTIONS("tanh"),
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
