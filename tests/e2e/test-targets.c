/* Prefix-shared training, targets = "all": its batches have every target of the prefixes once, and
 * where windows do not slide the loss and all gradients are those of the prefixes.  The same bits
 * at any number of threads and after an interruption; models that cannot refuse. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "base/parallel.h"
#include "data/loader.h"
#include "e2e/model-cases.h"
#include "model/objective.h"
#include "support/training.h"

static const char *const prefix_fields[] = {"sequence", "length", "target", NULL};
static const char *const step_fields[] = {"sequence", "length", "target", "target_step", NULL};

enum { USERS = 29, ITEMS = 31 };

/* User u has 3 + u % 11 rows; the last two are for validation and test.  `distinct`: no item is
 * there twice. */
static RecnnSplit *histories_of(bool distinct) {
  RecnnDatasetBuilder *builder = recnn_dataset_builder_new("walks", "test", false, true);
  GError *error = NULL;
  for (int u = 0; u < USERS; u++)
    for (int r = 0; r < 3 + u % 11; r++) {
      char user[16], item[16];
      g_snprintf(user, sizeof user, "u%d", u);
      g_snprintf(item, sizeof item, "i%d", distinct ? u * 20 + r : (u * u + r * 7 + r * r) % ITEMS);
      recnn_dataset_builder_add(builder, user, strlen(user), item, strlen(item), 0.0f, r, &error);
      g_assert_no_error(error);
    }
  RecnnDataset *dataset = recnn_dataset_builder_finish(builder, &error);
  g_assert_no_error(error);
  RecnnOptions *options = recnn_options_new(recnn_split_options(), "split", &error);
  g_assert_true(recnn_options_set_text(options, "leave_one_out", "true", &error));
  RecnnSplit *split = recnn_split_new(dataset, options, &error);
  g_assert_no_error(error);
  recnn_options_free(options);
  recnn_dataset_unref(dataset);
  return split;
}

static RecnnSplit *histories(void) { return histories_of(false); }

/* `text` is "NAME a=1 b=2". */
static RecnnModel *make(const RecnnSplit *split, const char *text, const char *length) {
  GError *error = NULL;
  char **words = g_strsplit(text, " ", -1);
  const RecnnModelClass *class = recnn_model_class_find(words[0], &error);
  g_assert_no_error(error);
  RecnnOptions *options = recnn_options_new(class->options, words[0], &error);
  RecnnOptions *inputs = recnn_options_new(recnn_inputs_options(), "inputs", &error);
  g_assert_true(recnn_options_set_text(inputs, "max_sequence_length", length, &error));
  for (char **word = words + 1; *word != NULL; word++) {
    char *equals = strchr(*word, '=');
    *equals = '\0';
    recnn_options_set_text(options, *word, equals + 1, &error);
    g_assert_no_error(error);
  }
  RecnnModel *model = recnn_model_new_for(class, options, split->dataset, inputs, 11, &error);
  g_assert_no_error(error);
  recnn_options_free(options);
  recnn_options_free(inputs);
  g_strfreev(words);
  return model;
}

static RecnnLoader *load(const RecnnSplit *split, const RecnnInputs *inputs,
                         const char *const *fields, int64_t batch_size) {
  GError *error = NULL;
  RecnnLoaderSettings settings = {
      .batch_size = batch_size, .shuffle = true, .seed = 3, .inputs = inputs};
  RecnnLoader *loader = recnn_loader_new(&split->part[RECNN_TRAIN], fields, &settings, &error);
  g_assert_no_error(error);
  recnn_loader_start(loader, 0);
  return loader;
}

/* ---- batches */

/* The items before target `i`, the oldest first, and it, as a text. */
static char *told(const RecnnBatch *batch, int64_t i) {
  const RecnnTensor *sequence = recnn_batch_field(batch, "sequence");
  const RecnnTensor *step = recnn_batch_field(batch, "target_step");
  const int64_t *length = recnn_batch_field(batch, "length")->data;
  const int64_t *target = recnn_batch_field(batch, "target")->data;
  int64_t width = sequence->shape[1];
  int64_t row = step != NULL ? ((const int64_t *)step->data)[i] / width : i;
  int64_t n = step != NULL ? ((const int64_t *)step->data)[i] % width + 1 : length[i];
  GString *text = g_string_new(" ");
  g_assert_cmpint(n, <=, length[row]);
  for (int64_t s = 0; s < n; s++)
    g_string_append_printf(text, "%d ", (int)((const int64_t *)sequence->data)[row * width + s]);
  g_string_append_printf(text, "-> %d", (int)target[i]);
  return g_string_free(text, FALSE);
}

