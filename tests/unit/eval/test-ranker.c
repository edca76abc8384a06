/* The ranker: scores are the model's own at every size of block and in every way of asking; they do
 * not depend on who is asked for together; items are encoded once; what is wrong is named. */
#include <math.h>
#include <string.h>

#include <glib.h>

#include "base/error.h"
#include "base/parallel.h"
#include "base/rng.h"
#include "eval/ranker.h"
#include "eval/recommend.h"
#include "support/table-model.h"

static const RecnnModelClass *const ways[] = {&table_encoded_class, &table_whole_class,
                                              &table_pairs_class, &table_rating_class};

/* Any number has its place in a table of 24 bits of them. */
static RecnnModel *random_table(const RecnnModelClass *model_class, int64_t n_users,
                                int64_t n_items) {
  RecnnModel *model = table_model(model_class, n_users, n_items);
  for (int64_t u = 0; u < n_users; u++)
    for (int64_t i = 0; i < n_items; i++)
      table_set(model, u, i, (float)(u * n_items + i) * 0.5f);
  return model;
}

static void test_scores(void) {
  static const int64_t n_items[] = {1, 5, 64, 65, 200, 1700};
  static const size_t limits[] = {0, 1 << 14, 1 << 16, 1 << 22};
  for (size_t w = 0; w < G_N_ELEMENTS(ways); w++) {
    for (size_t c = 0; c < G_N_ELEMENTS(n_items); c++) {
      const int64_t n_users = 70;
      RecnnModel *model = random_table(ways[w], n_users, n_items[c]);
      float *scores = g_new(float, n_users *n_items[c]);
      int64_t users[70];
      for (int64_t u = 0; u < n_users; u++)
        users[u] = (u * 37) % n_users;
      int n_served = 0;
      for (size_t b = 0; b < G_N_ELEMENTS(limits); b++) {
        GError *error = NULL;
        RecnnRanker *ranker = recnn_ranker_new(model, limits[b], &error);
        g_assert_no_error(error);
        if (!recnn_ranker_score(ranker, users, n_users, scores, &error)) {
          g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_MEMORY);
          g_assert_cmpuint(limits[b], !=, 0);
          g_clear_error(&error);
        } else {
          n_served++;
          for (int64_t u = 0; u < n_users; u++)
            for (int64_t i = 0; i < n_items[c]; i++)
              g_assert_cmpfloat(scores[u * n_items[c] + i], ==, table_get(model, users[u], i));
          if (limits[b] != 0)
            g_assert_cmpuint(recnn_ranker_peak(ranker), <=, limits[b]);
        }
        recnn_ranker_free(ranker);
      }
      g_assert_cmpint(n_served, >=, 3);
      g_free(scores);
      recnn_model_free(model);
    }
  }
}

/* A factor model with numbers that round: what BLAS does with them must not depend on the company.
 */
typedef struct Factors {
  RecnnParam *user;
  RecnnParam *item;
} Factors;

static RecnnStatus factors_create(void *self, RecnnModel *model, RecnnError *error) {
  Factors *m = self;
  (void)error;
  const int64_t user[2] = {recnn_model_config_count(model, "users"), 48};
  const int64_t item[2] = {recnn_model_config_count(model, "items"), 48};
  RecnnInit init = recnn_init(RECNN_INIT_NORMAL, 0.0, 1.0);
  m->user = recnn_model_declare_param(model, "user", 2, user, init, 0);
  m->item = recnn_model_declare_param(model, "item", 2, item, init, 0);
  return RECNN_OK;
}

static RecnnVar *factors_encode(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  return table_lookup(graph, ((const Factors *)self)->item, table_field(graph, batch, "item"));
}

static RecnnVar *factors_score(const void *self, RecnnGraph *graph, const RecnnBatch *batch,
                               RecnnVar *items) {
  RecnnVar *inputs[2] = {
      table_lookup(graph, ((const Factors *)self)->user, table_field(graph, batch, "user")), items};
  return recnn_graph_apply(graph, "linear", inputs, 2, NULL, 0);
}

