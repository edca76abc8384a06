/* Every way in which a plugin can be wrong: the exact code, a text that helps, nothing left behind,
 * and the good plugins go on working.  The animals are in zoo/. */
#include "config.h"

#include "abi/abi-test.h"
#include "eval/metric.h"
#include "graph/graph.h"
#include "tensor/tensor.h"

typedef struct Animal {
  const char *name;
  RecnnStatus code;
  const char *parts[7];
} Animal;

/* What a manifest's size is shown as, where pointers have 8 bytes. */
#define MANIFEST_BYTES (sizeof(void *) == 8 ? "88 bytes" : "bytes")
#define ABI G_STRINGIFY(RECNN_ABI_MAJOR) "." G_STRINGIFY(RECNN_ABI_MINOR)

static const Animal animals[] = {
    {"zoo_unresolved", RECNN_ERROR_PLUGIN_OPEN, {"zoo_nobody_has_this", "ldd -r"}},
    {"zoo_symbol", RECNN_ERROR_PLUGIN_SYMBOL, {"recnn_plugin_query", "RECNN_PLUGIN is missing"}},
    {"zoo_null", RECNN_ERROR_PLUGIN_MAGIC, {"NULL", "RECNN_PLUGIN"}},
    {"zoo_magic", RECNN_ERROR_PLUGIN_MAGIC, {"field magic", "0x12345678", "0x4e434552", "rebuild"}},
    {"zoo_major",
     RECNN_ERROR_PLUGIN_VERSION,
     {"field abi_major is 1", "ABI 1.1", "ABI " ABI, "rebuild"}},
    {"zoo_minor_later",
     RECNN_ERROR_PLUGIN_VERSION,
     {"field abi_minor is 2", "ABI 0.2", "ABI " ABI, "update recnn"}},
    {"zoo_minor_earlier",
     RECNN_ERROR_PLUGIN_VERSION,
     {"field abi_minor is 0", "ABI 0.0", "ABI " ABI, "must be equal", "rebuild"}},
    {"zoo_short", RECNN_ERROR_PLUGIN_SIZE, {"field struct_size is 24", MANIFEST_BYTES, "rebuild"}},
    {"zoo_long", RECNN_ERROR_PLUGIN_SIZE, {"field struct_size is 4096", MANIFEST_BYTES, "rebuild"}},
    {"zoo_fingerprint",
     RECNN_ERROR_PLUGIN_FINGERPRINT,
     {"field fingerprint", "0x28814888", "0x18814888", "rebuild"}},
    {"zoo_reserved",
     RECNN_ERROR_PLUGIN_FINGERPRINT,
     {"field reserved is 0x00000007", "expected 0"}},
    {"zoo_service_unknown",
     RECNN_ERROR_PLUGIN_SERVICE,
     {"field requirements", "\"recnn.graph/2\"", "64 bytes", "did you mean recnn.graph/1",
      "recnn.log/1", "update recnn"}},
    {"zoo_service_large",
     RECNN_ERROR_PLUGIN_SERVICE,
     {"field requirements", "\"recnn.batch/1\"", "32 bytes", "has 24", "update recnn"}},
    {"zoo_name",
     RECNN_ERROR_PLUGIN_NAME,
     {"field name is \"zoo_other\"", "file is named \"zoo_name.so\"", "name it \"zoo_other.so\""}},
    {"zoo_name_null", RECNN_ERROR_PLUGIN_NAME, {"field name is NULL", "expected"}},
    {"zoo_name_bad",
     RECNN_ERROR_PLUGIN_NAME,
     {"field name is \"../Zoo-Bad\"", "small letter", "rename"}},
    {"zoo_version_null", RECNN_ERROR_PLUGIN_NAME, {"field version is NULL", "1.0.0"}},
    {"zoo_empty", RECNN_ERROR_PLUGIN_FEATURE, {"field features has 0", "at least 1"}},
    {"zoo_kind",
     RECNN_ERROR_PLUGIN_FEATURE,
     {"features[0].kind is \"recnn.modell/1\"", "did you mean recnn.model/1", "recnn.op/1"}},
    {"zoo_descriptor_null", RECNN_ERROR_PLUGIN_FEATURE, {"features[0].descriptor is NULL"}},
    {"zoo_class_unnamed", RECNN_ERROR_PLUGIN_FEATURE, {"features[0]", "recnn.model/1", "named"}},
    {"zoo_class_short",
     RECNN_ERROR_PLUGIN_FEATURE,
     {"features[0]", "struct_size is", "expected at least"}},
    {"zoo_class_default",
     RECNN_ERROR_PLUGIN_FEATURE,
     {"features[0]", "zoo_class_default", "dropout", "1.5", "[0,1)"}},
    {"zoo_class_flags", RECNN_ERROR_PLUGIN_FEATURE, {"features[0]", "zoo_class_flags", "flags"}},
    {"zoo_class_taken",
     RECNN_ERROR_PLUGIN_FEATURE,
     {"features[0]", "\"zoo_good\"", "zoo_good.so", "rename"}},
    {"zoo_twice",
     RECNN_ERROR_PLUGIN_FEATURE,
     {"features[0] and features[1]", "\"zoo_twice\"", "rename"}},
    {"zoo_op_bad", RECNN_ERROR_PLUGIN_FEATURE, {"features[0]", "zoo_hollow"}},
    {"zoo_op_flags", RECNN_ERROR_PLUGIN_FEATURE, {"features[0]", "zoo_cube", "flags"}},
    {"zoo_op_taken", RECNN_ERROR_PLUGIN_FEATURE, {"features[1]", "zoo_square", "taken"}},
    {"zoo_optimizer",
     RECNN_ERROR_PLUGIN_FEATURE,
     {"features[0]", "zoo_optimizer", "learning_rate"}},
    {"zoo_optimizer_default",
     RECNN_ERROR_PLUGIN_FEATURE,
     {"features[1]", "zoo_optimizer_default", "learning_rate", "1.5", "(0,1]"}},
    {"zoo_metric",
     RECNN_ERROR_PLUGIN_FEATURE,
     {"features[0]", "ZooMetric", "RECNN_METRIC_LIST", "functions list"}},
    {"zoo_metric_taken",
     RECNN_ERROR_PLUGIN_FEATURE,
     {"features[0]", "ZooMetric", "zoo ndcg", "a metric NDCG already", "rename"}},
    {"zoo_sampler", RECNN_ERROR_PLUGIN_FEATURE, {"features[0]", "zoo_sampler", "draw"}},
    {"zoo_sampler_name",
     RECNN_ERROR_PLUGIN_FEATURE,
     {"features[0]", "\"Zoo sampler\"", "[a-z][a-z0-9_]*"}},
    {"zoo_format", RECNN_ERROR_PLUGIN_FEATURE, {"features[0]", "zoo_format", "read is NULL"}},
    {"zoo_format_taken", RECNN_ERROR_PLUGIN_FEATURE, {"features[0]", "\"csv\"", "rename"}},
    {"zoo_enter", RECNN_ERROR_PLUGIN_ENTER, {"status 11", "needs 3 moons, there is one"}},
    {"zoo_enter_silent", RECNN_ERROR_PLUGIN_ENTER, {"status -5", "no reason given"}},
};

