/* The loop: epochs, validation, the decision to go on, the best weights. */
#include <math.h>

#include "base/error.h"
#include "train/trainer-private.h"

static double seconds_since(gint64 start) {
  return (double)(g_get_monotonic_time() - start) * 1e-6;
}

/* Goes over the training part once.  `*ret_broken` tells whether the listener broke it off. */
static bool train_epoch(RecnnTrainer *trainer, RecnnRun *run, RecnnEpoch *epoch, int64_t epochs,
                        gint64 start, bool *ret_broken, GError **error) {
  const RecnnTrainListener *listener = trainer->listener;
  RecnnTrainProgress progress = {
      .epoch = epoch->epoch, .epochs = epochs, .batches = recnn_loader_batches(trainer->loader)};
  double sum = 0.0;
  double batch_sum = 0.0;
  double norm_sum = 0.0;
  *ret_broken = false;
  recnn_loader_start(trainer->loader, (uint64_t)(epoch->epoch - 1));
  const RecnnBatch *batch;
  while (!*ret_broken && (batch = recnn_loader_next(trainer->loader)) != NULL) {
    double loss;
    double norm;
    if (!recnn__trainer_step(trainer, batch, &loss, &norm, error)) {
      g_prefix_error(error, "epoch %" G_GINT64_FORMAT ", batch %" G_GINT64_FORMAT ": ",
                     (gint64)epoch->epoch, (gint64)progress.batch + 1);
      return false;
    }
    if (trainer->step == 1)
      run->seconds_to_first_step = seconds_since(trainer->start);
    progress.samples += recnn_batch_size(batch);
    progress.batch++;
    sum += loss * (double)recnn_batch_size(batch);
    batch_sum += loss;
    norm_sum += norm;
    if (listener != NULL && listener->batch != NULL) {
      progress.loss = sum / (double)progress.samples;
      progress.seconds = seconds_since(start);
      *ret_broken = !listener->batch(listener->data, &progress);
    }
  }
  epoch->samples = progress.samples;
  epoch->train_loss = sum / (double)progress.samples;
  epoch->train_loss_batches = batch_sum / (double)progress.batch;
  epoch->grad_norm = norm_sum / (double)progress.batch;
  epoch->learning_rate = recnn_optimizer_learning_rate(trainer->optimizer);
  run->peak_bytes = recnn_graph_peak(trainer->graph);
  return true;
}

static bool validate(RecnnTrainer *trainer, RecnnRun *run, RecnnEpoch *epoch, GError **error) {
  gint64 start = g_get_monotonic_time();
  epoch->valid = recnn_evaluator_run(trainer->evaluator, error);
  if (epoch->valid == NULL) {
    g_prefix_error(error, "validation after epoch %" G_GINT64_FORMAT ": ", (gint64)epoch->epoch);
    return false;
  }
  epoch->valid_metric = run->valid_metric;
  epoch->valid_value = recnn_result_get(epoch->valid, run->valid_metric, NULL);
  epoch->improved = recnn_early_stop_observe(&trainer->stop, epoch->valid_value);
  if (epoch->improved) {
    run->best = (int32_t)epoch->epoch - 1;
    if (trainer->best != NULL) {
      recnn_weights_save(trainer->best, trainer->model);
      trainer->has_best = true;
    }
  }
  if (trainer->has_schedule && trainer->optimizer != NULL)
    recnn_optimizer_set_learning_rate(
        trainer->optimizer,
        recnn_plateau_observe(&trainer->plateau, epoch->valid_value, epoch->learning_rate));
  epoch->valid_seconds = seconds_since(start);
  return true;
}

/* A new epoch at the end of the history. */
static RecnnEpoch *add_epoch(RecnnRun *run) {
  run->epochs = g_renew(RecnnEpoch, run->epochs, run->n_epochs + 1);
  RecnnEpoch *epoch = &run->epochs[run->n_epochs++];
  *epoch = (RecnnEpoch){.epoch = run->n_epochs,
                        .train_loss = NAN,
                        .train_loss_batches = NAN,
                        .grad_norm = NAN,
                        .learning_rate = NAN,
                        .valid_value = NAN};
  return epoch;
}

