/* Neural Bayesian personalised ranking: a tower over the embeddings of a user and an item gives a
 * score, trained to put an item that the user chose above one that he did not.
 *
 * Rendle et al., BPR: Bayesian Personalized Ranking from Implicit Feedback, UAI 2009, with the
 * tower of He et al., Neural Collaborative Filtering, WWW 2017. */
#include <recnn/kit/mlp.h>

typedef struct NeuralBpr {
  int64_t embedding_dim;
  RecnnParam *user_embedding;
  RecnnParam *item_embedding;
  RecnnMlp network;
} NeuralBpr;

static RecnnStatus create(void *self, RecnnModel *model, RecnnError *error) {
  NeuralBpr *m = self;
  RecnnInit small = recnn_init(RECNN_INIT_NORMAL, 0.0, 0.01);
  RecnnValue hidden_dims = recnn_option_list(model, "hidden_dims");
  RecnnStatus status = recnn_mlp_check(hidden_dims, "hidden_dims", error);
  if (status != RECNN_OK)
    return status;
  m->embedding_dim = recnn_option_int(model, "embedding_dim");
  m->user_embedding = recnn_param_matrix(model, "user_embedding.weight",
                                         recnn_count(model, "users"), m->embedding_dim, small);
  m->item_embedding = recnn_param_matrix(model, "item_embedding.weight",
                                         recnn_count(model, "items"), m->embedding_dim, small);
  recnn_mlp_declare(&m->network, model, "network", 2 * m->embedding_dim, hidden_dims, 1, false,
                    recnn_option_float(model, "dropout_rate"));
  return RECNN_OK;
}

static RecnnVar *embed(RecnnGraph *graph, RecnnParam *table, RecnnVar *ids) {
  return recnn_embedding(graph, recnn_param(graph, table), ids);
}

/* The scores (R) of users (R) and items (R). */
static RecnnVar *score(const NeuralBpr *m, RecnnGraph *graph, RecnnVar *users, RecnnVar *items) {
  RecnnVar *pair[2] = {embed(graph, m->user_embedding, users),
                       embed(graph, m->item_embedding, items)};
  RecnnVar *x = recnn_concat(graph, pair, 2);
  return recnn_flatten(graph, recnn_mlp_forward(&m->network, graph, x));
}

/* Positives and negatives go through the tower as one batch of twice the size: fewer, larger
 * products, and the tower's gradient is added up once. */
static RecnnVar *loss(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  int64_t n = recnn_api.batch->size(batch);
  RecnnVar *user = recnn_input(graph, batch, "user");
  RecnnVar *users[2] = {user, user};
  RecnnVar *items[2] = {recnn_input(graph, batch, "item"), recnn_input(graph, batch, "neg_item")};
  RecnnVar *scores =
      score(self, graph, recnn_stack_rows(graph, users, 2), recnn_stack_rows(graph, items, 2));
  return recnn_bpr_loss(graph, recnn_slice(graph, scores, 0, n), recnn_slice(graph, scores, n, n));
}

static RecnnVar *predict(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  return score(self, graph, recnn_input(graph, batch, "user"), recnn_input(graph, batch, "item"));
}

static RecnnVar *encode_items(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  const NeuralBpr *m = self;
  RecnnVar *items = embed(graph, m->item_embedding, recnn_input(graph, batch, "item"));
  return recnn_mlp_part(&m->network, graph, items, m->embedding_dim, m->embedding_dim, false);
}

static RecnnVar *score_items(const void *self, RecnnGraph *graph, const RecnnBatch *batch,
                             RecnnVar *items) {
  const NeuralBpr *m = self;
  RecnnVar *users = embed(graph, m->user_embedding, recnn_input(graph, batch, "user"));
  RecnnVar *half = recnn_mlp_part(&m->network, graph, users, 0, m->embedding_dim, true);
  return recnn_mlp_scores(graph, batch, items, recnn_mlp_pairs(&m->network, graph, half, items));
}

static const RecnnOption options[] = {
    {"embedding_dim", RECNN_OPTION_INT, "64", "[1,65536]",
     "Width of the user and the item embedding"},
    {"hidden_dims", RECNN_OPTION_INT_LIST, "128,64", "[1,65536]", "Widths of the tower's layers"},
    {"dropout_rate", RECNN_OPTION_FLOAT, "0.2", "[0,1)", "Dropout behind every hidden layer"},
    {NULL, 0, NULL, NULL, NULL},
};

static const char *const train_fields[] = {"user", "item", "neg_item", NULL};
static const char *const query_fields[] = {"user", NULL};

static const RecnnModelClass neural_bpr = {
    .struct_size = sizeof(RecnnModelClass),
    .name = "neural_bpr",
    .summary = "A neural ranker trained on pairs of a chosen and an unchosen item",
    .paper = "Rendle et al., BPR: Bayesian Personalized Ranking from Implicit Feedback, UAI 2009; "
             "He et al., Neural Collaborative Filtering, WWW 2017",
    .options = options,
    .train_fields = train_fields,
    .query_fields = query_fields,
    .instance_size = sizeof(NeuralBpr),
    .create = create,
    .loss = loss,
    .predict = predict,
    .encode_items = encode_items,
    .score_items = score_items,
};

static const RecnnFeature features[] = {{RECNN_MODEL_KIND, &neural_bpr}, {NULL, NULL}};
RECNN_PLUGIN("neural_bpr", "0.1.0", "Apache-2.0", "Neural Bayesian personalised ranking", features);
