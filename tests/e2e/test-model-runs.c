/* All twelve models: the same weights at any number of threads and again on a rerun, the same
 * answers from a file of weights and for one query as for many, and what a wrong file says. */
#include "e2e/model-cases.h"

#include <glib/gstdio.h>

#include "base/parallel.h"
#include "model/weights-file.h"
#include "optim/optimizer.h"

static char *folder;

static RecnnModel *trained(const char *name, int threads, uint64_t seed) {
  GError *error = NULL;
  recnn_parallel_set_threads(threads, &error);
  g_assert_no_error(error);
  RecnnModel *model = new_small(name, seed);
  const RecnnModelClass *c = recnn_model_get_class(model);
  RecnnParam *const *params;
  int32_t n_params = recnn_model_params(model, &params);
  const RecnnOptimizerClass *adam = recnn_optimizer_find("adam");
  RecnnOptions *options = recnn_options_new(adam->options, "adam", &error);
  recnn_options_set_text(options, "learning_rate", "0.01", &error);
  RecnnOptimizer *optimizer = recnn_optimizer_new(adam, options, params, n_params, &error);
  g_assert_no_error(error);
  RecnnGraph *graph = recnn_graph_new(seed);
  RecnnBatch *batch = new_case_batch(c->train_fields);
  for (int step = 0; step < 4; step++) {
    double norm;
    fill_case(batch, c->train_fields, step * 50, CASE_MOST);
    recnn_graph_reset(graph, (uint64_t)step, true, true);
    RecnnVar *loss = recnn_model_loss(model, graph, batch, NULL);
    assert_graph(graph);
    recnn_graph_backward(graph, loss, params, n_params, &error);
    g_assert_no_error(error);
    recnn_optimizer_step(optimizer, 5.0, &norm, &error);
    g_assert_no_error(error);
    g_assert_cmpfloat(norm, >, 0.0);
  }
  recnn_model_touch(model);
  recnn_batch_free(batch);
  recnn_graph_free(graph);
  recnn_optimizer_free(optimizer);
  recnn_options_free(options);
  return model;
}

static char *file_of(const RecnnModel *model, const char *name) {
  char *path = g_build_filename(folder, name, NULL);
  GError *error = NULL;
  recnn_model_save_weights(model, path, &error);
  g_assert_no_error(error);
  return path;
}

static char *hash_of(const char *path) {
  char *text;
  gsize size;
  GError *error = NULL;
  g_file_get_contents(path, &text, &size, &error);
  g_assert_no_error(error);
  char *hash = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)text, size);
  g_free(text);
  return hash;
}

/* The hash of the weights' file after a few steps. */
static char *hash_of_run(const char *name, int threads, uint64_t seed) {
  RecnnModel *model = trained(name, threads, seed);
  char *path = file_of(model, "run.safetensors"), *hash = hash_of(path);
  recnn_model_free(model);
  g_free(path);
  return hash;
}

static void same_bits(const void *name) {
  char *first = hash_of_run(name, 1, 5);
  static const int threads[] = {1, 2, 4};
  for (size_t i = 0; i < G_N_ELEMENTS(threads); i++) {
    char *again = hash_of_run(name, threads[i], 5);
    g_assert_cmpstr(again, ==, first);
    g_free(again);
  }
  char *other = hash_of_run(name, 1, 6);
  g_assert_cmpstr(other, !=, first);
  g_free(other);
  g_free(first);
}

static const char *const *asked_fields(const RecnnModel *model) {
  const RecnnModelClass *c = recnn_model_get_class(model);
  return c->score_items != NULL ? c->query_fields : c->train_fields;
}

static float *answers(RecnnModel *model, int64_t first, int64_t n, int64_t *ret_width) {
  RecnnGraph *graph = recnn_graph_new(1);
  RecnnBatch *batch = new_case_batch(asked_fields(model));
  RecnnVar *var = ask_case(model, graph, batch, first, n);
  assert_graph(graph);
  const RecnnTensor *value = recnn_graph_tensor(var);
  g_assert_cmpint(value->shape[0], ==, n);
  *ret_width = recnn_tensor_count(value) / n;
  float *copy = g_memdup2(value->data, recnn_tensor_bytes(value));
  recnn_batch_free(batch);
  recnn_graph_free(graph);
  return copy;
}

