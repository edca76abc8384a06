/* Bundles: what is read answers as what was written did, without the data; and what is damaged is
 * refused. */
#include "unit/serve/serve-test.h"

static char *folder;

static void round_trip(const void *data) {
  const char *const *what = data; /* the model, its inputs */
  GError *error = NULL;
  Made made = make(what[0], 7, what[1]);
  char *path = g_build_filename(folder, what[0], NULL);
  for (int i = 0; i < 2; i++) { /* the second takes the first one's place */
    recnn_bundle_save(made.model, made.split, path, &error);
    g_assert_no_error(error);
  }
  RecnnBundle *bundle = recnn_bundle_load(path, &error);
  g_assert_no_error(error);
  g_assert_cmpint(recnn_dataset_n_users(bundle->dataset), ==, recnn_dataset_n_users(made.dataset));
  g_assert_cmpstr(recnn_id_map_token(bundle->dataset->items, 17), ==,
                  recnn_id_map_token(made.dataset->items, 17));
  RecnnModel *copy = recnn_bundle_copy_model(bundle, &error);
  g_assert_no_error(error);
  for (int64_t user = 0; user < 60; user++) {
    int64_t expected[5], is[5], again[5];
    float scores[3][5];
    best(made.model, made.split, user, expected, scores[0]);
    best(bundle->model, bundle->split, user, is, scores[1]);
    best(copy, bundle->split, user, again, scores[2]);
    g_assert_cmpmem(is, sizeof is, expected, sizeof expected);
    g_assert_cmpmem(scores[1], sizeof scores[1], scores[0], sizeof scores[0]);
    g_assert_cmpmem(again, sizeof again, expected, sizeof expected);
    g_assert_cmpmem(scores[2], sizeof scores[2], scores[0], sizeof scores[0]);
    for (int part = RECNN_TRAIN; part <= RECNN_VALID; part++) {
      const RecnnPart *a = &made.split->part[part], *b = &bundle->split->part[part];
      g_assert_cmpmem(a->items + a->first[user],
                      sizeof(int32_t) * (size_t)(a->first[user + 1] - a->first[user]),
                      b->items + b->first[user],
                      sizeof(int32_t) * (size_t)(b->first[user + 1] - b->first[user]));
    }
  }
  g_assert_cmpint(bundle->split->part[RECNN_TEST].rows.n, ==, 0);
  recnn_model_free(copy);
  recnn_bundle_free(bundle);
  g_free(path);
  unmake(&made);
}

/* Nothing is left beside the bundles. */
static void leaves_nothing(void) {
  GDir *dir = g_dir_open(folder, 0, NULL);
  for (const char *name; (name = g_dir_read_name(dir)) != NULL;)
    if (strchr(name, '.') != NULL)
      g_error("%s is left", name);
  g_dir_close(dir);
}

