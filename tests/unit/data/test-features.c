/* The fields of click models: which there are, the values of examples, what can be told in their
 * place; and the batches that are made of them. */
#include "data/loader.h"
#include "data/split.h"
#include "support/click-data.h"
#include "unit/data/data-test.h"

/* "user:4 item:5", the fields and their sizes. */
static char *describe(const RecnnFeatures *features) {
  GString *text = g_string_new(NULL);
  for (int32_t f = 0; f < features->n; f++)
    g_string_append_printf(text, "%s%s:%d", f > 0 ? " " : "", features->fields[f].name,
                           (int)features->fields[f].size);
  return g_string_free(text, FALSE);
}

static void check_fields(bool of_interactions, const char *names, const char *expected) {
  GError *error = NULL;
  RecnnDataset *d = click_data(of_interactions);
  RecnnFeatures *features = recnn_features_new(d, names, 10, &error);
  g_assert_no_error(error);
  g_autofree char *is = describe(features);
  g_assert_cmpstr(is, ==, expected);
  recnn_features_free(features);
  recnn_dataset_unref(d);
}

/* Every field has a value behind the last for what is not known; a token_seq's has not. */
static void test_fields(void) {
  check_fields(true, "auto", "user:4 item:5 day:4");
  check_fields(false, "auto", "user:4 item:5 job:3 year:3");
  check_fields(true, "item", "item:5");
  check_fields(true, " day ,user.age", "day:4 age:3");
  check_fields(true, "genres", "genres:2 genres:2 genres:2");
  check_fields(true, "interaction.hour,item.year", "hour:6 year:3");
}

static void check_refused(const char *names, RecnnStatus code, const char *text) {
  GError *error = NULL;
  RecnnDataset *d = click_data(true);
  click_add_feature(d->item_features, "age", RECNN_FEATURE_TOKEN, "1|2||");
  RecnnFeatureBuilder *builder = recnn_feature_builder_new("place", RECNN_FEATURE_FLOAT_SEQ);
  g_ptr_array_add(d->user_features, recnn_feature_builder_finish(builder, 3, &error));
  GString *many = g_string_new(NULL);
  for (int i = 0; i < 250; i++)
    g_string_append_printf(many, "%sw%d", i > 0 ? " " : "", i);
  g_string_append(many, "||||");
  click_add_feature(d->item_features, "words", RECNN_FEATURE_TOKEN_SEQ, many->str);
  g_string_free(many, TRUE);
  g_assert_null(recnn_features_new(d, names, 10, &error));
  check_error(&error, code, text);
  recnn_dataset_unref(d);
}

static void test_refused(void) {
  check_refused(
      "user,yaer", RECNN_ERROR_NOT_FOUND,
      "option features: \"yaer\" is no feature of DIR/clicks (did you mean year?); known: "
      "user, item, age, job, place, genres, year, age, words, day, hour");
  check_refused(
      "user.day", RECNN_ERROR_NOT_FOUND,
      "option features: \"user.day\" is no feature of DIR/clicks; known: user, item, age, "
      "job, place, genres, year, age, words, day, hour");
  check_refused("age", RECNN_ERROR_OPTION,
                "option features: both users and items have a \"age\"; expected \"user.age\" or "
                "\"item.age\"");
  check_refused("user,day,user", RECNN_ERROR_OPTION, "option features: \"user\" is there twice");
  check_refused("", RECNN_ERROR_OPTION, "option features: \"\" names no field");
  check_refused("place", RECNN_ERROR_OPTION,
                "option features: \"place\" of users is a float_seq, expected token, token_seq or "
                "float");
  check_refused("user,item,day,hour,job,genres,words", RECNN_ERROR_OPTION,
                "option features: with \"words\" there are more than 256 fields");
}

static void check_values(const RecnnFeatures *features, int64_t user, int64_t item, int64_t row,
                         const int32_t *told, const int64_t *expected) {
  int64_t values[RECNN_MAX_FEATURES];
  recnn_features_fill(features, user, item, row, told, values);
  for (int32_t f = 0; f < features->n; f++)
    g_assert_cmpint(values[f], ==, expected[f]);
}

