/* The coding of state.h.  A change here is a new version of the checkpoint's layout. */
#include "train/state.h"

#include <string.h>

#include "train/epoch-fields.h"

static void code_sums(RecnnCoder *coder, RecnnEpochSums *sums) {
  recnn_code_int(coder, &sums->batches);
  recnn_code_int(coder, &sums->samples);
  recnn_code_int(coder, &sums->steps);
  recnn_code_int(coder, &sums->skipped);
  recnn_code_double(coder, &sums->loss);
  recnn_code_double(coder, &sums->loss_batch);
  recnn_code_double(coder, &sums->norm);
  recnn_code_double(coder, &sums->rate);
  recnn_code_count(coder, &sums->n_parts, 16);
  if (sums->n_parts > RECNN_MAX_PARTS)
    coder->failed = true;
  for (int32_t i = 0; !coder->failed && i < sums->n_parts; i++) {
    char *name = recnn_coder_reads(coder) ? NULL : (char *)sums->part_name[i];
    recnn_code_text(coder, &name);
    recnn_code_double(coder, &sums->part[i]);
    if (recnn_coder_reads(coder)) {
      sums->part_name[i] = g_intern_string(name);
      g_free(name);
    }
  }
}

static void code_stop(RecnnCoder *coder, RecnnEarlyStop *stop) {
  recnn_code_bool(coder, &stop->has_best);
  recnn_code_double(coder, &stop->best);
  recnn_code_int(coder, &stop->waited);
}

static void code_plateau(RecnnCoder *coder, RecnnPlateau *plateau) {
  recnn_code_bool(coder, &plateau->has_best);
  recnn_code_double(coder, &plateau->best);
  recnn_code_int(coder, &plateau->waited);
}

static void code_size(RecnnCoder *coder, size_t *size) {
  int64_t value = (int64_t)*size;
  recnn_code_int(coder, &value);
  *size = (size_t)value;
}

static void code_value(RecnnCoder *coder, RecnnResultValue *value) {
  recnn_code_text(coder, &value->name);
  recnn_code_int(coder, &value->k);
  recnn_code_double(coder, &value->value);
  if (!recnn_coder_reads(coder) || coder->failed)
    return;
  int64_t k;
  value->metric = value->name != NULL ? recnn_metric_parse(value->name, &k, NULL) : NULL;
  if (value->metric == NULL)
    coder->failed = true;
}

static void code_result(RecnnCoder *coder, RecnnResult *result) {
  /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): who writes has a result */
  char *ties = recnn_coder_reads(coder) ? NULL : (char *)result->ties;
  recnn_code_text(coder, &result->model);
  recnn_code_text(coder, &result->part);
  recnn_code_text(coder, &result->profile);
  recnn_code_text(coder, &result->candidates);
  recnn_code_text(coder, &ties);
  recnn_code_int(coder, &result->n_users);
  recnn_code_int(coder, &result->n_items);
  recnn_code_int(coder, &result->tied_users);
  recnn_code_int(coder, &result->n_rows);
  recnn_code_double(coder, &result->seconds);
  code_size(coder, &result->peak_bytes);
  recnn_code_count(coder, &result->n_values, 24);
  if (recnn_coder_reads(coder)) {
    result->ties = ties != NULL ? g_intern_string(ties) : NULL;
    g_free(ties);
    result->values = g_new0(RecnnResultValue, MAX(result->n_values, 1));
  }
  for (int32_t i = 0; i < result->n_values; i++)
    code_value(coder, &result->values[i]);
}

static void code_field(RecnnCoder *coder, const RecnnEpochField *field, RecnnEpoch *epoch) {
  switch (field->kind) {
  case RECNN_EPOCH_INT:
    recnn_code_int(coder, recnn_epoch_place(field, epoch));
    break;
  case RECNN_EPOCH_SIZE:
    code_size(coder, recnn_epoch_place(field, epoch));
    break;
  case RECNN_EPOCH_DOUBLE:
    recnn_code_double(coder, recnn_epoch_place(field, epoch));
    break;
  case RECNN_EPOCH_BOOL:
    recnn_code_bool(coder, recnn_epoch_place(field, epoch));
    break;
  case RECNN_EPOCH_TEXT: /* the run's, which is put back behind the reading */
  case RECNN_EPOCH_WORKED:
    break;
  }
}

static void code_epoch(RecnnCoder *coder, RecnnEpoch *epoch) {
  for (const RecnnEpochField *field = recnn_epoch_fields(); field->name != NULL; field++)
    code_field(coder, field, epoch);
  recnn_code_count(coder, &epoch->n_parts, 16);
  if (recnn_coder_reads(coder))
    epoch->parts = g_new0(RecnnLossPart, MAX(epoch->n_parts, 1));
  for (int32_t i = 0; i < epoch->n_parts; i++) {
    recnn_code_text(coder, &epoch->parts[i].name);
    recnn_code_double(coder, &epoch->parts[i].value);
  }
  bool has_valid = epoch->valid != NULL;
  recnn_code_bool(coder, &has_valid);
  if (recnn_coder_reads(coder) && has_valid)
    epoch->valid = g_new0(RecnnResult, 1);
  if (has_valid)
    code_result(coder, epoch->valid);
}

