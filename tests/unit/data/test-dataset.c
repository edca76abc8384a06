/* Data sets and feature columns as readers and generators build them. */
#include <math.h>

#include <glib.h>

#include "base/memory.h"
#include "data/dataset.h"
#include "data/feature.h"
#include "unit/data/data-test.h"

static void add(RecnnDatasetBuilder *builder, const char *user, const char *item, float rating) {
  GError *error = NULL;
  g_assert_true(recnn_dataset_builder_add(builder, user, strlen(user), item, strlen(item), rating,
                                          100, &error));
  g_assert_no_error(error);
}

static void test_builder(void) {
  GError *error = NULL;
  RecnnDatasetBuilder *builder = recnn_dataset_builder_new("shop", "DIR/shop", true, false);
  add(builder, "ann", "tea", 5);
  add(builder, "bob", "jam", 2);
  add(builder, "ann", "jam", 1);
  RecnnDataset *dataset = recnn_dataset_builder_finish(builder, &error);
  g_assert_no_error(error);
  g_assert_cmpstr(dataset->name, ==, "shop");
  g_assert_cmpstr(dataset->source, ==, "DIR/shop");
  g_assert_cmpint(dataset->n, ==, 3);
  g_assert_cmpint(recnn_dataset_n_users(dataset), ==, 2);
  g_assert_cmpint(recnn_dataset_n_items(dataset), ==, 2);
  g_assert_cmpmem(dataset->user, 12, ((int32_t[]){0, 1, 0}), 12);
  g_assert_cmpmem(dataset->item, 12, ((int32_t[]){0, 1, 1}), 12);
  g_assert_cmpmem(dataset->rating, 12, ((float[]){5, 2, 1}), 12);
  g_assert_null(dataset->timestamp);
  g_assert_cmpuint(dataset->user_features->len, ==, 0);

  g_assert_true(recnn_dataset_ref(dataset) == dataset);
  g_assert_null(recnn_dataset_unref(dataset));
  g_assert_cmpstr(recnn_id_map_token(dataset->users, 1), ==, "bob");
  g_assert_null(recnn_dataset_unref(dataset));
  g_assert_null(recnn_dataset_unref(NULL));
}

static void test_mistakes(void) {
  GError *error = NULL;
  RecnnDatasetBuilder *builder = recnn_dataset_builder_new("shop", "DIR/shop", true, true);
  g_assert_false(recnn_dataset_builder_add(builder, "a", 1, "b", 1, NAN, 0, &error));
  check_error(&error, RECNN_ERROR_DATA, "rating nan: expected a finite number");
  g_assert_false(recnn_dataset_builder_add(builder, "a", 1, "b", 1, 1, -HUGE_VAL, &error));
  check_error(&error, RECNN_ERROR_DATA, "timestamp -inf: expected a finite number");
  recnn_dataset_builder_set_label(builder, 0.5F);
  g_assert_false(recnn_dataset_builder_add(builder, "a", 1, "b", 1, 1, 1, &error));
  check_error(&error, RECNN_ERROR_DATA, "label 0.5: expected 0 or 1");
  g_assert_cmpint(recnn_dataset_n_users(recnn_dataset_builder_peek(builder)), ==, 0);
  g_assert_null(recnn_dataset_builder_finish(builder, &error));
  check_error(&error, RECNN_ERROR_DATA, "DIR/shop: no interactions, expected at least one");

  /* A column that was finished before the last entity came. */
  builder = recnn_dataset_builder_new("shop", "DIR/shop", false, false);
  add(builder, "ann", "tea", 0);
  RecnnFeatureColumn *column = recnn_feature_builder_finish(
      recnn_feature_builder_new("age", RECNN_FEATURE_FLOAT), 1, &error);
  g_assert_no_error(error);
  g_ptr_array_add(recnn_dataset_builder_peek(builder)->user_features, column);
  add(builder, "bob", "tea", 0);
  g_assert_null(recnn_dataset_builder_finish(builder, &error));
  check_error(&error, RECNN_ERROR_FAILED, "user feature age has 1 rows, expected 2");

  recnn_dataset_builder_free(recnn_dataset_builder_new("x", "x", true, true));
  recnn_dataset_builder_free(NULL);
}

