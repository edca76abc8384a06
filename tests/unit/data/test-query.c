/* Queries: the fields that a model is asked with, of subjects with and without a past. */
#include "data/query.h"

#include "support/click-data.h"
#include "support/rows-data.h"
#include "unit/data/data-test.h"

enum { CAPACITY = 4, MOST = 12 };

static const int32_t items[] = {5, 3, 5, 8, 1};
static const float ratings[] = {1.0f, 2.0f, 3.0f, 4.0f, 5.0f};

typedef struct Asked {
  RecnnDataset *dataset;
  RecnnInputs *inputs;
  RecnnQuerySet set;
  RecnnBatch *batch;
} Asked;

static Asked ask(const char *const *fields, int64_t length, bool rated,
                 const RecnnSubject *subjects, int64_t n) {
  static const DataRow row = {"a", "x", 3.0f, 0.0, RECNN_TRAIN};
  Asked a = {.dataset = rated ? rows_data(&row, 1, true, false) : click_data(false)};
  GError *error = NULL;
  RecnnOptions *options = recnn_options_new(recnn_inputs_options(), "inputs", &error);
  if (rated)
    recnn_options_set_text(options, "row_values", "ratings", &error);
  if (g_strv_contains(fields, "condition_item")) {
    click_add_feature(a.dataset->user_features, "trusts", RECNN_FEATURE_TOKEN_SEQ, "x y||y z x");
    recnn_options_set_text(options, "condition", "trusts", &error);
  }
  a.inputs = recnn_inputs_new(a.dataset, options, fields, length, &error);
  g_assert_no_error(error);
  recnn_options_free(options);
  g_assert_true(recnn_query_set_init(&a.set, fields, NULL, NULL));
  a.batch = recnn_batch_new();
  g_assert_true(recnn_query_set_prepare(&a.set, a.batch, a.inputs, CAPACITY, MOST, &error));
  recnn_query_set_fill(&a.set, a.batch, a.inputs, subjects, n);
  g_assert_cmpint(recnn_batch_size(a.batch), ==, n);
  return a;
}

static void clear(Asked *a) {
  recnn_batch_free(a->batch);
  recnn_inputs_unref(a->inputs);
  recnn_dataset_unref(a->dataset);
}

static void check_ints(const Asked *a, const char *field, const int64_t *expected, int64_t n) {
  const RecnnTensor *tensor = recnn_batch_field(a->batch, field);
  g_assert_nonnull(tensor);
  int64_t count = tensor->shape[0] * (tensor->rank > 1 ? tensor->shape[1] : 1);
  g_assert_cmpmem(tensor->data, (size_t)count * sizeof(int64_t), expected,
                  (size_t)n * sizeof(int64_t));
}

static void check_floats(const Asked *a, const char *field, const float *expected, int64_t n) {
  const RecnnTensor *tensor = recnn_batch_field(a->batch, field);
  g_assert_nonnull(tensor);
  g_assert_cmpmem(tensor->data, (size_t)tensor->shape[0] * sizeof(float), expected,
                  (size_t)n * sizeof(float));
}

static void test_user(void) {
  static const char *const fields[] = {"user", NULL};
  const RecnnSubject subjects[] = {{.user = 2}, {.user = 0}, {.user = -1}};
  Asked a = ask(fields, 0, false, subjects, 3);
  check_ints(&a, "user", (int64_t[]){2, 0, 0}, 3);
  g_assert_null(recnn_query_set_refuses(&a.set, &subjects[0]));
  g_assert_cmpstr(recnn_query_set_refuses(&a.set, &subjects[2]), ==,
                  "it knows users by index, and this is none of the data's");
  g_assert_false(a.set.needs_history);
  clear(&a);
}

/* The last steps of a history, padded on the right; one step of the first item where there is
 * none. */