/* Tells the listener of the epoch; false when it wants to stop. */
static bool tell(const RecnnTrainer *trainer, const RecnnEpoch *epoch, int64_t epochs) {
  const RecnnTrainListener *listener = trainer->listener;
  return listener == NULL || listener->epoch == NULL ||
         listener->epoch(listener->data, epoch, epochs);
}

/* Between epochs the model has the averaged weights, where there is an average: they are what is
 * validated, kept, and seen by the listener. */
static void show_average(RecnnTrainer *trainer, bool show) {
  if (trainer->average == NULL || trainer->shows_average == show)
    return;
  recnn_average_swap(trainer->average);
  recnn_model_touch(trainer->model);
  trainer->shows_average = show;
}

static bool train(RecnnTrainer *trainer, RecnnRun *run, GError **error) {
  int64_t epochs = recnn_options_int(trainer->options, "epochs");
  int64_t eval_step = recnn_options_int(trainer->options, "eval_step");
  for (int64_t e = 1; e <= epochs && !run->stopped_early && !run->stopped_by_listener; e++) {
    gint64 start = g_get_monotonic_time();
    RecnnEpoch *epoch = add_epoch(run);
    bool broken;
    show_average(trainer, false);
    if (!train_epoch(trainer, run, epoch, epochs, start, &broken, error))
      return false;
    show_average(trainer, true);
    bool due = trainer->evaluator != NULL && (e % eval_step == 0 || e == epochs);
    if (due && !broken && !validate(trainer, run, epoch, error))
      return false;
    epoch->seconds = seconds_since(start);
    run->stopped_by_listener = !tell(trainer, epoch, epochs) || broken;
    run->stopped_early = trainer->evaluator != NULL && recnn_early_stop_is_over(&trainer->stop);
  }
  return true;
}

/* A model that is computed from the data at once. */
static bool compute(RecnnTrainer *trainer, RecnnRun *run, GError **error) {
  const RecnnPart *part = &trainer->split->part[RECNN_TRAIN];
  gint64 start = g_get_monotonic_time();
  RecnnEpoch *epoch = add_epoch(run);
  if (!recnn_model_fit(trainer->model, &part->rows, error))
    return false;
  run->seconds_to_first_step = seconds_since(trainer->start);
  epoch->samples = part->rows.n;
  if (trainer->evaluator != NULL && !validate(trainer, run, epoch, error))
    return false;
  epoch->seconds = seconds_since(start);
  run->stopped_by_listener = !tell(trainer, epoch, 1);
  return true;
}

RecnnRun *recnn_train(RecnnModel *model, const RecnnSplit *split, const RecnnOptions *options,
                      const RecnnTrainListener *listener, GError **error) {
  RecnnOptions *own = options != NULL
                          ? recnn_options_copy(options)
                          : recnn_options_new(recnn_trainer_options(), "trainer", error);
  if (own == NULL)
    return NULL;
  RecnnTrainer trainer = {.model = model,
                          .split = split,
                          .options = own,
                          .listener = listener,
                          .start = g_get_monotonic_time()};
  RecnnRun *run = g_new0(RecnnRun, 1);
  run->best = -1;
  bool done =
      recnn__trainer_prepare(&trainer, run, error) &&
      (trainer.loader != NULL ? train(&trainer, run, error) : compute(&trainer, run, error));
  if (trainer.has_best)
    recnn_weights_restore(trainer.best, model);
  run->seconds = seconds_since(trainer.start);
  recnn__trainer_clear(&trainer);
  recnn_options_free(own);
  if (!done)
    g_clear_pointer(&run, recnn_run_free);
  return run;
}

void recnn_run_free(RecnnRun *run) {
  if (run == NULL)
    return;
  for (int32_t i = 0; i < run->n_epochs; i++)
    recnn_result_free(run->epochs[i].valid);
  g_free(run->epochs);
  g_free(run->valid_metric);
  g_free(run);
}
