/* Neural collaborative filtering with several embeddings of every user and item: they all go side
 * by side into one tower, which predicts a rating.
 *
 * He et al., Neural Collaborative Filtering, WWW 2017. */
#include <recnn/kit/mlp.h>

#define MAX_LAYERS 16

typedef struct AdvancedNcf {
  int64_t embedding_dim;
  int64_t n_layers;
  RecnnParam *user_embeddings[MAX_LAYERS];
  RecnnParam *item_embeddings[MAX_LAYERS];
  RecnnMlp mlp; /* the output layer on top */
} AdvancedNcf;

static RecnnParam *declare_table(RecnnModel *model, const char *kind, int64_t layer, int64_t rows,
                                 int64_t columns) {
  char name[64];
  RecnnInit init = layer == 0 ? recnn_init(RECNN_INIT_NORMAL, 0.0, 0.01)
                              : recnn_init(RECNN_INIT_XAVIER_UNIFORM, 1.0, 0.0);
  (void)snprintf(name, sizeof name, "%s_embeddings.%d.weight", kind, (int)layer);
  return recnn_param_matrix(model, name, rows, columns, init);
}

static RecnnStatus create(void *self, RecnnModel *model, RecnnError *error) {
  AdvancedNcf *m = self;
  RecnnValue mlp_dims = recnn_option_list(model, "mlp_dims");
  RecnnStatus status = recnn_mlp_check(mlp_dims, "mlp_dims", error);
  if (status != RECNN_OK)
    return status;
  int64_t n_users = recnn_count(model, "users"), n_items = recnn_count(model, "items");
  m->embedding_dim = recnn_option_int(model, "embedding_dim");
  m->n_layers = recnn_option_int(model, "n_layers");
  for (int64_t i = 0; i < m->n_layers; i++)
    m->user_embeddings[i] = declare_table(model, "user", i, n_users, m->embedding_dim);
  for (int64_t i = 0; i < m->n_layers; i++)
    m->item_embeddings[i] = declare_table(model, "item", i, n_items, m->embedding_dim);
  int64_t width = recnn_mlp_declare(&m->mlp, model, "mlp", 2 * m->n_layers * m->embedding_dim,
                                    mlp_dims, 0, recnn_option_bool(model, "use_batch_norm"),
                                    recnn_option_float(model, "dropout_rate"));
  recnn_mlp_declare_output(&m->mlp, model, "output_layer", width, 1);
  return RECNN_OK;
}

static RecnnVar *embed(RecnnGraph *graph, RecnnParam *table, RecnnVar *ids) {
  return recnn_embedding(graph, recnn_param(graph, table), ids);
}

static RecnnVar *predict(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  const AdvancedNcf *m = self;
  RecnnVar *users = recnn_input(graph, batch, "user");
  RecnnVar *items = recnn_input(graph, batch, "item");
  RecnnVar *parts[2 * MAX_LAYERS]; /* user and item of layer 0, user and item of layer 1, ... */
  for (int64_t i = 0; i < m->n_layers; i++) {
    parts[2 * i] = embed(graph, m->user_embeddings[i], users);
    parts[2 * i + 1] = embed(graph, m->item_embeddings[i], items);
  }
  RecnnVar *x = recnn_concat(graph, parts, (int32_t)(2 * m->n_layers));
  return recnn_flatten(graph, recnn_mlp_forward(&m->mlp, graph, x));
}

/* What the first layer makes of one side's embeddings; `side` is 0 for users, 1 for items. */
static RecnnVar *first_layer(const AdvancedNcf *m, RecnnGraph *graph, RecnnParam *const *tables,
                             RecnnVar *ids, int64_t side) {
  RecnnVar *sum = NULL;
  for (int64_t i = 0; i < m->n_layers; i++) {
    RecnnVar *part =
        recnn_mlp_part(&m->mlp, graph, embed(graph, tables[i], ids),
                       (2 * i + side) * m->embedding_dim, m->embedding_dim, side == 0 && i == 0);
    sum = i == 0 ? part : recnn_add(graph, sum, part);
  }
  return sum;
}

static RecnnVar *encode_items(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  const AdvancedNcf *m = self;
  return first_layer(m, graph, m->item_embeddings, recnn_input(graph, batch, "item"), 1);
}

static RecnnVar *score_items(const void *self, RecnnGraph *graph, const RecnnBatch *batch,
                             RecnnVar *items) {
  const AdvancedNcf *m = self;
  RecnnVar *users = first_layer(m, graph, m->user_embeddings, recnn_input(graph, batch, "user"), 0);
  return recnn_mlp_scores(graph, batch, items, recnn_mlp_pairs(&m->mlp, graph, users, items));
}

static const RecnnOption options[] = {
    {"embedding_dim", RECNN_OPTION_INT, "64", "[1,65536]", "Width of every embedding"},
    {"mlp_dims", RECNN_OPTION_INT_LIST, "128,64,32", "[1,65536]", "Widths of the tower's layers"},
    {"n_layers", RECNN_OPTION_INT, "3", "[1,16]", "Embeddings that every user and item has"},
    {"dropout_rate", RECNN_OPTION_FLOAT, "0.2", "[0,1)", "Dropout behind every hidden layer"},
    {"use_batch_norm", RECNN_OPTION_BOOL, "true", NULL,
     "Batch normalisation behind every hidden layer's linear map"},
    {NULL, 0, NULL, NULL, NULL},
};

static const char *const train_fields[] = {"user", "item", "rating", NULL};
static const char *const query_fields[] = {"user", NULL};

static const RecnnModelClass advanced_ncf = {
    .struct_size = sizeof(RecnnModelClass),
    .name = "advanced_ncf",
    .summary = "A tower over several embeddings of a user and an item, which predicts a rating",
    .paper = "He et al., Neural Collaborative Filtering, WWW 2017",
    .options = options,
    .train_fields = train_fields,
    .query_fields = query_fields,
    .default_loss = "mse",
    .flags = RECNN_MODEL_BATCH_NORM,
    .instance_size = sizeof(AdvancedNcf),
    .create = create,
    .predict = predict,
    .encode_items = encode_items,
    .score_items = score_items,
};

static const RecnnFeature features[] = {{RECNN_MODEL_KIND, &advanced_ncf}, {NULL, NULL}};
RECNN_PLUGIN("advanced_ncf", "0.1.0", "Apache-2.0",
             "Neural collaborative filtering with several embeddings", features);