static void test_sequence(void) {
  static const char *const fields[] = {"sequence", "length", NULL};
  const RecnnSubject subjects[] = {
      {.items = items, .n = 5}, {.items = items, .n = 2}, {.user = 1}, {.items = items, .n = 3}};
  Asked a = ask(fields, 3, false, subjects, 4);
  check_ints(&a, "sequence", (int64_t[]){6, 9, 2, 6, 4, 0, 1, 0, 0, 6, 4, 6}, 12);
  check_ints(&a, "length", (int64_t[]){3, 2, 1, 3}, 4);
  g_assert_null(recnn_query_set_refuses(&a.set, &subjects[1]));
  g_assert_cmpstr(recnn_query_set_refuses(&a.set, &subjects[2]), ==,
                  "it goes by a history, and this one has no items");
  g_assert_true(a.set.needs_history);
  g_assert_true(a.set.recent);
  /* A narrower batch: the steps are the last, and lengths go by the width. */
  recnn_batch_set_width(a.batch, "sequence", 2);
  recnn_query_set_fill(&a.set, a.batch, a.inputs, subjects, 2);
  check_ints(&a, "sequence", (int64_t[]){9, 2, 6, 4}, 4);
  check_ints(&a, "length", (int64_t[]){2, 2}, 2);
  clear(&a);
  static const char *const only[] = {"length", NULL};
  a = ask(only, 4, false, subjects, 4);
  check_ints(&a, "length", (int64_t[]){4, 2, 1, 3}, 4);
  clear(&a);
}

/* Rows of a sparse matrix: ascending, each item once, with the last of its ratings. */
static void test_rows(void) {
  static const char *const fields[] = {"row_start", "row_item", "row_value", NULL};
  const RecnnSubject subjects[] = {{.items = items, .ratings = ratings, .n = 5},
                                   {.user = 1},
                                   {.items = items + 3, .ratings = ratings + 3, .n = 1},
                                   {.items = items, .n = 3}};
  Asked a = ask(fields, 0, true, subjects, 4);
  check_ints(&a, "row_start", (int64_t[]){0, 4, 4, 5, 7}, 5);
  check_ints(&a, "row_item", (int64_t[]){1, 3, 5, 8, 8, 3, 5}, 7);
  check_floats(&a, "row_value", (float[]){5, 2, 3, 4, 4, 1, 1}, 7);
  g_assert_null(recnn_query_set_refuses(&a.set, &subjects[1])); /* an empty row is one, too */
  g_assert_true(a.set.needs_history);
  g_assert_false(a.set.recent);
  clear(&a);
  a = ask(fields, 0, false, subjects, 3);
  check_ints(&a, "row_start", (int64_t[]){0, 4, 4, 5}, 4);
  check_floats(&a, "row_value", (float[]){1, 1, 1, 1, 1}, 5);
  clear(&a);
  /* A model may read less than a whole row. */
  static const char *const some[] = {"row_item", "row_start", NULL};
  a = ask(some, 0, false, subjects, 3);
  check_ints(&a, "row_start", (int64_t[]){0, 4, 4, 5}, 4);
  check_ints(&a, "row_item", (int64_t[]){1, 3, 5, 8, 8}, 5);
  clear(&a);
}

static void test_condition(void) {
  static const char *const fields[] = {"condition", NULL};
  const int32_t told[] = {0, 1};
  const RecnnSubject subjects[] = {{.user = 1},
                                   {.user = 2},
                                   {.user = 1, .conditions = told, .n_conditions = 1},
                                   {.user = -1, .conditions = told + 1, .n_conditions = 1}};
  const RecnnSubject unknown = {.user = -1};
  const RecnnSubject two = {.user = -1, .conditions = told, .n_conditions = 2};
  Asked a = ask(fields, 0, false, subjects, 4);
  check_ints(&a, "condition", (int64_t[]){1, 2, 0, 1}, 4);
  g_assert_null(recnn_query_set_refuses(&a.set, &subjects[3]));
  g_assert_cmpstr(recnn_query_set_refuses(&a.set, &unknown), ==,
                  "it needs a condition, which is known of the data's users only: give one");
  g_assert_cmpstr(recnn_query_set_refuses(&a.set, &two), ==,
                  "it takes one condition: give no more");
  clear(&a);
}

