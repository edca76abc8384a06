/* The models as plugins: their defaults and initialisations, the scoring of all items against
 * scoring pair by pair, and the baseline. */
#include "e2e/model-test.h"

/* A few steps of a random batch, so that weights and running statistics are not what they began
 * with. */
static void shake(RecnnModel *model, RecnnGraph *graph) {
  enum { ROWS = 64 };
  int64_t user[ROWS], item[ROWS], negative[ROWS];
  float rating[ROWS];
  int64_t rows = ROWS;
  RecnnParam *const *params;
  int32_t n_params = recnn_model_params(model, &params);
  GError *error = NULL;
  RecnnBatch *batch = recnn_batch_new();
  for (int i = 0; i < ROWS; i++) {
    user[i] = i * 5 % N_USERS;
    item[i] = i * 7 % N_ITEMS;
    negative[i] = i * 11 % N_ITEMS;
    rating[i] = (float)(1 + i % 5);
  }
  add_ids(batch, "user", user, ROWS);
  add_ids(batch, "item", item, ROWS);
  add_ids(batch, "neg_item", negative, ROWS);
  RecnnTensor ratings = recnn_tensor_view(rating, RECNN_FLOAT32, 1, &rows);
  recnn_batch_borrow(batch, "rating", &ratings, &error);
  g_assert_no_error(error);
  const RecnnOptimizerClass *adam = recnn_optimizer_find("adam");
  RecnnOptions *options = recnn_options_new(adam->options, "adam", &error);
  recnn_options_set_text(options, "learning_rate", "0.02", &error);
  g_assert_no_error(error);
  RecnnOptimizer *optimizer = recnn_optimizer_new(adam, options, params, n_params, &error);
  for (uint64_t step = 0; step < 20; step++) {
    double norm;
    recnn_graph_reset(graph, step, true, true);
    RecnnVar *loss = recnn_model_loss(model, graph, batch, NULL);
    assert_fine(graph);
    recnn_graph_backward(graph, loss, params, n_params, &error);
    g_assert_no_error(error);
    recnn_optimizer_step(optimizer, 0.0, &norm, &error);
    g_assert_no_error(error);
  }
  recnn_optimizer_free(optimizer);
  recnn_options_free(options);
  recnn_batch_free(batch);
}

/* A block of items for several users at once, and each pair by itself. */
static void check_scores(RecnnModel *model, RecnnGraph *graph) {
  enum { FIRST = 3, ITEMS = 41, USERS = 5 };
  int64_t users[USERS] = {36, 0, 7, 7, 21};
  int64_t items[ITEMS], pair_users[ITEMS];
  float scores[USERS * ITEMS];
  RecnnBatch *item_batch = recnn_batch_new(), *user_batch = recnn_batch_new();
  for (int i = 0; i < ITEMS; i++)
    items[i] = FIRST + i;
  add_ids(item_batch, "item", items, ITEMS);
  add_ids(user_batch, "user", users, USERS);
  recnn_graph_reset(graph, 0, false, false);
  RecnnVar *all = recnn_model_score_items(model, graph, user_batch,
                                          recnn_model_encode_items(model, graph, item_batch));
  assert_fine(graph);
  const RecnnTensor *value = recnn_graph_tensor(all);
  g_assert_cmpint(value->rank, ==, 2);
  g_assert_cmpint(value->shape[0], ==, USERS);
  g_assert_cmpint(value->shape[1], ==, ITEMS);
  memcpy(scores, value->data, sizeof scores);
  double low = INFINITY, high = -INFINITY;
  for (int u = 0; u < USERS; u++) {
    RecnnBatch *pairs = recnn_batch_new();
    for (int i = 0; i < ITEMS; i++)
      pair_users[i] = users[u];
    add_ids(pairs, "user", pair_users, ITEMS);
    add_ids(pairs, "item", items, ITEMS);
    recnn_graph_reset(graph, 0, false, false);
    const RecnnVar *one = recnn_model_predict(model, graph, pairs);
    assert_fine(graph);
    const float *expected = recnn_graph_tensor(one)->data;
    for (int i = 0; i < ITEMS; i++) {
      g_assert_cmpfloat_with_epsilon((double)scores[u * ITEMS + i], (double)expected[i],
                                     1e-5 * (1.0 + fabs((double)expected[i])));
      low = MIN(low, (double)expected[i]);
      high = MAX(high, (double)expected[i]);
    }
    recnn_batch_free(pairs);
  }
  g_assert_cmpfloat(high - low, >, 0.1); /* scores that were all the same would prove nothing */
  recnn_batch_free(item_batch);
  recnn_batch_free(user_batch);
}

typedef struct Scored {
  const char *path;
  const char *model;
  const char *options[6];
} Scored;

static const Scored scored[] = {
    {"advanced_ncf", "advanced_ncf", {"embedding_dim=16", "mlp_dims=32,16", NULL}},
    {"advanced_ncf-no-batch-norm",
     "advanced_ncf",
     {"embedding_dim=8", "mlp_dims=20", "n_layers=2", "use_batch_norm=false", NULL}},
    {"neural_bpr", "neural_bpr", {"embedding_dim=16", "hidden_dims=24,12", NULL}},
    {"bpr_mf", "bpr_mf", {"embedding_dim=16", "regularization=0.01", NULL}},
    {"bpr_mf-item-bias", "bpr_mf", {"embedding_dim=16", "item_bias=true", NULL}},
};

static void check_scored(const void *data) {
  const Scored *s = data;
  RecnnModel *model = new_model(s->model, s->options);
  RecnnGraph *graph = recnn_graph_new(1);
  shake(model, graph);
  check_scores(model, graph);
  recnn_graph_free(graph);
  recnn_model_free(model);
}

