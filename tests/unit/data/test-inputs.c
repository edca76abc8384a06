/* How a model's inputs are made: the options, the condition, and what does not go together. */
#include "data/inputs.h"

#include "support/click-data.h"
#include "support/rows-data.h"
#include "unit/data/data-test.h"

static const char *const condition[] = {"user", "condition", NULL};
static const char *const conditions[] = {"user", "condition_item", NULL};
static const char *const neither[] = {"user", "sequence", NULL};

/* `options` as NAME=VALUE, NULL at the end. */
static RecnnInputs *make(RecnnDataset *d, const char *const *options, const char *const *fields,
                         int64_t sequence_length, GError **error) {
  GError *problem = NULL;
  RecnnOptions *set = recnn_options_new(recnn_inputs_options(), "inputs", &problem);
  for (; *options; options++) {
    g_auto(GStrv) pair = g_strsplit(*options, "=", 2);
    recnn_options_set_text(set, pair[0], pair[1], &problem);
    g_assert_no_error(problem);
  }
  RecnnInputs *inputs = recnn_inputs_new(d, set, fields, sequence_length, error);
  recnn_options_free(set); /* what the inputs keep is a copy */
  return inputs;
}

static void test_defaults(void) {
  GError *error = NULL;
  RecnnDataset *d = click_data(true);
  RecnnInputs *inputs = recnn_inputs_new(d, NULL, NULL, 0, &error);
  g_assert_no_error(error);
  g_assert_cmpint(inputs->max_sequence_length, ==, 50);
  g_assert_cmpfloat(inputs->label_threshold, ==, 4.0f);
  g_assert_false(inputs->rated_rows);
  g_assert_null(inputs->condition);
  g_assert_null(inputs->features);
  g_assert_true(recnn_inputs_ref(inputs) == inputs);
  g_assert_null(recnn_inputs_unref(inputs));
  g_assert_true(inputs->dataset == d);
  g_assert_null(recnn_inputs_unref(inputs));
  g_assert_null(recnn_inputs_unref(NULL));
  recnn_dataset_unref(d);
}

static void test_options(void) {
  static const DataRow row = {"a", "x", 3.0f, 0.0, RECNN_TRAIN};
  static const char *const options[] = {"max_sequence_length=7", "label_threshold=2.5",
                                        "row_values=ratings", NULL};
  GError *error = NULL;
  RecnnDataset *d = rows_data(&row, 1, true, false);
  RecnnInputs *inputs = make(d, options, neither, 0, &error);
  g_assert_no_error(error);
  g_assert_cmpint(inputs->max_sequence_length, ==, 7);
  g_assert_cmpfloat(inputs->label_threshold, ==, 2.5f);
  g_assert_true(inputs->rated_rows);
  g_assert_cmpint(recnn_options_int(inputs->options, "max_sequence_length"), ==, 7);
  recnn_inputs_unref(inputs);
  inputs = make(d, options, neither, 12, &error); /* the model's own length goes before */
  g_assert_cmpint(inputs->max_sequence_length, ==, 12);
  recnn_inputs_unref(inputs);
  recnn_dataset_unref(d);
}

static void check_refused(RecnnDataset *d, const char *option, const char *const *fields,
                          RecnnStatus code, const char *text) {
  GError *error = NULL;
  g_assert_null(make(d, (const char *const[]){option, NULL}, fields, 0, &error));
  check_error(&error, code, text);
}

static void check_conditions(const RecnnInputs *inputs, int64_t user, const int32_t *wanted,
                             int64_t n) {
  const int32_t *first;
  g_assert_cmpint(recnn_inputs_conditions(inputs, user, &first), ==, n);
  for (int64_t i = 0; i < n; i++)
    g_assert_cmpint(first[i], ==, wanted[i]);
}

/* The first token feature of users, or the one that is named; who has no value has one behind the
 * last, unless everybody has one. */