static gint by_text(gconstpointer a, gconstpointer b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

/* All targets of an epoch with what is told before each, sorted. */
static GPtrArray *all_told(const char *const *fields, const char *length, int64_t batch_size) {
  RecnnSplit *split = histories_of(true);
  RecnnModel *model = make(split, "gru_session", length);
  RecnnLoader *loader = load(split, recnn_model_get_inputs(model), fields, batch_size);
  GPtrArray *all = g_ptr_array_new_with_free_func(g_free);
  for (const RecnnBatch *batch; (batch = recnn_loader_next(loader)) != NULL;)
    for (int64_t i = 0; i < recnn_batch_samples(batch); i++)
      g_ptr_array_add(all, told(batch, i));
  g_ptr_array_sort(all, by_text);
  recnn_loader_free(loader);
  recnn_model_free(model);
  recnn_split_unref(split);
  return all;
}

static void test_whole(void) {
  GPtrArray *prefixes = all_told(prefix_fields, "20", 7);
  for (int64_t batch_size = 1; batch_size < 40; batch_size += 4) {
    GPtrArray *steps = all_told(step_fields, "20", batch_size);
    g_assert_cmpint(steps->len, ==, prefixes->len);
    for (guint i = 0; i < steps->len; i++)
      g_assert_cmpstr(steps->pdata[i], ==, prefixes->pdata[i]);
    g_ptr_array_unref(steps);
  }
  g_ptr_array_unref(prefixes);
}

static int64_t words(const char *text) {
  char **all = g_strsplit(text, " ", -1);
  int64_t n = (int64_t)g_strv_length(all) - 3; /* " ", items, "->", the target */
  g_strfreev(all);
  return n;
}

/* No prefix has the target of this one among its items, which are 1 more than targets. */
static bool is_last(const GPtrArray *prefixes, const char *prefix) {
  char *item = g_strdup_printf(" %d ", atoi(strstr(prefix, "->") + 3) + 1);
  bool last = true;
  for (guint i = 0; i < prefixes->len; i++)
    last = last && strstr(prefixes->pdata[i], item) == NULL;
  g_free(item);
  return last;
}

/* Windows that do not slide: every target once, behind the end of what its prefix tells; and as
 * much of it as a window has room for at the beginning and the end of a history. */
static void test_windows(void) {
  GPtrArray *prefixes = all_told(prefix_fields, "20", 6);
  for (int width = 1; width <= 5; width++) {
    char *length = g_strdup_printf("%d", width);
    GPtrArray *steps = all_told(step_fields, length, 6);
    int64_t short_ones = 0;
    g_assert_cmpint(steps->len, ==, prefixes->len);
    for (guint k = 0; k < prefixes->len; k++) {
      const char *whole = prefixes->pdata[k], *found = NULL;
      for (guint i = 0; i < steps->len; i++)
        if (g_str_equal(strstr(steps->pdata[i], "->"), strstr(whole, "->"))) {
          g_assert_null(found);
          found = steps->pdata[i];
        }
      g_assert_nonnull(found);
      g_assert_true(g_str_has_suffix(whole, found));
      g_assert_cmpint(words(found), <=, width);
      if (words(whole) <= width)
        g_assert_cmpstr(found, ==, whole);
      if (is_last(prefixes, whole))
        g_assert_cmpint(words(found), ==, MIN(words(whole), width));
      short_ones += words(found) < MIN(words(whole), width);
    }
    g_assert_true(width == 1 ? short_ones == 0 : short_ones > 0);
    g_ptr_array_unref(steps);
    g_free(length);
  }
  g_ptr_array_unref(prefixes);
}

/* ---- the same loss and gradients */

static float *dense(const RecnnParam *param) {
  int64_t n = recnn_tensor_count(&param->value), size = recnn_param_row_size(param);
  float *all = g_new0(float, n);
  if (param->grad_kind == RECNN_GRAD_DENSE)
    memcpy(all, param->grad.data, (size_t)n * sizeof *all);
  for (int64_t r = 0; param->grad_kind == RECNN_GRAD_ROWS && r < param->n_rows; r++)
    memcpy(all + param->row_ids[r] * size, param->row_values + r * size,
           (size_t)size * sizeof *all);
  return all;
}

/* The loss of the whole part in one batch, and its gradients, one a parameter. */
static double differentiate(const RecnnSplit *split, RecnnModel *model, const char *loss_text,
                            const char *const *fields, float **ret_grads) {
  RecnnLoader *loader = load(split, recnn_model_get_inputs(model), fields, 100000);
  RecnnGraph *graph = recnn_graph_new(5);
  RecnnParam *const *params;
  int32_t n = recnn_model_params(model, &params);
  GError *error = NULL;
  RecnnObjective *objective = recnn_objective_new(model, loss_text, NULL, 7, &error);
  g_assert_no_error(error);
  recnn_graph_reset(graph, 0, true, true);
  RecnnVar *loss = recnn_model_loss(model, graph, recnn_loader_next(loader), objective);
  assert_graph(graph);
  double value = (double)*(const float *)recnn_graph_tensor(loss)->data;
  g_assert_true(recnn_graph_backward(graph, loss, params, n, &error));
  for (int32_t i = 0; i < n; i++)
    ret_grads[i] = dense(params[i]);
  recnn_graph_free(graph);
  recnn_objective_free(objective);
  recnn_loader_free(loader);
  return value;
}

static const char *const able[] = {
    "gru_session dropout_rate=0 embedding_dim=12 hidden_dim=10",
    "gru_session dropout_rate=0 n_layers=1 loss=sampled n_samples=16",
    "attention_gru dropout_rate=0 embedding_dim=12 hidden_dim=10",
    "narm variant=paper dropout_rate=0 embedding_dim=12 hidden_dim=10",
};

/* What backward leaves is the same, parameter by parameter. */
static void same_gradients(const char *which, const char *loss) {
  RecnnSplit *split = histories();
  RecnnModel *model = make(split, which, "20");
  float *last[64], *all[64];
  RecnnParam *const *params;
  int32_t n = recnn_model_params(model, &params);
  g_test_message("%s, loss %s", which, loss);
  g_assert_true(recnn_model_shares_prefixes(model, NULL));
  double a = differentiate(split, model, loss, prefix_fields, last);
  double b = differentiate(split, model, loss, step_fields, all);
  g_assert_cmpfloat(fabs(a - b), <=, 1e-5 * fabs(a));
  double whole = 0.0; /* a shift of all scores is nothing to a softmax: its gradient is rounding */
  for (int32_t i = 0; i < n; i++)
    for (int64_t k = 0; k < recnn_tensor_count(&params[i]->value); k++)
      whole += (double)last[i][k] * (double)last[i][k];
  for (int32_t i = 0; i < n; i++) {
    double difference = 0.0, size = 0.0;
    for (int64_t k = 0; k < recnn_tensor_count(&params[i]->value); k++) {
      double d = (double)last[i][k] - (double)all[i][k];
      difference += d * d;
      size += (double)last[i][k] * (double)last[i][k];
    }
    g_test_message("%s: %g of %g", params[i]->name, sqrt(difference), sqrt(size));
    g_assert_cmpfloat(sqrt(difference), <=, 1e-5 * fmax(sqrt(size), 1e-3 * sqrt(whole)));
    g_free(last[i]);
    g_free(all[i]);
  }
  recnn_model_free(model);
  recnn_split_unref(split);
}

static void test_gradients(void) {
  for (size_t m = 0; m < G_N_ELEMENTS(able); m++)
    same_gradients(able[m], "auto");
  same_gradients(able[0], "cross_entropy");
  same_gradients(able[0], "bpr_max samples=0");
}

/* ---- the same bits */

static bool stop_at(void *data, const RecnnTrainProgress *progress) {
  int64_t *left = data;
  (void)progress;
  return --*left != 0;
}
static bool is_interrupted(void *data) {
  (void)data;
  return true;
}

/* The weights after a training, broken off after `batches` of them (0: not). */
static GByteArray *trained(const char *which, const char *text, int64_t batches,
                           bool *ret_interrupted) {
  RecnnSplit *split = histories();
  RecnnModel *model = make(split, which, "6");
  RecnnTrainListener listener = {
      .data = &batches, .batch = stop_at, .is_interrupted = is_interrupted};
  RecnnRun *run = train(model, split, text, &listener);
  GByteArray *bytes = g_byte_array_new();
  RecnnParam *const *params;
  int32_t n = recnn_model_params(model, &params);
  for (int32_t i = 0; i < n; i++)
    g_byte_array_append(bytes, params[i]->value.data, (guint)recnn_tensor_bytes(&params[i]->value));
  *ret_interrupted = run->interrupted;
  if (!run->interrupted) /* all targets count, whatever the rows are */
    for (int32_t e = 0; e < run->n_epochs; e++)
      g_assert_cmpint(run->epochs[e].samples, ==, 131);
  recnn_run_free(run);
  recnn_model_free(model);
  recnn_split_unref(split);
  return bytes;
}

static void same(const GByteArray *a, const GByteArray *b) {
  g_assert_cmpmem(a->data, a->len, b->data, b->len);
}

static void test_threads(void) {
  static const char text[] = "epochs=3 train_batch_size=8 targets=all eval_step=0";
  static const int counts[] = {1, 2, 4};
  int before = recnn_parallel_threads();
  for (size_t m = 0; m < G_N_ELEMENTS(able); m++) {
    GByteArray *first = NULL;
    for (size_t i = 0; i < G_N_ELEMENTS(counts); i++) {
      bool interrupted;
      g_assert_true(recnn_parallel_set_threads(counts[i], NULL));
      GByteArray *bytes = trained(able[m], text, 0, &interrupted);
      if (first != NULL) {
        same(first, bytes);
        g_byte_array_unref(bytes);
      } else {
        first = bytes;
      }
    }
    g_byte_array_unref(first);
  }
  (void)recnn_parallel_set_threads(before, NULL);
}

static void test_resume(void) {
  GError *error = NULL;
  char *runs = g_dir_make_tmp("recnn-targets-XXXXXX", &error);
  g_assert_no_error(error);
  char *text =
      g_strdup_printf("epochs=4 train_batch_size=8 targets=all runs=%s valid_metric=loss", runs);
  for (size_t m = 0; m < G_N_ELEMENTS(able); m++) {
    bool interrupted = true;
    int times = 0;
    GByteArray *whole = trained(able[m], text, 0, &interrupted), *part = NULL;
    g_assert_false(interrupted);
    do {
      if (part != NULL)
        g_byte_array_unref(part);
      part = trained(able[m], text, 3, &interrupted);
      times++;
    } while (interrupted);
    g_assert_cmpint(times, >, 2);
    same(whole, part);
    g_byte_array_unref(whole);
    g_byte_array_unref(part);
  }
  char *command[] = {"rm", "-rf", runs, NULL};
  g_assert_true(
      g_spawn_sync(NULL, command, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, &error));
  g_free(text);
  g_free(runs);
}

/* ---- who cannot */

static void test_refused(void) {
  static const struct {
    const char *model, *why;
  } cases[] = {
      {"cnn_sequential sequence_length=8", "does not say that its steps depend on earlier ones"},
      {"hierarchical_cnn sequence_length=8", "recnn-inspect"},
      {"narm", "option variant: \"parity\""},
  };
  RecnnOptions *options = settings("targets=all");
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    RecnnSplit *split = histories();
    RecnnModel *model = make(split, cases[i].model, "8");
    GError *error = NULL;
    g_assert_null(recnn_train(model, split, options, NULL, &error));
    g_test_message("%s", error->message);
    g_assert_cmpint(error->code, ==, RECNN_ERROR_UNSUPPORTED);
    g_assert_nonnull(strstr(error->message, "option targets: \"all\", expected \"last\""));
    g_assert_nonnull(strstr(error->message, cases[i].why));
    g_error_free(error);
    recnn_model_free(model);
    recnn_split_unref(split);
  }
  recnn_options_free(options);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/targets/whole", test_whole);
  g_test_add_func("/targets/windows", test_windows);
  g_test_add_func("/targets/gradients", test_gradients);
  g_test_add_func("/targets/threads", test_threads);
  g_test_add_func("/targets/resume", test_resume);
  g_test_add_func("/targets/refused", test_refused);
  return g_test_run();
}
