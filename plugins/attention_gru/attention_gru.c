/* Gated recurrent units over a session's items, and attention over all their states.
 *
 * Hidasi et al., Session-based Recommendations with Recurrent Neural Networks, ICLR 2016; Bahdanau,
 * Cho, Bengio: Neural Machine Translation by Jointly Learning to Align and Translate, ICLR 2015. */
#include <recnn/kit/sequence.h>

typedef struct AttentionGru {
  double dropout;
  RecnnParam *item_embedding;
  RecnnGruStack gru;
  RecnnLinear attention;
  RecnnLinear output;
} AttentionGru;

static RecnnStatus create(void *self, RecnnModel *model, RecnnError *error) {
  AttentionGru *m = self;
  int64_t embedding_dim = recnn_option_int(model, "embedding_dim");
  int64_t hidden_dim = recnn_option_int(model, "hidden_dim");
  (void)error;
  m->dropout = recnn_option_float(model, "dropout_rate");
  m->item_embedding = recnn_item_embedding_declare(model, embedding_dim, 0.0);
  recnn_gru_declare(&m->gru, model, "gru", embedding_dim, hidden_dim,
                    (int32_t)recnn_option_int(model, "n_layers"), m->dropout);
  m->attention = recnn_linear_declare(model, "attention_layer", hidden_dim, 1);
  m->output = recnn_linear_declare(model, "output_layer", hidden_dim, recnn_count(model, "items"));
  return RECNN_OK;
}

/* Steps behind a sequence's end have no weight, so they need not be computed: the same result as
 * the original's, which runs over them. */
static RecnnVar *logits(const AttentionGru *m, RecnnGraph *graph, const RecnnBatch *batch) {
  RecnnVar *length = recnn_sequence_length(graph, batch);
  RecnnVar *x = recnn_sequence_embed(graph, batch, m->item_embedding);
  RecnnVar *states = recnn_gru_forward(&m->gru, graph, x, length);
  const RecnnTensor *sequence = recnn_api.batch->field(batch, "sequence");
  const int64_t shape[2] = {recnn_api.batch->size(batch),
                            sequence != NULL ? sequence->shape[1] : 1};
  RecnnVar *scores =
      recnn_reshape(graph, recnn_linear_apply(graph, &m->attention, states), shape, 2);
  RecnnVar *attended = recnn_attention_pool(graph, states, scores, length);
  if (m->dropout > 0.0)
    attended = recnn_dropout(graph, attended, m->dropout);
  return recnn_linear_apply(graph, &m->output, attended);
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
     "Dropout between layers and on the attended state"},
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
};

static const RecnnFeature features[] = {{RECNN_MODEL_KIND, &attention_gru}, {NULL, NULL}};
RECNN_PLUGIN("attention_gru", "0.1.0", "Apache-2.0", "A recurrent session model with attention",
             features);