/* Several conditions a user, as sparse rows; who has none has the one behind the last. */
static void test_conditions(void) {
  static const char *const fields[] = {"condition_start", "condition_item", "condition_value",
                                       NULL};
  const int32_t told[] = {2, 0};
  const RecnnSubject subjects[] = {{.user = 1},
                                   {.user = 0},
                                   {.user = 1, .conditions = told, .n_conditions = 2},
                                   {.user = -1, .conditions = told, .n_conditions = 1}};
  const RecnnSubject unknown = {.user = -1};
  Asked a = ask(fields, 0, false, subjects, 4);
  check_ints(&a, "condition_start", (int64_t[]){0, 1, 3, 5, 6}, 5);
  check_ints(&a, "condition_item", (int64_t[]){3, 0, 1, 2, 0, 2}, 6);
  check_floats(&a, "condition_value", (float[]){1, .5f, .5f, .5f, .5f, 1}, 6);
  g_assert_nonnull(recnn_query_set_refuses(&a.set, &unknown));
  g_assert_null(recnn_query_set_refuses(&a.set, &subjects[2]));
  clear(&a);
}

static void test_sets(void) {
  static const char *const both[] = {"sequence", "user", "length", "target", NULL};
  static const char *const except[] = {"target", NULL};
  static const char *const wrong[] = {"user", "rating", "price", NULL};
  static const RecnnSubject nobody = {.user = -1};
  RecnnQuerySet set;
  const char *field = NULL;
  g_assert_false(recnn_query_set_init(&set, wrong, NULL, &field));
  g_assert_cmpstr(field, ==, "rating");
  g_assert_false(recnn_query_set_init(&set, wrong, NULL, NULL));
  g_assert_null(recnn_query_find("rating"));
  g_assert_true(recnn_query_find("row_item") == recnn_query_find("row_start"));
  g_assert_true(recnn_query_set_init(&set, both, except, &field));
  g_assert_cmpint(set.n, ==, 2); /* sequence and length are one query's */
  g_assert_true(set.needs_history);
  g_assert_nonnull(recnn_query_set_refuses(&set, &nobody));
  /* Who goes by all that came before sees the parts before; others what was trained on. */
  g_assert_cmpint(recnn_query_set_parts(&set, RECNN_TEST), ==, RECNN_TEST);
  g_assert_cmpint(recnn_query_set_parts(&set, RECNN_VALID), ==, RECNN_VALID);
  g_assert_cmpint(recnn_query_set_parts(&set, RECNN_TRAIN), ==, RECNN_TRAIN + 1);
  static const char *const rows[] = {"row_start", NULL};
  g_assert_true(recnn_query_set_init(&set, rows, NULL, NULL));
  g_assert_cmpint(recnn_query_set_parts(&set, RECNN_TEST), ==, RECNN_TRAIN + 1);
}

static void test_subjects(void) {
  static const DataRow rows[] = {{"a", "x", 1.0f, 2.0, RECNN_TRAIN},
                                 {"b", "y", 2.0f, 1.0, RECNN_TEST},
                                 {"a", "y", 3.0f, 1.0, RECNN_TRAIN}};
  GError *error = NULL;
  RecnnDataset *d = rows_data(rows, 3, true, true);
  RecnnSplit *split = rows_split(d);
  RecnnHistory *history = recnn_history_new(split->part, 0, 1, &error);
  g_assert_no_error(error);
  RecnnSubject a = recnn_subject_of(history, 0), b = recnn_subject_of(history, 1);
  g_assert_cmpint(a.n, ==, 2);
  g_assert_cmpint(a.items[0], ==, 1); /* y came first */
  g_assert_cmpfloat(a.ratings[1], ==, 1.0f);
  g_assert_null(a.conditions);
  g_assert_cmpint(b.user, ==, 1);
  g_assert_cmpint(b.n, ==, 0);
  RecnnSubject without = recnn_subject_of(NULL, 1);
  g_assert_cmpint(without.user, ==, 1);
  g_assert_cmpint(without.n, ==, 0);
  g_assert_null(without.items);
  recnn_history_free(history);
  recnn_split_unref(split);
  recnn_dataset_unref(d);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/query/user", test_user);
  g_test_add_func("/query/sequence", test_sequence);
  g_test_add_func("/query/rows", test_rows);
  g_test_add_func("/query/condition", test_condition);
  g_test_add_func("/query/conditions", test_conditions);
  g_test_add_func("/query/sets", test_sets);
  g_test_add_func("/query/subjects", test_subjects);
  return g_test_run();
}