static void refuses_features(void) {
  GError *error = NULL;
  Made made = make("deepfm", 1, NULL);
  char *path = g_build_filename(folder, "deepfm", NULL);
  g_assert_false(recnn_bundle_save(made.model, made.split, path, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_UNSUPPORTED);
  g_assert_nonnull(strstr(error->message, "model deepfm reads features"));
  g_clear_error(&error);
  g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
  g_free(path);
  unmake(&made);
}

/* Refused, naming the file, and what was there before is there still. */
static void refuses_to_replace(void) {
  GError *error = NULL;
  Made made = make("popularity", 1, NULL);
  char *path = g_build_filename(folder, "precious", NULL);
  char *file = g_build_filename(path, "thesis.txt", NULL);
  g_assert_cmpint(g_mkdir(path, 0700), ==, 0);
  g_file_set_contents(file, "words", -1, &error);
  g_assert_no_error(error);
  g_assert_false(recnn_bundle_save(made.model, made.split, path, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_IO);
  g_assert_nonnull(strstr(error->message, "is no bundle"));
  g_clear_error(&error);
  g_assert_true(g_file_test(file, G_FILE_TEST_EXISTS));

  g_assert_false(recnn_bundle_save(made.model, made.split, "/nonexistent/bundle", &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_IO);
  g_clear_error(&error);
  g_free(file);
  g_free(path);
  unmake(&made);
}

/* A bundle one file of which says something else. */
typedef struct Damage {
  const char *file;
  const char *from; /* NULL: the file is cut in half; "": it is missing */
  const char *to;
  RecnnStatus code;
  const char *says;
} Damage;

static const Damage damages[] = {
    {"bundle.json", "", NULL, RECNN_ERROR_IO, "bundle.json"},
    {"bundle.json", NULL, NULL, RECNN_ERROR_FORMAT, "bundle.json"},
    {"bundle.json", "recnn bundle", "recnn bungle", RECNN_ERROR_FORMAT, "its format is not"},
    {"bundle.json", "\"version\" : 1,", "\"version\" : 9,", RECNN_ERROR_FORMAT,
     "this recnn reads 1"},
    {"bundle.json", "\"model\" : \"neural_bpr\"", "\"model\" : \"neural_bbr\"",
     RECNN_ERROR_NOT_FOUND, "did you mean neural_bpr"},
    {"bundle.json", "\"embedding_dim\"", "\"embedding_dam\"", RECNN_ERROR_OPTION, "embedding_dam"},
    {"bundle.json", "\"items\" : 45", "\"items\" : 44", RECNN_ERROR_FORMAT, "made for 44 items"},
    {"bundle.json", "\"options\"", "\"optionz\"", RECNN_ERROR_FORMAT, "no \"options\""},
    {"weights.safetensors", NULL, NULL, RECNN_ERROR_FORMAT, "weights.safetensors"},
    {"weights.safetensors", "", NULL, RECNN_ERROR_IO, "weights.safetensors"},
    {"data.safetensors", NULL, NULL, RECNN_ERROR_FORMAT, "data.safetensors"},
    {"data.safetensors", "\"user\"", "\"uses\"", RECNN_ERROR_FORMAT, "no tensor user"},
    {"users.ids", NULL, NULL, RECNN_ERROR_FORMAT, ""},
    {"items.ids", "", NULL, RECNN_ERROR_IO, "items.ids"},
};

static void damaged(const void *data) {
  const Damage *damage = data;
  GError *error = NULL;
  Made made = make("neural_bpr", 7, NULL);
  char *path = g_build_filename(folder, "damaged", NULL);
  char *file = g_build_filename(path, damage->file, NULL);
  char *bytes;
  size_t size;
  recnn_bundle_save(made.model, made.split, path, &error);
  g_assert_no_error(error);
  g_file_get_contents(file, &bytes, &size, &error);
  g_assert_no_error(error);
  if (damage->from != NULL && damage->from[0] == '\0') {
    g_remove(file);
  } else if (damage->from == NULL) {
    g_file_set_contents(file, bytes, (gssize)(size / 2), &error);
  } else {
    const size_t length = strlen(damage->from);
    size_t at = 0;
    while (at + length <= size && memcmp(bytes + at, damage->from, length) != 0)
      at++;
    g_assert_cmpuint(at + length, <=, size);
    g_assert_cmpuint(strlen(damage->from), ==, strlen(damage->to));
    memcpy(bytes + at, damage->to, length);
    g_file_set_contents(file, bytes, (gssize)size, &error);
  }
  g_assert_no_error(error);
  g_assert_null(recnn_bundle_load(path, &error));
  g_test_message("%s", error->message);
  g_assert_error(error, RECNN_ERROR_DOMAIN, damage->code);
  g_assert_nonnull(strstr(error->message, damage->says));
  g_clear_error(&error);
  g_free(bytes);
  g_free(file);
  remove_tree(path);
  g_free(path);
  unmake(&made);
}

int main(int argc, char **argv) {
  static const char *const models[][2] = {{"popularity", NULL},
                                          {"neural_bpr", NULL},
                                          {"advanced_ncf", NULL},
                                          {"narm", NULL},
                                          {"gru_session", "max_sequence_length=7"},
                                          {"cnn_sequential", NULL},
                                          {"variational_autoencoder", "row_values=ratings"},
                                          {"conditional_vae", NULL}};
  g_test_init(&argc, &argv, NULL);
  GError *error = NULL;
  folder = g_dir_make_tmp("recnn-bundle-XXXXXX", &error);
  g_assert_no_error(error);
  for (size_t i = 0; i < G_N_ELEMENTS(models); i++) {
    char *path = g_strdup_printf("/bundle/round-trip/%s", models[i][0]);
    g_test_add_data_func(path, models[i], round_trip);
    g_free(path);
  }
  g_test_add_func("/bundle/leaves-nothing", leaves_nothing);
  g_test_add_func("/bundle/refuses-features", refuses_features);
  g_test_add_func("/bundle/refuses-to-replace", refuses_to_replace);
  for (size_t i = 0; i < G_N_ELEMENTS(damages); i++) {
    char *path = g_strdup_printf("/bundle/damaged/%zu", i);
    g_test_add_data_func(path, &damages[i], damaged);
    g_free(path);
  }
  int status = g_test_run();
  remove_tree(folder);
  g_free(folder);
  return status;
}
