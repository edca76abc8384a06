/* The evaluator against a reference that knows nothing of it: one user after the other, candidates
 * sorted, metrics by their textbook sums.  Random cases with ties, repeated items, users without
 * rows; small ones worked by hand; and what is wrong with a request. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>

#include "base/error.h"
#include "base/parallel.h"
#include "base/rng.h"
#include "eval/evaluator.h"
#include "support/table-model.h"

/* ---- the reference */

typedef struct Candidate {
  double score;
  int relevant;
} Candidate;

static int by_score(const void *a, const void *b) {
  const Candidate *x = a;
  const Candidate *y = b;
  if (x->score != y->score)
    return x->score > y->score ? -1 : 1;
  return x->relevant - y->relevant; /* relevant ones last: ties count against the model */
}

typedef struct Reference {
  int64_t n_users;
  double recall, precision, hit, mrr, map, ndcg;
  double rmse, mae;
} Reference;

/* Marks the items of a user's rows in a part. */
static void mark(const RecnnPart *part, int64_t user, uint8_t *marks, uint8_t value) {
  for (int64_t i = 0; i < part->rows.n; i++)
    if (part->rows.user[i] == user)
      marks[part->rows.item[i]] = value;
}

static Reference refer(const RecnnModel *model, const RecnnSplit *split, int part, int64_t k) {
  int64_t n_users = recnn_dataset_n_users(split->dataset);
  int64_t n_items = recnn_dataset_n_items(split->dataset);
  Reference sum = {0};
  uint8_t *marks = g_new(uint8_t, n_items);
  Candidate *candidates = g_new(Candidate, n_items);
  for (int64_t user = 0; user < n_users; user++) {
    memset(marks, 0, (size_t)n_items);
    if (part != RECNN_TRAIN)
      mark(&split->part[RECNN_TRAIN], user, marks, 1);
    if (part == RECNN_TEST)
      mark(&split->part[RECNN_VALID], user, marks, 1);
    mark(&split->part[part], user, marks, 2);
    int64_t n = 0;
    int64_t n_relevant = 0;
    for (int64_t item = 0; item < n_items; item++) {
      n_relevant += marks[item] == 2;
      if (marks[item] != 1)
        candidates[n++] = (Candidate){(double)table_get(model, user, item), marks[item] == 2};
    }
    if (n_relevant == 0)
      continue;
    sum.n_users++;
    qsort(candidates, (size_t)n, sizeof *candidates, by_score);
    double hits = 0, dcg = 0, ideal = 0, precisions = 0, first = 0;
    for (int64_t i = 0; i < n && i < k; i++) {
      if (!candidates[i].relevant)
        continue;
      hits += 1;
      precisions += hits / (double)(i + 1);
      dcg += log(2.0) / log((double)(i + 2));
      if (first == 0)
        first = (double)(i + 1);
    }
    double best = (double)MIN(n_relevant, k);
    for (int64_t i = 0; i < (int64_t)best; i++)
      ideal += log(2.0) / log((double)(i + 2));
    sum.recall += hits / (double)n_relevant;
    sum.precision += hits / (double)k;
    sum.hit += hits > 0;
    sum.mrr += first > 0 ? 1.0 / first : 0.0;
    sum.map += precisions / best;
    sum.ndcg += dcg / ideal;
  }
  const RecnnInteractions *rows = &split->part[part].rows;
  for (int64_t i = 0; i < rows->n; i++) {
    double off = (double)table_get(model, rows->user[i], rows->item[i]) - (double)rows->rating[i];
    sum.rmse += off * off;
    sum.mae += fabs(off);
  }
  g_free(marks);
  g_free(candidates);
  double users = (double)sum.n_users;
  return (Reference){sum.n_users,
                     sum.recall / users,
                     sum.precision / users,
                     sum.hit / users,
                     sum.mrr / users,
                     sum.map / users,
                     sum.ndcg / users,
                     sqrt(sum.rmse / (double)rows->n),
                     sum.mae / (double)rows->n};
}

/* ---- data */

static void add_row(RecnnDatasetBuilder *builder, int user, int item, float rating) {
  char u[16];
  char i[16];
  g_snprintf(u, sizeof u, "u%d", user);
  g_snprintf(i, sizeof i, "i%d", item);
  GError *error = NULL;
  recnn_dataset_builder_add(builder, u, strlen(u), i, strlen(i), rating, 0.0, &error);
  g_assert_no_error(error);
}

