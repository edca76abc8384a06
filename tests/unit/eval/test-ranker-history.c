/* The ranker with models that go by histories or by features.  The models here give away what they
 * were asked with: a score tells at which steps an item stands in the sequence, what the row has
 * for it, which features the pair has. */
#include <string.h>

#include "base/error.h"
#include "eval/evaluator.h"
#include "eval/ranker.h"
#include "eval/recommend.h"
#include "support/click-data.h"
#include "support/rows-data.h"
#include "tensor/tensor.h"

enum { N_ITEMS = 5, MOST = 4096 };

typedef struct Probe {
  float scores[MOST * N_ITEMS];
} Probe;

static RecnnStatus create(void *self, RecnnModel *model, RecnnError *error) {
  const int64_t one[1] = {1};
  (void)self;
  (void)error;
  recnn_model_declare_param(model, "none", 1, one, recnn_init(RECNN_INIT_CONSTANT, 0.0, 0.0), 0);
  return RECNN_OK;
}

static RecnnVar *give(const Probe *probe, RecnnGraph *graph, int32_t rank, int64_t rows) {
  RecnnTensor tensor =
      recnn_tensor_view((void *)probe->scores, RECNN_FLOAT32, rank, (int64_t[]){rows, N_ITEMS});
  return recnn_graph_constant(graph, &tensor);
}

static float *begin(const void *self, int64_t rows) {
  float *scores = ((Probe *)self)->scores;
  g_assert_cmpint(rows, <=, MOST);
  memset(scores, 0, sizeof(Probe));
  return scores;
}

/* 100 for each step there is, and s + 1 where the item is step s. */
static RecnnVar *score_sequence(const void *self, RecnnGraph *graph, const RecnnBatch *batch,
                                RecnnVar *items) {
  const RecnnTensor *sequence = recnn_batch_field(batch, "sequence");
  const int64_t *step = sequence->data, *length = recnn_batch_field(batch, "length")->data;
  int64_t rows = sequence->shape[0], width = sequence->shape[1];
  float *scores = begin(self, rows);
  g_assert_null(items);
  for (int64_t b = 0; b < rows; b++) {
    for (int64_t i = 0; i < N_ITEMS; i++)
      scores[b * N_ITEMS + i] = 100.0f * (float)length[b];
    for (int64_t s = 0; s < width; s++)
      if (step[b * width + s] > 0)
        scores[b * N_ITEMS + step[b * width + s] - 1] += (float)(s + 1);
  }
  return give(self, graph, 2, rows);
}

/* The values of the row. */
static RecnnVar *score_row(const void *self, RecnnGraph *graph, const RecnnBatch *batch,
                           RecnnVar *items) {
  const int64_t *start = recnn_batch_field(batch, "row_start")->data;
  const int64_t *item = recnn_batch_field(batch, "row_item")->data;
  const float *value = recnn_batch_field(batch, "row_value")->data;
  int64_t rows = recnn_batch_size(batch);
  float *scores = begin(self, rows);
  (void)items;
  for (int64_t b = 0; b < rows; b++)
    for (int64_t e = start[b]; e < start[b + 1]; e++)
      scores[b * N_ITEMS + item[e]] = value[e];
  return give(self, graph, 2, rows);
}

/* The features as the digits of a number. */
static RecnnVar *predict_features(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  const RecnnTensor *features = recnn_batch_field(batch, "features");
  int64_t rows = features->shape[0], width = features->shape[1];
  float *scores = begin(self, rows);
  for (int64_t b = 0; b < rows; b++)
    for (int64_t f = 0; f < width; f++)
      scores[b] = 10.0f * scores[b] + (float)((const int64_t *)features->data)[b * width + f];
  return give(self, graph, 1, rows);
}

static const RecnnOption no_options[] = {{NULL, 0, NULL, NULL, NULL}};
static const char *const sequence_fields[] = {"sequence", "length", NULL};
static const char *const target_fields[] = {"sequence", "length", "target", NULL};
static const char *const row_fields[] = {"row_start", "row_item", "row_value", NULL};
static const char *const feature_fields[] = {"features", "label", NULL};

static const RecnnModelClass by_sequence = {.struct_size = sizeof(RecnnModelClass),
                                            .name = "by_sequence",
                                            .summary = "tells the sequence",
                                            .options = no_options,
                                            .train_fields = target_fields,
                                            .query_fields = sequence_fields,
                                            .instance_size = sizeof(Probe),
                                            .create = create,
                                            .score_items = score_sequence};
