/* Dynamic hard negatives: of several items drawn for a negative, the one that the model as it is
 * now scores highest (Zhang, Chen, Wang, Yu: Optimizing Top-N Collaborative Filtering via Dynamic
 * Negative Item Sampling, SIGIR 2013).  Works on a batch between the loader and the step. */
#ifndef RECNN_CORE_TRAIN_HARD_NEGATIVES_H
#define RECNN_CORE_TRAIN_HARD_NEGATIVES_H

#include <glib.h>

#include "data/batch.h"
#include "model/model.h"

typedef struct RecnnHardNegatives RecnnHardNegatives;

/* For batches of at most `rows` rows with `candidates` each.  `model`, which must outlive it,
 * scores with predict(), in evaluation mode; RECNN_ERROR_UNSUPPORTED when it has none. */
RecnnHardNegatives *recnn_hard_negatives_new(RecnnModel *model, int64_t rows, int64_t candidates,
                                             GError **error);
void recnn_hard_negatives_free(RecnnHardNegatives *hard); /* takes NULL */

/* Writes the batch's "neg_item": the highest of "neg_candidates", the first of equals.  A function
 * of batch and weights.  Calls no allocator from the second batch on. */
bool recnn_hard_negatives_pick(RecnnHardNegatives *hard, RecnnBatch *batch, GError **error);

#endif