static RecnnSplit *cut(RecnnDatasetBuilder *builder, const char *ratio, const char *group_by) {
  GError *error = NULL;
  RecnnDataset *dataset = recnn_dataset_builder_finish(builder, &error);
  g_assert_no_error(error);
  RecnnOptions *options = recnn_options_new(recnn_split_options(), "split", &error);
  g_assert_no_error(error);
  g_assert_true(recnn_options_set_text(options, "ratio", ratio, &error));
  g_assert_true(recnn_options_set_text(options, "group_by", group_by, &error));
  RecnnSplit *split = recnn_split_new(dataset, options, &error);
  g_assert_no_error(error);
  recnn_options_free(options);
  recnn_dataset_unref(dataset);
  return split;
}

/* Rows at random: pairs come up more than once, in one part and in several; with few rows a user,
 * some have none in the test part. */
static RecnnSplit *random_split(RecnnRng *rng, int n_users, int n_items, int n_rows) {
  RecnnDatasetBuilder *builder = recnn_dataset_builder_new("random", "test", true, false);
  for (int i = 0; i < n_rows; i++) {
    int user = i < n_users ? i : (int)recnn_rng_below(rng, (uint64_t)n_users);
    int item = i < n_items ? i : (int)recnn_rng_below(rng, (uint64_t)n_items);
    add_row(builder, user, item, (float)(1 + recnn_rng_below(rng, 5)));
  }
  return cut(builder, "0.5,0.2,0.3", "none");
}

#define assert_close(result, name, expected)                                                       \
  g_assert_cmpfloat_with_epsilon(recnn_result_get(result, name, NULL), expected, 1e-9)

static void compare(RecnnModel *model, const RecnnSplit *split, int part, int64_t k) {
  GError *error = NULL;
  RecnnEvalSettings settings = {.topk = &k, .n_topk = 1};
  RecnnResult *result = recnn_evaluate(model, split, part, &settings, &error);
  g_assert_no_error(error);
  Reference expected = refer(model, split, part, k);
  g_assert_cmpint(result->n_users, ==, expected.n_users);
  assert_close(result, "recall", expected.recall);
  assert_close(result, "precision", expected.precision);
  assert_close(result, "hit", expected.hit);
  assert_close(result, "mrr", expected.mrr);
  assert_close(result, "map", expected.map);
  assert_close(result, "ndcg", expected.ndcg);
  if (recnn_model_predicts_ratings(model)) {
    g_assert_cmpint(result->n_rows, ==, split->part[part].rows.n);
    assert_close(result, "rmse", expected.rmse);
    assert_close(result, "mae", expected.mae);
  } else {
    g_assert_cmpint(result->n_rows, ==, 0);
  }
  recnn_result_free(result);
}

static void test_random(void) {
  static const RecnnModelClass *const ways[] = {&table_rating_class, &table_whole_class,
                                                &table_pairs_class};
  RecnnRng rng;
  recnn_rng_init(&rng, 11, RECNN_STREAM(RECNN_STREAM_TEST, 2));
  bool without_rows = false;
  for (int round = 0; round < 60; round++) {
    int n_users = 1 + (int)recnn_rng_below(&rng, 90);
    int n_items = 2 + (int)recnn_rng_below(&rng, 300);
    int n_rows = MAX(n_users, n_items) + (int)recnn_rng_below(&rng, 600);
    RecnnSplit *split = random_split(&rng, n_users, n_items, n_rows);
    RecnnModel *model = table_model(ways[round % 3], n_users, n_items);
    uint64_t levels = round % 2 == 0 ? 6 : 100000;
    for (int u = 0; u < n_users; u++)
      for (int i = 0; i < n_items; i++)
        table_set(model, u, i, (float)recnn_rng_below(&rng, levels) * 0.25f);
    for (int part = 0; part < RECNN_N_PARTS; part++) {
      compare(model, split, part, 1);
      compare(model, split, part, n_items);
      compare(model, split, part, 1 + (int64_t)recnn_rng_below(&rng, (uint64_t)n_items));
      for (int u = 0; u < n_users; u++)
        without_rows |= split->part[part].first[u] == split->part[part].first[u + 1];
    }
    recnn_model_free(model);
    recnn_split_unref(split);
  }
  g_assert_true(without_rows);
}

