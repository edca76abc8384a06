/* Model instances: what a class may get wrong, what create() is answered, and the copy of the
 * weights.  The classes are the test's own and call the host directly. */
#include <string.h>

#include <glib.h>

#include "base/error.h"
#include "model/objective.h"
#include "tensor/tensor.h"

typedef struct Toy {
  RecnnParam *table; /* (items) */
  int64_t n_items;
} Toy;

static int destroyed;
static const char *mistake; /* what create() shall get wrong */

static RecnnStatus toy_create(void *self, RecnnModel *model, RecnnError *error) {
  Toy *toy = self;
  int64_t n = recnn_model_config_count(model, "items");
  toy->n_items = n;
  toy->table = recnn_model_declare_param(
      model, "table.weight", 1, &n,
      recnn_init(RECNN_INIT_CONSTANT, recnn_model_config_option(model, "start").as.f, 0.0), 0);
  (void)recnn_model_declare_param(model, "seen", 0, NULL, recnn_init(RECNN_INIT_CONSTANT, 3.0, 0.0),
                                  RECNN_PARAM_BUFFER | RECNN_PARAM_INT64);
  if (mistake == NULL)
    return RECNN_OK;
  if (strcmp(mistake, "twice") == 0)
    (void)recnn_model_declare_param(model, "table.weight", 1, &n,
                                    recnn_init(RECNN_INIT_CONSTANT, 0.0, 0.0), 0);
  if (strcmp(mistake, "count") == 0)
    (void)recnn_model_config_count(model, "genres");
  if (strcmp(mistake, "option") == 0)
    (void)recnn_model_config_option(model, "strat");
  if (strcmp(mistake, "flags") == 0)
    (void)recnn_model_declare_param(model, "x", 1, &n, recnn_init(RECNN_INIT_CONSTANT, 0.0, 0.0),
                                    64);
  if (strcmp(mistake, "text") == 0) {
    error->code = RECNN_ERROR_OPTION;
    g_strlcpy(error->message, "start is odd", sizeof error->message);
    return RECNN_ERROR_OPTION;
  }
  if (strcmp(mistake, "silent") == 0)
    return RECNN_ERROR_FAILED;
  return RECNN_OK;
}

static void toy_destroy(void *self) {
  g_assert_cmpint(((Toy *)self)->n_items, >, 0);
  destroyed++;
}

static RecnnVar *toy_predict(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  const Toy *toy = self;
  if (mistake != NULL && strcmp(mistake, "null") == 0)
    return NULL;
  (void)batch;
  return recnn_graph_param(graph, toy->table);
}

static RecnnStatus toy_fit(void *self, RecnnModel *model, const RecnnInteractions *data,
                           RecnnError *error) {
  const Toy *toy = self;
  (void)model;
  (void)error;
  for (int64_t i = 0; i < data->n; i++)
    ((float *)toy->table->value.data)[data->item[i]] += 1.0f;
  return RECNN_OK;
}

static const RecnnOption toy_options[] = {
    {"start", RECNN_OPTION_FLOAT, "0.5", "[0,1]", "where the table begins"},
    {NULL, 0, NULL, NULL, NULL}};
static const char *const toy_fields[] = {"user", "item", "rating", NULL};
static const RecnnModelClass toy_class = {.struct_size = sizeof(RecnnModelClass),
                                          .name = "toy",
                                          .options = toy_options,
                                          .train_fields = toy_fields,
                                          .default_loss = "mse",
                                          .instance_size = sizeof(Toy),
                                          .create = toy_create,
                                          .destroy = toy_destroy,
                                          .predict = toy_predict,
                                          .fit = toy_fit};
static const RecnnCount counts[] = {{"users", 5}, {"items", 4}};

static void assert_error(GError **error, RecnnStatus code, const char *part) {
  g_assert_error(*error, RECNN_ERROR_DOMAIN, code);
  if (strstr((*error)->message, part) == NULL)
    g_error("\"%s\" lacks \"%s\"", (*error)->message, part);
  g_clear_error(error);
}