static void test_animal(gconstpointer data) {
  const Animal *animal = data;
  char *path = zoo_file(animal->name);
  assert_good_works();
  for (int again = 0; again < 2; again++)
    assert_refused(path, animal->code, animal->parts);

  /* Nothing of it is left: no code (but where it ran), no model, no op. */
  g_assert_cmpint(is_mapped(path), ==, animal->code == RECNN_ERROR_PLUGIN_ENTER);
  GError *error = NULL;
  g_assert_null(recnn_plugin_require(animal->name, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, animal->code);
  g_clear_error(&error);
  g_assert_null(recnn_model_class_find(animal->name, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, animal->code);
  g_clear_error(&error);
  g_assert_null(recnn_op_find("zoo_hollow"));
  g_assert_null(recnn_metric_find("ZooHits", NULL));
  assert_good_works();
  g_free(path);
}

static void test_order(void) {
  char *path = zoo_file("zoo_order");
  for (RecnnStatus code = RECNN_ERROR_PLUGIN_MAGIC; code <= RECNN_ERROR_PLUGIN_ENTER; code++) {
    char from[16];
    g_snprintf(from, sizeof from, "%d", code);
    g_setenv("ZOO_FAULTS_FROM", from, TRUE);
    assert_refused(path, code, (const char *const[]){NULL});
  }
  g_unsetenv("ZOO_FAULTS_FROM");
  GError *error = NULL;
  g_assert_nonnull(recnn_plugin_load(path, &error));
  g_assert_no_error(error);
  g_free(path);
}

static void test_all_there(void) {
  char *folder = g_test_build_filename(G_TEST_BUILT, "abi", "zoo", ".libs", NULL);
  GDir *dir = g_dir_open(folder, 0, NULL);
  g_assert_nonnull(dir);
  static const char *const good[] = {"zoo_good",          "zoo_op",     "zoo_services",
                                     "zoo_order",         "zoo_thread", "zoo_constructor",
                                     "zoo_class_earlier", NULL};
  for (const char *file; (file = g_dir_read_name(dir)) != NULL;) {
    if (!g_str_has_suffix(file, ".so"))
      continue;
    char *name = g_strndup(file, strlen(file) - 3);
    bool known = g_strv_contains(good, name);
    for (size_t i = 0; i < G_N_ELEMENTS(animals); i++)
      known = known || strcmp(animals[i].name, name) == 0;
    if (!known)
      g_error("no test for %s", file);
    g_free(name);
  }
  g_dir_close(dir);
  g_free(folder);
}

/* A class that ends earlier than today's: all that is not in it is zero, whatever lies there. */
static void test_earlier(void) {
  GError *error = NULL;
  char *path = zoo_file("zoo_class_earlier");
  const RecnnPlugin *plugin = recnn_plugin_load(path, &error);
  g_assert_no_error(error);
  const RecnnModelClass *model_class = recnn_model_class_find("zoo_class_earlier", &error);
  g_assert_no_error(error);
  g_assert_cmpuint(model_class->struct_size, ==, sizeof(RecnnModelClass));
  g_assert_true(model_class->fit != NULL);
  g_assert_true(model_class->migrate == NULL);
  g_assert_true(recnn_plugin_of(model_class) == plugin);
  g_assert_true(plugin->manifest->features[0].descriptor != model_class);
  g_free(path);
}

static void test_op(void) {
  GError *error = NULL;
  char *path = zoo_file("zoo_op");
  g_assert_null(recnn_op_find("zoo_square"));
  g_assert_nonnull(recnn_plugin_load(path, &error));
  g_assert_no_error(error);
  g_assert_nonnull(recnn_op_find("zoo_square"));
  g_assert_null(recnn_model_class_find("zoo_op", &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_NOT_FOUND);
  assert_text(error->message, path);
  assert_text(error->message, "zoo_square (recnn.op/1)");
  g_clear_error(&error);

  /* The host runs it like one of its own, gradient included. */
  float values[3] = {1.0f, -2.0f, 3.0f};
  const int64_t shape[1] = {3};
  RecnnTensor x = recnn_tensor_view(values, RECNN_FLOAT32, 1, shape);
  RecnnGraph *graph = recnn_graph_new(1);
  recnn_graph_reset(graph, 0, true, true);
  RecnnVar *var = recnn_graph_variable(graph, &x);
  RecnnVar *square = recnn_graph_apply(graph, "zoo_square", &var, 1, NULL, 0);
  RecnnVar *fourth = recnn_graph_apply(graph, "zoo_square", &square, 1, NULL, 0);
  g_assert_true(recnn_graph_check(graph, &error));
  const float *y = recnn_graph_tensor(fourth)->data;
  for (int i = 0; i < 3; i++)
    g_assert_cmpfloat(y[i], ==, values[i] * values[i] * values[i] * values[i]);
  recnn_graph_free(graph);
  g_free(path);
}

int main(int argc, char **argv) {
  abi_test_init(&argc, &argv);
  g_test_add_func("/abi/zoo/all-there", test_all_there);
  g_test_add_func("/abi/zoo/op", test_op); /* first: an animal wants its name */
  g_test_add_func("/abi/zoo/earlier", test_earlier);
  for (size_t i = 0; i < G_N_ELEMENTS(animals); i++) {
    char *test = g_strdup_printf("/abi/zoo/%s", animals[i].name);
    g_test_add_data_func(test, &animals[i], test_animal);
    g_free(test);
  }
  g_test_add_func("/abi/zoo/order", test_order);
  int result = g_test_run();
  abi_test_end();
  return result;
}