static const RecnnModelClass factors_class = {
    .struct_size = sizeof(RecnnModelClass),
    .name = "factors",
    .summary = "inner products",
    .options = table_options,
    .instance_size = sizeof(Factors),
    .train_fields = table_pair_fields,
    .query_fields = table_query,
    .create = factors_create,
    .encode_items = factors_encode,
    .score_items = factors_score,
};

/* A few items, also more than a block has, and the same one twice. */
static void test_some(void) {
  const int64_t n_items = 1700;
  int32_t items[600];
  float scores[600];
  for (int32_t i = 0; i < 600; i++)
    items[i] = (i * 977) % (int32_t)n_items;
  items[1] = items[0];
  for (size_t w = 0; w < G_N_ELEMENTS(ways); w++) {
    RecnnModel *model = random_table(ways[w], 7, n_items);
    for (size_t limit = 0; limit <= 1 << 16; limit += 1 << 16) {
      RecnnRanker *ranker = recnn_ranker_new(model, limit, NULL);
      g_assert_true(recnn_ranker_scores_some(ranker) == (ways[w] != &table_whole_class));
      for (int64_t user = 0; user < 7 && recnn_ranker_scores_some(ranker); user += 3) {
        GError *error = NULL;
        g_assert_true(recnn_ranker_score_some(ranker, user, items, 600, scores, &error));
        g_assert_no_error(error);
        for (int i = 0; i < 600; i++)
          g_assert_cmpfloat(scores[i], ==, table_get(model, user, items[i]));
        g_assert_false(recnn_ranker_score_some(ranker, 7, items, 1, scores, &error));
        g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_ARGUMENT);
        g_clear_error(&error);
      }
      recnn_ranker_free(ranker);
    }
    recnn_model_free(model);
  }
}

static void test_company_has_no_influence(void) {
  enum { USERS = 150, ITEMS = 333 };
  RecnnModel *model = table_model(&factors_class, USERS, ITEMS);
  RecnnRanker *ranker = recnn_ranker_new(model, 0, NULL);
  float *together = g_new(float, USERS *ITEMS);
  float *other = g_new(float, USERS *ITEMS);
  int64_t users[USERS];
  for (int64_t u = 0; u < USERS; u++)
    users[u] = u;
  g_assert_true(recnn_ranker_score(ranker, users, USERS, together, NULL));
  for (int64_t u = 0; u < USERS; u++) { /* alone */
    g_assert_true(recnn_ranker_score(ranker, &users[u], 1, other, NULL));
    g_assert_cmpmem(other, ITEMS * sizeof *other, together + u * ITEMS, ITEMS * sizeof *other);
  }
  for (int64_t u = 0; u < USERS; u++) /* in another order, in other blocks */
    users[u] = (u * 7 + 3) % USERS;
  g_assert_true(recnn_ranker_score(ranker, users, 101, other, NULL));
  for (int64_t i = 0; i < 101; i++)
    g_assert_cmpmem(other + i * ITEMS, ITEMS * sizeof *other, together + users[i] * ITEMS,
                    ITEMS * sizeof *other);
  int threads = recnn_parallel_threads();
  for (int t = 1; t <= 4; t++) {
    g_assert_true(recnn_parallel_set_threads(t, NULL));
    g_assert_true(recnn_ranker_score(ranker, users, USERS, other, NULL));
    for (int64_t i = 0; i < USERS; i++)
      g_assert_cmpmem(other + i * ITEMS, ITEMS * sizeof *other, together + users[i] * ITEMS,
                      ITEMS * sizeof *other);
  }
  g_assert_true(recnn_parallel_set_threads(threads, NULL));
  /* a bound that is not the tighter one */
  RecnnRanker *roomy = recnn_ranker_new(model, (size_t)64 << 20, NULL);
  g_assert_true(recnn_ranker_score(roomy, users, USERS, other, NULL));
  for (int64_t i = 0; i < USERS; i++)
    g_assert_cmpmem(other + i * ITEMS, ITEMS * sizeof *other, together + users[i] * ITEMS,
                    ITEMS * sizeof *other);
  /* a tight one: the same but for rounding */
  RecnnRanker *tight = recnn_ranker_new(model, 20000, NULL);
  g_assert_true(recnn_ranker_score(tight, users, USERS, other, NULL));
  g_assert_cmpuint(recnn_ranker_peak(tight), <=, 20000);
  for (int64_t i = 0; i < USERS; i++)
    for (int64_t j = 0; j < ITEMS; j++)
      g_assert_cmpfloat_with_epsilon(other[i * ITEMS + j], together[users[i] * ITEMS + j], 1e-4f);
  recnn_ranker_free(tight);
  recnn_ranker_free(roomy);
  recnn_ranker_free(ranker);
  recnn_model_free(model);
  g_free(together);
  g_free(other);
}