static void test_create(void) {
  GError *error = NULL;
  mistake = NULL;
  destroyed = 0;
  RecnnModel *model = recnn_model_new(&toy_class, NULL, counts, 2, 1, &error);
  g_assert_no_error(error);
  g_assert_true(recnn_model_get_class(model) == &toy_class);
  g_assert_cmpint(recnn_model_get_count(model, "users"), ==, 5);
  g_assert_cmpint(recnn_model_get_count(model, "genres"), ==, -1);
  RecnnParam *const *params;
  g_assert_cmpint(recnn_model_params(model, &params), ==, 2);
  g_assert_cmpstr(params[0]->name, ==, "table.weight");
  g_assert_cmpfloat(((float *)params[0]->value.data)[3], ==, 0.5f);
  g_assert_true(recnn_model_find_param(model, "seen") == params[1]);
  g_assert_cmpint(*(int64_t *)params[1]->value.data, ==, 3);
  g_assert_null(recnn_model_find_param(model, "table"));
  g_assert_cmpint(recnn_model_param_count(model), ==, 4); /* buffers do not count */
  int64_t n = 1;
  g_assert_null(recnn_model_declare_param(model, "late", 1, &n,
                                          recnn_init(RECNN_INIT_CONSTANT, 0.0, 0.0), 0));
  recnn_model_free(model);
  g_assert_cmpint(destroyed, ==, 1);
}

static void test_mistakes(void) {
  const struct {
    const char *mistake;
    RecnnStatus code;
    const char *part;
    int destroyed;
  } cases[] = {
      {"twice", RECNN_ERROR_ARGUMENT, "\"table.weight\"", 1},
      {"count", RECNN_ERROR_NOT_FOUND, "\"genres\"", 1},
      {"option", RECNN_ERROR_OPTION, "strat", 1},
      {"flags", RECNN_ERROR_ARGUMENT, "flags 0x40", 1},
      {"text", RECNN_ERROR_OPTION, "start is odd", 1},
      {"silent", RECNN_ERROR_FAILED, "toy", 1},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    GError *error = NULL;
    mistake = cases[i].mistake;
    destroyed = 0;
    g_assert_null(recnn_model_new(&toy_class, NULL, counts, 2, 1, &error));
    g_assert_nonnull(strstr(error->message, "model toy"));
    assert_error(&error, cases[i].code, cases[i].part);
    g_assert_cmpint(destroyed, ==, cases[i].destroyed);
  }
  mistake = NULL;
}

static void test_weights(void) {
  GError *error = NULL;
  RecnnModel *model = recnn_model_new(&toy_class, NULL, counts, 2, 1, &error);
  g_assert_no_error(error);
  RecnnWeights *weights = recnn_weights_new(model, &error);
  uint64_t version = recnn_model_version(model);
  int32_t zeros[2] = {0, 0};
  RecnnInteractions data = {.struct_size = sizeof data,
                            .n = 2,
                            .n_users = 5,
                            .n_items = 4,
                            .user = zeros,
                            .item = (int32_t[]){3, 3}};
  g_assert_true(recnn_model_fit(model, &data, &error));
  g_assert_cmpuint(recnn_model_version(model), >, version);
  version = recnn_model_version(model);
  const float *table = recnn_model_find_param(model, "table.weight")->value.data;
  g_assert_cmpfloat(table[3], ==, 2.5f);
  *(int64_t *)recnn_model_find_param(model, "seen")->value.data = 9;
  recnn_weights_restore(weights, model);
  g_assert_cmpuint(recnn_model_version(model), >, version);
  g_assert_cmpfloat(table[3], ==, 0.5f);
  g_assert_cmpint(*(int64_t *)recnn_model_find_param(model, "seen")->value.data, ==, 3);
  recnn_weights_free(weights);
  recnn_model_free(model);
}

static void assert_failed(RecnnGraph *graph, RecnnStatus code, const char *part) {
  GError *error = NULL;
  g_assert_false(recnn_graph_check(graph, &error));
  assert_error(&error, code, part);
  recnn_graph_reset(graph, 0, true, true);
}