static void through_a_file(const void *name) {
  RecnnModel *model = trained(name, 2, 5), *other = new_small(name, 77);
  char *path = file_of(model, "saved.safetensors");
  int64_t width;
  float *before = answers(model, 3, 20, &width), *without = answers(other, 3, 20, &width);
  GError *error = NULL;
  g_assert_false(memcmp(before, without, sizeof(float) * (size_t)(20 * width)) == 0);
  recnn_model_load_weights(other, path, &error);
  g_assert_no_error(error);
  float *after = answers(other, 3, 20, &width);
  g_assert_cmpmem(after, sizeof(float) * (size_t)(20 * width), before,
                  sizeof(float) * (size_t)(20 * width));
  g_free(before);
  g_free(without);
  g_free(after);
  g_free(path);
  recnn_model_free(model);
  recnn_model_free(other);
}

/* A query is answered alone as among others, whose sequences may be longer. */
static void one_as_many(const void *name) {
  enum { N = 23 };
  RecnnModel *model = trained(name, 1, 5);
  int64_t width, one_width;
  float *all = answers(model, 11, N, &width);
  double spread = 0.0;
  for (int i = 0; i < N; i++) {
    float *one = answers(model, 11 + i, 1, &one_width);
    g_assert_cmpint(one_width, ==, width);
    for (int64_t k = 0; k < width; k++) {
      double expected = (double)one[k];
      g_assert_cmpfloat_with_epsilon((double)all[i * width + k], expected,
                                     1e-5 * (1.0 + fabs(expected)));
      spread = MAX(spread, fabs(expected - (double)all[k]));
    }
    g_free(one);
  }
  g_assert_cmpfloat(spread, >, 1e-4); /* answers that were all the same would prove nothing */
  g_free(all);
  recnn_model_free(model);
}

static void refuses(RecnnModel *model, const char *path, const char *const *texts) {
  GError *error = NULL;
  g_assert_false(recnn_model_load_weights(model, path, &error));
  g_assert_nonnull(error);
  for (; *texts != NULL; texts++)
    if (strstr(error->message, *texts) == NULL)
      g_error("\"%s\" is not in: %s", *texts, error->message);
  g_error_free(error);
}

/* A file of another model, and of other sizes: both are named, and nothing changes. */
static void wrong_files(void) {
  static const char *const dims[] = {"hidden_dim=16", NULL};
  RecnnModel *gru = new_small("gru_session", 1), *narm = new_small("narm", 1);
  RecnnModel *narrow = new_case("gru_session", small_counts, G_N_ELEMENTS(small_counts), dims, 1);
  char *path = file_of(gru, "gru.safetensors");
  int64_t width;
  float *before = answers(narrow, 0, 5, &width);
  refuses(narm, path, (const char *const[]){"gru.safetensors", "gru_session", "narm", NULL});
  refuses(narrow, path,
          (const char *const[]){"gru.safetensors", "gru.weight_ih_l0", "384", "48", NULL});
  float *after = answers(narrow, 0, 5, &width);
  g_assert_cmpmem(after, sizeof(float) * (size_t)(5 * width), before,
                  sizeof(float) * (size_t)(5 * width));
  g_free(before);
  g_free(after);
  g_free(path);
  recnn_model_free(gru);
  recnn_model_free(narm);
  recnn_model_free(narrow);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  GError *error = NULL;
  folder = g_dir_make_tmp("recnn-models-XXXXXX", &error);
  g_assert_no_error(error);
  for (size_t i = 0; i < G_N_ELEMENTS(twelve); i++) {
    static const struct {
      const char *what;
      GTestDataFunc run;
    } tests[] = {{"same-bits", same_bits}, {"file", through_a_file}, {"one-as-many", one_as_many}};
    for (size_t k = 0; k < G_N_ELEMENTS(tests); k++) {
      char *path = g_strdup_printf("/runs/%s/%s", tests[k].what, twelve[i]);
      g_test_add_data_func(path, twelve[i], tests[k].run);
      g_free(path);
    }
  }
  g_test_add_func("/runs/wrong-files", wrong_files);
  int result = g_test_run();
  static const char *const files[] = {"run", "saved", "gru"};
  for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
    char *name = g_strconcat(files[i], ".safetensors", NULL);
    char *path = g_build_filename(folder, name, NULL);
    g_unlink(path);
    g_free(path);
    g_free(name);
  }
  g_rmdir(folder);
  g_free(folder);
  return result;
}