/* New weights are encoded, the same ones are not again. */
static int n_encodings;

static RecnnVar *counted_encode(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  n_encodings++;
  return table_encode(self, graph, batch);
}

static void test_encoded_once(void) {
  RecnnModelClass counted = table_encoded_class;
  counted.encode_items = counted_encode;
  RecnnModel *model = table_model(&counted, 3, 10);
  RecnnRanker *ranker = recnn_ranker_new(model, 0, NULL);
  const int64_t user = 1;
  float scores[10];
  g_assert_true(recnn_ranker_score(ranker, &user, 1, scores, NULL));
  n_encodings = 0;
  g_assert_true(recnn_ranker_score(ranker, &user, 1, scores, NULL));
  g_assert_cmpint(n_encodings, ==, 0);
  g_assert_cmpfloat(scores[7], ==, 0.0f);
  table_set(model, 1, 7, 5.0f);
  g_assert_true(recnn_ranker_score(ranker, &user, 1, scores, NULL));
  g_assert_cmpint(n_encodings, ==, 1);
  g_assert_cmpfloat(scores[7], ==, 5.0f);
  recnn_ranker_free(ranker);
  recnn_model_free(model);
}

static void test_nan_is_named(void) {
  RecnnDatasetBuilder *builder = recnn_dataset_builder_new("tiny", "test", false, false);
  g_assert_true(recnn_dataset_builder_add(builder, "ann", 3, "tea", 3, 0, 0, NULL));
  g_assert_true(recnn_dataset_builder_add(builder, "bob", 3, "rum", 3, 0, 0, NULL));
  RecnnDataset *dataset = recnn_dataset_builder_finish(builder, NULL);
  for (size_t w = 1; w < G_N_ELEMENTS(ways) - 1; w++) { /* 0 * NaN would spread in the others */
    RecnnModel *model = table_model(ways[w], 2, 2);
    RecnnRanker *ranker = recnn_ranker_new(model, 0, NULL);
    const int64_t users[2] = {0, 1};
    float scores[4];
    table_set(model, 1, 0, INFINITY); /* passes */
    table_set(model, 0, 0, -INFINITY);
    g_assert_true(recnn_ranker_score(ranker, users, 2, scores, NULL));
    g_assert_cmpfloat(scores[2], ==, INFINITY);
    table_set(model, 1, 1, NAN);
    GError *error = NULL;
    g_assert_false(recnn_ranker_score(ranker, users, 2, scores, &error));
    g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_NUMERIC);
    g_assert_nonnull(strstr(error->message, ways[w]->name));
    g_assert_nonnull(strstr(error->message, "item 1 for user 1 "));
    g_clear_error(&error);
    recnn_ranker_set_names(ranker, dataset);
    g_assert_false(recnn_ranker_score(ranker, users, 2, scores, &error));
    g_assert_nonnull(strstr(error->message, "\"rum\""));
    g_assert_nonnull(strstr(error->message, "\"bob\""));
    g_clear_error(&error);
    recnn_ranker_free(ranker);
    recnn_model_free(model);
  }
  recnn_dataset_unref(dataset);
}