static void test_values(void) {
  GError *error = NULL;
  RecnnDataset *d = click_data(true);
  RecnnFeatures *features = recnn_features_new(d, "user,item,job,genres,day", 10, &error);
  g_assert_no_error(error);
  g_assert_true(features->of_interactions);
  check_values(features, 0, 0, 0, NULL, (int64_t[]){0, 0, 0, 1, 1, 0, 0});
  check_values(features, 1, 2, 3, NULL, (int64_t[]){1, 2, 1, 0, 0, 0, 3}); /* without a day */
  check_values(features, 2, 3, 4, NULL, (int64_t[]){2, 3, 2, 1, 0, 1, 2});
  check_values(features, -1, 1, -1, NULL, (int64_t[]){3, 1, 2, 0, 1, 0, 3});
  const int32_t told[] = {-1, -1, 1, -1, -1, -1, 0};
  check_values(features, 0, 0, -1, told, (int64_t[]){0, 0, 1, 1, 1, 0, 0});
  recnn_features_free(features);
  recnn_dataset_unref(d);
}

/* Buckets have as many entities each as ties allow, and no bucket is empty. */
static void check_buckets(const char *values, int64_t n_buckets, int32_t size,
                          const int64_t *expected) {
  GError *error = NULL;
  RecnnDataset *d = click_data(true);
  click_add_feature(d->interaction_features, "x", RECNN_FEATURE_FLOAT, values);
  RecnnFeatures *features = recnn_features_new(d, "x", n_buckets, &error);
  g_assert_no_error(error);
  g_assert_cmpint(features->fields[0].size, ==, size);
  for (int64_t row = 0; row < 6; row++)
    check_values(features, 0, 0, row, NULL, &expected[row]);
  recnn_features_free(features);
  recnn_dataset_unref(d);
}

static void test_buckets(void) {
  check_buckets("1|2|3|4|5|6", 3, 4, (int64_t[]){0, 0, 1, 1, 2, 2});
  check_buckets("6|-1|3|2|5|4", 2, 3, (int64_t[]){1, 0, 0, 0, 1, 1});
  check_buckets("1|2|3|4|5|6", 100, 7, (int64_t[]){0, 1, 2, 3, 4, 5});
  check_buckets("7|7|7|7|7|9", 3, 3, (int64_t[]){0, 0, 0, 0, 0, 1});
  check_buckets("7||7|7|7|7", 4, 2, (int64_t[]){0, 1, 0, 0, 0, 0});
  check_buckets("|||||", 4, 2, (int64_t[]){1, 1, 1, 1, 1, 1});
  check_buckets("1|2|3|4|5|6", 1, 2, (int64_t[]){0, 0, 0, 0, 0, 0});
}

static bool tell(const RecnnFeatures *features, const char *name, const char *words, int32_t *told,
                 GError **error) {
  g_auto(GStrv) tokens = g_strsplit(words, " ", -1);
  size_t lengths[8];
  int64_t n = 0;
  for (; tokens[n]; n++)
    lengths[n] = strlen(tokens[n]);
  return recnn_features_tell(features, name, (const char *const *)tokens, lengths, n, told, error);
}

static void test_told(void) {
  GError *error = NULL;
  RecnnDataset *d = click_data(true);
  click_add_feature(d->user_features, "likes", RECNN_FEATURE_TOKEN_SEQ, "p q|r|");
  RecnnFeatures *features =
      recnn_features_new(d, "user,year,age,job,likes,day,hour", 2, &error); /* 9 fields */
  g_assert_no_error(error);
  g_assert_cmpint(features->n, ==, 9);
  int32_t told[9] = {-1, -1, -1, -1, -1, -1, -1, -1, -1};
  g_autofree char *of_user = recnn_features_missing(features, 0, NULL);
  g_autofree char *of_nobody = recnn_features_missing(features, -1, told);
  g_assert_cmpstr(of_user, ==, "day, hour");
  g_assert_cmpstr(of_nobody, ==, "age, job, likes, day, hour");
  g_assert_true(tell(features, "likes", "r p", told, &error));
  g_assert_true(tell(features, "user.age", "30.5", told, &error));
  g_assert_true(tell(features, "day", "wed", told, &error));
  g_assert_true(tell(features, "interaction.hour", "", told, &error));
  g_assert_no_error(error);
  const int32_t expected[9] = {-1, -1, 1, -1, 1, 0, 1, 2, 2};
  g_assert_cmpmem(told, sizeof told, expected, sizeof expected);
  g_autofree char *left = recnn_features_missing(features, -1, told);
  g_assert_cmpstr(left, ==, "job");
  g_assert_null(recnn_features_missing(features, 2, told));

  g_assert_false(tell(features, "dya", "mon", told, &error));
  check_error(&error, RECNN_ERROR_NOT_FOUND,
              "\"dya\" is no feature that the model can be told (did you mean day?); known: age, "
              "job, likes, day, hour");
  g_assert_false(tell(features, "day", "sun", told, &error));
  check_error(
      &error, RECNN_ERROR_NOT_FOUND,
      "feature day: \"sun\" is none of its 3 values, whose first is \"mon\"; \"\" stands for "
      "no value");
  g_assert_false(tell(features, "day", "mon tue", told, &error));
  check_error(&error, RECNN_ERROR_ARGUMENT, "feature day: 2 values, expected one");
  g_assert_false(tell(features, "age", "old", told, &error));
  check_error(&error, RECNN_ERROR_ARGUMENT, "feature age: \"old\", expected a number");
  g_assert_false(tell(features, "year", "1990", told, &error));
  check_error(&error, RECNN_ERROR_ARGUMENT, "feature year is one of items, which have their own");
  g_assert_false(tell(features, "user", "u0", told, &error));
  check_error(&error, RECNN_ERROR_ARGUMENT,
              "feature user is who asks, which is not told as a feature");
  recnn_features_free(features);
  recnn_dataset_unref(d);
}