static void test_condition(void) {
  GError *error = NULL;
  RecnnDataset *d = click_data(false);
  click_add_feature(d->user_features, "sex", RECNN_FEATURE_TOKEN, "f|m|f");
  RecnnInputs *inputs = make(d, (const char *const[]){NULL}, condition, 0, &error);
  g_assert_no_error(error);
  g_assert_cmpstr(inputs->condition->name, ==, "job");
  g_assert_cmpint(inputs->n_conditions, ==, 3);
  g_assert_cmpint(inputs->most_conditions, ==, 1);
  for (int64_t user = 0; user < 3; user++)
    check_conditions(inputs, user, (int32_t[]){(int32_t)user}, user < 2);
  recnn_inputs_unref(inputs);
  inputs = make(d, (const char *const[]){"condition=sex", NULL}, condition, 0, &error);
  g_assert_no_error(error);
  g_assert_cmpint(inputs->n_conditions, ==, 2);
  for (int64_t user = 0; user < 3; user++)
    check_conditions(inputs, user, (int32_t[]){(int32_t)user % 2}, 1);
  recnn_inputs_unref(inputs);
  /* Several values a user are for models that take several. */
  click_add_feature(d->user_features, "trusts", RECNN_FEATURE_TOKEN_SEQ, "x y||y z x");
  inputs = make(d, (const char *const[]){"condition=trusts", NULL}, conditions, 0, &error);
  g_assert_no_error(error);
  g_assert_cmpint(inputs->n_conditions, ==, 4);
  g_assert_cmpint(inputs->most_conditions, ==, 3);
  check_conditions(inputs, 0, (int32_t[]){0, 1}, 2);
  check_conditions(inputs, 1, NULL, 0);
  check_conditions(inputs, 2, (int32_t[]){1, 2, 0}, 3);
  recnn_inputs_unref(inputs);
  check_refused(d, "condition=trusts", condition, RECNN_ERROR_NOT_FOUND,
                "option condition: \"trusts\" is not a token feature of the users of DIR/clicks; "
                "known: job, sex");
  /* Where no field asks for it, not even a wrong name is looked for. */
  inputs = make(d, (const char *const[]){"condition=sexe", NULL}, neither, 0, &error);
  g_assert_no_error(error);
  g_assert_null(inputs->condition);
  recnn_inputs_unref(inputs);
  recnn_dataset_unref(d);
}

static void test_refused(void) {
  static const char *const features[] = {"features", "label", NULL};
  static const DataRow row = {"a", "x", 3.0f, 0.0, RECNN_TRAIN};
  RecnnDataset *d = click_data(true);
  check_refused(d, "condition=jbo", condition, RECNN_ERROR_NOT_FOUND,
                "option condition: \"jbo\" is not a token feature of the users of DIR/clicks (did "
                "you mean job?); known: job");
  check_refused(d, "condition=age", condition, RECNN_ERROR_NOT_FOUND,
                "option condition: \"age\" is not a token feature of the users of DIR/clicks; "
                "known: job");
  check_refused(d, "row_values=ratings", neither, RECNN_ERROR_DATA,
                "option row_values: \"ratings\", but DIR/clicks has no ratings; expected \"ones\"");
  check_refused(d, "features=user,place", features, RECNN_ERROR_NOT_FOUND,
                "option features: \"place\" is no feature of DIR/clicks; known: user, item, age, "
                "job, genres, year, day, hour");
  recnn_dataset_unref(d);
  d = rows_data(&row, 1, true, false);
  check_refused(d, "condition=auto", condition, RECNN_ERROR_DATA,
                "the model asks for a condition, expected a token feature of users, and DIR/rows "
                "has none");
  recnn_dataset_unref(d);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/inputs/defaults", test_defaults);
  g_test_add_func("/inputs/options", test_options);
  g_test_add_func("/inputs/condition", test_condition);
  g_test_add_func("/inputs/refused", test_refused);
  return g_test_run();
}
