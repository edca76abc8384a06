/* recnn_check_reference: every recorded case passes, and a check that could not fail would be worth
 * nothing: one number changed in any section is found and named. */
#include <math.h>
#include <string.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "base/error.h"
#include "check/reference.h"
#include "tensor/safetensors.h"
#include "tensor/tensor.h"

static char *folder; /* for changed files */

/* The recorded cases that come with the tests, and those beside RECNN_DATA where they are. */
static void each_case(void (*run)(const char *path)) {
  const char *data = g_getenv("RECNN_DATA");
  char *folders[2] = {g_test_build_filename(G_TEST_DIST, "data", "reference", NULL),
                      g_build_filename(data != NULL ? data : ".", "..", "reference", NULL)};
  for (int i = 0; i < 2; i++) {
    GDir *dir = g_dir_open(folders[i], 0, NULL);
    const char *name;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
      if (!g_str_has_suffix(name, ".safetensors"))
        continue;
      char *path = g_build_filename(folders[i], name, NULL);
      run(path);
      g_free(path);
    }
    if (dir != NULL)
      g_dir_close(dir);
    g_free(folders[i]);
  }
}

static void expect_pass(const char *path) {
  GError *error = NULL;
  RecnnCheckReport *report = recnn_check_reference(path, &error);
  g_assert_no_error(error);
  if (report->n_failed > 0) {
    char *text = recnn_check_report_text(report);
    g_error("%s", text);
  }
  g_assert_cmpint(report->n_passed, >, 10);
  recnn_check_report_free(report);
}

static void test_pass(void) { each_case(expect_pass); }

/* A copy of `from` with element 0 of the tensor `victim` moved by `by` times its size. */
static char *changed(const RecnnSafetensors *from, const char *victim, double by) {
  static const char *const keys[] = {"model",        "hyper_parameters", "optimizer",    "note",
                                     "batch_size",   "learning_rate",    "epochs",       "loss",
                                     "weight_decay", "patience",         "stopped_after"};
  char *path = g_build_filename(folder, "changed.safetensors", NULL);
  RecnnSafetensorsWriter *writer = recnn_safetensors_writer_new();
  GPtrArray *owned = g_ptr_array_new_with_free_func(g_free);
  for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
    const char *value = recnn_safetensors_metadata(from, keys[i]);
    if (value != NULL)
      recnn_safetensors_writer_metadata(writer, keys[i], value);
  }
  for (int64_t i = 0; i < recnn_safetensors_count(from); i++) {
    const RecnnStoredTensor *t = recnn_safetensors_get(from, i);
    int32_t dtype = strcmp(t->dtype, "I64") == 0 ? RECNN_INT64 : RECNN_FLOAT32;
    RecnnTensor tensor = recnn_tensor_view(NULL, dtype, t->rank, t->shape);
    tensor.data = g_malloc0(recnn_tensor_bytes(&tensor));
    g_ptr_array_add(owned, tensor.data);
    g_assert_true(recnn_safetensors_read(from, t->name, &tensor, NULL)); /* F64 becomes F32 */
    if (strcmp(t->name, victim) == 0 && dtype == RECNN_FLOAT32)
      ((float *)tensor.data)[0] += (float)(by * (fabs((double)((float *)tensor.data)[0]) + 0.1));
    else if (strcmp(t->name, victim) == 0)
      ((int64_t *)tensor.data)[0] += 1;
    recnn_safetensors_writer_add(writer, t->name, &tensor);
  }
  GError *error = NULL;
  g_assert_true(recnn_safetensors_writer_commit(writer, path, &error));
  g_assert_no_error(error);
  g_ptr_array_unref(owned);
  return path;
}

static bool row_failed(const RecnnCheckReport *report, const char *what) {
  for (guint i = 0; i < report->rows->len; i++) {
    const RecnnCheckRow *row = report->rows->pdata[i];
    if (strcmp(row->what, what) == 0 && !row->passed)
      return true;
  }
  return false;
}

static void expect_named(const char *path) {
  GError *error = NULL;
  RecnnSafetensors *file = recnn_safetensors_open(path, &error);
  g_assert_no_error(error);
  bool is_history = recnn_safetensors_find(file, "history/train_loss") != NULL;
  for (int64_t i = 0; i < recnn_safetensors_count(file); i++) {
    const char *name = recnn_safetensors_get(file, i)->name;
    if (g_str_has_prefix(name, "state/") || g_str_has_prefix(name, "input/") ||
        (is_history && (g_str_has_prefix(name, "train/") || g_str_has_prefix(name, "val/"))))
      continue;
    char *copy = changed(file, name, 0.05);
    RecnnCheckReport *report = recnn_check_reference(copy, &error);
    if (report == NULL) {
      g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_NOT_FOUND);
      g_clear_error(&error);
    } else {
      if (report->n_failed != 1 || !row_failed(report, name))
        g_error("%s: %s was changed, and %d rows failed", path, name, (int)report->n_failed);
      char *text = recnn_check_report_text(report);
      g_assert_nonnull(strstr(text, "FAILED: element 0 is"));
      g_free(text);
      recnn_check_report_free(report);
    }
    g_unlink(copy);
    g_free(copy);
  }
  recnn_safetensors_close(file);
}

static void test_fail(void) {
  char *path =
      g_test_build_filename(G_TEST_DIST, "data", "reference", "advanced_ncf.safetensors", NULL);
  expect_named(path);
  g_free(path);
  path = g_test_build_filename(G_TEST_DIST, "data", "reference", "neural_bpr.safetensors", NULL);
  expect_named(path);
  g_free(path);
  path =
      g_test_build_filename(G_TEST_DIST, "data", "reference", "trainer_standard.safetensors", NULL);
  expect_named(path);
  g_free(path);
}

/* A wrong state or input shows everywhere. */
static void expect_everywhere(const char *name, const char *const victims[2]) {
  char *path = g_test_build_filename(G_TEST_DIST, "data", "reference", name, NULL);
  GError *error = NULL;
  RecnnSafetensors *file = recnn_safetensors_open(path, &error);
  g_assert_no_error(error);
  for (size_t i = 0; i < 2; i++) {
    char *copy = changed(file, victims[i], 100.0);
    RecnnCheckReport *report = recnn_check_reference(copy, &error);
    g_assert_no_error(error);
    g_assert_cmpint(report->n_failed, >, 3);
    recnn_check_report_free(report);
    g_unlink(copy);
    g_free(copy);
  }
  recnn_safetensors_close(file);
  g_free(path);
}

static void test_state_and_input(void) {
  expect_everywhere("neural_bpr.safetensors",
                    (const char *const[2]){"state/network.0.weight", "input/user_ids"});
  expect_everywhere("trainer_standard.safetensors",
                    (const char *const[2]){"state/output_layer.bias", "val/rating"});
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  folder = g_dir_make_tmp("recnn-XXXXXX", NULL);
  g_test_add_func("/check/recorded-cases-pass", test_pass);
  g_test_add_func("/check/a-changed-number-is-named", test_fail);
  g_test_add_func("/check/state-and-input", test_state_and_input);
  int status = g_test_run();
  g_rmdir(folder);
  g_free(folder);
  return status;
}