/* A name that users and items both have means the user's, where somebody tells it. */
static void test_told_of_both(void) {
  GError *error = NULL;
  RecnnDataset *d = click_data(false);
  click_add_feature(d->item_features, "age", RECNN_FEATURE_TOKEN, "1|2||");
  RecnnFeatures *features = recnn_features_new(d, "item.age,user.age", 10, &error);
  g_assert_no_error(error);
  int32_t told[2] = {-1, -1};
  g_assert_true(tell(features, "age", "20", told, &error));
  g_assert_cmpint(told[0], ==, -1);
  g_assert_cmpint(told[1], ==, 0);
  recnn_features_free(features);
  recnn_dataset_unref(d);
}

/* Batches of the train part, in its order. */
static void test_batches(void) {
  static const char *const fields[] = {"features", "label", "item", NULL};
  GError *error = NULL;
  RecnnDataset *d = click_data(true);
  RecnnSplit *split = recnn_split_new(d, NULL, &error);
  RecnnInputs *inputs = recnn_inputs_new(d, NULL, fields, 0, &error);
  g_assert_no_error(error);
  for (int part = RECNN_TRAIN; part < RECNN_N_PARTS; part++) {
    RecnnLoaderSettings settings = {.batch_size = 3, .seed = 1, .inputs = inputs, .n_before = part};
    RecnnLoader *loader = recnn_loader_new(&split->part[part], fields, &settings, &error);
    g_assert_no_error(error);
    int64_t row = part == RECNN_TRAIN ? 0 : part == RECNN_VALID ? 4 : 5;
    recnn_loader_start(loader, 0);
    for (const RecnnBatch *batch; (batch = recnn_loader_next(loader));) {
      const RecnnTensor *value = recnn_batch_field(batch, "features");
      g_assert_cmpint(value->rank, ==, 2);
      g_assert_cmpint(value->shape[1], ==, 3);
      for (int64_t i = 0; i < recnn_batch_size(batch); i++, row++) {
        int64_t expected[3];
        recnn_features_fill(inputs->features, d->user[row], d->item[row], row, NULL, expected);
        g_assert_cmpmem((const int64_t *)value->data + 3 * i, sizeof expected, expected,
                        sizeof expected);
        g_assert_cmpfloat(((const float *)recnn_batch_field(batch, "label")->data)[i], ==,
                          d->label[row]);
        g_assert_cmpint(((const int64_t *)recnn_batch_field(batch, "item")->data)[i], ==,
                        d->item[row]);
      }
    }
    g_assert_cmpint(row, ==, part == RECNN_TRAIN ? 4 : part == RECNN_VALID ? 5 : 6);
    recnn_loader_free(loader);
  }
  recnn_inputs_unref(inputs);
  recnn_split_unref(split);
  recnn_dataset_unref(d);
}

