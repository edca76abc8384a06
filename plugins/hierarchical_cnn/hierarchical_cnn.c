/* Two convolutions over a sequence of items, a narrow one for what is recent and a wide one for
 * what lasts, and self-attention over what they found.
 *
 * Vaswani et al., Attention Is All You Need, NeurIPS 2017, over convolutions as in Tang and Wang,
 * WSDM 2018. */
#include <recnn/kit/sequence.h>

#define HEADS 8

typedef struct HierarchicalCnn {
  int64_t local_kernel;
  int64_t global_kernel;
  double dropout;
  RecnnParam *item_embedding;
  RecnnLinear local_conv;
  RecnnLinear global_conv;
  RecnnLinear in_proj;
  RecnnLinear out_proj;
  RecnnLinear hidden;
  RecnnNextItem next;
} HierarchicalCnn;

static RecnnStatus create(void *self, RecnnModel *model, RecnnError *error) {
  HierarchicalCnn *m = self;
  RecnnInit zero = recnn_init(RECNN_INIT_CONSTANT, 0.0, 0.0);
  int64_t embedding_dim = recnn_option_int(model, "embedding_dim");
  int64_t length = recnn_option_int(model, "sequence_length");
  int64_t n = recnn_option_int(model, "n_filters");
  if (2 * n % HEADS != 0)
    return recnn_fail(error, RECNN_ERROR_OPTION,
                      "option n_filters: %lld, expected a multiple of %d, as the attention has %d "
                      "heads over both branches",
                      (long long)n, HEADS / 2, HEADS);
  m->local_kernel = recnn_option_int(model, "local_window");
  m->global_kernel = length / 4;
  m->dropout = recnn_option_float(model, "dropout_rate");
  m->item_embedding = recnn_item_embedding_declare(model, embedding_dim, 0.0);
  m->local_conv = recnn_conv1d_declare(model, "local_conv", embedding_dim, n, m->local_kernel);
  m->global_conv = recnn_conv1d_declare(model, "global_conv", embedding_dim, n, m->global_kernel);
  m->in_proj.weight = recnn_param_matrix(model, "attention.in_proj_weight", 6 * n, 2 * n,
                                         recnn_init(RECNN_INIT_XAVIER_UNIFORM, 1.0, 0.0));
  m->in_proj.bias = recnn_param_vector(model, "attention.in_proj_bias", 6 * n, zero);
  double bound = 1.0 / sqrt((double)(2 * n));
  m->out_proj.weight = recnn_param_matrix(model, "attention.out_proj.weight", 2 * n, 2 * n,
                                          recnn_init(RECNN_INIT_UNIFORM, -bound, bound));
  m->out_proj.bias = recnn_param_vector(model, "attention.out_proj.bias", 2 * n, zero);
  m->hidden = recnn_linear_declare(model, "output_layers.0", 2 * n, n);
  recnn_next_item_declare(&m->next, model, "output_layers.3", n);
  return RECNN_OK;
}

/* A convolution whose result has as many steps as its input: what an even kernel has too many of is
 * cut at the end (the original fails there). */
static RecnnVar *same(RecnnGraph *graph, RecnnVar *x, const RecnnLinear *conv, int64_t kernel,
                      int64_t padding) {
  return recnn_conv1d(graph, x, recnn_param(graph, conv->weight), recnn_param(graph, conv->bias),
                      padding, 2 * padding - kernel + 1, "relu");
}

static RecnnVar *represent(const HierarchicalCnn *m, RecnnGraph *graph, const RecnnBatch *batch) {
  RecnnVar *x = recnn_sequence_embed(graph, batch, m->item_embedding);
  RecnnVar *both[2] = {same(graph, x, &m->local_conv, m->local_kernel, m->local_kernel / 2),
                       same(graph, x, &m->global_conv, m->global_kernel, m->global_kernel / 2)};
  RecnnVar *seen = recnn_concat(graph, both, 2);
  RecnnVar *attended = recnn_self_attention(graph, recnn_linear_apply(graph, &m->in_proj, seen),
                                            HEADS, m->dropout, false);
  RecnnVar *pooled = recnn_mean_over_time(graph, recnn_linear_apply(graph, &m->out_proj, attended));
  return recnn_linear_act(graph, pooled, recnn_param(graph, m->hidden.weight),
                          recnn_param(graph, m->hidden.bias), "relu", m->dropout);
}

static RecnnVar *loss(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  const HierarchicalCnn *m = self;
  return recnn_next_item_loss(&m->next, graph, batch, represent(m, graph, batch));
}

static RecnnVar *score_items(const void *self, RecnnGraph *graph, const RecnnBatch *batch,
                             RecnnVar *items) {
  const HierarchicalCnn *m = self;
  (void)items; /* always all of them */
  return recnn_next_item_logits(&m->next, graph, represent(m, graph, batch));
}

static const RecnnOption options[] = {
    {"embedding_dim", RECNN_OPTION_INT, "64", "[1,65536]", "Width of the item embedding"},
    {"sequence_length", RECNN_OPTION_INT, "50", "[4,65536]",
     "Steps that the loader makes; the wide convolution sees a quarter of them"},
    {"local_window", RECNN_OPTION_INT, "5", "[1,1024]", "Steps that the narrow convolution sees"},
    {"n_filters", RECNN_OPTION_INT, "64", "[4,65536]", "Filters of each convolution"},
    {"dropout_rate", RECNN_OPTION_FLOAT, "0.2", "[0,1)",
     "Dropout on the attention's weights and behind the hidden layer"},
    RECNN_NEXT_ITEM_OPTIONS,
    {NULL, 0, NULL, NULL, NULL},
};

static const char *const train_fields[] = {"sequence", "target", NULL};
static const char *const query_fields[] = {"sequence", NULL};

static const RecnnModelClass hierarchical_cnn = {
    .struct_size = sizeof(RecnnModelClass),
    .name = "hierarchical_cnn",
    .summary = "A narrow and a wide convolution over the last items, and attention over both",
    .paper = "Vaswani et al., Attention Is All You Need, NeurIPS 2017; Tang and Wang, WSDM 2018",
    .options = options,
    .train_fields = train_fields,
    .query_fields = query_fields,
    .instance_size = sizeof(HierarchicalCnn),
    .create = create,
    .loss = loss,
    .score_items = score_items,
};

static const RecnnFeature features[] = {{RECNN_MODEL_KIND, &hierarchical_cnn}, {NULL, NULL}};
RECNN_PLUGIN("hierarchical_cnn", "0.1.0", "Apache-2.0",
             "A hierarchical convolutional sequence model with attention", features);
