/* Errors: setting, crossing the border in both directions, and the nearest name. */
#include <glib.h>

#include <string.h>

#include "base/error.h"

static void set(void) {
  GError *error = NULL;
  g_assert_false(recnn_error_set(&error, RECNN_ERROR_SHAPE, "rank %d, expected %s", 3, "2"));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_SHAPE);
  g_assert_cmpstr(error->message, ==, "rank 3, expected 2");
  g_error_free(error);
  g_assert_false(recnn_error_set(NULL, RECNN_ERROR_SHAPE, "nobody listens"));
}

static void take(void) {
  RecnnError to = RECNN_ERROR_INIT;
  g_assert_cmpint(recnn_error_take(&to, NULL), ==, RECNN_OK);
  g_assert_cmpint(to.code, ==, RECNN_OK);

  GError *error = NULL;
  recnn_error_set(&error, RECNN_ERROR_DATA, "no items");
  g_assert_cmpint(recnn_error_take(&to, error), ==, RECNN_ERROR_DATA);
  g_assert_cmpint(to.code, ==, RECNN_ERROR_DATA);
  g_assert_cmpstr(to.message, ==, "no items");

  error = NULL;
  recnn_error_set(&error, RECNN_ERROR_DATA, "no items");
  g_assert_cmpint(recnn_error_take(NULL, error), ==, RECNN_ERROR_DATA);

  /* Another domain's codes mean nothing to a plugin. */
  error = g_error_new(G_FILE_ERROR, G_FILE_ERROR_NOENT, "gone");
  g_assert_cmpint(recnn_error_take(&to, error), ==, RECNN_ERROR_FAILED);
  g_assert_cmpstr(to.message, ==, "gone");
}

/* Too long a text is cut, and never inside a character. */
static void take_cuts(void) {
  for (gsize extra = 0; extra < 6; extra++) {
    RecnnError to = RECNN_ERROR_INIT;
    GString *text = g_string_new(NULL);
    for (gsize i = 0; i < sizeof to.message - 4 + extra; i++) {
      g_string_append_c(text, 'x');
    }
    g_string_append(text, "\xe2\x82\xac\xe2\x82\xac"); /* two euro signs */
    recnn_error_take(&to, g_error_new_literal(RECNN_ERROR_DOMAIN, RECNN_ERROR_IO, text->str));
    const gsize length = strlen(to.message);
    g_assert_cmpint(length, <, sizeof to.message);
    g_assert_cmpint(length, >=, sizeof to.message - 4);
    g_assert_true(g_utf8_validate(to.message, -1, NULL));
    g_assert_true(g_str_has_prefix(text->str, to.message));
    g_string_free(text, TRUE);
  }
}

/* A caller compiled with a shorter struct gets no byte behind its end. */
static void take_honours_the_size(void) {
  RecnnError to = RECNN_ERROR_INIT;
  memset(to.message, '#', sizeof to.message);
  to.struct_size = offsetof(RecnnError, message) + 5;
  recnn_error_take(&to, g_error_new_literal(RECNN_ERROR_DOMAIN, RECNN_ERROR_IO, "longer"));
  g_assert_cmpstr(to.message, ==, "long");
  g_assert_cmpint(to.message[5], ==, '#');
  to = (RecnnError){0, 0, "untouched"};
  g_assert_cmpint(
      recnn_error_take(&to, g_error_new_literal(RECNN_ERROR_DOMAIN, RECNN_ERROR_IO, "x")), ==,
      RECNN_ERROR_IO);
  g_assert_cmpstr(to.message, ==, "untouched");
}

static void from_plugin(void) {
  GError *error = NULL;
  RecnnError from = RECNN_ERROR_INIT;
  strcpy(from.message, "bad dims");
  g_assert_false(recnn_error_from_plugin(&error, RECNN_ERROR_OPTION, &from, "model x, create"));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_OPTION);
  g_assert_cmpstr(error->message, ==, "model x, create: bad dims");
  g_clear_error(&error);

  /* No text, no error at all, a failure that claims success. */
  from.message[0] = '\0';
  recnn_error_from_plugin(&error, 77, &from, "model x, create");
  g_assert_cmpstr(error->message, ==, "model x, create: failed without saying why (status 77)");
  g_assert_error(error, RECNN_ERROR_DOMAIN, 77);
  g_clear_error(&error);
  recnn_error_from_plugin(&error, RECNN_OK, NULL, "model x, create");
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_FAILED);
  g_clear_error(&error);

  /* A text without an end. */
  memset(from.message, 'y', sizeof from.message);
  recnn_error_from_plugin(&error, RECNN_ERROR_DATA, &from, "w");
  g_assert_cmpint(strlen(error->message), ==, sizeof from.message + strlen("w: "));
  g_clear_error(&error);
}

static void nearest(void) {
  static const char *const names[] = {
      "learning_rate", "weight_decay", "dropout", "embedding_dim", "hidden_dims", "k", "lr", NULL};
  static const struct {
    const char *name, *nearest;
  } cases[] = {
      {"dropout", "dropout"},
      {"dropuot", "dropout"},  /* swapped */
      {"drop_out", "dropout"}, /* one too many */
      {"DropOut", "dropout"},  /* case */
      {"learning-rate", "learning_rate"},
      {"learnig_rat", "learning_rate"},
      {"embed", "embedding_dim"}, /* the beginning */
      {"embedding_size", "embedding_dim"},
      {"hiden_dim", "hidden_dims"},
      {"K", "k"},
      {"m", NULL},
      {"rl", NULL},
      {"", NULL},
      {"optimizer", NULL},
      {"zzzzzzz", NULL},
      {"wei", "weight_decay"},
      {"we", NULL},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_assert_cmpstr(recnn_nearest(cases[i].name, names), ==, cases[i].nearest);
  }
  /* A swap counts as one slip, so it wins over two letters replaced. */
  static const char *const close[] = {"abcxyf", "abdcef", NULL};
  g_assert_cmpstr(recnn_nearest("abcdef", close), ==, "abdcef");
  char *long_name = g_strnfill(10000, 'x');
  g_assert_null(recnn_nearest(long_name, names));
  const char *const long_names[] = {long_name, "", NULL};
  g_assert_null(recnn_nearest("xx", long_names));
  g_free(long_name);
}

static void suggest(void) {
  static const char *const names[] = {"relu", "tanh", NULL};
  static const char *const none[] = {NULL};
  char *text = recnn_suggest("rleu", names);
  g_assert_cmpstr(text, ==, " (did you mean relu?); known: relu, tanh");
  g_free(text);
  text = recnn_suggest("softmax", names);
  g_assert_cmpstr(text, ==, "; known: relu, tanh");
  g_free(text);
  text = recnn_suggest("relu", none);
  g_assert_cmpstr(text, ==, "; none is known");
  g_free(text);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/error/set", set);
  g_test_add_func("/error/take", take);
  g_test_add_func("/error/take-cuts", take_cuts);
  g_test_add_func("/error/take-honours-the-size", take_honours_the_size);
  g_test_add_func("/error/from-plugin", from_plugin);
  g_test_add_func("/error/nearest", nearest);
  g_test_add_func("/error/suggest", suggest);
  return g_test_run();
}
