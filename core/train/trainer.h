/* The trainer: epochs over batches, clipping, validation, early stopping, the best weights
 * restored. */
#ifndef RECNN_CORE_TRAIN_TRAINER_H
#define RECNN_CORE_TRAIN_TRAINER_H

#include <glib.h>

#include "data/split.h"
#include "eval/evaluator.h"
#include "model/model.h"
#include "model/objective.h"

/* The trainer's options: epochs, train_batch_size, learner, learning_rate, weight_decay,
 * clip_grad_norm, weight_average, loss, sampler, negatives, negative_candidates, shuffle,
 * eval_step, valid_metric, topk, patience, min_delta, seed.
 */
const RecnnOption *recnn_trainer_options(void);

/* A part of the loss: "kl" */
typedef struct RecnnLossPart {
  char *name;
  double value; /* mean over samples */
} RecnnLossPart;

typedef struct RecnnEpoch {
  int64_t epoch;             /* from 1 */
  double train_loss;         /* mean over samples; NAN for a model that is computed */
  double train_loss_batches; /* mean of the batch means, where a short last batch weighs as much as
                                a full one: what the common PyTorch loop prints */
  int32_t n_parts;           /* of the loss, as the model reports them; 0 where it does not */
  RecnnLossPart *parts;      /* owned by the run */
  double grad_norm;          /* mean over batches, before clipping */
  double learning_rate;      /* that of the epoch's last step */
  double next_learning_rate; /* to go on with, after the schedule's say */
  double seconds;            /* training and validation */
  double valid_seconds;      /* of these */
  double time;               /* when it ended, in seconds since 1970 */
  int64_t samples;
  int64_t skipped;           /* batches left out for a loss or gradient that was not finite */
  size_t peak_bytes;         /* the most memory that the process has had so far */
  RecnnResult *valid;        /* NULL where there was no validation; owned by the run */
  const char *valid_metric;  /* the run's, borrowed; NULL where there was no validation */
  double valid_value;        /* of it; NAN where none */
  double valid_loss;         /* the valid part's, mean over samples; NAN where not measured */
  double valid_loss_batches; /* mean of the batch means */
  bool improved;
} RecnnEpoch;

typedef struct RecnnTrainProgress {
  int64_t epoch;
  int64_t epochs;
  int64_t batch; /* done in this epoch */
  int64_t batches;
  double loss;     /* sample-weighted mean of the epoch so far */
  double seconds;  /* since the epoch began */
  int64_t samples; /* done in this epoch */
} RecnnTrainProgress;

/* Where a run is kept (option runs).  Every file in its folder is written all or nothing:
 *   request.txt       what was asked for, line by line, with versions and checksums
 *   script.lua        the script
 *   last.ckpt         all that it takes to go on (base/sections.h is the layout)
 *   best.safetensors  the weights of the best epoch
 *   history.jsonl     a JSON object a line for each epoch
 *   events.out.*      the same for TensorBoard
 *   result.json       in the end, and only then
 *   report.html       for people, in the end */

/* Called on the training thread.  Returning false stops the training after the current batch or
 * epoch.  An epoch that was broken off counts with what it did and is not validated.  Any member
 * may be NULL. */
typedef struct RecnnTrainListener {
  void *data;
  bool (*batch)(void *data, const RecnnTrainProgress *progress);
  bool (*epoch)(void *data, const RecnnEpoch *epoch, int64_t epochs);
  /* Asked after a false: true when the training is broken off, to be gone on with some other time,
   * rather than at its end.  A run on disk then has a checkpoint and no result. */
  bool (*is_interrupted)(void *data);
  /* Asked before the first batch and after each of the calls above: a learning rate to go on with,
   * to which the schedule's factor comes; NAN: as it is. */
  double (*learning_rate)(void *data);
  const RecnnLossFunction *loss; /* takes the place of the option loss; NULL: none does */
  const char *script;            /* a file of which the run keeps a copy */
  const char *plugin;            /* "neural_bpr 0.1.0": what the model came from, for the record */
} RecnnTrainListener;

typedef struct RecnnRun {
  int32_t n_epochs;
  RecnnEpoch *epochs;
  int32_t best;       /* index of the best epoch, -1 without validation */
  char *valid_metric; /* "NDCG@10"; NULL without validation */
  double seconds;
  double seconds_to_first_step; /* from the start of the fit to the end of its first step */
  bool stopped_early;           /* by patience */
  bool stopped_by_listener;
  bool interrupted;  /* by the listener: it can be gone on with */
  char *folder;      /* of the run on disk; NULL: there is none */
  int64_t resumed;   /* batches that an earlier process did; 0: it began from the start */
  size_t peak_bytes; /* the most that one step's temporaries took */
} RecnnRun;

/* Trains `model`, which was made for the split's data set, on the split's train part; validates on
 * its valid part when that has rows.  In the end the model has the weights of the best validation,
 * or where there was none the last ones.  A model that is computed rather than trained is computed,
 * in one "epoch".
 *
 * `options` is of recnn_trainer_options(), NULL for the defaults; `listener` may be NULL.  All that
 * is wrong with the request (a field that the data cannot give, an unknown metric, ...) is found
 * before the first step.  A loss or gradient that is not finite ends the run before the weights are
 * touched, naming epoch, batch and parameter; the model then has the best weights so far, if there
 * was a validation. */
RecnnRun *recnn_train(RecnnModel *model, const RecnnSplit *split, const RecnnOptions *options,
                      const RecnnTrainListener *listener, GError **error);
void recnn_run_free(RecnnRun *run); /* takes NULL */

#endif
