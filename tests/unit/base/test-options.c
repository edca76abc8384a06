/* Options: every type from text and from values, exact ranges, defects of tables, and the texts of
 * the errors, which are what a user sees. */
#include <glib.h>

#include <locale.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/options.h"

static const RecnnOption table[] = {
    {"embedding_dim", RECNN_OPTION_INT, "64", "[1,inf)", "Size of the embeddings."},
    {"dropout", RECNN_OPTION_FLOAT, "0.2", "[0,1)", "Share of the units dropped."},
    {"hidden_dims", RECNN_OPTION_INT_LIST, "128,64,32", "[1,4096]", "Sizes of the layers."},
    {"weights", RECNN_OPTION_FLOAT_LIST, "", "(0,inf)", "Weights of the heads."},
    {"use_bias", RECNN_OPTION_BOOL, "true", NULL, "Adds biases."},
    {"activation", RECNN_OPTION_CHOICE, "relu", "relu|tanh|sigmoid", "The nonlinearity."},
    {"data", RECNN_OPTION_STRING, NULL, NULL, "Folder of the data."},
    {"seed", RECNN_OPTION_INT, "0", NULL, "Seed."},
    {"clip", RECNN_OPTION_FLOAT, "inf", "(0,inf]", "Norm to clip to."},
    {"offset", RECNN_OPTION_FLOAT, "0", NULL, "Any finite number."},
    {NULL, 0, NULL, NULL, NULL},
};

static RecnnOptions *fresh(void) {
  GError *error = NULL;
  RecnnOptions *options = recnn_options_new(table, "model neural_bpr", &error);
  g_assert_no_error(error);
  g_assert_nonnull(options);
  return options;
}

static void defaults(void) {
  RecnnOptions *options = fresh();
  g_assert_cmpint(recnn_options_int(options, "embedding_dim"), ==, 64);
  g_assert_cmpfloat(recnn_options_float(options, "dropout"), ==, 0.2);
  const RecnnValue *list = recnn_options_get(options, "hidden_dims");
  g_assert_cmpint(list->type, ==, RECNN_OPTION_INT_LIST);
  g_assert_cmpint(list->count, ==, 3);
  g_assert_cmpint(list->as.ints[0], ==, 128);
  g_assert_cmpint(list->as.ints[2], ==, 32);
  g_assert_cmpint(recnn_options_get(options, "weights")->count, ==, 0);
  g_assert_true(recnn_options_bool(options, "use_bias"));
  g_assert_cmpint(recnn_options_int(options, "activation"), ==, 0);
  g_assert_cmpstr(recnn_options_string(options, "activation"), ==, "relu");
  g_assert_null(recnn_options_get(options, "data"));
  g_assert_null(recnn_options_get(options, "nothing"));
  g_assert_false(recnn_options_is_set(options, "dropout"));
  g_assert_false(recnn_options_is_set(options, "nothing"));
  g_assert_true(isinf(recnn_options_float(options, "clip")));
  g_assert_true(recnn_options_table(options) == table);
  g_assert_cmpint(recnn_options_values(options)[0].as.i, ==, 64);
  recnn_options_free(options);
  recnn_options_free(NULL);
}

typedef struct TextCase {
  const char *name;
  const char *text;
  const char *error; /* NULL: it is taken */
} TextCase;