static const RecnnModelClass by_row = {.struct_size = sizeof(RecnnModelClass),
                                       .name = "by_row",
                                       .summary = "tells the row",
                                       .options = no_options,
                                       .train_fields = row_fields,
                                       .query_fields = row_fields,
                                       .instance_size = sizeof(Probe),
                                       .create = create,
                                       .score_items = score_row};
static const RecnnModelClass by_features = {.struct_size = sizeof(RecnnModelClass),
                                            .name = "by_features",
                                            .summary = "tells the features",
                                            .options = no_options,
                                            .train_fields = feature_fields,
                                            .default_loss = "bce",
                                            .instance_size = sizeof(Probe),
                                            .create = create,
                                            .predict = predict_features};

/* Users a 0, b 1, c 2; items v 0, w 1, x 2, y 3, z 4.  c comes in test alone. */
static const DataRow rows[] = {
    {"a", "v", 1.0f, 1.0, RECNN_TRAIN}, {"b", "w", 2.0f, 2.0, RECNN_TRAIN},
    {"a", "w", 3.0f, 4.0, RECNN_TRAIN}, {"a", "x", 4.0f, 3.0, RECNN_TRAIN},
    {"b", "y", 5.0f, 3.0, RECNN_VALID}, {"a", "y", 2.0f, 6.0, RECNN_VALID},
    {"a", "y", 2.5f, 9.0, RECNN_TEST},  {"c", "z", 1.0f, 9.0, RECNN_TEST},
};

typedef struct Asking {
  RecnnDataset *dataset;
  RecnnSplit *split;
  RecnnModel *model;
  RecnnRanker *ranker;
} Asking;

static Asking ask(const RecnnModelClass *model_class, RecnnDataset *dataset, const char *option,
                  const char *value) {
  Asking a = {.dataset = dataset, .split = rows_split(dataset)};
  GError *error = NULL;
  RecnnOptions *options = recnn_options_new(recnn_inputs_options(), "inputs", &error);
  if (option)
    recnn_options_set_text(options, option, value, &error);
  g_assert_no_error(error);
  a.model = recnn_model_new_for(model_class, NULL, dataset, options, 1, &error);
  g_assert_no_error(error);
  recnn_options_free(options);
  a.ranker = recnn_ranker_new(a.model, 0, &error);
  g_assert_no_error(error);
  return a;
}

static void end(Asking *a) {
  recnn_ranker_free(a->ranker);
  recnn_model_free(a->model);
  recnn_split_unref(a->split);
  recnn_dataset_unref(a->dataset);
}

static void check_user(const Asking *a, int64_t user, const float *expected) {
  GError *error = NULL;
  float scores[3 * N_ITEMS];
  const int64_t company[3] = {user, 1 - user % 2, user};
  g_assert_true(recnn_ranker_score(a->ranker, company, 3, scores, &error));
  g_assert_no_error(error);
  g_assert_cmpmem(scores, N_ITEMS * sizeof *scores, expected, N_ITEMS * sizeof *scores);
  g_assert_cmpmem(scores + 2 * N_ITEMS, N_ITEMS * sizeof *scores, expected,
                  N_ITEMS * sizeof *scores);
}

static void set_history(const Asking *a, int part) {
  GError *error = NULL;
  g_assert_true(recnn_ranker_set_history(a->ranker, a->split, part, &error));
  g_assert_no_error(error);
}

static void check_error(GError **error, RecnnStatus code, const char *text) {
  g_assert_nonnull(*error);
  g_assert_cmpstr((*error)->message, ==, text);
  g_assert_cmpint((*error)->code, ==, (int)code);
  g_clear_error(error);
}

/* Sequences go by all that came before the part; nobody's are scores of 0. */
static void test_sequences(void) {
  Asking a = ask(&by_sequence, rows_data(rows, G_N_ELEMENTS(rows), true, true),
                 "max_sequence_length", "3");
  GError *error = NULL;
  float scores[N_ITEMS];
  g_assert_false(recnn_ranker_score(a.ranker, (int64_t[]){0}, 1, scores, &error));
  check_error(&error, RECNN_ERROR_ARGUMENT,
              "model by_sequence is asked with histories, and none were set");
  set_history(&a, RECNN_VALID);
  check_user(&a, 0, (float[]){301, 303, 302, 300, 300}); /* v x w */
  check_user(&a, 1, (float[]){100, 101, 100, 100, 100});
  check_user(&a, 2, (float[]){0, 0, 0, 0, 0});
  set_history(&a, RECNN_TEST);
  check_user(&a, 0, (float[]){300, 302, 301, 303, 300}); /* x w y: the last three of four */
  check_user(&a, 1, (float[]){200, 201, 200, 202, 200});
  check_user(&a, 2, (float[]){0, 0, 0, 0, 0});
  end(&a);
}

