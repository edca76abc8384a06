/* Protocols of evaluation beyond the full ranking: labels, ties, candidates that came with the data
 * and candidates that are drawn. */
#include <math.h>
#include <string.h>

#include <glib.h>

#include "base/error.h"
#include "base/parallel.h"
#include "base/rng.h"
#include "eval/evaluator.h"
#include "eval/pool.h"
#include "support/table-model.h"

enum { USERS = 12, ITEMS = 40 };

static void add_row(RecnnDatasetBuilder *builder, int user, int item, int part, float label) {
  char u[16];
  char i[16];
  g_snprintf(u, sizeof u, "u%d", user);
  g_snprintf(i, sizeof i, "i%d", item);
  GError *error = NULL;
  recnn_dataset_builder_set_part(builder, part);
  if (label >= 0.0f)
    recnn_dataset_builder_set_label(builder, label);
  recnn_dataset_builder_add(builder, u, strlen(u), i, strlen(i), 0.0f, 0.0, &error);
  g_assert_no_error(error);
}

static RecnnSplit *take_split(RecnnDatasetBuilder *builder) {
  GError *error = NULL;
  RecnnDataset *dataset = recnn_dataset_builder_finish(builder, &error);
  g_assert_no_error(error);
  RecnnSplit *split = recnn_split_new(dataset, NULL, &error);
  g_assert_no_error(error);
  recnn_dataset_unref(dataset);
  return split;
}

/* All users and items, a row each, in train: then indices are the numbers in the tokens. */
static RecnnDatasetBuilder *begin(float label) {
  RecnnDatasetBuilder *builder = recnn_dataset_builder_new("protocol", "test", false, false);
  for (int i = 0; i < ITEMS; i++)
    add_row(builder, i % USERS, i, RECNN_TRAIN, label);
  return builder;
}

static RecnnResult *evaluate(RecnnModel *model, const RecnnSplit *split,
                             const RecnnEvalSettings *settings) {
  GError *error = NULL;
  RecnnResult *result = recnn_evaluate(model, split, RECNN_TEST, settings, &error);
  g_assert_no_error(error);
  return result;
}

static double get(const RecnnResult *result, const char *name) {
  GError *error = NULL;
  double value = recnn_result_get(result, name, &error);
  g_assert_no_error(error);
  return value;
}

