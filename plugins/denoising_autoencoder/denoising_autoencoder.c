/* A denoising autoencoder over users' rows: entries of the input are left out at random, and the
 * whole row is to be restored.
 *
 * Vincent et al., Extracting and Composing Robust Features with Denoising Autoencoders, ICML 2008;
 * Wu et al., Collaborative Denoising Auto-Encoders for Top-N Recommender Systems, WSDM 2016; SELU
 * as in Kuchaiev and Ginsburg, Training Deep AutoEncoders for Collaborative Filtering, 2017. */
#include <recnn/kit/autoencoder.h>

typedef struct DenoisingAutoencoder {
  double keep; /* 1 - noise_factor */
  int64_t loss;
  RecnnStack encoder;
  RecnnStack decoder;
} DenoisingAutoencoder;

static const char *const losses[] = {"mse", "bce", "multinomial"}; /* as in the option's range */

static RecnnStatus create(void *self, RecnnModel *model, RecnnError *error) {
  DenoisingAutoencoder *m = self;
  int64_t mirrored[RECNN_MLP_MAX_LAYERS];
  RecnnValue dims = recnn_option_list(model, "hidden_dims");
  RecnnStatus status = recnn_mlp_check(dims, "hidden_dims", error);
  if (status != RECNN_OK)
    return status;
  if (dims.count == 0)
    return recnn_fail(error, RECNN_ERROR_OPTION,
                      "option hidden_dims: an empty list, expected at least one layer");
  m->keep = 1.0 - recnn_option_float(model, "noise_factor");
  m->loss = recnn_option_int(model, "loss");
  m->encoder.activation = m->decoder.activation = "selu";
  m->encoder.dropout = recnn_option_float(model, "dropout_rate");
  m->encoder.alpha_dropout = recnn_option_bool(model, "alpha_dropout");
  RecnnStackSpec encoder = {"encoder", 3, recnn_count(model, "items"), true, true};
  int64_t width = recnn_stack_declare(&m->encoder, model, &encoder, dims, 0);
  RecnnValue back = {RECNN_OPTION_INT_LIST, dims.count - 1, {0}};
  for (int32_t i = 0; i < back.count; i++)
    mirrored[i] = dims.as.ints[back.count - 1 - i];
  back.as.ints = mirrored;
  RecnnStackSpec decoder = {"decoder", 2, width, false, true};
  recnn_stack_declare(&m->decoder, model, &decoder, back, recnn_count(model, "items"));
  return RECNN_OK;
}

/* The latent vectors (B, last of hidden_dims). */
static RecnnVar *encode(const DenoisingAutoencoder *m, RecnnGraph *graph, RecnnSparseRows rows) {
  RecnnVar *latent = recnn_stack_forward_rows(&m->encoder, graph, rows);
  recnn_api.graph->output(graph, "latent", latent);
  return latent;
}

static RecnnVar *loss(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  const DenoisingAutoencoder *m = self;
  RecnnSparseRows rows = recnn_rows_input(graph, batch);
  RecnnSparseRows noisy = recnn_rows_mask(graph, rows, "noise_mask", m->keep);
  RecnnVar *restored = recnn_stack_forward(&m->decoder, graph, 0, encode(m, graph, noisy));
  return recnn_rows_loss(graph, losses[m->loss], restored, rows, "mean");
}

static RecnnVar *score_items(const void *self, RecnnGraph *graph, const RecnnBatch *batch,
                             RecnnVar *items) {
  const DenoisingAutoencoder *m = self;
  (void)items; /* always all of them */
  return recnn_stack_forward(&m->decoder, graph, 0,
                             encode(m, graph, recnn_rows_input(graph, batch)));
}

static const RecnnOption options[] = {
    {"hidden_dims", RECNN_OPTION_INT_LIST, "512,256,128", "[1,65536]",
     "Widths of the encoder's layers; the decoder mirrors them"},
    {"dropout_rate", RECNN_OPTION_FLOAT, "0.5", "[0,1)", "Dropout behind every encoder layer"},
    {"noise_factor", RECNN_OPTION_FLOAT, "0.5", "[0,1)",
     "Share of the input's entries left out while training"},
    {"loss", RECNN_OPTION_CHOICE, "mse", "mse|bce|multinomial",
     "What the restored row is held against the true one with"},
    {"alpha_dropout", RECNN_OPTION_BOOL, "false", NULL,
     "SELU's own dropout, which keeps mean and variance, in place of the plain one"},
    {NULL, 0, NULL, NULL, NULL},
};

static const char *const fields[] = {"row_start", "row_item", "row_value", NULL};

static const RecnnModelClass denoising_autoencoder = {
    .struct_size = sizeof(RecnnModelClass),
    .name = "denoising_autoencoder",
    .summary = "Restores a user's row of interactions from a part of it",
    .paper = "Vincent et al., Extracting and Composing Robust Features with Denoising "
             "Autoencoders, ICML 2008; Wu et al., Collaborative Denoising Auto-Encoders for Top-N "
             "Recommender Systems, WSDM 2016",
    .options = options,
    .train_fields = fields,
    .query_fields = fields,
    .instance_size = sizeof(DenoisingAutoencoder),
    .create = create,
    .loss = loss,
    .score_items = score_items,
};

static const RecnnFeature features[] = {{RECNN_MODEL_KIND, &denoising_autoencoder}, {NULL, NULL}};
RECNN_PLUGIN("denoising_autoencoder", "0.1.0", "Apache-2.0",
             "A denoising autoencoder for collaborative filtering", features);
