/* Gated recurrent units over a session's items; the last state says what comes next.
 *
 * Hidasi, Karatzoglou, Baltrunas, Tikk: Session-based Recommendations with Recurrent Neural
 * Networks, ICLR 2016. */
#include <recnn/kit/sequence.h>

typedef struct GruSession {
  double dropout;
  RecnnSession session;
  RecnnNextItem next;
} GruSession;

static RecnnStatus create(void *self, RecnnModel *model, RecnnError *error) {
  GruSession *m = self;
  (void)error;
  m->dropout = recnn_option_float(model, "dropout_rate");
  int64_t hidden = recnn_session_declare(&m->session, model, 0.01, "gru",
                                         (int32_t)recnn_option_int(model, "n_layers"), m->dropout);
  recnn_next_item_declare(&m->next, model, "output_layer", hidden);
  return RECNN_OK;
}

/* The state at the last valid step, (B, hidden), or at each that has a target. */
static RecnnVar *represent(const GruSession *m, RecnnGraph *graph, const RecnnBatch *batch) {
  RecnnVar *length = recnn_sequence_length(graph, batch);
  RecnnVar *last = recnn_asked_steps(
      graph, batch, recnn_session_states(&m->session, graph, batch, length), length);
  return m->dropout > 0.0 ? recnn_dropout(graph, last, m->dropout) : last;
}

static RecnnVar *loss(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  const GruSession *m = self;
  return recnn_next_item_loss(&m->next, graph, batch, represent(m, graph, batch));
}

static RecnnVar *score_items(const void *self, RecnnGraph *graph, const RecnnBatch *batch,
                             RecnnVar *items) {
  const GruSession *m = self;
  (void)items; /* always all of them */
  return recnn_next_item_logits(&m->next, graph, represent(m, graph, batch));
}

static const RecnnOption options[] = {
    {"embedding_dim", RECNN_OPTION_INT, "64", "[1,65536]", "Width of the item embedding"},
    {"hidden_dim", RECNN_OPTION_INT, "128", "[1,65536]", "Size of the hidden state"},
    {"n_layers", RECNN_OPTION_INT, "2", "[1,8]", "Layers of recurrent units"},
    {"dropout_rate", RECNN_OPTION_FLOAT, "0.2", "[0,1)",
     "Dropout between layers and on the last state"},
    RECNN_NEXT_ITEM_OPTIONS,
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
    .shares_prefixes = recnn_always_shares_prefixes,
};

static const RecnnFeature features[] = {{RECNN_MODEL_KIND, &gru_session}, {NULL, NULL}};
RECNN_PLUGIN("gru_session", "0.1.0", "Apache-2.0", "A recurrent session model", features);
