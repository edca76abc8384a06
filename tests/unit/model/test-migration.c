/* Weights of other versions: version 1 writes, version 2 reads it through migrate(), and whatever
 * migrate() gets wrong is an error that says so and changes nothing. */
#include <string.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "base/error.h"
#include "model/weights-file.h"

/* Version 1 has a table of pairs, "both" (3, 2 width); version 2 two tables, one of them held
 * transposed, another name for the option, and a bias that version 1 did not have. */
static RecnnStatus create_old(void *self, RecnnModel *model, RecnnError *error) {
  int64_t n = recnn_model_config_option(model, "width").as.i;
  RecnnInit normal = recnn_init(RECNN_INIT_NORMAL, 0.0, 1.0);
  (void)error;
  (void)recnn_model_declare_param(model, "both", 2, (int64_t[]){3, 2 * n}, normal, 0);
  (void)recnn_model_declare_param(model, "kept", 1, &n, normal, 0);
  (void)recnn_model_declare_param(model, "junk", 1, &n, normal, 0);
  *(char *)self = 1;
  return RECNN_OK;
}

static RecnnStatus create_new(void *self, RecnnModel *model, RecnnError *error) {
  int64_t n = recnn_model_config_option(model, "dim").as.i;
  RecnnInit normal = recnn_init(RECNN_INIT_NORMAL, 0.0, 1.0);
  (void)error;
  (void)recnn_model_declare_param(model, "left", 2, (int64_t[]){3, n}, normal, 0);
  (void)recnn_model_declare_param(model, "right", 2, (int64_t[]){3, n}, normal,
                                  RECNN_PARAM_TRANSPOSED);
  (void)recnn_model_declare_param(model, "held", 1, &n, normal, 0);
  (void)recnn_model_declare_param(model, "bias", 1, (int64_t[]){7}, normal, 0);
  *(char *)self = 2;
  return RECNN_OK;
}

static RecnnVar *predict(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  (void)self;
  (void)batch;
  (void)graph;
  return NULL;
}

/* What the migration is to get wrong. */
static const char *mistake = "";
static bool is(const char *name) { return strcmp(mistake, name) == 0; }

static RecnnStatus migrate(RecnnMigration *m, RecnnError *error) {
  g_assert_cmpuint(m->struct_size, ==, sizeof(RecnnMigration));
  g_assert_cmpstr(m->plugin, ==, "aging");
  if (strcmp(m->version, "1.0") != 0) {
    error->code = RECNN_ERROR_UNSUPPORTED;
    g_snprintf(error->message, sizeof error->message, "version %s is too old", m->version);
    return error->code;
  }
  g_assert_cmpstr(m->option(m, "width"), ==, "4");
  g_assert_cmpstr(m->option(m, "layers"), ==, "16,8");
  g_assert_null(m->option(m, "dim"));
  g_assert_cmpint(m->count(m, "items"), ==, 7);
  g_assert_cmpint(m->count(m, "users"), ==, -1);
  g_assert_cmpstr(m->tensor_name(m, 0), ==, "both");
  g_assert_cmpstr(m->tensor_name(m, 2), ==, "kept"); /* a file is in the order of names */
  g_assert_null(m->tensor_name(m, 3));
  g_assert_null(m->tensor_name(m, -1));
  g_assert_null(m->tensor(m, "left"));

  g_assert_true(m->set_option(m, "dim", m->option(m, "width")));
  g_assert_true(m->set_option(m, "dim", m->option(m, "dim"))); /* its own text */
  if (!is("option"))
    g_assert_true(m->set_option(m, "width", NULL));
  g_assert_true(m->set_option(m, "width", NULL)); /* is not there: fine */
  if (is("option"))
    m->set_option(m, "width", "4");
  int64_t rows = m->tensor(m, "both")->shape[0], n = m->tensor(m, "both")->shape[1] / 2;
  RecnnTensor *left = m->add(m, "left", RECNN_FLOAT32, 2, (int64_t[]){rows, n});
  RecnnTensor *right = m->add(m, "right", RECNN_FLOAT32, 2, (int64_t[]){rows, n});
  const float *both = m->tensor(m, "both")->data;
  for (int64_t i = 0; i < rows; i++) {
    memcpy((float *)left->data + i * n, both + i * 2 * n, sizeof(float) * (size_t)n);
    memcpy((float *)right->data + i * n, both + (i * 2 + 1) * n, sizeof(float) * (size_t)n);
  }
  m->remove(m, "both");
  m->rename(m, "kept", is("rename") ? "left" : "held");
  m->remove(m, is("remove") ? "nothing" : "junk");
  if (is("shape"))
    g_assert_null(m->add(m, "bias", RECNN_FLOAT32, 7, (int64_t[]){1, 1, 1, 1, 1, 1, 1}));
  if (is("axis"))
    g_assert_null(m->add(m, "bias", RECNN_FLOAT32, 1, (int64_t[]){-1}));
  if (is("dtype"))
    g_assert_null(m->add(m, "bias", 9, 0, NULL));
  if (is("taken"))
    g_assert_null(m->add(m, "left", RECNN_FLOAT32, 0, NULL));
  if (!is("bias"))
    m->add(m, "bias", RECNN_FLOAT32, 1, (int64_t[]){is("form") ? 6 : 7});
  if (is("extra"))
    m->add(m, "more", RECNN_INT64, 0, NULL);
  return RECNN_OK;
}

