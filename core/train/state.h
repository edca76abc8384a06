/* What of a training is neither weights nor tables: its place, sums, decisions and history, as
 * bytes and back. */
#ifndef RECNN_CORE_TRAIN_STATE_H
#define RECNN_CORE_TRAIN_STATE_H

#include "base/coder.h"
#include "train/trainer-private.h"

typedef struct RecnnTrainState {
  uint64_t step;
  double rate;
  RecnnEpochSums sums; /* of the epoch that is not over; no batches: it has not begun */
  RecnnEarlyStop stop;
  RecnnPlateau plateau;
  bool has_best;
  bool has_begun_average;
  int32_t n_steps;
  int64_t *steps; /* by parameter, the optimizer's */
  RecnnRun run;   /* the epochs that are over */
} RecnnTrainState;

void recnn__state_code(RecnnCoder *coder, RecnnTrainState *state);
void recnn__state_clear(RecnnTrainState *state); /* what reading has allocated */

/* The trainer's state; lists are borrowed, but `steps` is owned. */
void recnn__state_gather(RecnnTrainState *state, const RecnnTrainer *trainer, const RecnnRun *run,
                         bool in_epoch);
/* The other way; takes the run's epochs. */
void recnn__state_restore(RecnnTrainState *state, RecnnTrainer *trainer, RecnnRun *run);

#endif