/* Labels that are made of ratings, beside these. */
static void test_labels_of_ratings(void) {
  static const char *const fields[] = {"user", "item", "rating", "label", NULL};
  static const float ratings[] = {1.0f, 3.5f, 4.0f, 5.0f};
  GError *error = NULL;
  RecnnDatasetBuilder *builder = recnn_dataset_builder_new("r", "DIR/r", true, false);
  for (int r = 0; r < 4; r++) {
    recnn_dataset_builder_set_part(builder, RECNN_TRAIN);
    recnn_dataset_builder_add(builder, "u", 1, &"abcd"[r], 1, ratings[r], 0.0, &error);
  }
  RecnnDataset *d = recnn_dataset_builder_finish(builder, &error);
  RecnnSplit *split = recnn_split_new(d, NULL, &error);
  g_assert_no_error(error);
  for (int hits = 2; hits <= 3; hits++) {
    RecnnOptions *options = recnn_options_new(recnn_inputs_options(), "inputs", &error);
    if (hits == 3)
      recnn_options_set_text(options, "label_threshold", "3.5", &error);
    RecnnInputs *inputs = recnn_inputs_new(d, options, fields, 0, &error);
    g_assert_no_error(error);
    g_assert_null(inputs->features);
    RecnnLoaderSettings settings = {.batch_size = 4, .inputs = inputs};
    RecnnLoader *loader = recnn_loader_new(&split->part[RECNN_TRAIN], fields, &settings, &error);
    g_assert_no_error(error);
    recnn_loader_start(loader, 0);
    const RecnnBatch *batch = recnn_loader_next(loader);
    const float *label = recnn_batch_field(batch, "label")->data;
    for (int i = 0; i < 4; i++)
      g_assert_cmpfloat(label[i], ==, i >= 4 - hits ? 1.0f : 0.0f);
    g_assert_cmpmem(recnn_batch_field(batch, "rating")->data, sizeof ratings, ratings,
                    sizeof ratings);
    recnn_loader_free(loader);
    recnn_inputs_unref(inputs);
    recnn_options_free(options);
  }
  recnn_split_unref(split);
  recnn_dataset_unref(d);
}

static void check_no_batches(RecnnDataset *d, const char *const *fields, const RecnnInputs *inputs,
                             RecnnStatus code, const char *text) {
  GError *error = NULL;
  RecnnSplit *split = recnn_split_new(d, NULL, &error);
  g_assert_no_error(error);
  RecnnLoaderSettings settings = {.batch_size = 4, .inputs = inputs};
  g_assert_null(recnn_loader_new(&split->part[RECNN_TRAIN], fields, &settings, &error));
  check_error(&error, code, text);
  recnn_split_unref(split);
}

static void test_no_batches(void) {
  static const char *const both[] = {"user", "rating", "label", NULL};
  static const char *const labels[] = {"features", "label", NULL};
  GError *error = NULL;
  RecnnDataset *d = click_data(true);
  RecnnInputs *without = recnn_inputs_new(d, NULL, NULL, 0, &error);
  g_assert_no_error(error);
  check_no_batches(d, both, NULL, RECNN_ERROR_DATA,
                   "the model learns from ratings, which DIR/clicks does not have");
  check_no_batches(d, labels, without, RECNN_ERROR_ARGUMENT,
                   "batches with features, and the inputs were made without any");
  recnn_inputs_unref(without);
  recnn_dataset_unref(d);
  RecnnDatasetBuilder *builder = recnn_dataset_builder_new("r", "DIR/r", false, false);
  recnn_dataset_builder_set_part(builder, RECNN_TRAIN);
  recnn_dataset_builder_add(builder, "u", 1, "a", 1, 0.0f, 0.0, &error);
  d = recnn_dataset_builder_finish(builder, &error);
  g_assert_no_error(error);
  check_no_batches(d, labels, NULL, RECNN_ERROR_DATA,
                   "the model learns from labels, and DIR/r has none, nor ratings to make some of");
  recnn_dataset_unref(d);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/features/fields", test_fields);
  g_test_add_func("/features/refused", test_refused);
  g_test_add_func("/features/values", test_values);
  g_test_add_func("/features/buckets", test_buckets);
  g_test_add_func("/features/told", test_told);
  g_test_add_func("/features/told-of-both", test_told_of_both);
  g_test_add_func("/features/batches", test_batches);
  g_test_add_func("/features/labels-of-ratings", test_labels_of_ratings);
  g_test_add_func("/features/no-batches", test_no_batches);
  return g_test_run();
}
