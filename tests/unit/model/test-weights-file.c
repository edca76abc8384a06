/* Weight files: what is saved is loaded, a matrix held transposed is the other way round in the
 * file, and a file that does not fit changes nothing. */
#include <string.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "base/error.h"
#include "model/weights-file.h"
#include "tensor/tensor.h"

typedef struct Toy {
  RecnnParam *plain;
  RecnnParam *turned;
} Toy;

static RecnnStatus create(void *self, RecnnModel *model, RecnnError *error) {
  Toy *toy = self;
  int64_t n = recnn_model_config_option(model, "width").as.i;
  RecnnInit normal = recnn_init(RECNN_INIT_NORMAL, 0.0, 1.0);
  (void)error;
  toy->plain = recnn_model_declare_param(model, "plain.weight", 2, (int64_t[]){3, n}, normal, 0);
  toy->turned = recnn_model_declare_param(model, "turned.weight", 2, (int64_t[]){3, n}, normal,
                                          RECNN_PARAM_TRANSPOSED);
  (void)recnn_model_declare_param(model, "seen", 0, NULL, recnn_init(RECNN_INIT_CONSTANT, 5.0, 0.0),
                                  RECNN_PARAM_BUFFER | RECNN_PARAM_INT64);
  return RECNN_OK;
}

static RecnnVar *predict(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  (void)batch;
  return recnn_graph_param(graph, ((const Toy *)self)->plain);
}

static const RecnnOption options[] = {{"width", RECNN_OPTION_INT, "4", "[1,9]", "columns"},
                                      {NULL, 0, NULL, NULL, NULL}};
static const char *const fields[] = {"user", NULL};
static RecnnModelClass toy_class = {.struct_size = sizeof(RecnnModelClass),
                                    .name = "toy",
                                    .options = options,
                                    .train_fields = fields,
                                    .default_loss = "mse",
                                    .instance_size = sizeof(Toy),
                                    .create = create,
                                    .predict = predict};

static RecnnModel *toy(const char *width, uint64_t seed) {
  GError *error = NULL;
  const RecnnCount counts[] = {{"users", 7}};
  RecnnOptions *set = recnn_options_new(options, "model toy", &error);
  g_assert_true(recnn_options_set_text(set, "width", width, &error));
  RecnnModel *model = recnn_model_new(&toy_class, set, counts, 1, seed, &error);
  g_assert_no_error(error);
  recnn_options_free(set);
  return model;
}

static const float *values(RecnnModel *model, const char *name) {
  return recnn_model_find_param(model, name)->value.data;
}

static void test_round_trip(void) {
  char *folder = g_dir_make_tmp("recnn-XXXXXX", NULL);
  char *path = g_build_filename(folder, "toy.safetensors", NULL);
  GError *error = NULL;
  RecnnModel *model = toy("4", 1), *other = toy("4", 2);
  *(int64_t *)recnn_model_find_param(model, "seen")->value.data = 77;
  recnn_model_class_set_origin(&toy_class, "toys", "1.2.3");
  g_assert_true(recnn_model_save_weights(model, path, &error));
  g_assert_no_error(error);

  RecnnSafetensors *file = recnn_safetensors_open(path, &error);
  g_assert_no_error(error);
  g_assert_cmpstr(recnn_safetensors_metadata(file, "model"), ==, "toy");
  g_assert_cmpstr(recnn_safetensors_metadata(file, "options"), ==, "{\"width\":4}");
  g_assert_cmpstr(recnn_safetensors_metadata(file, "counts"), ==, "{\"users\":7}");
  g_assert_cmpstr(recnn_safetensors_metadata(file, "plugin"), ==, "toys");
  g_assert_cmpstr(recnn_safetensors_metadata(file, "plugin_version"), ==, "1.2.3");
  float outside[12];
  RecnnTensor to = recnn_tensor_view(outside, RECNN_FLOAT32, 2, (int64_t[]){3, 4});
  g_assert_true(recnn_safetensors_read(file, "turned.weight", &to, &error));
  for (int row = 0; row < 3; row++)
    for (int column = 0; column < 4; column++)
      g_assert_cmpfloat(outside[row * 4 + column], ==,
                        values(model, "turned.weight")[column * 3 + row]);
  recnn_safetensors_close(file);

  uint64_t version = recnn_model_version(other);
  g_assert_cmpfloat(values(model, "plain.weight")[5], !=, values(other, "plain.weight")[5]);
  g_assert_true(recnn_model_load_weights(other, path, &error));
  g_assert_no_error(error);
  g_assert_cmpuint(recnn_model_version(other), >, version);
  g_assert_cmpmem(values(model, "plain.weight"), 48, values(other, "plain.weight"), 48);
  g_assert_cmpmem(values(model, "turned.weight"), 48, values(other, "turned.weight"), 48);
  g_assert_cmpint(*(int64_t *)recnn_model_find_param(other, "seen")->value.data, ==, 77);

  /* Another width: the first tensor that does not fit is named, and nothing was taken. */
  RecnnModel *wide = toy("5", 3);
  float *before = g_memdup2(values(wide, "plain.weight"), 60);
  g_assert_false(recnn_model_load_weights(wide, path, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_SHAPE);
  g_assert_nonnull(strstr(error->message, "plain.weight is F32 (3, 4), expected float32 (3, 5)"));
  g_clear_error(&error);
  g_assert_cmpmem(values(wide, "plain.weight"), 60, before, 60);
  g_free(before);

  /* Another model. */
  toy_class.name = "tie";
  g_assert_false(recnn_model_load_weights(other, path, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_ARGUMENT);
  g_assert_nonnull(strstr(error->message, "of model toy, expected those of model tie"));
  g_clear_error(&error);
  toy_class.name = "toy";

  /* One tensor too many, and one too few. */
  float extra = 1.0f;
  int64_t one = 1;
  RecnnTensor plain = recnn_model_find_param(model, "plain.weight")->value;
  RecnnTensor tensor = recnn_tensor_view(&extra, RECNN_FLOAT32, 1, &one);
  RecnnSafetensorsWriter *writer = recnn_safetensors_writer_new();
  recnn_safetensors_writer_add(writer, "plain.weight", &plain);
  recnn_safetensors_writer_add(writer, "unknown", &tensor);
  g_assert_true(recnn_safetensors_writer_commit(writer, path, &error));
  g_assert_false(recnn_model_load_weights(other, path, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_NOT_FOUND);
  g_assert_nonnull(strstr(error->message, "turned.weight"));
  g_clear_error(&error);
  writer = recnn_safetensors_writer_new();
  recnn_safetensors_writer_add(writer, "plain.weight", &plain);
  RecnnTensor turned = recnn_tensor_view(outside, RECNN_FLOAT32, 2, (int64_t[]){3, 4});
  recnn_safetensors_writer_add(writer, "turned.weight", &turned);
  recnn_safetensors_writer_add(writer, "seen", &recnn_model_find_param(model, "seen")->value);
  recnn_safetensors_writer_add(writer, "unknown", &tensor);
  g_assert_true(recnn_safetensors_writer_commit(writer, path, &error));
  g_assert_false(recnn_model_load_weights(other, path, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_NOT_FOUND);
  g_assert_nonnull(strstr(error->message, "unknown is no parameter of model toy"));
  g_clear_error(&error);

  recnn_model_free(model);
  recnn_model_free(other);
  recnn_model_free(wide);
  g_unlink(path);
  g_rmdir(folder);
  g_free(path);
  g_free(folder);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/weights-file/round-trip", test_round_trip);
  return g_test_run();
}