static const TextCase text_cases[] = {
    {"embedding_dim", "32", NULL},
    {"embedding_dim", "+32", NULL},
    {"embedding_dim", "0", "0 is out of range, expected an integer in [1,inf)"},
    {"embedding_dim", "-5", "-5 is out of range, expected an integer in [1,inf)"},
    {"embedding_dim", "", "\"\" is not an integer, expected an integer in [1,inf)"},
    {"embedding_dim", "12x", "\"12x\" is not an integer, expected an integer in [1,inf)"},
    {"embedding_dim", "1.5", "\"1.5\" is not an integer, expected an integer in [1,inf)"},
    {"embedding_dim", " 5", "\" 5\" is not an integer, expected an integer in [1,inf)"},
    {"embedding_dim", "0x10", "\"0x10\" is not an integer, expected an integer in [1,inf)"},
    {"embedding_dim", "99999999999999999999",
     "\"99999999999999999999\" is out of range, expected an integer in [1,inf)"},
    {"seed", "9223372036854775807", NULL},
    {"seed", "-9223372036854775808", NULL},
    {"seed", "9223372036854775808", "\"9223372036854775808\" is out of range, expected an integer"},
    {"dropout", "0", NULL},
    {"dropout", "1e-3", NULL},
    {"dropout", ".5", NULL},
    {"dropout", "1.5", "1.5 is out of range, expected a number in [0,1)"},
    {"dropout", "1", "1 is out of range, expected a number in [0,1)"},
    {"dropout", "-0.1", "-0.1 is out of range, expected a number in [0,1)"},
    {"dropout", "nan", "\"nan\" is not a number, expected a number in [0,1)"},
    {"dropout", "inf", "inf is out of range, expected a number in [0,1)"},
    {"dropout", "0x0p0", "\"0x0p0\" is not a number, expected a number in [0,1)"},
    {"dropout", "0,5", "\"0,5\" is not a number, expected a number in [0,1)"},
    {"clip", "inf", NULL},
    {"clip", "1e999", "\"1e999\" is not a number, expected a number in (0,inf]"},
    {"offset", "-1e300", NULL},
    {"offset", "inf", "inf is out of range, expected a number"},
    {"hidden_dims", "128,64", NULL},
    {"hidden_dims", " 128 , 64\t", NULL},
    {"hidden_dims", "7", NULL},
    {"hidden_dims", "", NULL},
    {"hidden_dims", "128,0",
     "0 (element 2) is out of range, expected a list of integers, each in [1,4096]"},
    {"hidden_dims", "128,",
     "\"\" (element 2) is not an integer, expected a list of integers, each in [1,4096]"},
    {"hidden_dims", ",",
     "\"\" (element 1) is not an integer, expected a list of integers, each in [1,4096]"},
    {"hidden_dims", "1;2",
     "\"1;2\" (element 1) is not an integer, expected a list of integers, each in [1,4096]"},
    {"weights", "0.5,2", NULL},
    {"weights", "0.5,-2",
     "-2 (element 2) is out of range, expected a list of numbers, each in (0,inf)"},
    {"weights", "0.5,x",
     "\"x\" (element 2) is not a number, expected a list of numbers, each in (0,inf)"},
    {"use_bias", "false", NULL},
    {"use_bias", "Yes", NULL},
    {"use_bias", "0", NULL},
    {"use_bias", "2", "\"2\" is not a truth value, expected true or false"},
    {"use_bias", "", "\"\" is not a truth value, expected true or false"},
    {"activation", "tanh", NULL},
    {"activation", "Relu",
     "\"Relu\" is not known (did you mean relu?); known: relu, tanh, sigmoid"},
    {"activation", "gelu",
     "\"gelu\" is not known (did you mean relu?); known: relu, tanh, sigmoid"},
    {"activation", "", "\"\" is not known; known: relu, tanh, sigmoid"},
    {"data", "", NULL},
    {"data", "anything, at all", NULL},
};

static void from_text(void) {
  for (gsize i = 0; i < G_N_ELEMENTS(text_cases); i++) {
    const TextCase *c = &text_cases[i];
    RecnnOptions *options = fresh();
    char *before = recnn_options_text(options, c->name);
    GError *error = NULL;
    const bool ok = recnn_options_set_text(options, c->name, c->text, &error);
    if (c->error == NULL) {
      g_assert_no_error(error);
      g_assert_true(ok);
      g_assert_true(recnn_options_is_set(options, c->name));
    } else {
      g_assert_false(ok);
      g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_OPTION);
      char *expected = g_strdup_printf("model neural_bpr: option %s: %s", c->name, c->error);
      g_assert_cmpstr(error->message, ==, expected);
      g_free(expected);
      g_clear_error(&error);
      char *after = recnn_options_text(options, c->name);
      g_assert_cmpstr(after, ==, before);
      g_assert_false(recnn_options_is_set(options, c->name));
      g_free(after);
      g_assert_false(recnn_options_set_text(options, c->name, c->text, NULL));
    }
    g_free(before);
    recnn_options_free(options);
  }
}