static const RecnnOption old_options[] = {
    {"width", RECNN_OPTION_INT, "4", "[1,9]", "columns"},
    {"layers", RECNN_OPTION_INT_LIST, "16,8", "[1,99]", "a list"},
    {NULL, 0, NULL, NULL, NULL}};
static const RecnnOption new_options[] = {
    {"dim", RECNN_OPTION_INT, "3", "[1,9]", "columns"},
    {"layers", RECNN_OPTION_INT_LIST, "16", "[1,99]", "a list"},
    {NULL, 0, NULL, NULL, NULL}};
static const char *const fields[] = {"user", NULL};
#define CLASS(table, function)                                                                     \
  {                                                                                                \
    .struct_size = sizeof(RecnnModelClass), .name = "aging", .options = table,                     \
    .train_fields = fields, .default_loss = "mse", .instance_size = 1, .create = function,         \
    .predict = predict                                                                             \
  }
static RecnnModelClass old_class = CLASS(old_options, create_old);
static RecnnModelClass new_class = CLASS(new_options, create_new);

static RecnnModel *make(const RecnnModelClass *model_class, const RecnnOptions *options) {
  GError *error = NULL;
  const RecnnCount counts[] = {{"items", 7}};
  RecnnModel *model = recnn_model_new(model_class, options, counts, 1, 3, &error);
  g_assert_no_error(error);
  return model;
}

static const float *values(RecnnModel *model, const char *name) {
  return recnn_model_find_param(model, name)->value.data;
}

typedef struct Place {
  char *folder;
  char *path;
  RecnnModel *old;
} Place;

static void set_up(Place *place, gconstpointer data) {
  GError *error = NULL;
  (void)data;
  place->folder = g_dir_make_tmp("recnn-XXXXXX", NULL);
  place->path = g_build_filename(place->folder, "aging.safetensors", NULL);
  recnn_model_class_set_origin(&old_class, "aging", "1.0");
  recnn_model_class_set_origin(&new_class, "aging", "2.0");
  new_class.migrate = migrate;
  mistake = "";
  place->old = make(&old_class, NULL);
  recnn_model_save_weights(place->old, place->path, &error);
  g_assert_no_error(error);
}

static void tear_down(Place *place, gconstpointer data) {
  (void)data;
  recnn_model_free(place->old);
  g_unlink(place->path);
  g_rmdir(place->folder);
  g_free(place->path);
  g_free(place->folder);
}

static void test_reads(Place *place, gconstpointer data) {
  GError *error = NULL;
  (void)data;
  RecnnWeightsFile *file = recnn_weights_file_open(place->path, &new_class, NULL, &error);
  g_assert_no_error(error);
  RecnnOptions *options = recnn_weights_file_options(file, &error);
  g_assert_no_error(error);
  g_assert_cmpint(recnn_options_int(options, "dim"), ==, 4);
  g_assert_cmpint(recnn_options_get(options, "layers")->count, ==, 2);
  RecnnModel *model = make(&new_class, options);
  recnn_weights_file_take(file, model, &error);
  g_assert_no_error(error);
  const float *both = values(place->old, "both");
  for (int row = 0; row < 3; row++)
    for (int column = 0; column < 4; column++) {
      g_assert_cmpfloat(values(model, "left")[row * 4 + column], ==, both[row * 8 + column]);
      g_assert_cmpfloat(values(model, "right")[column * 3 + row], ==, both[row * 8 + 4 + column]);
    }
  g_assert_cmpmem(values(model, "held"), 16, values(place->old, "kept"), 16);
  g_assert_cmpfloat(values(model, "bias")[6], ==, 0.0f);
  recnn_weights_file_close(file);
  /* What it saves is of today, and read without a migration. */
  recnn_model_save_weights(model, place->path, &error);
  mistake = "remove";
  recnn_model_load_weights(model, place->path, &error);
  g_assert_no_error(error);
  recnn_model_free(model);
  recnn_options_free(options);
}

