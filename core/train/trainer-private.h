/* The trainer from the inside: what its files share. */
#ifndef RECNN_CORE_TRAIN_TRAINER_PRIVATE_H
#define RECNN_CORE_TRAIN_TRAINER_PRIVATE_H

#include "data/loader.h"
#include "optim/average.h"
#include "optim/optimizer.h"
#include "train/early-stop.h"
#include "train/plateau.h"
#include "train/trainer.h"

typedef struct RecnnTrainer {
  RecnnModel *model;
  const RecnnSplit *split;
  const RecnnOptions *options;
  const RecnnTrainListener *listener;
  gint64 start; /* of the fit, g_get_monotonic_time */

  /* Training by gradient; unset for a model that is computed. */
  RecnnLoader *loader;
  RecnnOptimizer *optimizer;
  RecnnAverage *average; /* of the weights; NULL without one */
  bool shows_average;    /* it is in the parameters' place */
  RecnnGraph *graph;
  const char *loss_name; /* NULL: the model's own */
  double max_norm;
  uint64_t step; /* over all epochs */

  /* Validation; unset without one. */
  RecnnEvaluator *evaluator;
  RecnnEarlyStop stop;
  bool has_schedule;
  RecnnPlateau plateau;
  RecnnWeights *best;
  bool has_best;
} RecnnTrainer;

/* Checks the request and makes what it takes: loader, optimizer, evaluator, room for the best
 * weights.  `run` gets the name of the validation metric. */
bool recnn__trainer_prepare(RecnnTrainer *trainer, RecnnRun *run, GError **error);
/* The metric that validation looks at, with its evaluator; false in error only. */
bool recnn__trainer_prepare_validation(RecnnTrainer *trainer, RecnnRun *run, GError **error);
void recnn__trainer_clear(RecnnTrainer *trainer);

/* One batch: forward, backward, update.  Calls no allocator once the graph has grown. */
bool recnn__trainer_step(RecnnTrainer *trainer, const RecnnBatch *batch, double *ret_loss,
                         double *ret_norm, GError **error);

#endif
