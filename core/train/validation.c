/* What validation looks at: the metric that decides, the others of its kind that come for nothing,
 * and none of the other kind (a rating model is not made to rank all items after each epoch). */
#include <string.h>

#include "base/error.h"
#include "train/trainer-private.h"

static const char *automatic(const RecnnTrainer *trainer) {
  const RecnnInteractions *rows = &trainer->split->part[RECNN_VALID].rows;
  return recnn_model_predicts_ratings(trainer->model) && rows->rating != NULL ? "RMSE" : "NDCG@10";
}

/* The names of all metrics of the kind of `metric`, that with its own cut-off first.  Caller frees.
 */
static GPtrArray *name_metrics(const RecnnMetric *metric, int64_t k) {
  GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
  g_ptr_array_add(names, recnn_metric_label(metric, k));
  for (const RecnnMetric *const *m = recnn_metric_all(); *m != NULL; m++)
    if ((*m)->kind == metric->kind)
      g_ptr_array_add(names, g_strdup((*m)->name));
  g_ptr_array_add(names, NULL);
  return names;
}

bool recnn__trainer_prepare_validation(RecnnTrainer *trainer, RecnnRun *run, GError **error) {
  const RecnnOptions *options = trainer->options;
  const char *text = recnn_options_string(options, "valid_metric");
  bool is_automatic = g_ascii_strcasecmp(text, "auto") == 0;
  int64_t k = 0;
  const RecnnMetric *metric =
      recnn_metric_parse(is_automatic ? automatic(trainer) : text, &k, error);
  if (metric == NULL) {
    g_prefix_error(error, "option valid_metric: ");
    return false;
  }
  trainer->has_schedule = g_str_equal(recnn_options_string(options, "schedule"), "plateau");
  bool is_off = recnn_options_int(options, "eval_step") == 0;
  if (is_off || trainer->split->part[RECNN_VALID].rows.n == 0)
    return !trainer->has_schedule ||
           recnn_error_set(error, RECNN_ERROR_OPTION,
                           "option schedule: plateau looks at validations, and there are none: %s",
                           is_off ? "eval_step is 0" : "the split's valid part has no rows");
  int64_t n_items = recnn_dataset_n_items(trainer->split->dataset);
  if (is_automatic && k > n_items)
    k = n_items;
  GPtrArray *names = name_metrics(metric, k);
  RecnnEvalSettings settings = {.metrics = (const char *const *)names->pdata};
  if (recnn_options_is_set(options, "topk")) { /* the default holds for tiny catalogues too */
    const RecnnValue *topk = recnn_options_get(options, "topk");
    settings.topk = topk->as.ints;
    settings.n_topk = topk->count;
  }
  trainer->evaluator =
      recnn_evaluator_new(trainer->model, trainer->split, RECNN_VALID, &settings, error);
  g_ptr_array_unref(names);
  if (trainer->evaluator == NULL) {
    g_prefix_error(error, "validation: ");
    return false;
  }
  run->valid_metric = recnn_metric_label(metric, k);
  recnn_early_stop_init(&trainer->stop, metric->higher_is_better,
                        recnn_options_float(options, "min_delta"),
                        recnn_options_int(options, "patience"));
  recnn_plateau_init(&trainer->plateau, metric->higher_is_better,
                     recnn_options_float(options, "schedule_factor"),
                     recnn_options_int(options, "schedule_patience"));
  return true;
}
