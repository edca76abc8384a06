/* Gated recurrent units over a session's items; the last state says what comes next.
 *
 * Hidasi, Karatzoglou, Baltrunas, Tikk: Session-based Recommendations with Recurrent Neural
 * Networks, ICLR 2016. */
#include <recnn/kit/sequence.h>

typedef struct GruSession {
  double dropout;
  RecnnParam *item_embedding;
  RecnnGruStack gru;
  RecnnLinear output;
} GruSession;

static RecnnStatus create(void *self, RecnnModel *model, RecnnError *error) {
  GruSession *m = self;
  int64_t embedding_dim = recnn_option_int(model, "embedding_dim");
  int64_t hidden_dim = recnn_option_int(model, "hidden_dim");
  (void)error;
  m->dropout = recnn_option_float(model, "dropout_rate");
  m->item_embedding = recnn_item_embedding_declare(model, embedding_dim, 0.01);
  recnn_gru_declare(&m->gru, model, "gru", embedding_dim, hidden_dim,
                    (int32_t)recnn_option_int(model, "n_layers"), m->dropout);
  m->output = recnn_linear_declare(model, "output_layer", hidden_dim, recnn_count(model, "items"));
  return RECNN_OK;
}

static RecnnVar *logits(const GruSession *m, RecnnGraph *graph, const RecnnBatch *batch) {
  RecnnVar *length = recnn_sequence_length(graph, batch);
  RecnnVar *x = recnn_sequence_embed(graph, batch, m->item_embedding);
  RecnnVar *last = recnn_last_step(graph, recnn_gru_forward(&m->gru, graph, x, length), length);
  if (m->dropout > 0.0)
    last = recnn_dropout(graph, last, m->dropout);
  return recnn_linear_apply(graph, &m->output, last);
}

static RecnnVar *loss(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  return recnn_next_item_loss(graph, batch, logits(self, graph, batch));
}

static RecnnVar *score_items(const void *self, RecnnGraph *graph, const RecnnBatch *batch,
                             RecnnVar *items) {
  (void)items; /* always all of them */
  return logits(self, graph, batch);
}

static const RecnnOption options[] = {
    {"embedding_dim", RECNN_OPTION_INT, "64", "[1,65536]", "Width of the item embedding"},
    {"hidden_dim", RECNN_OPTION_INT, "128", "[1,65536]", "Size of the hidden state"},
    {"n_layers", RECNN_OPTION_INT, "2", "[1,8]", "Layers of recurrent units"},
    {"dropout_rate", RECNN_OPTION_FLOAT, "0.2", "[0,1)",
     "Dropout between layers and on the last state"},
    {NULL, 0, NULL, NULL, NULL},
};

static const char *const train_fields[] = {"sequence", "length", "target", NULL};
static const char *const query_fields[] = {"sequence", "length", NULL};

static const RecnnModelClass gru_session = {
    .struct_size = sizeof(RecnnModelClass),
    .name = "gru_session",
    .summary = "Recurrent units over a session; the last state says what comes next",
    .paper =
        "Hidasi et al., Session-based Recommendations with Recurrent Neural Networks, ICLR 2016",
    .options = options,
    .train_fields = train_fields,
    .query_fields = query_fields,
    .instance_size = sizeof(GruSession),
    .create = create,
    .loss = loss,
    .score_items = score_items,
};

static const RecnnFeature features[] = {{RECNN_MODEL_KIND, &gru_session}, {NULL, NULL}};
RECNN_PLUGIN("gru_session", "0.1.0", "Apache-2.0", "A recurrent session model", features);
