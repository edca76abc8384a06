/* Gated recurrent units over a session's items, and attention over all their states.
 *
 * Hidasi et al., Session-based Recommendations with Recurrent Neural Networks, ICLR 2016; Bahdanau,
 * Cho, Bengio: Neural Machine Translation by Jointly Learning to Align and Translate, ICLR 2015. */
#include <recnn/kit/sequence.h>

typedef struct AttentionGru {
  double dropout;
  RecnnSession session;
  RecnnLinear attention;
  RecnnNextItem next;
} AttentionGru;

static RecnnStatus create(void *self, RecnnModel *model, RecnnError *error) {
  AttentionGru *m = self;
  (void)error;
  m->dropout = recnn_option_float(model, "dropout_rate");
  int64_t hidden = recnn_session_declare(&m->session, model, 0.0, "gru",
                                         (int32_t)recnn_option_int(model, "n_layers"), m->dropout);
  m->attention = recnn_linear_declare(model, "attention_layer", hidden, 1);
  recnn_next_item_declare(&m->next, model, "output_layer", hidden);
  return RECNN_OK;
}

/* The states attended to, (B, hidden), or for each step that has a target, (T, hidden). */
static RecnnVar *attend(const AttentionGru *m, RecnnGraph *graph, const RecnnBatch *batch,
                        RecnnVar *states, RecnnVar *length) {
  RecnnVar *inputs[3] = {states, recnn_score_steps(graph, &m->attention, states),
                         recnn_target_steps(graph, batch)};
  return inputs[2] != NULL ? recnn_api.graph->apply(graph, "prefix_pool", inputs, 3, NULL, 0)
                           : recnn_attention_pool(graph, states, inputs[1], length);
}

/* The attended state, (B or T, hidden).  Steps behind a sequence's end have no weight, so they need
 * not be computed: the same result as the original's, which runs over them. */
static RecnnVar *represent(const AttentionGru *m, RecnnGraph *graph, const RecnnBatch *batch) {
  RecnnVar *length = recnn_sequence_length(graph, batch);
  RecnnVar *states = recnn_session_states(&m->session, graph, batch, length);
  RecnnVar *attended = attend(m, graph, batch, states, length);
  return m->dropout > 0.0 ? recnn_dropout(graph, attended, m->dropout) : attended;
}

static RecnnVar *loss(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  const AttentionGru *m = self;
  return recnn_next_item_loss(&m->next, graph, batch, represent(m, graph, batch));
}

static RecnnVar *score_items(const void *self, RecnnGraph *graph, const RecnnBatch *batch,
                             RecnnVar *items) {
  const AttentionGru *m = self;
  (void)items; /* always all of them */
  return recnn_next_item_logits(&m->next, graph, represent(m, graph, batch));
}

static const RecnnOption options[] = {
    {"embedding_dim", RECNN_OPTION_INT, "64", "[1,65536]", "Width of the item embedding"},
    {"hidden_dim", RECNN_OPTION_INT, "128", "[1,65536]", "Size of the hidden state"},
    {"n_layers", RECNN_OPTION_INT, "2", "[1,8]", "Layers of recurrent units"},
    {"dropout_rate", RECNN_OPTION_FLOAT, "0.2", "[0,1)",
     "Dropout between layers and on the attended state"},
    RECNN_NEXT_ITEM_OPTIONS,
    {NULL, 0, NULL, NULL, NULL},
};

static const char *const train_fields[] = {"sequence", "length", "target", NULL};
static const char *const query_fields[] = {"sequence", "length", NULL};

static const RecnnModelClass attention_gru = {
    .struct_size = sizeof(RecnnModelClass),
    .name = "attention_gru",
    .summary = "Recurrent units over a session, and attention over their states",
    .paper =
        "Hidasi et al., ICLR 2016; Bahdanau, Cho, Bengio, Neural Machine Translation by Jointly "
        "Learning to Align and Translate, ICLR 2015",
    .options = options,
    .train_fields = train_fields,
    .query_fields = query_fields,
    .instance_size = sizeof(AttentionGru),
    .create = create,
    .loss = loss,
    .score_items = score_items,
    .shares_prefixes = recnn_always_shares_prefixes,
};

static const RecnnFeature features[] = {{RECNN_MODEL_KIND, &attention_gru}, {NULL, NULL}};
RECNN_PLUGIN("attention_gru", "0.1.0", "Apache-2.0", "A recurrent session model with attention",
             features);
