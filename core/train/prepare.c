/* Everything that is made, and every mistake in the request that is found, before the first step.
 */
#include <string.h>

#include "base/error.h"
#include "train/plan-private.h"

/* The fields of training batches, NULL at the end; caller frees the array. */
static const char **list_fields(const RecnnTrainer *trainer, GError **error) {
  bool all = strcmp(recnn_options_string(trainer->options, "targets"), "all") == 0;
  GPtrArray *fields = g_ptr_array_new();
  for (const char *const *f = recnn_objective_fields(trainer->objective); *f != NULL; f++)
    g_ptr_array_add(fields, (gpointer)*f);
  if (all)
    g_ptr_array_add(fields, (gpointer) "target_step");
  g_ptr_array_add(fields, NULL);
  if (!all || recnn_model_shares_prefixes(trainer->model, error))
    return (const char **)g_ptr_array_free(fields, FALSE);
  g_prefix_error(error, "option targets: \"all\", expected \"last\": ");
  g_ptr_array_unref(fields);
  return NULL;
}

static bool make_loader(RecnnTrainer *trainer, GError **error) {
  const RecnnOptions *options = trainer->options;
  const RecnnModelClass *class = recnn_model_get_class(trainer->model);
  RecnnLoaderSettings settings = {
      .batch_size = recnn_options_int(options, "train_batch_size"),
      .shuffle = recnn_options_bool(options, "shuffle"),
      .no_single_row = (class->flags & RECNN_MODEL_BATCH_NORM) != 0,
      .seed = (uint64_t)recnn_options_int(options, "seed"),
      .sampler = recnn_options_string(options, "sampler"),
      .negatives = recnn_options_int(options, "negatives"),
      .candidates = recnn_options_int(options, "negative_candidates"),
      .inputs = recnn_model_get_inputs(trainer->model),
  };
  trainer->fields = list_fields(trainer, error);
  if (trainer->fields == NULL)
    return false;
  trainer->loader =
      recnn_loader_new(&trainer->split->part[RECNN_TRAIN], trainer->fields, &settings, error);
  if (trainer->loader == NULL)
    g_prefix_error(error, "model %s cannot be trained on data set %s: ", class->name,
                   trainer->split->dataset->name);
  return trainer->loader != NULL;
}

static bool make_hard_negatives(RecnnTrainer *trainer, GError **error) {
  int64_t candidates = recnn_options_int(trainer->options, "negative_candidates");
  if (candidates == 1)
    return true;
  int64_t batch_size = recnn_options_int(trainer->options, "train_batch_size");
  int64_t n_rows = recnn_loader_rows(trainer->loader);
  int64_t rows = batch_size < n_rows ? batch_size + 1 : n_rows; /* + 1: loader.h, no_single_row */
  trainer->hard_negatives = recnn_hard_negatives_new(trainer->model, rows, candidates, error);
  if (trainer->hard_negatives == NULL)
    g_prefix_error(error, "option negative_candidates: ");
  return trainer->hard_negatives != NULL;
}

/* None for a model that is computed. */
static bool make_objective(RecnnTrainer *trainer, GError **error) {
  const RecnnTrainListener *listener = trainer->listener;
  if (recnn_model_get_class(trainer->model)->train_fields == NULL)
    return true;
  trainer->objective =
      recnn_objective_new(trainer->model, recnn_options_string(trainer->options, "loss"),
                          listener != NULL ? listener->loss : NULL,
                          (uint64_t)recnn_options_int(trainer->options, "seed"), error);
  return trainer->objective != NULL;
}

bool recnn__trainer_prepare(RecnnTrainer *trainer, RecnnRun *run, GError **error) {
  recnn__plan_begin(trainer);
  if (!recnn_model_suits(trainer->model, trainer->split, error) ||
      !make_objective(trainer, error) || !recnn__trainer_prepare_schedule(trainer, error) ||
      !recnn__trainer_prepare_validation(trainer, run, error))
    return false;
  recnn__plan_note(trainer, RECNN_PLAN_LOADER); /* that of the validation loss */
  if (recnn_model_get_class(trainer->model)->train_fields == NULL)
    return true;
  if (!make_loader(trainer, error))
    return false;
  recnn__plan_note(trainer, RECNN_PLAN_LOADER);
  if (!make_hard_negatives(trainer, error))
    return false;
  recnn__plan_note(trainer, RECNN_PLAN_NEGATIVES);
  if (!recnn__trainer_prepare_learner(trainer, error))
    return false;
  recnn_schedule_set_batches(trainer->schedule, recnn_loader_batches(trainer->loader));
  if (trainer->validates) {
    trainer->best = recnn_weights_new(trainer->model, error);
    if (trainer->best == NULL)
      return false;
    recnn__plan_note(trainer, RECNN_PLAN_BEST);
  }
  trainer->graph = recnn_graph_new((uint64_t)recnn_options_int(trainer->options, "seed"));
  return true;
}

void recnn__trainer_clear(RecnnTrainer *trainer) {
  recnn_loader_free(trainer->loader);
  g_free(trainer->fields);
  recnn_loader_free(trainer->valid_loader);
  recnn_evaluator_free(trainer->evaluator);
  recnn_valid_metric_free(trainer->valid);
  recnn_hard_negatives_free(trainer->hard_negatives);
  recnn_optimizer_free(trainer->optimizer);
  recnn_average_free(trainer->average);
  recnn_accumulator_free(trainer->accumulator);
  recnn_schedule_free(trainer->schedule);
  recnn__run_folder_close(trainer->folder);
  g_free(trainer->request);
  if (trainer->buffers != NULL)
    g_byte_array_unref(trainer->buffers);
  recnn_objective_free(trainer->objective);
  recnn_graph_free(trainer->graph);
  recnn_weights_free(trainer->best);
  recnn_result_free(trainer->tried);
}