/* Many relevant items for a few users, so that ranks are counted the other way. */
static void test_many_relevant(void) {
  RecnnRng rng;
  recnn_rng_init(&rng, 12, RECNN_STREAM(RECNN_STREAM_TEST, 3));
  RecnnSplit *split = random_split(&rng, 3, 900, 4000);
  RecnnModel *model = table_model(&table_encoded_class, 3, 900);
  for (int u = 0; u < 3; u++)
    for (int i = 0; i < 900; i++)
      table_set(model, u, i, (float)recnn_rng_below(&rng, 400));
  for (int part = 0; part < RECNN_N_PARTS; part++)
    for (int64_t k = 1; k <= 900; k += 111)
      compare(model, split, part, k);
  recnn_model_free(model);
  recnn_split_unref(split);
}

/* One user, six items, written down in full. */
static void test_worked_by_hand(void) {
  RecnnDatasetBuilder *builder = recnn_dataset_builder_new("hand", "test", true, true);
  for (int i = 0; i < 6; i++) { /* in time order: 0..3 train, 4 valid, 5 test */
    char item[2] = {(char)('a' + i), '\0'};
    g_assert_true(recnn_dataset_builder_add(builder, "u", 1, item, 1, 3.0f, i, NULL));
  }
  RecnnDataset *dataset = recnn_dataset_builder_finish(builder, NULL);
  RecnnOptions *options = recnn_options_new(recnn_split_options(), "split", NULL);
  g_assert_true(recnn_options_set_text(options, "leave_one_out", "true", NULL));
  RecnnSplit *split = recnn_split_new(dataset, options, NULL);
  RecnnModel *model = table_model(&table_rating_class, 1, 6);
  static const float scores[6] = {9, 8, 7, 6, 2, 1};
  for (int i = 0; i < 6; i++)
    table_set(model, 0, i, scores[i]);
  static const int64_t topk[] = {1, 2};
  RecnnEvalSettings settings = {.topk = topk, .n_topk = 2};
  /* test: all but item 5 are seen, it is alone and first */
  RecnnResult *result = recnn_evaluate(model, split, RECNN_TEST, &settings, NULL);
  g_assert_cmpfloat(recnn_result_get(result, "NDCG@1", NULL), ==, 1.0);
  g_assert_cmpfloat(recnn_result_get(result, "RMSE", NULL), ==, 2.0);
  recnn_result_free(result);
  /* valid: item 5 is a candidate beside item 4, which is better */
  result = recnn_evaluate(model, split, RECNN_VALID, &settings, NULL);
  g_assert_cmpfloat(recnn_result_get(result, "HR@1", NULL), ==, 1.0);
  g_assert_cmpint(result->tied_users, ==, 0);
  recnn_result_free(result);
  /* a tie counts against it */
  table_set(model, 0, 5, 2.0f);
  result = recnn_evaluate(model, split, RECNN_VALID, &settings, NULL);
  g_assert_cmpfloat(recnn_result_get(result, "HR@1", NULL), ==, 0.0);
  g_assert_cmpfloat(recnn_result_get(result, "RecipRank@2", NULL), ==, 0.5);
  g_assert_cmpint(result->tied_users, ==, 1);
  char *text = recnn_result_text(result);
  g_assert_cmpstr(text, ==,
                  "table_rating on valid: 1 users, full ranking of 6 items (1 users with ties, "
                  "counted against), 1 ratings\n"
                  "                   @1       @2\n"
                  "F1             0.0000   0.6667\n"
                  "Hit            0.0000   1.0000\n"
                  "MAP            0.0000   0.5000\n"
                  "MRR            0.0000   0.5000\n"
                  "NDCG           0.0000   0.6309\n"
                  "Precision      0.0000   0.5000\n"
                  "Recall         0.0000   1.0000\n"
                  "GAUC           0.5000\n"
                  "MAE            1.0000\n"
                  "RMSE           1.0000\n");
  g_free(text);
  recnn_result_free(result);
  recnn_model_free(model);
  recnn_split_unref(split);
  recnn_options_free(options);
  recnn_dataset_unref(dataset);
}