static void test_predict(void) {
  enum { USERS = 9, ITEMS = 31, N = 3000 };
  RecnnModel *model = random_table(&table_pairs_class, USERS, ITEMS);
  static const size_t limits[] = {0, 8192};
  int32_t *users = g_new(int32_t, N);
  int32_t *items = g_new(int32_t, N);
  float *predictions = g_new(float, N);
  for (int32_t i = 0; i < N; i++) {
    users[i] = i % USERS;
    items[i] = (i * 5) % ITEMS;
  }
  for (size_t b = 0; b < G_N_ELEMENTS(limits); b++) {
    RecnnRanker *ranker = recnn_ranker_new(model, limits[b], NULL);
    for (int64_t n = 0; n <= N; n = n * 3 + 1) {
      GError *error = NULL;
      g_assert_true(recnn_ranker_predict(ranker, &(RecnnExamples){users, items, NULL}, n,
                                         predictions, &error));
      g_assert_no_error(error);
      for (int64_t i = 0; i < n; i++)
        g_assert_cmpfloat(predictions[i], ==, table_get(model, users[i], items[i]));
    }
    if (limits[b] != 0)
      g_assert_cmpuint(recnn_ranker_peak(ranker), <=, limits[b]);
    recnn_ranker_free(ranker);
  }
  table_set(model, 4, 7, NAN);
  RecnnRanker *ranker = recnn_ranker_new(model, 0, NULL);
  users[1500] = 4;
  items[1500] = 7;
  GError *error = NULL;
  for (int32_t i = 0; i < 1500; i++)
    users[i] = 0;
  g_assert_false(
      recnn_ranker_predict(ranker, &(RecnnExamples){users, items, NULL}, N, predictions, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_NUMERIC);
  g_assert_nonnull(strstr(error->message, "item 7 for user 4 "));
  g_clear_error(&error);
  items[2] = ITEMS;
  g_assert_false(
      recnn_ranker_predict(ranker, &(RecnnExamples){users, items, NULL}, N, predictions, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_ARGUMENT);
  g_assert_nonnull(strstr(error->message, "31"));
  g_clear_error(&error);
  recnn_ranker_free(ranker);
  recnn_model_free(model);
  g_free(users);
  g_free(items);
  g_free(predictions);
}

static RecnnVar *wrong_shape(const void *self, RecnnGraph *graph, const RecnnBatch *batch,
                             RecnnVar *items) {
  (void)batch;
  (void)items;
  return recnn_graph_param(graph, ((const TableModel *)self)->identity);
}

static RecnnVar *encode_too_few(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  (void)batch;
  return recnn_graph_param(graph, ((const TableModel *)self)->identity);
}

static void expect(const RecnnModelClass *model_class, size_t limit, int64_t user, int code,
                   const char *says) {
  RecnnModel *model = table_model(model_class, 3, 200);
  RecnnRanker *ranker = recnn_ranker_new(model, limit, NULL);
  float scores[200];
  GError *error = NULL;
  g_assert_nonnull(ranker);
  g_assert_false(recnn_ranker_score(ranker, &user, 1, scores, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, code);
  if (strstr(error->message, says) == NULL)
    g_error("\"%s\" does not say \"%s\"", error->message, says);
  g_clear_error(&error);
  recnn_ranker_free(ranker);
  recnn_model_free(model);
}

static void test_errors(void) {
  expect(&table_encoded_class, 0, -1, RECNN_ERROR_ARGUMENT, "user index -1");
  expect(&table_encoded_class, 0, 3, RECNN_ERROR_ARGUMENT, "0 to 2");
  expect(&table_whole_class, 100, 0, RECNN_ERROR_MEMORY, "100 bytes are not enough");
  expect(&table_pairs_class, 100, 0, RECNN_ERROR_MEMORY, "100 bytes are not enough");

  RecnnModelClass bad = table_whole_class;
  static const char *const history[] = {"user", "history", NULL};
  bad.query_fields = history;
  expect(&bad, 0, 0, RECNN_ERROR_UNSUPPORTED, "\"history\"");
  bad = table_rating_class;
  bad.score_items = NULL;
  bad.predict = NULL;
  bad.encode_items = NULL;
  expect(&bad, 0, 0, RECNN_ERROR_UNSUPPORTED, "neither");
  bad = table_encoded_class;
  bad.encode_items = encode_too_few;
  expect(&bad, 0, 0, RECNN_ERROR_SHAPE, "one row for each of 64 items");
  bad = table_whole_class;
  bad.score_items = wrong_shape;
  expect(&bad, 0, 0, RECNN_ERROR_SHAPE, "returned float32 (3, 3), expected float32 (1, 200)");
}

static void test_recommend(void) {
  RecnnModel *model = table_model(&table_encoded_class, 2, 6);
  static const float scores[6] = {0.5f, 2.0f, 1.0f, 2.0f, -1.0f, 0.5f};
  for (int64_t i = 0; i < 6; i++)
    table_set(model, 1, i, scores[i]);
  RecnnRanker *ranker = recnn_ranker_new(model, 0, NULL);
  int64_t items[6];
  float values[6];
  RecnnWish wish = {.subject = {.user = 1}, .k = 3};
  g_assert_cmpint(recnn_recommend(ranker, &wish, items, values, NULL), ==, 3);
  g_assert_cmpint(items[0], ==, 1); /* equal scores by index */
  g_assert_cmpint(items[1], ==, 3);
  g_assert_cmpint(items[2], ==, 2);
  g_assert_cmpfloat(values[1], ==, 2.0f);
  static const int32_t seen[] = {1, 1, 2, 5};
  wish.exclude = seen;
  wish.n_exclude = 4;
  wish.k = 6;
  g_assert_cmpint(recnn_recommend(ranker, &wish, items, values, NULL), ==, 3);
  g_assert_cmpint(items[0], ==, 3);
  g_assert_cmpint(items[1], ==, 0);
  g_assert_cmpint(items[2], ==, 4);
  static const int32_t candidates[] = {4, 5, 3, 3};
  wish.candidates = candidates;
  wish.n_candidates = 4;
  g_assert_cmpint(recnn_recommend(ranker, &wish, items, values, NULL), ==, 2); /* 5 is seen */
  g_assert_cmpint(items[0], ==, 3);
  g_assert_cmpint(items[1], ==, 4);
  g_assert_cmpfloat(values[1], ==, -1.0f);
  GError *error = NULL;
  wish.n_candidates = 0;
  g_assert_cmpint(recnn_recommend(ranker, &wish, items, values, &error), ==, -1);
  g_assert_nonnull(strstr(error->message, "candidates is empty"));
  g_clear_error(&error);
  wish = (RecnnWish){
      .subject = {.user = -1, .items = candidates, .n = 4}, .has_history = true, .k = 3};
  g_assert_cmpint(recnn_recommend(ranker, &wish, items, values, &error), ==, -1);
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_DATA);
  g_assert_nonnull(strstr(error->message, "knows users by index"));
  g_clear_error(&error);

  static const struct {
    int64_t user;
    int32_t exclude;
    int64_t k;
    const char *says;
  } bad[] = {{1, 0, 7, "k is 7; it must be from 1 to the number of items, 6"},
             {1, 0, 0, "k is 0"},
             {2, 0, 1, "user index 2"},
             {1, 6, 1, "excluded item 6"},
             {1, -1, 1, "excluded item -1"}};
  for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
    wish = (RecnnWish){.subject = {.user = bad[i].user},
                       .exclude = &bad[i].exclude,
                       .n_exclude = 1,
                       .k = bad[i].k};
    g_assert_cmpint(recnn_recommend(ranker, &wish, items, values, &error), ==, -1);
    g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_ARGUMENT);
    g_assert_nonnull(strstr(error->message, bad[i].says));
    g_clear_error(&error);
  }
  recnn_ranker_free(ranker);
  recnn_model_free(model);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/ranker/scores", test_scores);
  g_test_add_func("/ranker/some", test_some);
  g_test_add_func("/ranker/company-has-no-influence", test_company_has_no_influence);
  g_test_add_func("/ranker/encoded-once", test_encoded_once);
  g_test_add_func("/ranker/nan-is-named", test_nan_is_named);
  g_test_add_func("/ranker/predict", test_predict);
  g_test_add_func("/ranker/errors", test_errors);
  g_test_add_func("/ranker/recommend", test_recommend);
  return g_test_run();
}