/* Fails to open, or to be taken, with that text; nothing is changed. */
static void refused(const Place *place, RecnnStatus code, const char *text) {
  GError *error = NULL;
  RecnnOptions *options = recnn_options_new(new_options, "test", &error);
  recnn_options_set_text(options, "dim", "4", &error);
  RecnnModel *model = make(&new_class, options);
  float *before = g_memdup2(values(model, "left"), 48);
  g_assert_false(recnn_model_load_weights(model, place->path, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, code);
  if (strstr(error->message, text) == NULL)
    g_error("\"%s\" is not in \"%s\"", text, error->message);
  g_assert_nonnull(strstr(error->message, place->path));
  g_clear_error(&error);
  g_assert_cmpmem(values(model, "left"), 48, before, 48);
  g_free(before);
  recnn_model_free(model);
  recnn_options_free(options);
}

static void test_mistakes(Place *place, gconstpointer data) {
  static const struct {
    const char *mistake;
    RecnnStatus code;
    const char *text;
  } cases[] = {
      {"rename", RECNN_ERROR_ARGUMENT, "rename(): there is a tensor left already"},
      {"remove", RECNN_ERROR_NOT_FOUND, "remove(): there is no tensor nothing"},
      {"shape", RECNN_ERROR_SHAPE, "add(): tensor bias: "},
      {"axis", RECNN_ERROR_SHAPE, "add(): tensor bias: "},
      {"dtype", RECNN_ERROR_SHAPE, "add(): tensor bias: "},
      {"taken", RECNN_ERROR_ARGUMENT, "add(): there is a tensor left already"},
      {"bias", RECNN_ERROR_NOT_FOUND, "after its migration: there is no tensor bias"},
      {"form", RECNN_ERROR_SHAPE, "tensor bias is float32 (6), expected float32 (7)"},
      {"extra", RECNN_ERROR_NOT_FOUND, "tensor more is no parameter of model aging"},
  };
  (void)data;
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    mistake = cases[i].mistake;
    refused(place, cases[i].code, cases[i].text);
  }
  /* An option that today's class does not have. */
  GError *error = NULL;
  mistake = "option";
  RecnnWeightsFile *file = recnn_weights_file_open(place->path, &new_class, NULL, &error);
  g_assert_no_error(error);
  g_assert_null(recnn_weights_file_options(file, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_OPTION);
  g_assert_nonnull(strstr(error->message, "after its migration: "));
  g_clear_error(&error);
  recnn_weights_file_close(file);
}

static void test_refuses(Place *place, gconstpointer data) {
  GError *error = NULL;
  (void)data;
  /* A version that migrate() does not know. */
  recnn_model_class_set_origin(&old_class, "aging", "0.9");
  recnn_model_save_weights(place->old, place->path, &error);
  g_assert_no_error(error);
  refused(place, RECNN_ERROR_UNSUPPORTED,
          "which plugin aging 0.9 wrote: model aging: migrate: version 0.9 is too old");
  /* No migrate(): what does not fit says who wrote it. */
  new_class.migrate = NULL;
  refused(place, RECNN_ERROR_NOT_FOUND,
          "; plugin aging 0.9 wrote it, this is 2.0, which does not say (migrate)");
  /* Another plugin's model of the same name. */
  recnn_model_class_set_origin(&old_class, "other", "2.0");
  recnn_model_save_weights(place->old, place->path, &error);
  g_assert_no_error(error);
  refused(place, RECNN_ERROR_ARGUMENT,
          "weights of plugin other 2.0, expected those of plugin aging");
}

/* Without migrate() another version's file is taken when it fits; a file that does not say who
 * wrote it is taken as today's. */
static void test_fits(Place *place, gconstpointer data) {
  GError *error = NULL;
  (void)data;
  recnn_model_class_set_origin(&old_class, "aging", "1.1");
  recnn_model_load_weights(place->old, place->path, &error);
  g_assert_no_error(error);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add("/migration/reads", Place, NULL, set_up, test_reads, tear_down);
  g_test_add("/migration/mistakes", Place, NULL, set_up, test_mistakes, tear_down);
  g_test_add("/migration/refuses", Place, NULL, set_up, test_refuses, tear_down);
  g_test_add("/migration/fits", Place, NULL, set_up, test_fits, tear_down);
  return g_test_run();
}