/* The same bits at any number of threads and for any block, since the table's scores are exact. */
static void test_same_bits(void) {
  enum { USERS = 200, ITEMS = 150 };
  RecnnRng rng;
  recnn_rng_init(&rng, 13, RECNN_STREAM(RECNN_STREAM_TEST, 4));
  RecnnSplit *split = random_split(&rng, USERS, ITEMS, 3000);
  RecnnModel *model = table_model(&table_rating_class, USERS, ITEMS);
  for (int u = 0; u < USERS; u++)
    for (int i = 0; i < ITEMS; i++)
      table_set(model, u, i, (float)recnn_rng_double(&rng));
  static const size_t blocks[] = {0, 70000, 200000, 1000000, 100000000};
  int threads = recnn_parallel_threads();
  RecnnResult *first = NULL;
  for (int t = 1; t <= 4; t++) {
    g_assert_true(recnn_parallel_set_threads(t, NULL));
    for (size_t b = 0; b < G_N_ELEMENTS(blocks); b++) {
      GError *error = NULL;
      RecnnEvalSettings settings = {.block_bytes = blocks[b]};
      RecnnResult *result = recnn_evaluate(model, split, RECNN_TEST, &settings, &error);
      g_assert_no_error(error);
      if (blocks[b] != 0)
        g_assert_cmpuint(result->peak_bytes, <=, blocks[b]);
      if (first == NULL) {
        first = result;
        continue;
      }
      g_assert_cmpint(result->n_values, ==, first->n_values);
      for (int32_t v = 0; v < result->n_values; v++)
        g_assert_cmpmem(&result->values[v].value, sizeof(double), &first->values[v].value,
                        sizeof(double));
      recnn_result_free(result);
    }
  }
  g_assert_true(recnn_parallel_set_threads(threads, NULL));
  recnn_result_free(first);
  recnn_model_free(model);
  recnn_split_unref(split);
}

/* ---- requests */

static RecnnSplit *tiny_split(bool rating) {
  RecnnDatasetBuilder *builder = recnn_dataset_builder_new("tiny", "test", rating, false);
  for (int u = 0; u < 4; u++)
    for (int i = 0; i < 5; i++)
      add_row(builder, u, (u + i) % 8, rating ? 3.0f : 0.0f);
  return cut(builder, "0.6,0.2,0.2", "user");
}

static void test_requests(void) {
  RecnnSplit *split = tiny_split(true);
  RecnnModel *model = table_model(&table_rating_class, 4, 8);
  static const int64_t topk[] = {3, 5};
  static const char *const names[] = {"ndcg", "HR@2", "rmse", "NDCG@3", NULL};
  RecnnEvalSettings settings = {.topk = topk, .n_topk = 2, .metrics = names};
  RecnnResult *result = recnn_evaluate(model, split, RECNN_TEST, &settings, NULL);
  g_assert_cmpint(result->n_values, ==, 4); /* NDCG@3 once */
  g_assert_cmpstr(result->values[0].name, ==, "NDCG@3");
  g_assert_cmpstr(result->values[1].name, ==, "NDCG@5");
  g_assert_cmpstr(result->values[2].name, ==, "Hit@2");
  g_assert_cmpstr(result->values[3].name, ==, "RMSE");
  char *text = recnn_result_text(result);
  g_assert_nonnull(strstr(text, "Hit            0.0000        -        -\n"));
  g_free(text);

  GError *error = NULL;
  g_assert_true(isnan(recnn_result_get(result, "Hit@3", &error)));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_NOT_FOUND);
  g_assert_nonnull(strstr(error->message, "NDCG@3, NDCG@5, Hit@2, RMSE"));
  g_clear_error(&error);
  g_assert_true(isnan(recnn_result_get(result, "NDCG", &error)));
  g_assert_nonnull(strstr(error->message, "needs a cut-off"));
  g_clear_error(&error);
  g_assert_false(isnan(recnn_result_get(result, "hitratio", &error))); /* only one */
  recnn_result_free(result);

  /* only what was asked for is computed */
  static const char *const value_only[] = {"MAE", NULL};
  settings.metrics = value_only;
  result = recnn_evaluate(model, split, RECNN_TEST, &settings, NULL);
  g_assert_cmpint(result->n_users, ==, 0);
  g_assert_cmpint(result->n_rows, ==, 4);
  recnn_result_free(result);
  recnn_model_free(model);
  recnn_split_unref(split);
}