static void expect(RecnnModel *model, const RecnnSplit *split, const RecnnEvalSettings *settings,
                   int code, const char *says) {
  GError *error = NULL;
  g_assert_null(recnn_evaluate(model, split, RECNN_TEST, settings, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, code);
  if (strstr(error->message, says) == NULL)
    g_error("\"%s\" does not say \"%s\"", error->message, says);
  g_clear_error(&error);
}

/* ---- labels */

static void test_labels(void) {
  RecnnDatasetBuilder *builder = begin(1.0f);
  add_row(builder, 0, 20, RECNN_TEST, 1.0f);
  add_row(builder, 0, 21, RECNN_TEST, 0.0f);
  add_row(builder, 1, 22, RECNN_TEST, 1.0f);
  add_row(builder, 2, 23, RECNN_TEST, 0.0f);
  RecnnSplit *split = take_split(builder);
  RecnnModel *model = table_model(&table_label_class, USERS, ITEMS);
  table_set(model, 0, 20, 1.0f);
  table_set(model, 0, 21, 2.0f);
  table_set(model, 1, 22, 3.0f);
  table_set(model, 2, 23, -50.0f);
  RecnnResult *result = evaluate(model, split, NULL);
  g_assert_cmpint(result->n_rows, ==, 4);
  g_assert_cmpint(result->n_users, ==, 2);         /* who have a label 1 */
  g_assert_cmpfloat(get(result, "AUC"), ==, 0.75); /* 1 < 2 is wrong, the other three are right */
  double p[3] = {1 / (1 + exp(-1.0)), 1 - 1 / (1 + exp(-2.0)), 1 / (1 + exp(-3.0))};
  g_assert_cmpfloat_with_epsilon(get(result, "LogLoss"),
                                 -(log(p[0]) + log(p[1]) + log(p[2]) + log(1 - 1e-15)) / 4, 1e-12);
  /* item 21 is not relevant: it stands before item 20 */
  g_assert_cmpfloat_with_epsilon(get(result, "MRR@10"), (0.5 + 1.0) / 2, 1e-12);
  g_assert_cmpfloat_with_epsilon(get(result, "Precision@10"), 0.1, 1e-12);
  char *text = recnn_result_text(result);
  g_assert_nonnull(strstr(text, "4 labels"));
  g_free(text);
  recnn_result_free(result);
  recnn_model_free(model);

  /* a model that ranks has no probabilities, but an order */
  static const char *const auc[] = {"AUC", NULL}, *const loss[] = {"LogLoss", NULL};
  model = table_model(&table_rating_class, USERS, ITEMS);
  RecnnEvalSettings settings = {.metrics = auc};
  recnn_result_free(evaluate(model, split, &settings));
  settings.metrics = loss;
  expect(model, split, &settings, RECNN_ERROR_UNSUPPORTED, "probabilities");
  recnn_model_free(model);
  model = table_model(&table_whole_class, USERS, ITEMS);
  settings.metrics = auc;
  expect(model, split, &settings, RECNN_ERROR_UNSUPPORTED, "no predict()");
  recnn_model_free(model);
  recnn_split_unref(split);
}

/* Without labels, ratings from the threshold on are label 1. */
static void test_threshold(void) {
  RecnnDatasetBuilder *builder = recnn_dataset_builder_new("rated", "test", true, false);
  for (int i = 0; i < 4; i++) {
    char item[2] = {(char)('a' + i), '\0'};
    recnn_dataset_builder_set_part(builder, i == 0 ? RECNN_TRAIN : RECNN_TEST);
    g_assert_true(recnn_dataset_builder_add(builder, "u", 1, item, 1, (float)(i + 1), 0.0, NULL));
  }
  RecnnSplit *split = take_split(builder); /* test: b 2, c 3, d 4 */
  RecnnModel *model = table_model(&table_label_class, 1, 4);
  table_set(model, 0, 1, 5.0f);
  table_set(model, 0, 2, 6.0f);
  table_set(model, 0, 3, 5.5f);
  static const char *const auc[] = {"AUC", NULL};
  RecnnEvalSettings settings = {.metrics = auc};
  RecnnResult *result = evaluate(model, split, &settings);
  g_assert_cmpfloat(get(result, "AUC"), ==, 0.5);
  recnn_result_free(result);
  settings.has_label_threshold = true;
  settings.label_threshold = 3.0f;
  result = evaluate(model, split, &settings);
  g_assert_cmpfloat(get(result, "AUC"), ==, 1.0);
  recnn_result_free(result);
  recnn_model_free(model);
  recnn_split_unref(split);

  builder = recnn_dataset_builder_new("bare", "test", false, false);
  add_row(builder, 0, 0, RECNN_TRAIN, -1.0f);
  add_row(builder, 0, 1, RECNN_TEST, -1.0f);
  split = take_split(builder);
  model = table_model(&table_label_class, 1, 2);
  expect(model, split, &settings, RECNN_ERROR_DATA, "data set bare has none");
  recnn_model_free(model);
  recnn_split_unref(split);
}

/* ---- ties */

/* User 0 has relevant items 20 and 21; with them, 30 and 31 have score 1; item 29 has score 2. */
static void test_ties(void) {
  RecnnDatasetBuilder *builder = begin(-1.0f);
  add_row(builder, 0, 20, RECNN_TEST, -1.0f);
  add_row(builder, 0, 21, RECNN_TEST, -1.0f);
  RecnnSplit *split = take_split(builder);
  RecnnModel *model = table_model(&table_encoded_class, USERS, ITEMS);
  table_set(model, 0, 29, 2.0f);
  static const int tied[] = {20, 21, 30, 31};
  for (int i = 0; i < 4; i++)
    table_set(model, 0, tied[i], 1.0f);
  static const struct {
    RecnnTies ties;
    double first;
    double second;
  } cases[] = {{RECNN_TIES_PESSIMISTIC, 4, 5},
               {RECNN_TIES_OPTIMISTIC, 2, 3},
               {RECNN_TIES_MEAN, 1 + 5.0 / 3, 1 + 10.0 / 3},
               {RECNN_TIES_ORDER, 2, 3}};
  for (size_t c = 0; c < G_N_ELEMENTS(cases); c++) {
    static const char *const all[] = {"MRR@40", "NDCG@40", "GAUC", NULL};
    RecnnEvalSettings settings = {.metrics = all, .ties = cases[c].ties, .keep_ranks = true};
    RecnnResult *result = evaluate(model, split, &settings);
    g_assert_cmpint(result->tied_users, ==, 1);
    g_assert_cmpfloat_with_epsilon(get(result, "MRR@40"), 1 / cases[c].first, 1e-12);
    g_assert_cmpfloat_with_epsilon(
        get(result, "NDCG@40"),
        (1 / log2(cases[c].first + 1) + 1 / log2(cases[c].second + 1)) / (1 + 1 / log2(3)), 1e-12);
    /* n = 36 candidates, 34 others: each loses to 29 and ties with two */
    g_assert_cmpfloat_with_epsilon(get(result, "GAUC"), 32.0 / 34, 1e-12);
    g_assert_cmpfloat(result->details->ranks[0], ==, cases[c].first);
    g_assert_cmpint(result->details->items[0], ==, 20);
    g_assert_cmpint(result->details->items[1], ==, 21);
    char *text = recnn_result_text(result);
    g_assert_nonnull(strstr(text, c == 0 ? "1 users with ties, counted against"
                                         : recnn_ties_name(cases[c].ties)));
    g_free(text);
    recnn_result_free(result);
  }
  recnn_model_free(model);
  recnn_split_unref(split);
}

/* ---- embeddings */

/* An item's row is what the users think of it: (3, 4) and (2, 0) have the cosine 0.6; then one of
 * them changes. */
static void test_embeddings(void) {
  RecnnDatasetBuilder *builder = begin(-1.0f);
  add_row(builder, 0, 20, RECNN_TEST, -1.0f);
  RecnnSplit *split = take_split(builder);
  RecnnModel *model = table_model(&table_encoded_class, USERS, ITEMS);
  table_set(model, 0, 30, 3.0f);
  table_set(model, 1, 30, 4.0f);
  table_set(model, 0, 31, 2.0f);
  static const char *const wanted[] = {"Diversity@2", NULL};
  RecnnEvalSettings settings = {.metrics = wanted, .embeddings = true};
  GError *error = NULL;
  RecnnEvaluator *evaluator = recnn_evaluator_new(model, split, RECNN_TEST, &settings, &error);
  g_assert_no_error(error);
  RecnnResult *result = recnn_evaluator_run(evaluator, &error);
  g_assert_no_error(error);
  g_assert_cmpfloat_with_epsilon(get(result, "Diversity@2"), 0.4, 1e-7);
  recnn_result_free(result);
  table_set(model, 1, 30, 0.0f);
  result = recnn_evaluator_run(evaluator, &error);
  g_assert_cmpfloat_with_epsilon(get(result, "Diversity@2"), 0.0, 1e-7);
  recnn_result_free(result);
  recnn_evaluator_free(evaluator);
  recnn_model_free(model);

  model = table_model(&table_pairs_class, USERS, ITEMS);
  g_assert_null(recnn_evaluate(model, split, RECNN_TEST, &settings, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_UNSUPPORTED);
  g_assert_nonnull(strstr(error->message, "Diversity compares embeddings of items, and model "
                                          "table_pairs has none"));
  g_clear_error(&error);
  recnn_model_free(model);
  recnn_split_unref(split);
}

/* At random every order is as likely as any other: of 5 equal candidates, 2 relevant. */
static void test_random_ties(void) {
  static const float scores[] = {1, 0, 1, 1, 1, 1, 3};
  static const int32_t relevant[] = {0, 4};
  int times[8][8] = {{0}};
  int first_is_0 = 0;
  enum { ROUNDS = 20000 };
  uint64_t scratch[64];
  for (int64_t user = 0; user < ROUNDS; user++) {
    double ranks[2];
    double again[2];
    int32_t items[2];
    RecnnTiePolicy policy = {.ties = RECNN_TIES_RANDOM, .seed = 7};
    RecnnItemList list = {relevant, 2};
    (void)recnn_ranks_count(scores, 7, 0, list, policy, user, scratch, ranks, items);
    (void)recnn_ranks_count(scores, 7, 0, list, policy, user, scratch, again, NULL);
    g_assert_cmpmem(ranks, sizeof ranks, again, sizeof again);
    g_assert_true(ranks[0] >= 2 && ranks[0] < ranks[1] && ranks[1] <= 6);
    times[(int)ranks[0]][(int)ranks[1]]++;
    first_is_0 += items[0] == 0;
  }
  for (int a = 2; a <= 6; a++) /* 2000 each, standard deviation 42 */
    for (int b = a + 1; b <= 6; b++)
      g_assert_cmpint(ABS(times[a][b] - ROUNDS / 10), <, 250);
  g_assert_cmpint(ABS(first_is_0 - ROUNDS / 2), <, 400);
}

/* ---- slices */

static const RecnnSliceResult *slice_of(const RecnnResult *result, const char *by,
                                        const char *name) {
  for (int32_t s = 0; s < result->n_slices; s++)
    if (strcmp(result->slices[s].by, by) == 0 && strcmp(result->slices[s].name, name) == 0)
      return &result->slices[s];
  g_error("no slice %s of %s", name, by);
}

/* User 0 likes item 20 and item 40, which nobody had before; user 12, who is new, likes item 0,
 * which more users have than any other. */
static void test_slices(void) {
  RecnnDatasetBuilder *builder = begin(-1.0f);
  for (int u = 1; u < 6; u++)
    add_row(builder, u, 0, RECNN_TRAIN, -1.0f);
  add_row(builder, 0, 20, RECNN_TEST, -1.0f);
  add_row(builder, 0, ITEMS, RECNN_TEST, -1.0f);
  add_row(builder, USERS, 0, RECNN_TEST, -1.0f);
  RecnnSplit *split = take_split(builder);
  RecnnModel *model = table_model(&table_encoded_class, USERS + 1, ITEMS + 1);
  for (int u = 0; u <= USERS; u++)
    for (int i = 0; i <= ITEMS; i++)
      table_set(model, u, i, (float)-i);
  table_set(model, 0, 20, 5.0f);    /* user 0: item 20 is first, item 40 last of 41 - 4 */
  table_set(model, USERS, 1, 5.0f); /* user 12: item 0 is second */
  static const char *const slices[] = {"items", "users", "item_deciles", "user_deciles", NULL};
  static const char *const names[] = {"MRR@41", "Recall@1", "GAUC", NULL};
  RecnnEvalSettings settings = {.metrics = names, .slices = slices};
  RecnnResult *result = evaluate(model, split, &settings);
  RecnnResult *plain = evaluate(model, split, &(RecnnEvalSettings){.metrics = names});
  for (int32_t v = 0; v < 3; v++)
    g_assert_cmpfloat(result->values[v].value, ==, plain->values[v].value);
  g_assert_cmpint(result->n_slices, ==, 24);
  const RecnnSliceResult *warm = slice_of(result, "items", "warm");
  const RecnnSliceResult *cold = slice_of(result, "items", "cold");
  g_assert_cmpint(warm->n_users, ==, 2);
  g_assert_cmpfloat(warm->values[0], ==, (1 + 0.5) / 2);
  g_assert_cmpfloat(warm->values[1], ==, 0.5);
  g_assert_cmpint(cold->n_users, ==, 1);
  g_assert_cmpfloat_with_epsilon(cold->values[0], 1.0 / 37, 1e-15);
  g_assert_true(isnan(cold->values[2])); /* no cut-off: not of a part of the relevant items */
  warm = slice_of(result, "users", "warm");
  cold = slice_of(result, "users", "cold");
  g_assert_cmpfloat(warm->values[0], ==, 1.0);
  g_assert_cmpfloat(warm->values[1], ==, 0.5);
  g_assert_cmpfloat(cold->values[0], ==, 0.5);
  g_assert_cmpfloat_with_epsilon(cold->values[2], 39.0 / 40, 1e-12);
  /* the two users fall into the first and the sixth tenth; item 0 is the most popular */
  g_assert_cmpfloat(slice_of(result, "user_deciles", "1")->values[0], ==, 1.0);
  g_assert_cmpfloat(slice_of(result, "user_deciles", "6")->values[0], ==, 0.5);
  g_assert_cmpint(slice_of(result, "user_deciles", "2")->n_users, ==, 0);
  g_assert_true(isnan(slice_of(result, "user_deciles", "2")->values[0]));
  g_assert_cmpfloat(slice_of(result, "item_deciles", "1")->values[0], ==, 0.5);
  g_assert_cmpfloat_with_epsilon(slice_of(result, "item_deciles", "10")->values[0], 1.0 / 37,
                                 1e-15);
  recnn_result_free(plain);
  recnn_result_free(result);
  static const char *const wrong[] = {"item_decile", NULL};
  settings.slices = wrong;
  expect(model, split, &settings, RECNN_ERROR_OPTION, "did you mean item_deciles");
  recnn_model_free(model);
  recnn_split_unref(split);
}

/* ---- candidates that came with the data */

static RecnnSplit *with_lists(void) {
  RecnnDatasetBuilder *builder = begin(-1.0f);
  add_row(builder, 0, 20, RECNN_TEST, -1.0f); /* row 40 */
  add_row(builder, 0, 21, RECNN_TEST, -1.0f);
  add_row(builder, 3, 22, RECNN_TEST, -1.0f);
  add_row(builder, 4, 23, RECNN_TEST, -1.0f); /* no list */
  static const char *const lists[3][5] = {
      {"i1", "i2", "i2", "i3", "i20"}, {"i4", "i5", NULL}, {"i6", "i7", "i8", "i9", NULL}};
  RecnnCandidatesBuilder *candidates = recnn_candidates_builder_new();
  for (int l = 0; l < 3; l++) {
    int32_t list = recnn_candidates_builder_begin(candidates, "file", l + 1, NULL);
    for (int i = 0; i < 5 && lists[l][i] != NULL; i++)
      g_assert_true(
          recnn_candidates_builder_add(candidates, lists[l][i], strlen(lists[l][i]), NULL));
    g_assert_true(recnn_candidates_builder_assign(candidates, ITEMS + l, list, NULL));
  }
  RecnnDataset *dataset = recnn_dataset_builder_peek(builder);
  GError *error = NULL;
  dataset->candidates =
      recnn_candidates_builder_finish(candidates, ITEMS + 4, dataset->items, &error);
  g_assert_no_error(error);
  return take_split(builder);
}

/* Every row that has a list is a question: its item among the list's items, once each, whether seen
 * or not; nothing else counts. */
static void test_given(void) {
  RecnnSplit *split = with_lists();
  RecnnModel *model = table_model(&table_encoded_class, USERS, ITEMS);
  for (int u = 0; u < USERS; u++)
    for (int i = 0; i < ITEMS; i++)
      table_set(model, u, i, 100.0f + (float)i); /* what is not listed would win */
  static const float first[] = {5, 9, 4};        /* of i1, i2, i3; i20 has 5: third, by the tie */
  for (int i = 0; i < 3; i++)
    table_set(model, 0, 1 + i, first[i]);
  table_set(model, 0, 20, 5.0f);
  table_set(model, 0, 21, 1000.0f); /* first of 3 */
  table_set(model, 3, 22, 0.0f);    /* last of 5 */
  RecnnEvalSettings settings = {
      .candidates = "given", .keep_ranks = true, .keep_lists = 3, .keep_users = true};
  RecnnResult *result = evaluate(model, split, &settings);
  g_assert_cmpint(result->n_users, ==, 3);
  g_assert_cmpint(result->tied_users, ==, 1);
  g_assert_cmpfloat_with_epsilon(get(result, "MRR@10"), (1.0 / 3 + 1.0 + 1.0 / 5) / 3, 1e-12);
  g_assert_cmpfloat_with_epsilon(get(result, "Precision@10"), 0.1, 1e-12);
  const RecnnDetails *details = result->details;
  static const double ranks[] = {3, 1, 5};
  for (int q = 0; q < 3; q++) {
    g_assert_cmpfloat(details->ranks[q], ==, ranks[q]);
    g_assert_cmpint(details->rows[q], ==, ITEMS + q);
    g_assert_cmpint(details->items[q], ==, 20 + q);
  }
  static const int32_t lists[] = {2, 1, 20, 21, 5, 4, 9, 8, 7};
  g_assert_cmpmem(details->lists, 9 * sizeof(int32_t), lists, sizeof lists);
  char *text = recnn_result_text(result);
  g_assert_nonnull(strstr(text, "3 rows, each ranked among its own candidates (1 rows with ties"));
  g_free(text);
  recnn_result_free(result);
  recnn_model_free(model);

  /* without lists */
  RecnnDatasetBuilder *builder = begin(-1.0f);
  add_row(builder, 0, 20, RECNN_TEST, -1.0f);
  RecnnSplit *bare = take_split(builder);
  model = table_model(&table_encoded_class, USERS, ITEMS);
  expect(model, bare, &settings, RECNN_ERROR_DATA, "no row of the test part has a list");
  static const char *const wrong[] = {"uni", "uni0", "pop-3", "uni1000001", "some", ""};
  for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
    settings.candidates = wrong[i];
    expect(model, bare, &settings, RECNN_ERROR_OPTION, "such as \"uni100\"");
  }
  recnn_model_free(model);
  recnn_split_unref(bare);
  recnn_split_unref(split);
}

/* ---- candidates that are drawn */

static RecnnSplit *random_split(int n_users, int n_items, int n_rows) {
  RecnnRng rng;
  recnn_rng_init(&rng, 31, RECNN_STREAM(RECNN_STREAM_TEST, 6));
  RecnnDatasetBuilder *builder = recnn_dataset_builder_new("drawn", "test", false, false);
  for (int i = 0; i < n_rows; i++) {
    int user = i < n_users ? i : (int)recnn_rng_below(&rng, (uint64_t)n_users);
    double x = recnn_rng_double(&rng);
    int item = i < n_items ? i : (int)(x * x * n_items);
    add_row(builder, user, item, i < n_items ? RECNN_TRAIN : (int)recnn_rng_below(&rng, 3), -1.0f);
  }
  return take_split(builder);
}

static bool knows(const RecnnSplit *split, int64_t user, int32_t item) {
  for (int p = 0; p < RECNN_N_PARTS; p++)
    for (int64_t i = split->part[p].first[user]; i < split->part[p].first[user + 1]; i++)
      if (split->part[p].items[i] == item)
        return true;
  return false;
}

/* Distinct, never known, as many as asked for or as there are, and the marks are left clean. */
static void test_drawn(void) {
  enum { N_ITEMS = 300, N_USERS = 50 };
  RecnnSplit *split = random_split(N_USERS, N_ITEMS, 4000);
  static const int64_t sizes[] = {1, 20, 99, 250, 1000};
  for (int kind = RECNN_POOL_UNIFORM; kind <= RECNN_POOL_POPULAR; kind++) {
    for (size_t s = 0; s < G_N_ELEMENTS(sizes); s++) {
      RecnnPool *pool = recnn_pool_new(split, RECNN_TEST, (RecnnPoolKind)kind, sizes[s], 5, NULL);
      uint8_t marks[N_ITEMS] = {0};
      int32_t items[N_ITEMS];
      int32_t again[N_ITEMS];
      g_assert_cmpint(recnn_pool_most(pool), ==, MIN(sizes[s], N_ITEMS));
      for (int64_t user = 0; user < N_USERS; user++) {
        int64_t n = recnn_pool_take(pool, user, -1, marks, items);
        int64_t known = 0;
        for (int i = 0; i < N_ITEMS; i++) {
          known += knows(split, user, i);
          g_assert_cmpint(marks[i], ==, 0);
        }
        g_assert_cmpint(n, ==, MIN(sizes[s], N_ITEMS - known));
        bool taken[N_ITEMS] = {false};
        for (int64_t i = 0; i < n; i++) {
          g_assert_false(knows(split, user, items[i]));
          g_assert_false(taken[items[i]]);
          taken[items[i]] = true;
        }
        g_assert_cmpint(recnn_pool_take(pool, user, -1, marks, again), ==, n);
        g_assert_cmpmem(items, (size_t)n * 4, again, (size_t)n * 4);
      }
      recnn_pool_free(pool);
    }
  }
  recnn_split_unref(split);
}

/* One user who knows nothing but item 0, asked for one item again and again under other seeds. */
static void test_distribution(void) {
  enum { N = 5, ROUNDS = 50000 };
  RecnnDatasetBuilder *builder = recnn_dataset_builder_new("shares", "test", false, false);
  add_row(builder, 0, 0, RECNN_TRAIN, -1.0f);
  for (int i = 1; i < N; i++)
    for (int times = 0; times < 2 * i; times++)
      add_row(builder, times + 1, i, RECNN_TRAIN, -1.0f); /* 2, 4, 6, 8 times */
  RecnnSplit *split = take_split(builder);
  for (int kind = RECNN_POOL_UNIFORM; kind <= RECNN_POOL_POPULAR; kind++) {
    int counts[N] = {0};
    uint8_t marks[N] = {0};
    for (uint64_t seed = 0; seed < ROUNDS; seed++) {
      int32_t item;
      RecnnPool *pool = recnn_pool_new(split, RECNN_TEST, (RecnnPoolKind)kind, 1, seed, NULL);
      g_assert_cmpint(recnn_pool_take(pool, 0, -1, marks, &item), ==, 1);
      counts[item]++;
      recnn_pool_free(pool);
    }
    g_assert_cmpint(counts[0], ==, 0);
    for (int i = 1; i < N; i++) {
      double share = kind == RECNN_POOL_UNIFORM ? 0.25 : i / 10.0;
      g_assert_cmpfloat_with_epsilon((double)counts[i] / ROUNDS, share, 0.012);
    }
  }
  recnn_split_unref(split);
}

/* A user's relevant items and nothing but the drawn ones take part; the same bits at any number of
 * threads and in any block. */
static void test_among_drawn(void) {
  enum { N_ITEMS = 200, N_USERS = 90 };
  RecnnSplit *split = random_split(N_USERS, N_ITEMS, 2500);
  RecnnModel *model = table_model(&table_encoded_class, N_USERS, N_ITEMS);
  RecnnRng rng;
  recnn_rng_init(&rng, 32, RECNN_STREAM(RECNN_STREAM_TEST, 7));
  for (int u = 0; u < N_USERS; u++)
    for (int i = 0; i < N_ITEMS; i++)
      table_set(model, u, i, (float)recnn_rng_below(&rng, 50));
  static const char *const names[] = {"all", NULL};
  static const char *const slices[] = {"item_deciles", "user_deciles", NULL};
  RecnnEvalSettings settings = {.metrics = names,
                                .slices = slices,
                                .candidates = "pop17",
                                .seed = 9,
                                .ties = RECNN_TIES_RANDOM,
                                .keep_ranks = true};
  RecnnPool *pool = recnn_pool_new(split, RECNN_TEST, RECNN_POOL_POPULAR, 17, 9, NULL);
  RecnnResult *first = NULL;
  int threads = recnn_parallel_threads();
  for (int t = 1; t <= 3; t++) {
    g_assert_true(recnn_parallel_set_threads(t, NULL));
    settings.block_bytes = t == 2 ? 100000 : 0;
    RecnnResult *result = evaluate(model, split, &settings);
    if (first == NULL) {
      first = result;
      continue;
    }
    g_assert_cmpint(result->n_values, ==, first->n_values);
    for (int32_t v = 0; v < result->n_values; v++)
      g_assert_cmpmem(&result->values[v].value, sizeof(double), &first->values[v].value,
                      sizeof(double));
    for (int32_t s = 0; s < result->n_slices; s++)
      g_assert_cmpmem(result->slices[s].values, (size_t)first->n_sliced_values * sizeof(double),
                      first->slices[s].values, (size_t)first->n_sliced_values * sizeof(double));
    recnn_result_free(result);
  }
  g_assert_true(recnn_parallel_set_threads(threads, NULL));
  uint8_t marks[N_ITEMS] = {0};
  int32_t items[N_ITEMS];
  const RecnnDetails *details = first->details;
  for (int64_t q = 0; q < details->n; q++) {
    int64_t user = details->users[q];
    int64_t n = recnn_pool_take(pool, user, -1, marks, items);
    for (int64_t r = details->first[q]; r < details->first[q + 1]; r++) {
      float score = table_get(model, user, details->items[r]);
      int64_t before = r - details->first[q];
      int64_t tied = 0;
      for (int64_t i = 0; i < n; i++) {
        before += table_get(model, user, items[i]) > score;
        tied += table_get(model, user, items[i]) == score;
      }
      g_assert_cmpfloat(details->ranks[r], >=, (double)before + 1);
      g_assert_cmpfloat(details->ranks[r], <=, (double)(before + tied) + 1);
    }
  }
  recnn_result_free(first);
  recnn_pool_free(pool);
  recnn_model_free(model);
  recnn_split_unref(split);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/protocol/embeddings", test_embeddings);
  g_test_add_func("/protocol/labels", test_labels);
  g_test_add_func("/protocol/threshold", test_threshold);
  g_test_add_func("/protocol/ties", test_ties);
  g_test_add_func("/protocol/random-ties", test_random_ties);
  g_test_add_func("/protocol/slices", test_slices);
  g_test_add_func("/protocol/given", test_given);
  g_test_add_func("/protocol/drawn", test_drawn);
  g_test_add_func("/protocol/distribution", test_distribution);
  g_test_add_func("/protocol/among-drawn", test_among_drawn);
  return g_test_run();
}