static void code_run(RecnnCoder *coder, RecnnRun *run) {
  int64_t best = run->best;
  recnn_code_int(coder, &best);
  recnn_code_double(coder, &run->seconds);
  recnn_code_double(coder, &run->seconds_to_first_step);
  recnn_code_bool(coder, &run->stopped_early);
  recnn_code_bool(coder, &run->stopped_by_listener);
  code_size(coder, &run->peak_bytes);
  recnn_code_count(coder, &run->n_epochs, 100);
  if (recnn_coder_reads(coder))
    run->epochs = g_new0(RecnnEpoch, MAX(run->n_epochs, 1));
  for (int32_t i = 0; i < run->n_epochs; i++)
    code_epoch(coder, &run->epochs[i]);
  if (best < -1 || best >= run->n_epochs)
    coder->failed = true;
  run->best = (int32_t)best;
}

void recnn__state_code(RecnnCoder *coder, RecnnTrainState *state) {
  int64_t step = (int64_t)state->step;
  recnn_code_int(coder, &step);
  state->step = (uint64_t)step;
  recnn_code_double(coder, &state->rate);
  code_sums(coder, &state->sums);
  code_stop(coder, &state->stop);
  code_plateau(coder, &state->plateau);
  recnn_code_bool(coder, &state->has_best);
  recnn_code_bool(coder, &state->has_begun_average);
  recnn_code_count(coder, &state->n_steps, 8);
  if (recnn_coder_reads(coder))
    state->steps = g_new0(int64_t, MAX(state->n_steps, 1));
  for (int32_t i = 0; i < state->n_steps; i++)
    recnn_code_int(coder, &state->steps[i]);
  code_run(coder, &state->run);
}

void recnn__state_clear(RecnnTrainState *state) {
  recnn__run_clear(&state->run); /* which has no texts of its own here */
  g_clear_pointer(&state->steps, g_free);
}

void recnn__state_gather(RecnnTrainState *state, const RecnnTrainer *trainer, const RecnnRun *run,
                         bool in_epoch) {
  *state = (RecnnTrainState){.step = trainer->step,
                             .rate = trainer->rate,
                             .stop = trainer->stop,
                             .plateau = trainer->plateau,
                             .has_best = trainer->has_best,
                             .run = *run};
  state->run.seconds = recnn__trainer_seconds(trainer);
  if (run->interrupted) /* it is not at its end */
    state->run.stopped_by_listener = false;
  if (in_epoch) {
    state->sums = trainer->sums;
    state->run.n_epochs--; /* the one that is not over */
  }
  if (trainer->average != NULL)
    state->has_begun_average = recnn_average_has_begun(trainer->average);
  state->n_steps = recnn_optimizer_n_params(trainer->optimizer);
  state->steps = g_new0(int64_t, MAX(state->n_steps, 1));
  for (int32_t i = 0; i < state->n_steps; i++)
    state->steps[i] = (int64_t)recnn_optimizer_steps(trainer->optimizer, i);
}

void recnn__state_restore(RecnnTrainState *state, RecnnTrainer *trainer, RecnnRun *run) {
  trainer->step = state->step;
  trainer->rate = state->rate;
  trainer->sums = state->sums;
  trainer->has_best = state->has_best;
  trainer->stop.has_best = state->stop.has_best;
  trainer->stop.best = state->stop.best;
  trainer->stop.waited = state->stop.waited;
  trainer->plateau.has_best = state->plateau.has_best;
  trainer->plateau.best = state->plateau.best;
  trainer->plateau.waited = state->plateau.waited;
  trainer->seconds_before = state->run.seconds;
  if (trainer->average != NULL)
    recnn_average_set_begun(trainer->average, state->has_begun_average);
  for (int32_t i = 0; i < state->n_steps; i++)
    recnn_optimizer_set_steps(trainer->optimizer, i, (uint64_t)state->steps[i]);
  run->best = state->run.best;
  run->seconds_to_first_step = state->run.seconds_to_first_step;
  run->stopped_early = state->run.stopped_early;
  run->stopped_by_listener = state->run.stopped_by_listener;
  run->peak_bytes = state->run.peak_bytes;
  run->resumed = (int64_t)state->step;
  run->n_epochs = state->run.n_epochs;
  run->epochs = g_steal_pointer(&state->run.epochs);
  state->run.n_epochs = 0;
  for (int32_t i = 0; i < run->n_epochs; i++)
    if (run->epochs[i].valid != NULL)
      run->epochs[i].valid_metric = run->valid_metric;
}