static void expect(RecnnModel *model, const RecnnSplit *split, int part, int64_t k,
                   const char *metric, int code, const char *says) {
  const char *metrics[] = {metric, NULL};
  RecnnEvalSettings settings = {.topk = &k, .n_topk = 1, .metrics = metric ? metrics : NULL};
  GError *error = NULL;
  g_assert_null(recnn_evaluate(model, split, part, &settings, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, code);
  if (strstr(error->message, says) == NULL)
    g_error("\"%s\" does not say \"%s\"", error->message, says);
  g_clear_error(&error);
}

static void test_bad_requests(void) {
  RecnnSplit *rated = tiny_split(true);
  RecnnSplit *plain = tiny_split(false);
  RecnnModel *rating = table_model(&table_rating_class, 4, 8);
  RecnnModel *ranking = table_model(&table_encoded_class, 4, 8);
  expect(ranking, rated, RECNN_TEST, 9, NULL, RECNN_ERROR_ARGUMENT, "number of items, 8");
  expect(ranking, rated, RECNN_TEST, 0, "NDCG", RECNN_ERROR_ARGUMENT, "NDCG@0");
  expect(ranking, rated, RECNN_TEST, 5, "NDCG@9", RECNN_ERROR_ARGUMENT, "NDCG@9");
  expect(ranking, rated, RECNN_TEST, 5, "NDGC", RECNN_ERROR_NOT_FOUND, "NDCG");
  expect(ranking, rated, RECNN_TEST, 5, "RMSE", RECNN_ERROR_UNSUPPORTED, "table_encoded");
  expect(rating, plain, RECNN_TEST, 5, "RMSE", RECNN_ERROR_DATA, "tiny has none");
  RecnnModel *other = table_model(&table_encoded_class, 4, 9);
  expect(other, rated, RECNN_TEST, 5, NULL, RECNN_ERROR_DATA, "4 users and 9 items");
  RecnnModelClass no_rank = table_rating_class;
  static const char *const history[] = {"history", NULL};
  no_rank.query_fields = history;
  RecnnModel *blind = table_model(&no_rank, 4, 8);
  expect(blind, rated, RECNN_TEST, 5, "Hit@5", RECNN_ERROR_UNSUPPORTED, "history");
  expect(blind, plain, RECNN_TEST, 5, NULL, RECNN_ERROR_UNSUPPORTED, "no metric");
  /* but its ratings can be looked at */
  RecnnResult *result = recnn_evaluate(blind, rated, RECNN_TEST, NULL, NULL);
  g_assert_nonnull(result);
  g_assert_cmpint(result->n_users, ==, 0);
  recnn_result_free(result);
  /* NaN, with the names of the data */
  RecnnModel *broken = table_model(&table_whole_class, 4, 8);
  table_set(broken, 2, 4, NAN);
  expect(broken, rated, RECNN_TEST, 5, NULL, RECNN_ERROR_NUMERIC, "(\"u2\")");
  recnn_model_free(rating);
  recnn_model_free(ranking);
  recnn_model_free(other);
  recnn_model_free(blind);
  recnn_model_free(broken);
  recnn_split_unref(rated);
  recnn_split_unref(plain);

  RecnnDatasetBuilder *builder = recnn_dataset_builder_new("short", "test", false, false);
  add_row(builder, 0, 0, 0);
  RecnnSplit *no_test = cut(builder, "1,0,0", "user");
  RecnnModel *one = table_model(&table_encoded_class, 1, 1);
  expect(one, no_test, RECNN_TEST, 1, NULL, RECNN_ERROR_DATA, "the test part of the split");
  recnn_model_free(one);
  recnn_split_unref(no_test);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/evaluator/random", test_random);
  g_test_add_func("/evaluator/many-relevant", test_many_relevant);
  g_test_add_func("/evaluator/worked-by-hand", test_worked_by_hand);
  g_test_add_func("/evaluator/same-bits", test_same_bits);
  g_test_add_func("/evaluator/requests", test_requests);
  g_test_add_func("/evaluator/bad-requests", test_bad_requests);
  return g_test_run();
}
