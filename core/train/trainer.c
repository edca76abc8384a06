/* The loop: epochs, validation, the decision to go on, the best weights. */
#include "config.h"

#include <math.h>
#include <sys/resource.h>

#include "base/error.h"
#include "train/keep.h"
#include "train/plan-private.h"

static double seconds_since(gint64 start) {
  return (double)(g_get_monotonic_time() - start) * 1e-6;
}

double recnn__trainer_seconds(const RecnnTrainer *trainer) {
  return trainer->seconds_before + seconds_since(trainer->start);
}

RecnnEpoch *recnn__run_add_epoch(RecnnRun *run) {
  run->epochs = g_renew(RecnnEpoch, run->epochs, run->n_epochs + 1);
  RecnnEpoch *epoch = &run->epochs[run->n_epochs++];
  *epoch = (RecnnEpoch){.epoch = run->n_epochs,
                        .train_loss = NAN,
                        .train_loss_batches = NAN,
                        .grad_norm = NAN,
                        .learning_rate = NAN,
                        .next_learning_rate = NAN,
                        .valid_value = NAN,
                        .valid_loss = NAN,
                        .valid_loss_batches = NAN};
  return epoch;
}

/* What is known of an epoch when its validation is over. */
static void finish_epoch(const RecnnTrainer *trainer, RecnnEpoch *epoch) {
  struct rusage usage;
  if (trainer->optimizer != NULL)
    epoch->next_learning_rate = recnn__trainer_rate(trainer);
  if (getrusage(RUSAGE_SELF, &usage) == 0)
    epoch->peak_bytes = (size_t)usage.ru_maxrss * 1024; /* Linux counts in KiB */
  epoch->time = (double)g_get_real_time() * 1e-6;
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

/* True when the listener's false means that the run is broken off. */
static bool is_interrupted(const RecnnTrainer *trainer) {
  const RecnnTrainListener *listener = trainer->listener;
  return listener->is_interrupted != NULL && listener->is_interrupted(listener->data);
}

static bool train_one(RecnnTrainer *trainer, RecnnRun *run, int64_t epochs, GError **error) {
  gint64 start = g_get_monotonic_time();
  int64_t eval_step = recnn_options_int(trainer->options, "eval_step");
  RecnnEpoch *epoch = recnn__run_add_epoch(run);
  bool broken;
  if (!recnn__trainer_epoch(trainer, run, epoch, epochs, start, &broken, error))
    return false;
  if (broken && is_interrupted(trainer)) {
    run->interrupted = run->stopped_by_listener = true;
    return recnn__keep_broken(trainer, run, true, error);
  }
  bool due = trainer->validates && (epoch->epoch % eval_step == 0 || epoch->epoch == epochs);
  show_average(trainer, true);
  if (due && !broken && !recnn__trainer_validate(trainer, run, epoch, error))
    return false;
  finish_epoch(trainer, epoch);
  epoch->seconds = seconds_since(start);
  run->stopped_by_listener = !tell(trainer, epoch, epochs) || broken;
  recnn__trainer_ask_rate(trainer);
  run->stopped_early = trainer->validates && recnn_early_stop_is_over(&trainer->stop);
  run->interrupted = run->stopped_by_listener && !broken && is_interrupted(trainer);
  show_average(trainer, false);
  trainer->sums = (RecnnEpochSums){0};
  if (run->interrupted)
    return recnn__keep_broken(trainer, run, false, error);
  recnn__keep_epoch(trainer, run);
  return true;
}

static bool train(RecnnTrainer *trainer, RecnnRun *run, GError **error) {
  int64_t epochs = recnn_options_int(trainer->options, "epochs");
  recnn__trainer_ask_rate(trainer);
  while (run->n_epochs < epochs && !run->stopped_early && !run->stopped_by_listener)
    if (!train_one(trainer, run, epochs, error))
      return false;
  return run->interrupted || recnn__keep_last(trainer, run, error);
}

/* A model that is computed from the data at once. */
static bool compute(RecnnTrainer *trainer, RecnnRun *run, GError **error) {
  const RecnnPart *part = &trainer->split->part[RECNN_TRAIN];
  gint64 start = g_get_monotonic_time();
  RecnnEpoch *epoch = recnn__run_add_epoch(run);
  if (!recnn_model_fit_split(trainer->model, trainer->split, error))
    return false;
  run->seconds_to_first_step = seconds_since(trainer->start);
  epoch->samples = part->rows.n;
  if (trainer->validates && !recnn__trainer_validate(trainer, run, epoch, error))
    return false;
  finish_epoch(trainer, epoch);
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
      recnn__plan_within_limit(&trainer, run, false, error) &&
      recnn__keep_open(&trainer, run, error) &&
      (trainer.loader != NULL ? train(&trainer, run, error) : compute(&trainer, run, error));
  if (trainer.has_best)
    recnn_weights_restore(trainer.best, model);
  else if (done)
    show_average(&trainer, true);
  run->seconds = recnn__trainer_seconds(&trainer);
  if (done && !run->interrupted)
    done = recnn__keep_end(&trainer, run, error);
  recnn__trainer_clear(&trainer);
  recnn_options_free(own);
  if (!done)
    g_clear_pointer(&run, recnn_run_free);
  return run;
}

void recnn__run_clear(RecnnRun *run) {
  for (int32_t i = 0; i < run->n_epochs; i++) {
    recnn_result_free(run->epochs[i].valid);
    for (int32_t p = 0; p < run->epochs[i].n_parts; p++)
      g_free(run->epochs[i].parts[p].name);
    g_free(run->epochs[i].parts);
  }
  g_clear_pointer(&run->epochs, g_free);
  g_clear_pointer(&run->valid_metric, g_free);
  g_clear_pointer(&run->folder, g_free);
}

void recnn_run_free(RecnnRun *run) {
  if (run == NULL)
    return;
  recnn__run_clear(run);
  g_free(run);
}