static void test_features(void) {
  GError *error = NULL;
  RecnnFeatureBuilder *words = recnn_feature_builder_new("genres", RECNN_FEATURE_TOKEN_SEQ);
  g_assert_true(recnn_feature_builder_words(words, 3, "war  comedy", 11, &error));
  g_assert_true(recnn_feature_builder_words(words, 0, " comedy ", 8, &error));
  g_assert_true(recnn_feature_builder_words(words, 1, "", 0, &error));
  g_assert_true(recnn_feature_builder_words(words, 1, "   ", 3, &error));
  g_assert_true(recnn_feature_builder_token(words, 0, "drama", 5, &error));
  RecnnFeatureColumn *column = recnn_feature_builder_finish(words, 5, &error);
  g_assert_no_error(error);
  g_assert_cmpstr(column->name, ==, "genres");
  g_assert_cmpint(column->n_entities, ==, 5);
  g_assert_cmpmem(column->first, 6 * 8, ((int64_t[]){0, 2, 2, 2, 4, 4}), 6 * 8);
  g_assert_cmpmem(column->ids, 4 * 4, ((int32_t[]){1, 2, 0, 1}), 4 * 4);
  g_assert_cmpstr(recnn_id_map_token(column->tokens, 0), ==, "war");
  g_assert_null(column->values);
  recnn_feature_column_free(column);
  recnn_feature_column_free(NULL);

  RecnnFeatureBuilder *numbers = recnn_feature_builder_new("price", RECNN_FEATURE_FLOAT_SEQ);
  g_assert_true(recnn_feature_builder_float(numbers, 1, 2.5f, &error));
  g_assert_true(recnn_feature_builder_float(numbers, 0, 1.5f, &error));
  g_assert_true(recnn_feature_builder_float(numbers, 1, -1, &error));
  column = recnn_feature_builder_finish(numbers, 2, &error);
  g_assert_no_error(error);
  g_assert_cmpmem(column->first, 3 * 8, ((int64_t[]){0, 1, 3}), 3 * 8);
  g_assert_cmpmem(column->values, 3 * 4, ((float[]){1.5f, 2.5f, -1}), 3 * 4);
  g_assert_null(column->ids);
  recnn_feature_column_free(column);

  column = recnn_feature_builder_finish(recnn_feature_builder_new("none", RECNN_FEATURE_TOKEN), 0,
                                        &error);
  g_assert_no_error(error);
  g_assert_cmpint(column->first[0], ==, 0);
  recnn_feature_column_free(column);
  recnn_feature_builder_free(NULL);
}

static RecnnDataset *try_to_build(GError **error) {
  RecnnDatasetBuilder *builder = recnn_dataset_builder_new("m", "m", true, true);
  RecnnFeatureBuilder *feature = recnn_feature_builder_new("word", RECNN_FEATURE_TOKEN);
  for (int r = 0; r < 200; r++) {
    char token[8];
    g_snprintf(token, sizeof token, "%d", r);
    if (!recnn_dataset_builder_add(builder, token, strlen(token), "i", 1, 1, 1, error) ||
        !recnn_feature_builder_token(feature, r, token, strlen(token), error)) {
      recnn_dataset_builder_free(builder);
      recnn_feature_builder_free(feature);
      return NULL;
    }
  }
  RecnnFeatureColumn *column = recnn_feature_builder_finish(feature, 200, error);
  if (!column) {
    recnn_dataset_builder_free(builder);
    return NULL;
  }
  g_ptr_array_add(recnn_dataset_builder_peek(builder)->user_features, column);
  return recnn_dataset_builder_finish(builder, error);
}

/* Whichever allocation fails there is an error and nothing is lost; but a column that cannot be
 * trimmed stays as it is. */
static void test_no_memory(void) {
  int failures = 0;
  for (uint64_t n = 1;; n++) {
    GError *error = NULL;
    recnn_memory_fail_after(n);
    RecnnDataset *dataset = try_to_build(&error);
    recnn_memory_fail_after(0);
    if (dataset) {
      g_assert_cmpint(dataset->user[199], ==, 199);
      g_assert_cmpfloat(dataset->timestamp[199], ==, 1);
      recnn_dataset_unref(dataset);
      break;
    }
    g_assert_true(g_error_matches(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_MEMORY));
    g_clear_error(&error);
    failures++;
  }
  g_assert_cmpint(failures, >, 20);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/data/dataset/builder", test_builder);
  g_test_add_func("/data/dataset/mistakes", test_mistakes);
  g_test_add_func("/data/dataset/features", test_features);
  g_test_add_func("/data/dataset/no-memory", test_no_memory);
  return g_test_run();
}