static void unknown_names(void) {
  RecnnOptions *options = fresh();
  GError *error = NULL;
  g_assert_false(recnn_options_set_text(options, "dropuot", "0.1", &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_OPTION);
  g_assert_cmpstr(error->message, ==,
                  "model neural_bpr: option dropuot is not known (did you mean dropout?); known: "
                  "embedding_dim, dropout, hidden_dims, weights, use_bias, activation, data, seed, "
                  "clip, offset");
  g_clear_error(&error);
  const RecnnValue value = {RECNN_OPTION_INT, 0, {1}};
  g_assert_false(recnn_options_set(options, "zzz", &value, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_OPTION);
  g_assert_null(strstr(error->message, "did you mean"));
  g_clear_error(&error);
  recnn_options_free(options);

  options = recnn_options_new(NULL, "op relu", NULL);
  g_assert_nonnull(options);
  g_assert_false(recnn_options_set_text(options, "slope", "1", &error));
  g_assert_cmpstr(error->message, ==, "op relu: option slope is not known; none is known");
  g_clear_error(&error);
  g_assert_true(recnn_options_complete(options, NULL));
  recnn_options_free(options);
}

static RecnnValue int_value(int64_t i) {
  RecnnValue value = {RECNN_OPTION_INT, 0, {0}};
  value.as.i = i;
  return value;
}

static RecnnValue float_value(double f) {
  RecnnValue value = {RECNN_OPTION_FLOAT, 0, {0}};
  value.as.f = f;
  return value;
}

static RecnnValue string_value(const char *s) {
  RecnnValue value = {RECNN_OPTION_STRING, 0, {0}};
  value.as.s = s;
  return value;
}

static RecnnValue bool_value(bool b) {
  RecnnValue value = {RECNN_OPTION_BOOL, 0, {0}};
  value.as.i = b;
  return value;
}

static RecnnValue choice_value(int64_t i) {
  RecnnValue value = {RECNN_OPTION_CHOICE, 0, {0}};
  value.as.i = i;
  return value;
}

static RecnnValue ints_value(const int64_t *ints, int32_t count) {
  RecnnValue value = {RECNN_OPTION_INT_LIST, count, {0}};
  value.as.ints = ints;
  return value;
}

static RecnnValue floats_value(const double *floats, int32_t count) {
  RecnnValue value = {RECNN_OPTION_FLOAT_LIST, count, {0}};
  value.as.floats = floats;
  return value;
}

/* Sets, and gives the text of what is there then, or the error without its beginning. */
static char *set(const char *name, RecnnValue value) {
  RecnnOptions *options = fresh();
  GError *error = NULL;
  char *result;
  if (recnn_options_set(options, name, &value, &error)) {
    g_assert_no_error(error);
    g_assert_true(recnn_options_is_set(options, name));
    result = recnn_options_text(options, name);
  } else {
    g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_OPTION);
    char *head = g_strdup_printf("model neural_bpr: option %s: ", name);
    g_assert_true(g_str_has_prefix(error->message, head));
    result = g_strdup_printf("! %s", error->message + strlen(head));
    g_free(head);
    g_error_free(error);
    g_assert_false(recnn_options_is_set(options, name));
  }
  recnn_options_free(options);
  return result;
}

static void check_set(const char *name, RecnnValue value, const char *expected) {
  char *result = set(name, value);
  g_assert_cmpstr(result, ==, expected);
  g_free(result);
}

static void from_values(void) {
  const int64_t ints[] = {8, 4}, wrong_ints[] = {8, 5000};
  const double floats[] = {8.0, 4.0}, fractions[] = {8.0, 0.5}, nans[] = {1.0, NAN};
  check_set("embedding_dim", int_value(5), "5");
  check_set("embedding_dim", float_value(5.0), "5");
  check_set("embedding_dim", float_value(5.5),
            "! 5.5 is not an integer, expected an integer in [1,inf)");
  check_set("embedding_dim", float_value(1e30),
            "! 1e+30 is not an integer, expected an integer in [1,inf)");
  check_set("embedding_dim", float_value(NAN),
            "! nan is not an integer, expected an integer in [1,inf)");
  check_set("embedding_dim", float_value(0.0),
            "! 0 is out of range, expected an integer in [1,inf)");
  check_set("embedding_dim", int_value(0), "! 0 is out of range, expected an integer in [1,inf)");
  check_set("embedding_dim", string_value("64"),
            "! the text \"64\" is of the wrong type, expected an integer in [1,inf)");
  check_set("embedding_dim", bool_value(true),
            "! true is of the wrong type, expected an integer in [1,inf)");
  check_set("embedding_dim", ints_value(ints, 2),
            "! a list is of the wrong type, expected an integer in [1,inf)");
  check_set("seed", float_value(-0x1p63), "-9223372036854775808");
  check_set("seed", float_value(0x1p63),
            "! 9.223372036854776e+18 is not an integer, expected an integer");
  check_set("dropout", int_value(0), "0");
  check_set("dropout", float_value(0.25), "0.25");
  check_set("dropout", float_value(1.5), "! 1.5 is out of range, expected a number in [0,1)");
  check_set("dropout", float_value(NAN), "! nan is not a number, expected a number in [0,1)");
  check_set("dropout", string_value("x"),
            "! the text \"x\" is of the wrong type, expected a number in [0,1)");
  check_set("offset", float_value(INFINITY), "! inf is out of range, expected a number");
  check_set("clip", float_value(INFINITY), "inf");
  check_set("hidden_dims", int_value(9), "9");
  check_set("hidden_dims", float_value(9.0), "9");
  check_set("hidden_dims", ints_value(ints, 2), "8,4");
  check_set("hidden_dims", ints_value(NULL, 0), "");
  check_set("hidden_dims", floats_value(floats, 2), "8,4");
  check_set("hidden_dims", floats_value(fractions, 2),
            "! 0.5 (element 2) is not an integer, expected a list of integers, each in [1,4096]");
  check_set("hidden_dims", ints_value(wrong_ints, 2),
            "! 5000 (element 2) is out of range, expected a list of integers, each in [1,4096]");
  check_set("hidden_dims", ints_value(ints, -1),
            "! a list of negative length is no list, expected a list of integers, each in "
            "[1,4096]");
  check_set("hidden_dims", bool_value(false),
            "! false is of the wrong type, expected a list of integers, each in [1,4096]");
  check_set("weights", ints_value(ints, 2), "8,4");
  check_set("weights", floats_value(fractions, 2), "8,0.5");
  check_set("weights", floats_value(nans, 2),
            "! nan (element 2) is not a number, expected a list of numbers, each in (0,inf)");
  check_set("weights", float_value(0.5), "0.5");
  check_set("use_bias", bool_value(false), "false");
  check_set("use_bias", int_value(1), "! 1 is of the wrong type, expected true or false");
  check_set("activation", string_value("tanh"), "tanh");
  check_set("activation", choice_value(2), "sigmoid");
  check_set("activation", choice_value(3),
            "! the value is of the wrong type, expected one of relu, tanh, sigmoid");
  check_set("activation", choice_value(-1),
            "! the value is of the wrong type, expected one of relu, tanh, sigmoid");
  check_set("activation", string_value("tnah"),
            "! \"tnah\" is not known (did you mean tanh?); known: relu, tanh, sigmoid");
  check_set("activation", float_value(1.5),
            "! 1.5 is of the wrong type, expected one of relu, tanh, sigmoid");
  check_set("data", string_value("ml-100k"), "ml-100k");
  check_set("data", int_value(3), "! 3 is of the wrong type, expected text");
  check_set("data", string_value(NULL), "! the value is of the wrong type, expected text");
}

static void copies_own_their_text(void) {
  char text[] = "folder";
  int64_t ints[] = {3, 4};
  RecnnOptions *options = fresh();
  const RecnnValue string = string_value(text), list = ints_value(ints, 2);
  g_assert_true(recnn_options_set(options, "data", &string, NULL));
  g_assert_true(recnn_options_set(options, "hidden_dims", &list, NULL));
  g_assert_true(recnn_options_set_text(options, "weights", "1.5,2", NULL));
  text[0] = 'F';
  ints[0] = 9;
  g_assert_cmpstr(recnn_options_string(options, "data"), ==, "folder");
  RecnnOptions *copy = recnn_options_copy(options);
  g_assert_true(recnn_options_set_text(options, "data", "other", NULL));
  g_assert_true(recnn_options_set_text(options, "hidden_dims", "1", NULL));
  recnn_options_free(options);
  g_assert_cmpstr(recnn_options_string(copy, "data"), ==, "folder");
  g_assert_cmpint(recnn_options_get(copy, "hidden_dims")->as.ints[0], ==, 3);
  g_assert_cmpfloat(recnn_options_get(copy, "weights")->as.floats[0], ==, 1.5);
  g_assert_cmpstr(recnn_options_string(copy, "activation"), ==, "relu");
  g_assert_true(recnn_options_is_set(copy, "data"));
  g_assert_false(recnn_options_is_set(copy, "seed"));
  recnn_options_free(copy);
}

/* An option that has no value yet is copied like any other. */
static void copies_what_is_not_there(void) {
  const RecnnOption open[] = {{"dims", RECNN_OPTION_INT_LIST, NULL, NULL, NULL},
                              {"shares", RECNN_OPTION_FLOAT_LIST, NULL, NULL, NULL},
                              {"path", RECNN_OPTION_STRING, NULL, NULL, NULL},
                              {"kind", RECNN_OPTION_CHOICE, NULL, "a|b", NULL},
                              {NULL, 0, NULL, NULL, NULL}};
  RecnnOptions *options = recnn_options_new(open, "test", NULL);
  RecnnOptions *copy = recnn_options_copy(options);
  recnn_options_free(options);
  g_assert_null(recnn_options_get(copy, "dims"));
  g_assert_null(recnn_options_get(copy, "path"));
  g_assert_true(recnn_options_set_text(copy, "kind", "b", NULL));
  g_assert_cmpstr(recnn_options_string(copy, "kind"), ==, "b");
  recnn_options_free(copy);
}

/* Checking changes nothing, and lends out what it was given. */
static void checks_only(void) {
  const int64_t good[] = {8, 4}, bad[] = {8, 0};
  const double shares[] = {0.5, 2.0}, negative[] = {0.5, -2.0};
  const char *text = "folder";
  RecnnOptions *options = fresh();
  RecnnValue value, got;
  GError *error = NULL;
  value = ints_value(good, 2);
  g_assert_cmpint(recnn_options_check(options, "hidden_dims", &value, &got, &error), ==, 2);
  g_assert_true(got.as.ints == good);
  value = floats_value(shares, 2);
  g_assert_cmpint(recnn_options_check(options, "weights", &value, &got, &error), ==, 3);
  g_assert_true(got.as.floats == shares);
  value = string_value(text);
  g_assert_cmpint(recnn_options_check(options, "data", &value, &got, &error), ==, 6);
  g_assert_true(got.as.s == text);
  value = string_value("tanh");
  g_assert_cmpint(recnn_options_check(options, "activation", &value, &got, &error), ==, 5);
  g_assert_cmpint(got.as.i, ==, 1);
  value = int_value(1);
  g_assert_cmpint(recnn_options_check(options, "clip", &value, &got, &error), ==, 8);
  g_assert_cmpfloat(got.as.f, ==, 1.0);
  g_assert_no_error(error);
  g_assert_cmpint(recnn_options_get(options, "hidden_dims")->as.ints[0], ==, 128);
  g_assert_false(recnn_options_is_set(options, "activation"));

  const struct {
    const char *name;
    RecnnValue value;
    const char *error;
  } cases[] = {
      {"hidden_dims", ints_value(bad, 2), "0 (element 2) is out of range"},
      {"hidden_dims", ints_value(good, -1), "a list is of the wrong type"},
      {"hidden_dims", int_value(4), "4 is of the wrong type"},
      {"weights", floats_value(negative, 2), "-2 (element 2) is out of range"},
      {"weights", ints_value(good, 2), "a list is of the wrong type"},
      {"data", string_value(NULL), "the value is of the wrong type"},
      {"data", int_value(3), "3 is of the wrong type"},
      {"dropout", float_value(1.5), "1.5 is out of range"},
      {"dropuot", float_value(0.5), "is not known (did you mean dropout?)"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    got = int_value(77);
    g_assert_cmpint(recnn_options_check(options, cases[i].name, &cases[i].value, &got, &error), ==,
                    -1);
    g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_OPTION);
    g_assert_nonnull(strstr(error->message, cases[i].error));
    g_assert_cmpint(got.as.i, ==, 77);
    g_clear_error(&error);
  }
  recnn_options_free(options);
}

static void completeness(void) {
  RecnnOptions *options = fresh();
  GError *error = NULL;
  g_assert_false(recnn_options_complete(options, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_OPTION);
  g_assert_cmpstr(error->message, ==,
                  "model neural_bpr: option data has no default and must be given: Folder of the "
                  "data.");
  g_clear_error(&error);
  g_assert_null(recnn_options_text(options, "data"));
  g_assert_true(recnn_options_set_text(options, "data", "", NULL));
  g_assert_true(recnn_options_complete(options, &error));
  g_assert_no_error(error);
  recnn_options_free(options);
}

static void text_reads_back(void) {
  static const double numbers[] = {0.1,       1.0 / 3.0, 1e-320,    -0.0,   123456789.125,     1e22,
                                   0x1p-1074, 1.0e300,   0.1 + 0.2, 5e-324, 4503599627370497.5};
  RecnnOptions *options = fresh();
  for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
    const RecnnValue value = float_value(numbers[i]);
    g_assert_true(recnn_options_set(options, "offset", &value, NULL));
    char *text = recnn_options_text(options, "offset");
    g_assert_true(recnn_options_set_text(options, "offset", text, NULL));
    const double back = recnn_options_float(options, "offset");
    g_assert_cmpmem(&back, sizeof back, &numbers[i], sizeof back);
    g_free(text);
  }
  char *text = recnn_options_text(options, "dropout");
  g_assert_cmpstr(text, ==, "0.2");
  g_free(text);
  text = recnn_options_text(options, "use_bias");
  g_assert_cmpstr(text, ==, "true");
  g_free(text);
  text = recnn_options_text(options, "activation");
  g_assert_cmpstr(text, ==, "relu");
  g_free(text);
  g_assert_null(recnn_options_text(options, "nothing"));
  recnn_options_free(options);
}

static void check_defect(RecnnOption option, const char *expected) {
  const RecnnOption wrong[] = {table[0], option, {NULL, 0, NULL, NULL, NULL}};
  GError *error = NULL;
  g_assert_null(recnn_options_new(wrong, "plugin x", &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_FAILED);
  char *text = g_strdup_printf("plugin x: the table of options is wrong: %s", expected);
  g_assert_cmpstr(error->message, ==, text);
  g_free(text);
  g_error_free(error);
}

static void defective_tables(void) {
  check_defect((RecnnOption){"a", 0, NULL, NULL, NULL}, "a: its type is none of RECNN_OPTION_*");
  check_defect((RecnnOption){"a", 8, NULL, NULL, NULL}, "a: its type is none of RECNN_OPTION_*");
  check_defect((RecnnOption){"A", 1, NULL, NULL, NULL}, "A: a name is of the form [a-z][a-z0-9_]*");
  check_defect((RecnnOption){"", 1, NULL, NULL, NULL}, ": a name is of the form [a-z][a-z0-9_]*");
  check_defect((RecnnOption){"a-b", 1, NULL, NULL, NULL},
               "a-b: a name is of the form [a-z][a-z0-9_]*");
  check_defect((RecnnOption){"embedding_dim", RECNN_OPTION_INT, "1", NULL, NULL},
               "embedding_dim: the name is there twice");
  check_defect((RecnnOption){"a", RECNN_OPTION_INT, "1", "1..2", NULL},
               "a: its range is no interval such as [0,1)");
  check_defect((RecnnOption){"a", RECNN_OPTION_INT, "1", "[2,1]", NULL},
               "a: its range is no interval such as [0,1)");
  check_defect((RecnnOption){"a", RECNN_OPTION_BOOL, "true", "[0,1]", NULL},
               "a: truth values and text have no range");
  check_defect((RecnnOption){"a", RECNN_OPTION_STRING, "x", "x|y", NULL},
               "a: truth values and text have no range");
  check_defect((RecnnOption){"a", RECNN_OPTION_CHOICE, "x", NULL, NULL},
               "a: the range of a choice is words separated by |, no two the same");
  check_defect((RecnnOption){"a", RECNN_OPTION_CHOICE, "x", "x||y", NULL},
               "a: the range of a choice is words separated by |, no two the same");
  check_defect((RecnnOption){"a", RECNN_OPTION_CHOICE, "x", "x|y|x", NULL},
               "a: the range of a choice is words separated by |, no two the same");
  check_defect((RecnnOption){"a", RECNN_OPTION_INT, "5", "[0,4]", NULL},
               "a: the default: option a: 5 is out of range, expected an integer in [0,4]");
  check_defect((RecnnOption){"a", RECNN_OPTION_CHOICE, "z", "x|y", NULL},
               "a: the default: option a: \"z\" is not known; known: x, y");
}

/* The ends of ranges, where a double can no longer tell neighbours apart. */
static void int_ranges_are_exact(void) {
  static const struct {
    const char *range;
    int64_t value;
    bool inside;
  } cases[] = {
      {"[0,9007199254740993]", 9007199254740993, true},
      {"[0,9007199254740993]", 9007199254740994, false},
      {"[0,9007199254740993)", 9007199254740992, true},
      {"[0,9007199254740993)", 9007199254740993, false},
      {"(9007199254740992,inf)", 9007199254740992, false},
      {"(9007199254740992,inf)", 9007199254740993, true},
      {"[0,9223372036854775807]", INT64_MAX, true},
      {"[0,9223372036854775807)", INT64_MAX, false},
      {"[0,inf)", INT64_MAX, true},
      {"(-inf,0]", INT64_MIN, true},
      {"[-9223372036854775808,0]", INT64_MIN, true},
      {"(-9223372036854775808,0]", INT64_MIN, false},
      {"[0.5,2.5]", 0, false},
      {"[0.5,2.5]", 1, true},
      {"[0.5,2.5]", 2, true},
      {"[0.5,2.5]", 3, false},
      {"[-2.5,-0.5]", -3, false},
      {"[-2.5,-0.5]", -2, true},
      {"[-2.5,-0.5]", 0, false},
      {"[1e18,1e19]", 1000000000000000000, true},
      {"[1e18,1e19]", 999999999999999999, false},
      {"(1e18,1e19]", 1000000000000000000, false},
      {"[1,1e3)", 999, true},
      {"[1,1e3)", 1000, false},
      {"[1e19,1e20]", INT64_MAX, false},
      {"[-1e20,-1e19]", INT64_MIN, false},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    const RecnnOption one[] = {{"x", RECNN_OPTION_INT, NULL, cases[i].range, NULL},
                               {NULL, 0, NULL, NULL, NULL}};
    RecnnOptions *options = recnn_options_new(one, "test", NULL);
    g_assert_nonnull(options);
    const RecnnValue value = int_value(cases[i].value);
    g_assert_true(recnn_options_set(options, "x", &value, NULL) == cases[i].inside);
    recnn_options_free(options);
  }
}

static void choices(void) {
  for (int64_t i = -1; i <= 3; i++) {
    static const char *const words[] = {"relu", "tanh", "sigmoid"};
    char *word = recnn_option_choice(&table[5], i);
    g_assert_cmpstr(word, ==, i >= 0 && i < 3 ? words[i] : NULL);
    g_free(word);
  }
  g_assert_null(recnn_option_choice(&table[0], 0));
}

static void wrong_name_stops(void) {
  if (g_test_subprocess()) {
    RecnnOptions *options = fresh();
    recnn_options_int(options, "embeding_dim");
    return;
  }
  g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_failed();
}

int main(int argc, char **argv) {
  /* A locale with a decimal comma, where there is one, must make no difference. */
  static const char *const locales[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "fr_FR"};
  for (gsize i = 0; i < G_N_ELEMENTS(locales) && setlocale(LC_ALL, locales[i]) == NULL; i++) {
  }
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/options/defaults", defaults);
  g_test_add_func("/options/from-text", from_text);
  g_test_add_func("/options/unknown-names", unknown_names);
  g_test_add_func("/options/from-values", from_values);
  g_test_add_func("/options/copies-own-their-text", copies_own_their_text);
  g_test_add_func("/options/copies-what-is-not-there", copies_what_is_not_there);
  g_test_add_func("/options/checks-only", checks_only);
  g_test_add_func("/options/completeness", completeness);
  g_test_add_func("/options/text-reads-back", text_reads_back);
  g_test_add_func("/options/defective-tables", defective_tables);
  g_test_add_func("/options/int-ranges-are-exact", int_ranges_are_exact);
  g_test_add_func("/options/choices", choices);
  g_test_add_func("/options/wrong-name-stops", wrong_name_stops);
  return g_test_run();
}