static void test_calls(void) {
  GError *error = NULL;
  RecnnModel *model = recnn_model_new(&toy_class, NULL, counts, 2, 1, &error);
  RecnnGraph *graph = recnn_graph_new(1);
  recnn_graph_reset(graph, 0, true, true);
  RecnnBatch *batch = recnn_batch_new();
  float ratings[4] = {1, 2, 3, 4};
  int64_t n = 4;
  RecnnTensor view = recnn_tensor_view(ratings, RECNN_FLOAT32, 1, &n);
  g_assert_null(recnn_model_loss(model, graph, batch, NULL));
  assert_failed(graph, RECNN_ERROR_DATA, "no field rating");
  g_assert_true(recnn_batch_borrow(batch, "rating", &view, &error));
  recnn_batch_set_size(batch, 4);
  RecnnVar *loss = recnn_model_loss(model, graph, batch, NULL);
  g_assert_true(recnn_graph_check(graph, &error));
  /* ((.5-1)^2 + (.5-2)^2 + (.5-3)^2 + (.5-4)^2) / 4 */
  g_assert_cmpfloat(*(const float *)recnn_graph_tensor(loss)->data, ==, 5.25f);
  g_assert_null(recnn_objective_new(model, "squared", NULL, 0, &error));
  assert_error(&error, RECNN_ERROR_NOT_FOUND, "\"squared\" is not known");
  g_assert_null(recnn_model_score_items(model, graph, batch, NULL));
  assert_failed(graph, RECNN_ERROR_UNSUPPORTED, "model toy");
  mistake = "null";
  g_assert_null(recnn_model_predict(model, graph, batch));
  assert_failed(graph, RECNN_ERROR_FAILED, "predict() returned NULL");
  mistake = NULL;
  recnn_batch_free(batch);
  batch = recnn_batch_new(); /* of another size than what predict() returns */
  n = 3;
  view = recnn_tensor_view(ratings, RECNN_FLOAT32, 1, &n);
  g_assert_true(recnn_batch_borrow(batch, "rating", &view, &error));
  recnn_batch_set_size(batch, 3);
  g_assert_null(recnn_model_predict(model, graph, batch));
  assert_failed(graph, RECNN_ERROR_SHAPE, "expected float32 (3)");
  recnn_batch_free(batch);
  recnn_graph_free(graph);
  recnn_model_free(model);
}

static void test_class_check(void) {
  const RecnnOption wrong_default[] = {{"a", RECNN_OPTION_FLOAT, "2", "[0,1]", "x"},
                                       {NULL, 0, NULL, NULL, NULL}};
  GError *error = NULL;
  g_assert_true(recnn_model_class_check(&toy_class, &error));
  g_assert_no_error(error);
  for (int i = 0; i < 9; i++) {
    RecnnModelClass c = toy_class;
    const char *part = NULL;
    switch (i) {
    case 0:
      c.struct_size = 16;
      part = "struct_size is 16";
      break;
    case 1:
      c.name = "Toy Model";
      part = "\"Toy Model\"";
      break;
    case 2:
      c.instance_size = 0;
      part = "instance_size is 0";
      break;
    case 3:
      c.create = NULL;
      part = "create is NULL";
      break;
    case 4:
      c.predict = NULL;
      part = "predict and score_items";
      break;
    case 5:
      c.default_loss = NULL;
      part = "default_loss";
      break;
    case 6:
      c.train_fields = NULL;
      c.fit = NULL;
      part = "cannot learn";
      break;
    case 7:
      c.options = wrong_default;
      part = "option a";
      break;
    default:
      c.options = NULL;
      part = "options is NULL";
      break;
    }
    g_assert_false(recnn_model_class_check(&c, &error));
    assert_error(&error, RECNN_ERROR_PLUGIN_FEATURE, part);
  }
  g_assert_false(recnn_model_class_check(NULL, &error));
  assert_error(&error, RECNN_ERROR_PLUGIN_FEATURE, "NULL");
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/model/create", test_create);
  g_test_add_func("/model/mistakes", test_mistakes);
  g_test_add_func("/model/weights", test_weights);
  g_test_add_func("/model/calls", test_calls);
  g_test_add_func("/model/class-check", test_class_check);
  return g_test_run();
}
