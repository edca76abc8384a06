/* Matrix factorisation for ranking: the score of an item is the product of its vector with the
 * user's, trained to put an item that the user chose above one that he did not.
 *
 * Rendle et al., BPR: Bayesian Personalized Ranking from Implicit Feedback, UAI 2009. */
#include <recnn/plugin.h>

typedef struct BprMf {
  RecnnParam *user_embedding; /* (users, d) */
  RecnnParam *item_embedding; /* (items, d) */
  RecnnParam *item_bias;      /* (items, 1); NULL without one */
  double regularization;
} BprMf;

static RecnnStatus create(void *self, RecnnModel *model, RecnnError *error) {
  BprMf *m = self;
  int64_t d = recnn_option_int(model, "embedding_dim");
  RecnnInit xavier = recnn_init(RECNN_INIT_XAVIER_NORMAL, 1.0, 0.0);
  (void)error;
  m->user_embedding =
      recnn_param_matrix(model, "user_embedding.weight", recnn_count(model, "users"), d, xavier);
  m->item_embedding =
      recnn_param_matrix(model, "item_embedding.weight", recnn_count(model, "items"), d, xavier);
  if (recnn_option_bool(model, "item_bias"))
    m->item_bias = recnn_param_matrix(model, "item_bias.weight", recnn_count(model, "items"), 1,
                                      recnn_init(RECNN_INIT_CONSTANT, 0.0, 0.0));
  m->regularization = recnn_option_float(model, "regularization");
  return RECNN_OK;
}

static RecnnVar *embed(RecnnGraph *graph, RecnnParam *table, RecnnVar *ids) {
  return recnn_embedding(graph, recnn_param(graph, table), ids);
}

/* The scores (B) of users with the vectors `user` and items with the vectors `item`. */
static RecnnVar *score(const BprMf *m, RecnnGraph *graph, RecnnVar *user, RecnnVar *item,
                       RecnnVar *ids) {
  RecnnVar *product = recnn_sum_last(graph, recnn_mul(graph, user, item));
  if (m->item_bias == NULL)
    return product;
  return recnn_add(graph, product, recnn_flatten(graph, embed(graph, m->item_bias, ids)));
}

/* The mean over the batch of what the vectors' squares sum to. */
static RecnnVar *squares(RecnnGraph *graph, RecnnVar *x) {
  return recnn_mean(graph, recnn_sum_last(graph, recnn_mul(graph, x, x)));
}

static RecnnVar *loss(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  const BprMf *m = self;
  RecnnVar *positive_id = recnn_input(graph, batch, "item");
  RecnnVar *negative_id = recnn_input(graph, batch, "neg_item");
  RecnnVar *user = embed(graph, m->user_embedding, recnn_input(graph, batch, "user"));
  RecnnVar *positive = embed(graph, m->item_embedding, positive_id);
  RecnnVar *negative = embed(graph, m->item_embedding, negative_id);
  return recnn_bpr_loss(graph, score(m, graph, user, positive, positive_id),
                        score(m, graph, user, negative, negative_id));
}

/* The squares of the vectors that the batch is about, whatever the loss on them is. */
static RecnnVar *penalty(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  static const char *const fields[] = {"user", "item", "neg_item"};
  const BprMf *m = self;
  RecnnVar *sum = NULL;
  if (m->regularization == 0.0)
    return NULL;
  for (int i = 0; i < 3; i++) {
    if (recnn_api.batch->field(batch, fields[i]) == NULL)
      continue;
    RecnnVar *vectors = embed(graph, i == 0 ? m->user_embedding : m->item_embedding,
                              recnn_input(graph, batch, fields[i]));
    sum = sum == NULL ? squares(graph, vectors) : recnn_add(graph, sum, squares(graph, vectors));
  }
  return sum != NULL ? recnn_scale(graph, sum, m->regularization) : NULL;
}

static RecnnVar *predict(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  const BprMf *m = self;
  RecnnVar *item = recnn_input(graph, batch, "item");
  return score(m, graph, embed(graph, m->user_embedding, recnn_input(graph, batch, "user")),
               embed(graph, m->item_embedding, item), item);
}

/* An item's vector, with its bias behind it. */
static RecnnVar *encode_items(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  const BprMf *m = self;
  RecnnVar *item = recnn_input(graph, batch, "item");
  RecnnVar *vector = embed(graph, m->item_embedding, item);
  if (m->item_bias == NULL)
    return vector;
  RecnnVar *both[2] = {vector, embed(graph, m->item_bias, item)};
  return recnn_concat(graph, both, 2);
}

static RecnnVar *score_items(const void *self, RecnnGraph *graph, const RecnnBatch *batch,
                             RecnnVar *items) {
  static const float one = 1.0f;
  const BprMf *m = self;
  RecnnVar *user = embed(graph, m->user_embedding, recnn_input(graph, batch, "user"));
  const RecnnTensor ones = {
      (void *)&one, RECNN_FLOAT32, 2, {recnn_api.batch->size(batch), 1}, {0, 0}};
  if (m->item_bias != NULL) {
    RecnnVar *both[2] = {user, recnn_api.graph->constant(graph, &ones)};
    user = recnn_concat(graph, both, 2);
  }
  return recnn_matmul(graph, user, items, false, true);
}

static const RecnnOption options[] = {
    {"embedding_dim", RECNN_OPTION_INT, "64", "[1,65536]",
     "Width of the user's and the item's vector"},
    {"item_bias", RECNN_OPTION_BOOL, "false", NULL, "Add a number of the item's own to its score"},
    {"regularization", RECNN_OPTION_FLOAT, "0", "[0,inf)",
     "Factor of the squares of the vectors in a batch (the paper's lambda)"},
    {NULL, 0, NULL, NULL, NULL},
};

static const char *const train_fields[] = {"user", "item", "neg_item", NULL};
static const char *const query_fields[] = {"user", NULL};

static const RecnnModelClass bpr_mf = {
    .struct_size = sizeof(RecnnModelClass),
    .name = "bpr_mf",
    .summary = "Matrix factorisation trained on pairs of a chosen and an unchosen item",
    .paper = "Rendle et al., BPR: Bayesian Personalized Ranking from Implicit Feedback, UAI 2009",
    .options = options,
    .train_fields = train_fields,
    .query_fields = query_fields,
    .instance_size = sizeof(BprMf),
    .create = create,
    .loss = loss,
    .predict = predict,
    .encode_items = encode_items,
    .score_items = score_items,
    .penalty = penalty,
};

static const RecnnFeature features[] = {{RECNN_MODEL_KIND, &bpr_mf}, {NULL, NULL}};
RECNN_PLUGIN("bpr_mf", "0.1.0", "Apache-2.0", "Matrix factorisation with the BPR loss", features);
