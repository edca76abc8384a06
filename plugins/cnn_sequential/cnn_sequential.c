/* Convolutions of several widths over a sequence of items, the largest answer of every filter, and
 * a tower on top.
 *
 * Kim: Convolutional Neural Networks for Sentence Classification, EMNLP 2014; Tang and Wang:
 * Personalized Top-N Sequential Recommendation via Convolutional Sequence Embedding, WSDM 2018. */
#include <recnn/kit/sequence.h>

#define MAX_FILTERS 16

typedef struct CnnSequential {
  int32_t n_sizes;
  int64_t sizes[MAX_FILTERS];
  double dropout;
  RecnnParam *item_embedding;
  RecnnLinear conv[MAX_FILTERS];
  RecnnLinear hidden;
  RecnnNextItem next;
} CnnSequential;

static RecnnStatus create(void *self, RecnnModel *model, RecnnError *error) {
  CnnSequential *m = self;
  char name[64];
  int64_t embedding_dim = recnn_option_int(model, "embedding_dim");
  int64_t n_filters = recnn_option_int(model, "n_filters");
  RecnnValue sizes = recnn_option_list(model, "filter_sizes");
  if (sizes.count < 1 || sizes.count > MAX_FILTERS)
    return recnn_fail(error, RECNN_ERROR_OPTION, "option filter_sizes: %d sizes, expected 1 to %d",
                      (int)sizes.count, MAX_FILTERS);
  m->n_sizes = sizes.count;
  m->dropout = recnn_option_float(model, "dropout_rate");
  m->item_embedding = recnn_item_embedding_declare(model, embedding_dim, 0.01);
  for (int32_t i = 0; i < m->n_sizes; i++) {
    m->sizes[i] = sizes.as.ints[i];
    (void)snprintf(name, sizeof name, "conv_layers.%d", (int)i);
    m->conv[i] = recnn_conv1d_declare(model, name, embedding_dim, n_filters, m->sizes[i]);
  }
  int64_t width = n_filters * m->n_sizes;
  if (width < 2)
    return recnn_fail(error, RECNN_ERROR_OPTION,
                      "option n_filters: 1 filter of one size leaves no hidden layer, expected "
                      "at least 2 filters in all");
  m->hidden = recnn_linear_declare(model, "fc_layers.0", width, width / 2);
  recnn_next_item_declare(&m->next, model, "fc_layers.3", width / 2);
  return RECNN_OK;
}

/* Padding is half the kernel on both sides; an even kernel's answer is one step longer, and the
 * extra step takes part in the maximum, as in the original. */
static RecnnVar *represent(const CnnSequential *m, RecnnGraph *graph, const RecnnBatch *batch) {
  RecnnVar *pooled[MAX_FILTERS];
  RecnnVar *x = recnn_sequence_embed(graph, batch, m->item_embedding);
  for (int32_t i = 0; i < m->n_sizes; i++) {
    RecnnVar *y = recnn_conv1d(graph, x, recnn_param(graph, m->conv[i].weight),
                               recnn_param(graph, m->conv[i].bias), m->sizes[i] / 2, 0, "relu");
    pooled[i] = recnn_max_over_time(graph, y);
  }
  return recnn_linear_act(graph, recnn_concat(graph, pooled, m->n_sizes),
                          recnn_param(graph, m->hidden.weight), recnn_param(graph, m->hidden.bias),
                          "relu", m->dropout);
}

static RecnnVar *loss(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  const CnnSequential *m = self;
  return recnn_next_item_loss(&m->next, graph, batch, represent(m, graph, batch));
}

static RecnnVar *score_items(const void *self, RecnnGraph *graph, const RecnnBatch *batch,
                             RecnnVar *items) {
  const CnnSequential *m = self;
  (void)items; /* always all of them */
  return recnn_next_item_logits(&m->next, graph, represent(m, graph, batch));
}

static const RecnnOption options[] = {
    {"embedding_dim", RECNN_OPTION_INT, "64", "[1,65536]", "Width of the item embedding"},
    {"sequence_length", RECNN_OPTION_INT, "20", "[1,65536]", "Steps that the loader makes"},
    {"n_filters", RECNN_OPTION_INT, "100", "[1,65536]", "Filters of every size"},
    {"filter_sizes", RECNN_OPTION_INT_LIST, "3,4,5", "[1,1024]", "Steps that a filter sees"},
    {"dropout_rate", RECNN_OPTION_FLOAT, "0.2", "[0,1)", "Dropout behind the hidden layer"},
    RECNN_NEXT_ITEM_OPTIONS,
    {NULL, 0, NULL, NULL, NULL},
};

static const char *const train_fields[] = {"sequence", "target", NULL};
static const char *const query_fields[] = {"sequence", NULL};

static const RecnnModelClass cnn_sequential = {
    .struct_size = sizeof(RecnnModelClass),
    .name = "cnn_sequential",
    .summary = "Convolutions of several widths over the last items",
    .paper =
        "Tang and Wang, Personalized Top-N Sequential Recommendation via Convolutional Sequence "
        "Embedding, WSDM 2018",
    .options = options,
    .train_fields = train_fields,
    .query_fields = query_fields,
    .instance_size = sizeof(CnnSequential),
    .create = create,
    .loss = loss,
    .score_items = score_items,
};

static const RecnnFeature features[] = {{RECNN_MODEL_KIND, &cnn_sequential}, {NULL, NULL}};
RECNN_PLUGIN("cnn_sequential", "0.1.0", "Apache-2.0", "A convolutional sequence model", features);