/* Defaults and initialisations of the classes. */
static void check_defaults(void) {
  RecnnModel *model = new_model("advanced_ncf", NULL);
  const RecnnParam *small = recnn_model_find_param(model, "user_embeddings.0.weight");
  const RecnnParam *xavier = recnn_model_find_param(model, "item_embeddings.2.weight");
  const RecnnParam *first = recnn_model_find_param(model, "mlp.0.weight");
  double square = 0.0, bound = sqrt(6.0 / (N_ITEMS + 64)), most = 0.0;
  g_assert_nonnull(small);
  g_assert_nonnull(xavier);
  g_assert_cmpint(small->value.shape[1], ==, 64);
  g_assert_cmpint(first->value.shape[0], ==, 128);
  g_assert_cmpint(first->value.shape[1], ==, 384);
  g_assert_nonnull(recnn_model_find_param(model, "mlp.9.running_var"));
  g_assert_nonnull(recnn_model_find_param(model, "output_layer.bias"));
  g_assert_null(recnn_model_find_param(model, "user_embeddings.3.weight"));
  for (int i = 0; i < N_USERS * 64; i++)
    square += pow((double)((const float *)small->value.data)[i], 2.0);
  g_assert_cmpfloat_with_epsilon(sqrt(square / (N_USERS * 64)), 0.01, 0.001);
  for (int i = 0; i < N_ITEMS * 64; i++)
    most = MAX(most, fabs((double)((const float *)xavier->value.data)[i]));
  g_assert_cmpfloat(most, <=, bound);
  g_assert_cmpfloat(most, >, 0.99 * bound);
  recnn_model_free(model);

  model = new_model("neural_bpr", NULL);
  g_assert_cmpint(recnn_model_find_param(model, "network.0.weight")->value.shape[0], ==, 128);
  g_assert_cmpint(recnn_model_find_param(model, "network.3.weight")->value.shape[0], ==, 64);
  g_assert_cmpint(recnn_model_find_param(model, "network.6.weight")->value.shape[1], ==, 64);
  most = 0.0;
  for (int i = 0; i < 64 * 128; i++)
    most = MAX(most, fabs((double)((const float *)recnn_model_find_param(model, "network.3.weight")
                                       ->value.data)[i]));
  g_assert_cmpfloat_with_epsilon(most, 1.0 / sqrt(128.0), 1e-3); /* nn.Linear's own */
  recnn_model_free(model);
}

static void check_too_deep(void) {
  static const RecnnCount counts[] = {{"users", 2}, {"items", 2}};
  GError *error = NULL;
  const RecnnModelClass *model_class = recnn_model_class_find("neural_bpr", &error);
  g_assert_no_error(error);
  RecnnOptions *options = recnn_options_new(model_class->options, "neural_bpr", &error);
  recnn_options_set_text(options, "hidden_dims", "4,4,4,4,4,4,4,4,4,4,4,4,4,4,4,4", &error);
  g_assert_no_error(error);
  g_assert_null(recnn_model_new(model_class, options, counts, 2, 1, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_OPTION);
  g_assert_nonnull(strstr(error->message, "hidden_dims: 16 layers, at most 15"));
  g_error_free(error);
  recnn_options_free(options);
}

/* Counts what it is given, anew each time, and scores everybody alike. */
static void check_popularity(void) {
  static const int32_t users[] = {0, 1, 2, 3, 4, 5};
  static const int32_t items[] = {5, 9, 5, 5, 9, 52};
  RecnnInteractions data = {.struct_size = sizeof data,
                            .n = 6,
                            .n_users = N_USERS,
                            .n_items = N_ITEMS,
                            .user = users,
                            .item = items};
  int64_t asked_users[] = {3, 30}, asked_items[] = {9, 5, 0, 52};
  RecnnModel *model = new_model("popularity", NULL);
  RecnnGraph *graph = recnn_graph_new(1);
  RecnnBatch *user_batch = recnn_batch_new(), *item_batch = recnn_batch_new();
  GError *error = NULL;
  for (int i = 0; i < 2; i++) {
    recnn_model_fit(model, &data, &error);
    g_assert_no_error(error);
  }
  add_ids(user_batch, "user", asked_users, 2);
  add_ids(item_batch, "item", asked_items, 4);
  RecnnVar *encoded = recnn_model_encode_items(model, graph, item_batch);
  const RecnnTensor *scores =
      recnn_graph_tensor(recnn_model_score_items(model, graph, user_batch, encoded));
  assert_fine(graph);
  g_assert_cmpint(scores->shape[0], ==, 2);
  g_assert_cmpint(scores->shape[1], ==, 4);
  for (int i = 0; i < 8; i++)
    g_assert_cmpfloat(((const float *)scores->data)[i], ==,
                      ((const float[]){2.0f, 3.0f, 0.0f, 1.0f})[i % 4]);
  add_ids(item_batch, "user", asked_items, 4);
  const float *pairs = recnn_graph_tensor(recnn_model_predict(model, graph, item_batch))->data;
  assert_fine(graph);
  g_assert_cmpfloat(pairs[1], ==, 3.0f);
  g_assert_cmpint(recnn_model_find_param(model, "item_score.weight")->value.shape[0], ==, N_ITEMS);
  recnn_batch_free(user_batch);
  recnn_batch_free(item_batch);
  recnn_graph_free(graph);
  recnn_model_free(model);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS(scored); i++) {
    char *path = g_strdup_printf("/models/scores/%s", scored[i].path);
    g_test_add_data_func(path, &scored[i], check_scored);
    g_free(path);
  }
  g_test_add_func("/models/defaults", check_defaults);
  g_test_add_func("/models/too-deep", check_too_deep);
  g_test_add_func("/models/popularity", check_popularity);
  return g_test_run();
}
