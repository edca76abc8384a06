/* A model that somebody wrote who has recnn's headers and a C compiler: a score is the popularity
 * of the item plus the generosity of the user, each of which is learnt. */
#include <recnn/plugin.h>

typedef struct Bias {
  RecnnParam *mean; /* (1) */
  RecnnParam *user; /* (users, 1) */
  RecnnParam *item; /* (items, 1) */
} Bias;

static const RecnnOption options[] = {
    {"mean", RECNN_OPTION_FLOAT, "3.5", "[0,10]", "The rating to begin with."},
    {"scale", RECNN_OPTION_FLOAT, "0.01", "(0,1]", "How far biases begin from zero."},
    {NULL, 0, NULL, NULL, NULL},
};

static RecnnStatus create(void *self, RecnnModel *model, RecnnError *error) {
  Bias *bias = self;
  double scale = recnn_option_float(model, "scale");
  double mean = recnn_option_float(model, "mean");
  (void)error;
  bias->mean = recnn_param_vector(model, "mean", 1, recnn_init(RECNN_INIT_CONSTANT, mean, 0.0));
  bias->user = recnn_param_matrix(model, "user.weight", recnn_count(model, "users"), 1,
                                  recnn_init(RECNN_INIT_NORMAL, 0.0, scale));
  bias->item = recnn_param_matrix(model, "item.weight", recnn_count(model, "items"), 1,
                                  recnn_init(RECNN_INIT_NORMAL, 0.0, scale));
  return RECNN_OK;
}

/* (B, 1): the rows of a table of biases. */
static RecnnVar *look_up(RecnnGraph *graph, RecnnParam *table, const RecnnBatch *batch,
                         const char *field) {
  return recnn_embedding(graph, recnn_param(graph, table), recnn_input(graph, batch, field));
}

static RecnnVar *of_users(const Bias *bias, RecnnGraph *graph, const RecnnBatch *batch) {
  return recnn_add(graph, look_up(graph, bias->user, batch, "user"),
                   recnn_param(graph, bias->mean));
}

static RecnnVar *predict(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  const Bias *bias = self;
  const int64_t shape[1] = {-1};
  RecnnVar *score =
      recnn_add(graph, of_users(bias, graph, batch), look_up(graph, bias->item, batch, "item"));
  return recnn_reshape(graph, score, shape, 1);
}

static RecnnVar *encode_items(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  const Bias *bias = self;
  return look_up(graph, bias->item, batch, "item");
}

static RecnnVar *score_items(const void *self, RecnnGraph *graph, const RecnnBatch *batch,
                             RecnnVar *items) {
  const int64_t shape[2] = {recnn_api.batch->size(batch), -1};
  RecnnVar *pairs = recnn_outer_add(graph, of_users(self, graph, batch), items, "none");
  return recnn_reshape(graph, pairs, shape, 2);
}

static const char *const train_fields[] = {"user", "item", "rating", NULL};
static const char *const query_fields[] = {"user", NULL};

static const RecnnModelClass bias_class = {
    .struct_size = sizeof(RecnnModelClass),
    .name = "bias",
    .summary = "Biases of users and items",
    .paper = "Koren, Bell and Volinsky 2009, section 3",
    .options = options,
    .train_fields = train_fields,
    .query_fields = query_fields,
    .default_loss = "mse",
    .instance_size = sizeof(Bias),
    .create = create,
    .predict = predict,
    .encode_items = encode_items,
    .score_items = score_items,
};

static const RecnnFeature features[] = {{RECNN_MODEL_KIND, &bias_class}, {NULL, NULL}};
RECNN_PLUGIN("bias", "1.0.0", "Apache-2.0", "Biases of users and items", features);
