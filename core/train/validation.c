/* What validation looks at: the metrics that decide, the others of their kind that come for
 * nothing, and none of the other kind (a rating model is not made to rank all items after each
 * epoch). */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "train/keep.h"

static bool predicts(const RecnnTrainer *trainer) {
  return recnn_model_predicts_ratings(trainer->model) &&
         (trainer->objective == NULL || recnn_objective_is_pointwise(trainer->objective)) &&
         trainer->split->part[RECNN_VALID].rows.rating != NULL;
}

static bool classifies(const RecnnTrainer *trainer) {
  const RecnnMetric *auc = recnn_metric_find("AUC", NULL);
  return recnn_metric_is_usual(auc, trainer->model, &trainer->split->part[RECNN_VALID]);
}

/* "auto": RMSE of ratings, AUC of labels, or NDCG@10, at the number of items where there are fewer.
 */
static char *automatic(const RecnnTrainer *trainer) {
  int64_t n_items = recnn_dataset_n_items(trainer->split->dataset);
  if (predicts(trainer))
    return g_strdup("RMSE");
  if (classifies(trainer))
    return g_strdup("AUC");
  return g_strdup_printf("NDCG@%" G_GINT64_FORMAT, (gint64)MIN(10, n_items));
}

static RecnnValidMetric *choose(const RecnnTrainer *trainer, GError **error) {
  const char *text = recnn_options_string(trainer->options, "valid_metric");
  char *name = g_ascii_strcasecmp(text, "auto") == 0 ? automatic(trainer) : g_strdup(text);
  RecnnValidMetric *metric = recnn_valid_metric_parse(name, error);
  g_free(name);
  if (metric == NULL)
    g_prefix_error(error, "option valid_metric: ");
  return metric;
}

/* The names of the terms' metrics with their own cut-offs, and of all metrics of their kinds; where
 * the loss alone decides, of the kind that suits the model.  Caller frees. */
static GPtrArray *name_metrics(const RecnnTrainer *trainer) {
  GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
  bool wanted[2] = {false, false};
  for (int32_t i = 0; i < trainer->valid->n_terms; i++) {
    const RecnnValidTerm *term = &trainer->valid->terms[i];
    if (term->kind != RECNN_TERM_METRIC)
      continue;
    wanted[term->metric->kind == RECNN_METRIC_RANK] = true;
    g_ptr_array_add(names, g_strdup(term->name));
  }
  if (names->len == 0) {
    wanted[0] = predicts(trainer) || classifies(trainer);
    wanted[1] = !wanted[0] && recnn_model_ranks(trainer->model);
  }
  for (const RecnnMetric *const *m = recnn_metric_all(); *m != NULL; m++)
    if ((*m)->profiles == NULL && wanted[(*m)->kind == RECNN_METRIC_RANK] &&
        recnn_metric_is_usual(*m, trainer->model, &trainer->split->part[RECNN_VALID]))
      g_ptr_array_add(names, g_strdup((*m)->name));
  g_ptr_array_add(names, NULL);
  return names;
}

static bool make_evaluator(RecnnTrainer *trainer, GError **error) {
  const RecnnOptions *options = trainer->options;
  GPtrArray *names = name_metrics(trainer);
  RecnnEvalSettings settings = {.metrics = (const char *const *)names->pdata,
                                .candidates = recnn_options_string(options, "valid_candidates"),
                                .seed = (uint64_t)recnn_options_int(options, "seed")};
  if (recnn_options_is_set(options, "topk")) { /* the default holds for tiny catalogues too */
    const RecnnValue *topk = recnn_options_get(options, "topk");
    settings.topk = topk->as.ints;
    settings.n_topk = topk->count;
  }
  bool ok = true;
  if (names->len > 1) {
    trainer->evaluator =
        recnn_evaluator_new(trainer->model, trainer->split, RECNN_VALID, &settings, error);
    ok = trainer->evaluator != NULL;
  }
  g_ptr_array_unref(names);
  if (!ok)
    g_prefix_error(error, "validation: ");
  return ok;
}

bool recnn__trainer_prepare_validation(RecnnTrainer *trainer, RecnnRun *run, GError **error) {
  const RecnnOptions *options = trainer->options;
  trainer->valid = choose(trainer, error);
  if (trainer->valid == NULL)
    return false;
  const RecnnOptions *watcher = recnn_schedule_find_watcher(trainer->schedule);
  bool is_off = recnn_options_int(options, "eval_step") == 0;
  if (is_off || trainer->split->part[RECNN_VALID].rows.n == 0)
    return watcher == NULL ||
           recnn_error_set(error, RECNN_ERROR_OPTION,
                           "option schedule: plateau looks at validations, and there are none: %s",
                           is_off ? "eval_step is 0" : "the split's valid part has no rows");
  if (!make_evaluator(trainer, error) || !recnn__trainer_prepare_validation_loss(trainer, error))
    return false;
  trainer->validates = true;
  run->valid_metric = g_strdup(trainer->valid->label);
  recnn_early_stop_init(&trainer->stop, trainer->valid->higher_is_better,
                        recnn_options_float(options, "min_delta"),
                        recnn_options_int(options, "patience"));
  if (watcher != NULL)
    recnn_plateau_init(&trainer->plateau, trainer->valid->higher_is_better,
                       recnn_options_float(watcher, "factor"),
                       recnn_options_int(watcher, "patience"));
  return true;
}

/* The metrics; where there are none, a result without any. */
static RecnnResult *evaluate(RecnnTrainer *trainer, GError **error) {
  if (trainer->evaluator != NULL)
    return recnn_evaluator_run(trainer->evaluator, error);
  RecnnResult *result = g_new0(RecnnResult, 1);
  result->model = g_strdup(recnn_model_get_class(trainer->model)->name);
  result->part = g_strdup(recnn_part_name(RECNN_VALID));
  return result;
}

bool recnn__trainer_validate(RecnnTrainer *trainer, RecnnRun *run, RecnnEpoch *epoch,
                             GError **error) {
  gint64 start = g_get_monotonic_time();
  RecnnValidLoss loss;
  if (!recnn__trainer_validation_loss(trainer, &loss, error) ||
      (epoch->valid = evaluate(trainer, error)) == NULL) {
    g_prefix_error(error, "validation after epoch %" G_GINT64_FORMAT ": ", (gint64)epoch->epoch);
    return false;
  }
  epoch->valid_loss = loss.samples;
  epoch->valid_loss_batches = loss.batches;
  epoch->valid_metric = run->valid_metric;
  epoch->valid_value = recnn_valid_metric_value(trainer->valid, epoch->valid, loss);
  epoch->improved = recnn_early_stop_observe(&trainer->stop, epoch->valid_value);
  if (epoch->improved) {
    run->best = (int32_t)epoch->epoch - 1;
    if (trainer->best != NULL) {
      recnn_weights_save(trainer->best, trainer->model);
      trainer->has_best = true;
      recnn__keep_improvement(trainer);
    }
  }
  if (recnn_schedule_watcher(trainer->schedule, (int64_t)trainer->step) != NULL)
    trainer->rate = recnn_plateau_observe(&trainer->plateau, epoch->valid_value, trainer->rate);
  epoch->valid_seconds = (double)(g_get_monotonic_time() - start) * 1e-6;
  return true;
}
