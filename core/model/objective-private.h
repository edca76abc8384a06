/* The inside of an objective: made in objective.c, worked out in objective-value.c. */
#ifndef RECNN_CORE_MODEL_OBJECTIVE_PRIVATE_H
#define RECNN_CORE_MODEL_OBJECTIVE_PRIVATE_H

#include "losses/losses.h"
#include "model/objective.h"

#define RECNN_OBJECTIVE_FIELDS 16

struct RecnnObjective {
  RecnnModel *model;
  const RecnnLossClass *loss; /* NULL: a function, or the model's own */
  RecnnOptions *options;      /* of the loss; NULL: it has none */
  RecnnLossFunction function; /* value NULL: none */
  uint32_t form;              /* 0: the model's own */
  int64_t samples;
  uint64_t seed;
  const char *fields[RECNN_OBJECTIVE_FIELDS + 1];
  const char *target; /* the field that has the rating or label, or the chosen item */

  /* What is borrowed by a step's graph: integers, and batches that are made of them. */
  int64_t *ids;
  int64_t n_ids; /* room for so many */
  RecnnBatch *pairs;
  RecnnBatch *items;
};

/* The value on a batch, without the model's penalty. */
RecnnVar *recnn__objective_value(RecnnObjective *objective, RecnnGraph *graph,
                                 const RecnnBatch *batch);

#endif
