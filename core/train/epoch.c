/* One pass over the training part: batch after batch, what they add up to, and the listener. */
#include <math.h>

#include "base/trace.h"
#include "train/keep.h"

static void add_parts(RecnnEpochSums *sums, const RecnnGraph *graph, int64_t samples) {
  const RecnnGraphPart *parts;
  int32_t n = MIN(recnn_graph_parts(graph, &parts), RECNN_MAX_PARTS);
  if (sums->samples == 0) {
    sums->n_parts = n;
    for (int32_t i = 0; i < n; i++)
      sums->part_name[i] = g_intern_string(parts[i].name);
  }
  for (int32_t i = 0; i < MIN(n, sums->n_parts); i++)
    sums->part[i] += parts[i].value * (double)samples;
}

static void finish(const RecnnEpochSums *sums, RecnnEpoch *epoch) {
  epoch->samples = sums->samples;
  epoch->skipped = sums->skipped;
  epoch->train_loss = sums->loss / (double)sums->samples;
  epoch->train_loss_batches = sums->loss_batch / (double)(sums->batches - sums->skipped);
  epoch->grad_norm = sums->norm / (double)sums->steps;
  epoch->learning_rate = sums->steps > 0 ? sums->rate : NAN;
  epoch->n_parts = sums->n_parts;
  epoch->parts = g_new0(RecnnLossPart, (gsize)MAX(sums->n_parts, 1));
  for (int32_t i = 0; i < sums->n_parts; i++) {
    epoch->parts[i].name = g_strdup(sums->part_name[i]);
    epoch->parts[i].value = sums->part[i] / (double)sums->samples;
  }
}

static RecnnBatch *next_batch(RecnnLoader *loader) {
  int64_t start = recnn_trace_now();
  RecnnBatch *batch = recnn_loader_next(loader);
  recnn_trace_add(RECNN_TRACE_PHASE, "loader", start, 0.0, 0.0);
  return batch;
}

bool recnn__trainer_epoch(RecnnTrainer *trainer, RecnnRun *run, RecnnEpoch *epoch, int64_t epochs,
                          gint64 start, bool *ret_broken, GError **error) {
  const RecnnTrainListener *listener = trainer->listener;
  RecnnEpochSums *sums = &trainer->sums;
  RecnnTrainProgress progress = {
      .epoch = epoch->epoch, .epochs = epochs, .batches = recnn_loader_batches(trainer->loader)};
  *ret_broken = false;
  recnn_loader_start_at(trainer->loader, (uint64_t)(epoch->epoch - 1), sums->batches);
  RecnnBatch *batch;
  /* What waits for more batches cannot be kept, so the step that it is for is finished first. */
  while ((!*ret_broken || recnn__trainer_waits(trainer)) &&
         (batch = next_batch(trainer->loader)) != NULL) {
    int64_t samples = recnn_batch_samples(batch);
    double loss;
    double norm;
    bool last = sums->batches + 1 == progress.batches;
    if ((trainer->hard_negatives != NULL &&
         !recnn_hard_negatives_pick(trainer->hard_negatives, batch, error)) ||
        !recnn__trainer_step(trainer, batch, last, &loss, &norm, error)) {
      g_prefix_error(error, "epoch %" G_GINT64_FORMAT ", batch %" G_GINT64_FORMAT ": ",
                     (gint64)epoch->epoch, (gint64)sums->batches + 1);
      return false;
    }
    if (trainer->step == 1)
      run->seconds_to_first_step = (double)(g_get_monotonic_time() - trainer->start) * 1e-6;
    if (isnan(loss)) {
      sums->skipped++;
    } else {
      add_parts(sums, trainer->graph, samples);
      sums->samples += samples;
      sums->loss += loss * (double)samples;
      sums->loss_batch += loss;
    }
    sums->batches++;
    if (!isnan(norm)) {
      sums->norm += norm;
      sums->steps++;
      sums->rate = recnn_optimizer_learning_rate(trainer->optimizer);
    }
    if (listener != NULL && listener->batch != NULL && !*ret_broken) {
      progress.batch = sums->batches;
      progress.samples = sums->samples;
      progress.loss = sums->loss / (double)sums->samples;
      progress.seconds = (double)(g_get_monotonic_time() - start) * 1e-6;
      *ret_broken = !listener->batch(listener->data, &progress);
      recnn__trainer_ask_rate(trainer);
    }
    if (!*ret_broken && !last && !recnn__trainer_waits(trainer))
      recnn__keep_batch(trainer, run);
  }
  finish(sums, epoch);
  run->peak_bytes = recnn_graph_peak(trainer->graph);
  return true;
}
