/* One tower shared by two tasks: how a user will rate an item, and whether it belongs into a list
 * for him.
 *
 * Ruder: An Overview of Multi-Task Learning in Deep Neural Networks, 2017 (hard parameter sharing),
 * over He et al., Neural Collaborative Filtering, WWW 2017. */
#include <recnn/kit/mlp.h>

typedef struct MultitaskNcf {
  int64_t embedding_dim;
  double rating_weight;
  RecnnParam *user_embedding;
  RecnnParam *item_embedding;
  RecnnMlp shared;
  RecnnMlp rating;
  RecnnMlp ranking;
} MultitaskNcf;

static RecnnStatus create(void *self, RecnnModel *model, RecnnError *error) {
  static const char *const lists[] = {"shared_dims", "rating_dims", "ranking_dims"};
  MultitaskNcf *m = self;
  RecnnInit small = recnn_init(RECNN_INIT_NORMAL, 0.0, 0.01);
  RecnnValue dims[3];
  for (int i = 0; i < 3; i++) {
    dims[i] = recnn_option_list(model, lists[i]);
    RecnnStatus status = recnn_mlp_check(dims[i], lists[i], error);
    if (status != RECNN_OK)
      return status;
  }
  if (dims[0].count == 0)
    return recnn_fail(error, RECNN_ERROR_OPTION,
                      "option shared_dims: an empty list, expected at least one layer");
  double dropout = recnn_option_float(model, "dropout_rate");
  m->embedding_dim = recnn_option_int(model, "embedding_dim");
  m->rating_weight = recnn_option_float(model, "rating_weight");
  m->user_embedding = recnn_param_matrix(model, "user_embedding.weight",
                                         recnn_count(model, "users"), m->embedding_dim, small);
  m->item_embedding = recnn_param_matrix(model, "item_embedding.weight",
                                         recnn_count(model, "items"), m->embedding_dim, small);
  int64_t width = recnn_mlp_declare(&m->shared, model, "shared_network", 2 * m->embedding_dim,
                                    dims[0], 0, false, dropout);
  recnn_mlp_declare(&m->rating, model, "rating_head", width, dims[1], 1, false, dropout);
  recnn_mlp_declare(&m->ranking, model, "ranking_head", width, dims[2], 1, false, dropout);
  return RECNN_OK;
}

/* What both heads read, of the batch's users and items: (B, last of shared_dims). */
static RecnnVar *shared(const MultitaskNcf *m, RecnnGraph *graph, const RecnnBatch *batch) {
  RecnnVar *pair[2] = {recnn_embedding(graph, recnn_param(graph, m->user_embedding),
                                       recnn_input(graph, batch, "user")),
                       recnn_embedding(graph, recnn_param(graph, m->item_embedding),
                                       recnn_input(graph, batch, "item"))};
  return recnn_mlp_forward(&m->shared, graph, recnn_concat(graph, pair, 2));
}

static RecnnVar *head(const RecnnMlp *mlp, RecnnGraph *graph, RecnnVar *x) {
  return recnn_flatten(graph, recnn_mlp_forward(mlp, graph, x));
}

static RecnnVar *loss(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  const MultitaskNcf *m = self;
  RecnnVar *x = shared(m, graph, batch);
  RecnnVar *rating =
      recnn_mse_loss(graph, head(&m->rating, graph, x), recnn_input(graph, batch, "rating"));
  RecnnVar *ranking =
      recnn_bce_loss(graph, head(&m->ranking, graph, x), recnn_input(graph, batch, "label"));
  recnn_api.graph->part(graph, "rating", rating);
  recnn_api.graph->part(graph, "ranking", ranking);
  return recnn_add(graph, recnn_scale(graph, rating, m->rating_weight),
                   recnn_scale(graph, ranking, 1.0 - m->rating_weight));
}

/* The rating; the ranking logit is shown beside it. */
static RecnnVar *predict(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  const MultitaskNcf *m = self;
  RecnnVar *x = shared(m, graph, batch);
  recnn_api.graph->output(graph, "ranking", head(&m->ranking, graph, x));
  return head(&m->rating, graph, x);
}

static RecnnVar *encode_items(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  const MultitaskNcf *m = self;
  RecnnVar *items = recnn_embedding(graph, recnn_param(graph, m->item_embedding),
                                    recnn_input(graph, batch, "item"));
  return recnn_mlp_part(&m->shared, graph, items, m->embedding_dim, m->embedding_dim, false);
}

/* Lists are made by the ranking head. */
static RecnnVar *score_items(const void *self, RecnnGraph *graph, const RecnnBatch *batch,
                             RecnnVar *items) {
  const MultitaskNcf *m = self;
  RecnnVar *users = recnn_embedding(graph, recnn_param(graph, m->user_embedding),
                                    recnn_input(graph, batch, "user"));
  RecnnVar *half = recnn_mlp_part(&m->shared, graph, users, 0, m->embedding_dim, true);
  RecnnVar *x = recnn_mlp_pairs(&m->shared, graph, half, items);
  return recnn_mlp_scores(graph, batch, items, head(&m->ranking, graph, x));
}

static const RecnnOption options[] = {
    {"embedding_dim", RECNN_OPTION_INT, "64", "[1,65536]",
     "Width of the user and the item embedding"},
    {"shared_dims", RECNN_OPTION_INT_LIST, "128,64", "[1,65536]",
     "Widths of the layers that both tasks share"},
    {"rating_dims", RECNN_OPTION_INT_LIST, "32", "[1,65536]", "Widths of the rating head's layers"},
    {"ranking_dims", RECNN_OPTION_INT_LIST, "32", "[1,65536]",
     "Widths of the ranking head's layers"},
    {"dropout_rate", RECNN_OPTION_FLOAT, "0.2", "[0,1)", "Dropout behind every hidden layer"},
    {"rating_weight", RECNN_OPTION_FLOAT, "0.5", "[0,1]",
     "Weight of the rating loss; the ranking loss has the rest"},
    {NULL, 0, NULL, NULL, NULL},
};

static const char *const train_fields[] = {"user", "item", "rating", "label", NULL};
static const char *const query_fields[] = {"user", NULL};

static const RecnnModelClass multitask_ncf = {
    .struct_size = sizeof(RecnnModelClass),
    .name = "multitask_ncf",
    .summary = "A shared tower with one head that predicts ratings and one that ranks",
    .paper = "Ruder, An Overview of Multi-Task Learning in Deep Neural Networks, 2017; He et al., "
             "Neural Collaborative Filtering, WWW 2017",
    .options = options,
    .train_fields = train_fields,
    .query_fields = query_fields,
    .instance_size = sizeof(MultitaskNcf),
    .create = create,
    .loss = loss,
    .predict = predict,
    .encode_items = encode_items,
    .score_items = score_items,
};

static const RecnnFeature features[] = {{RECNN_MODEL_KIND, &multitask_ncf}, {NULL, NULL}};
RECNN_PLUGIN("multitask_ncf", "0.1.0", "Apache-2.0",
             "Neural collaborative filtering for ratings and rankings at once", features);