/* Rows go by what the model was trained on, for the test part, too. */
static void test_rows(void) {
  Asking a = ask(&by_row, rows_data(rows, G_N_ELEMENTS(rows), true, true), "row_values", "ratings");
  for (int part = RECNN_VALID; part <= RECNN_TEST; part++) {
    set_history(&a, part);
    check_user(&a, 0, (float[]){1, 3, 4, 0, 0});
    check_user(&a, 1, (float[]){0, 2, 0, 0, 0});
    check_user(&a, 2, (float[]){0, 0, 0, 0, 0});
  }
  end(&a);
}

/* Somebody without a history is a miss: what he has in the part is below all others. */
static void test_misses(void) {
  static const char *const metrics[] = {"Hit", "NDCG", NULL};
  static const int64_t topk[] = {1};
  const RecnnEvalSettings settings = {.metrics = metrics, .topk = topk, .n_topk = 1};
  Asking a = ask(&by_sequence, rows_data(rows, G_N_ELEMENTS(rows), true, true), NULL, NULL);
  GError *error = NULL;
  double value = -1.0;
  RecnnResult *result = recnn_evaluate(a.model, a.split, RECNN_TEST, &settings, &error);
  g_assert_no_error(error);
  g_assert_cmpint(result->n_users, ==, 2); /* a, whose y is the last step, and c */
  for (int64_t i = 0; i < result->n_values; i++)
    if (strcmp(result->values[i].name, "Hit@1") == 0)
      value = result->values[i].value;
  g_assert_cmpfloat(value, ==, 0.5);
  recnn_result_free(result);
  end(&a);
}

/* Anybody: a history that is longer than any of the data's, with ratings, or none. */
static void test_anybody(void) {
  int32_t items[600];
  float ratings[600], scores[N_ITEMS];
  GError *error = NULL;
  for (int i = 0; i < 600; i++) {
    items[i] = i % 4;
    ratings[i] = (float)i;
  }
  Asking a = ask(&by_row, rows_data(rows, G_N_ELEMENTS(rows), true, true), "row_values", "ratings");
  set_history(&a, RECNN_TEST);
  const RecnnSubject stranger = {.user = -1, .items = items, .ratings = ratings, .n = 600};
  g_assert_true(recnn_ranker_ask(a.ranker, &stranger, scores, &error));
  g_assert_cmpmem(scores, sizeof scores, ((float[]){596, 597, 598, 599, 0}), sizeof scores);
  const RecnnSubject unrated = {.user = 1, .items = items, .n = 2};
  g_assert_true(recnn_ranker_ask(a.ranker, &unrated, scores, &error));
  g_assert_cmpmem(scores, sizeof scores, ((float[]){1, 1, 0, 0, 0}), sizeof scores);
  check_user(&a, 0, (float[]){1, 3, 4, 0, 0}); /* and users have their own again */
  RecnnSubject own;
  g_assert_true(recnn_ranker_subject(a.ranker, 0, &own, &error));
  g_assert_cmpint(own.n, ==, 3);
  g_assert_true(recnn_ranker_ask(a.ranker, &own, scores, &error));
  g_assert_cmpmem(scores, sizeof scores, ((float[]){1, 3, 4, 0, 0}), sizeof scores);
  g_assert_false(recnn_ranker_subject(a.ranker, 3, &own, &error));
  check_error(&error, RECNN_ERROR_ARGUMENT,
              "user index 3 is not one of model by_row's users, 0 to 2");
  end(&a);

  a = ask(&by_sequence, rows_data(rows, G_N_ELEMENTS(rows), true, true), NULL, NULL);
  set_history(&a, RECNN_TEST);
  const RecnnSubject nobody = {.user = -1};
  g_assert_false(recnn_ranker_ask(a.ranker, &nobody, scores, &error));
  check_error(
      &error, RECNN_ERROR_DATA,
      "model by_sequence cannot be asked about this one: it goes by a history, and this one "
      "has no items");
  int64_t best[2];
  const RecnnWish wish = {.subject = {.user = -1, .items = items, .n = 3}, /* v w x */
                          .has_history = true,
                          .exclude = (int32_t[]){2},
                          .n_exclude = 1,
                          .k = 2};
  g_assert_cmpint(recnn_recommend(a.ranker, &wish, best, scores, &error), ==, 2);
  g_assert_cmpint(best[0], ==, 1);
  g_assert_cmpfloat(scores[0], ==, 302.0f);
  g_assert_cmpint(best[1], ==, 0);
  end(&a);
}

