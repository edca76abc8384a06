/* The trainer from the inside: what its files share. */
#ifndef RECNN_CORE_TRAIN_TRAINER_PRIVATE_H
#define RECNN_CORE_TRAIN_TRAINER_PRIVATE_H

#include "data/loader.h"
#include "model/objective.h"
#include "optim/accumulate.h"
#include "optim/average.h"
#include "optim/optimizer.h"
#include "train/early-stop.h"
#include "train/hard-negatives.h"
#include "train/plan.h"
#include "train/plateau.h"
#include "train/run-folder.h"
#include "train/schedule.h"
#include "train/trainer.h"
#include "train/valid-metric.h"

#define RECNN_MAX_PARTS 16

/* What an epoch adds up. */
typedef struct RecnnEpochSums {
  int64_t batches;
  int64_t samples;
  int64_t steps;     /* of the optimizer */
  int64_t skipped;   /* batches */
  double loss;       /* times samples */
  double loss_batch; /* one a batch */
  double norm;       /* one a step */
  double rate;       /* of the last step */
  int32_t n_parts;
  double part[RECNN_MAX_PARTS];           /* times samples */
  const char *part_name[RECNN_MAX_PARTS]; /* interned */
} RecnnEpochSums;

typedef struct RecnnTrainer {
  RecnnModel *model;
  const RecnnSplit *split;
  const RecnnOptions *options;
  const RecnnTrainListener *listener;
  gint64 start;           /* of the fit, g_get_monotonic_time */
  double seconds_before;  /* that earlier processes spent on the same run */
  RecnnRunFolder *folder; /* NULL: nothing is kept on disk */
  char *request;
  gint64 last_checkpoint;
  gint64 checkpoint_after; /* microseconds */

  /* Training by gradient; unset for a model that is computed. */
  const char **fields; /* of its batches, which the loader borrows; owned */
  RecnnLoader *loader;
  RecnnHardNegatives *hard_negatives; /* NULL: those drawn are taken */
  RecnnOptimizer *optimizer;
  RecnnAverage *average; /* of the weights; NULL without one */
  bool shows_average;    /* it is in the parameters' place */
  RecnnGraph *graph;
  RecnnObjective *objective; /* NULL for a model that is computed */
  double max_norm;
  int64_t accumulate;
  RecnnAccumulator *accumulator; /* NULL: every batch makes a step */
  uint64_t step;                 /* batches over all epochs */
  RecnnSchedule *schedule;
  double rate;         /* before the schedule's factor */
  GByteArray *buffers; /* the model's, before the step: where batches may be skipped; or NULL */

  RecnnPlan plan;     /* what its parts take */
  size_t counted;     /* bytes in use when the plan was last looked at */
  RecnnResult *tried; /* of a validation that was for its memory alone; or NULL */

  RecnnEpochSums sums;

  /* Validation; unset without one. */
  bool validates;
  RecnnValidMetric *valid;
  RecnnEvaluator *evaluator; /* NULL: the loss alone decides */
  RecnnLoader *valid_loader; /* NULL: the loss is not measured */
  RecnnEarlyStop stop;
  RecnnPlateau plateau;
  RecnnWeights *best;
  bool has_best;
} RecnnTrainer;

/* Checks the request and makes what it takes: loader, optimizer, evaluator, room for the best
 * weights.  `run` gets the name of the validation metric. */
bool recnn__trainer_prepare(RecnnTrainer *trainer, RecnnRun *run, GError **error);
/* The optimizer with its groups, what it clips, adds up and averages; and its schedule. */
bool recnn__trainer_prepare_learner(RecnnTrainer *trainer, GError **error);
bool recnn__trainer_prepare_schedule(RecnnTrainer *trainer, GError **error);
/* The metric that validation looks at, with its evaluator; false in error only. */
bool recnn__trainer_prepare_validation(RecnnTrainer *trainer, RecnnRun *run, GError **error);
bool recnn__trainer_prepare_validation_loss(RecnnTrainer *trainer, GError **error);
void recnn__trainer_clear(RecnnTrainer *trainer);
/* The text of request.txt; caller frees. */
char *recnn__trainer_request(const RecnnTrainer *trainer);
/* Spent on the run so far. */
double recnn__trainer_seconds(const RecnnTrainer *trainer);
/* A new epoch at the end of the history, in which nothing is known. */
RecnnEpoch *recnn__run_add_epoch(RecnnRun *run);
/* Frees what a run holds. */
void recnn__run_clear(RecnnRun *run);

/* One batch: forward, backward, and an update, unless its gradient waits for those of more batches
 * (`last`: there are none in this epoch).  `*ret_norm` is NAN without an update, `*ret_loss` for a
 * batch that was skipped.  Calls no
 * allocator once the graph has grown. */
bool recnn__trainer_step(RecnnTrainer *trainer, const RecnnBatch *batch, bool last,
                         double *ret_loss, double *ret_norm, GError **error);
/* True when the gradients of some batches have made no step yet. */
bool recnn__trainer_waits(const RecnnTrainer *trainer);
/* The model's buffers, such as running statistics: out of it, or back into it.  A forward pass
 * changes them before anybody knows what comes of it. */
void recnn__trainer_move_buffers(RecnnTrainer *trainer, bool back);
/* Takes up the learning rate that the listener may have. */
void recnn__trainer_ask_rate(RecnnTrainer *trainer);
/* The learning rate of the next batch, from the schedule. */
double recnn__trainer_rate(const RecnnTrainer *trainer);

/* Goes over the training part once.  `*ret_broken` tells whether the listener broke it off. */
bool recnn__trainer_epoch(RecnnTrainer *trainer, RecnnRun *run, RecnnEpoch *epoch, int64_t epochs,
                          gint64 start, bool *ret_broken, GError **error);

/* Validates the weights as they are: the loss and the metrics into `epoch`, the decision into the
 * trainer and the run. */
bool recnn__trainer_validate(RecnnTrainer *trainer, RecnnRun *run, RecnnEpoch *epoch,
                             GError **error);
/* NAN where it is not measured. */
bool recnn__trainer_validation_loss(RecnnTrainer *trainer, RecnnValidLoss *ret_loss,
                                    GError **error);

#endif
