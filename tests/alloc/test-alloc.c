/* What happens when memory runs out: one small job from data to metrics, once with the first
 * allocation failing, once with the second, and so on until none does.  Every failure must come
 * back as RECNN_ERROR_MEMORY with a text, leave nothing behind (a build with --enable-sanitizers
 * sees leaks), and leave everything usable: the job that is let through at the end gives the same
 * metrics as one that was never disturbed.
 *
 * Only allocations whose size comes from data or options go through recnn_memory_new and can fail
 * so; GLib's own small ones end the process, as docs/ARCHITECTURE.md says. */
#include <glib.h>

#include "base/error.h"
#include "base/memory.h"
#include "data/synthetic.h"
#include "eval/evaluator.h"
#include "eval/recommend.h"
#include "plugin/plugin.h"
#include "train/trainer.h"

typedef struct Job {
  const char *model;
  RecnnOptions *synthetic;
  RecnnOptions *split;
  RecnnOptions *trainer;
} Job;

static RecnnOptions *options(const RecnnOption *table, const char *const *pairs) {
  GError *error = NULL;
  RecnnOptions *result = recnn_options_new(table, "test", &error);
  g_assert_no_error(error);
  for (; pairs[0] != NULL; pairs += 2) {
    recnn_options_set_text(result, pairs[0], pairs[1], &error);
    g_assert_no_error(error);
  }
  return result;
}

static void job_init(Job *job, const char *model) {
  job->model = model;
  job->synthetic = options(recnn_synthetic_options(),
                           (const char *[]){"users", "24", "items", "40", "seed", "3", NULL});
  job->split = options(recnn_split_options(), (const char *[]){"seed", "5", NULL});
  job->trainer =
      options(recnn_trainer_options(), (const char *[]){"epochs", "2", "train_batch_size", "64",
                                                        "topk", "5", "seed", "7", NULL});
}

static void job_clear(Job *job) {
  recnn_options_free(job->synthetic);
  recnn_options_free(job->split);
  recnn_options_free(job->trainer);
}

static bool recommend(RecnnModel *model, GError **error) {
  int64_t items[3];
  float scores[3];
  RecnnRanker *ranker = recnn_ranker_new(model, 0, error);
  bool ok =
      ranker != NULL && recnn_recommend(ranker, &(RecnnWish){.k = 3}, items, scores, error) == 3;
  recnn_ranker_free(ranker);
  return ok;
}

/* Trains and evaluates on `split`; the metrics as text, or NULL with an error. */
static char *train(const Job *job, RecnnSplit *split, GError **error) {
  const RecnnModelClass *model_class = recnn_model_class_find(job->model, error);
  if (model_class == NULL)
    return NULL;
  const RecnnCount counts[] = {{"users", recnn_dataset_n_users(split->dataset)},
                               {"items", recnn_dataset_n_items(split->dataset)}};
  const int64_t topk[] = {5};
  const RecnnEvalSettings settings = {.topk = topk, .n_topk = 1};
  char *text = NULL;
  RecnnModel *model = recnn_model_new(model_class, NULL, counts, G_N_ELEMENTS(counts), 11, error);
  RecnnRun *run = model != NULL ? recnn_train(model, split, job->trainer, NULL, error) : NULL;
  RecnnResult *result =
      run != NULL ? recnn_evaluate(model, split, RECNN_TEST, &settings, error) : NULL;
  if (result != NULL && recommend(model, error)) {
    GString *values = g_string_new(NULL);
    for (int32_t i = 0; i < result->n_values; i++)
      g_string_append_printf(values, "%s %a\n", result->values[i].name, result->values[i].value);
    text = g_string_free(values, FALSE);
  }
  recnn_result_free(result);
  recnn_run_free(run);
  recnn_model_free(model);
  return text;
}

static char *job_run(const Job *job, GError **error) {
  RecnnDataset *dataset = recnn_synthetic_new(job->synthetic, error);
  RecnnSplit *split = dataset != NULL ? recnn_split_new(dataset, job->split, error) : NULL;
  char *text = split != NULL ? train(job, split, error) : NULL;
  recnn_split_unref(split);
  recnn_dataset_unref(dataset);
  return text;
}

static void test_every_allocation_fails(const void *model) {
  Job job;
  job_init(&job, model);
  GError *error = NULL;
  char *undisturbed = job_run(&job, &error);
  g_assert_no_error(error);
  g_assert_nonnull(undisturbed);

  char *text = NULL;
  uint64_t n = 1;
  for (; text == NULL; n++) {
    g_assert_cmpuint(n, <, 100000);
    recnn_memory_fail_after(n);
    text = job_run(&job, &error);
    recnn_memory_fail_after(0);
    if (text == NULL) {
      g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_MEMORY);
      g_assert_cmpuint(strlen(error->message), >, 20);
      g_clear_error(&error);
    }
    g_assert_no_error(error);
  }
  g_test_message("%s: the job makes %" G_GUINT64_FORMAT " allocations that can fail",
                 (const char *)model, n - 1);
  g_assert_cmpuint(n, >, 20); /* otherwise something goes around recnn_memory_new */
  g_assert_cmpstr(text, ==, undisturbed);
  g_free(text);
  g_free(undisturbed);
  job_clear(&job);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_data_func("/alloc/neural_bpr", "neural_bpr", test_every_allocation_fails);
  g_test_add_data_func("/alloc/advanced_ncf", "advanced_ncf", test_every_allocation_fails);
  g_test_add_data_func("/alloc/popularity", "popularity", test_every_allocation_fails);
  return g_test_run();
}