/* Pairs with features: a digit each of user, item, day. */
static void test_features(void) {
  static const int32_t users[] = {0, 1, 2}, items[] = {1, 2, 3};
  static const int64_t at[] = {1, 3, 4}, beyond[] = {1, 6, 4};
  RecnnExamples examples = {users, items, at};
  float values[3], scores[N_ITEMS];
  GError *error = NULL;
  Asking a = ask(&by_features, click_data(true), "features", "user,item,day");
  g_assert_true(recnn_ranker_predict(a.ranker, &examples, 3, values, &error));
  g_assert_no_error(error);
  g_assert_cmpmem(values, sizeof values, ((float[]){11, 123, 232}), sizeof values);
  examples.rows = beyond;
  g_assert_false(recnn_ranker_predict(a.ranker, &examples, 3, values, &error));
  check_error(&error, RECNN_ERROR_ARGUMENT, "row 6 is not one of the data's, 0 to 5");
  examples.rows = NULL;
  g_assert_false(recnn_ranker_predict(a.ranker, &examples, 3, values, &error));
  check_error(&error, RECNN_ERROR_ARGUMENT,
              "model by_features reads features of interactions, and these are none of the data's");

  /* It cannot rank for users alone, but for one with the day told. */
  g_assert_cmpint(recnn_ranker_block(a.ranker, &error), ==, 0);
  check_error(&error, RECNN_ERROR_UNSUPPORTED,
              "model by_features cannot rank for users alone: it reads features of interactions, "
              "which have to be told: day");
  RecnnSubject subject = {.user = 1};
  g_assert_false(recnn_ranker_ask(a.ranker, &subject, scores, &error));
  check_error(&error, RECNN_ERROR_DATA,
              "model by_features cannot be asked about this one: it needs features that nobody has "
              "told: day");
  subject.told = (int32_t[]){-1, -1, 2};
  g_assert_true(recnn_ranker_ask(a.ranker, &subject, scores, &error));
  g_assert_cmpmem(scores, 4 * sizeof *scores, ((float[]){102, 112, 122, 132}), 4 * sizeof *scores);
  subject.user = -1;
  g_assert_true(recnn_ranker_ask(a.ranker, &subject, scores, &error));
  g_assert_cmpmem(scores, 4 * sizeof *scores, ((float[]){302, 312, 322, 332}), 4 * sizeof *scores);
  g_assert_false(recnn_ranker_supports(a.model, NULL)); /* still */
  end(&a);
}

/* Features of users and items alone: full ranking. */
static void test_features_of_both(void) {
  GError *error = NULL;
  Asking a = ask(&by_features, click_data(true), "features", "job,year");
  float scores[3 * 4];
  g_assert_true(recnn_ranker_supports(a.model, NULL));
  g_assert_true(recnn_ranker_score(a.ranker, (int64_t[]){2, 0, 1}, 3, scores, &error));
  g_assert_no_error(error);
  g_assert_cmpmem(scores, sizeof scores, ((float[]){20, 20, 21, 22, 0, 0, 1, 2, 10, 10, 11, 12}),
                  sizeof scores);
  const RecnnExamples examples = {(int32_t[]){1}, (int32_t[]){3}, NULL};
  g_assert_true(recnn_ranker_predict(a.ranker, &examples, 1, scores, &error));
  g_assert_cmpfloat(scores[0], ==, 12.0f);
  end(&a);
  const RecnnCount counts[] = {{"users", 3}, {"items", 4}};
  RecnnModel *bare = recnn_model_new(&by_features, NULL, counts, 2, 1, &error);
  g_assert_no_error(error);
  g_assert_false(recnn_ranker_supports(bare, &error));
  check_error(&error, RECNN_ERROR_UNSUPPORTED,
              "model by_features reads features, and it was not made for a data set");
  recnn_model_free(bare);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/ranker-history/sequences", test_sequences);
  g_test_add_func("/ranker-history/rows", test_rows);
  g_test_add_func("/ranker-history/misses", test_misses);
  g_test_add_func("/ranker-history/anybody", test_anybody);
  g_test_add_func("/ranker-history/features", test_features);
  g_test_add_func("/ranker-history/features-of-both", test_features_of_both);
  return g_test_run();
}
