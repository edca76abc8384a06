/* Gradients of several batches added up before one step: their mean, with row gradients left as
 * rows. */
#ifndef RECNN_CORE_OPTIM_ACCUMULATE_H
#define RECNN_CORE_OPTIM_ACCUMULATE_H

#include <glib.h>

#include "graph/param.h"

typedef struct RecnnAccumulator RecnnAccumulator;

/* The parameters must outlive it. */
RecnnAccumulator *recnn_accumulator_new(RecnnParam *const *params, int32_t n_params);
void recnn_accumulator_free(RecnnAccumulator *accumulator); /* takes NULL */

/* Adds the gradients that the last backward left; false when memory is short. */
bool recnn_accumulator_add(RecnnAccumulator *accumulator, GError **error);
/* How many backwards have been added. */
int64_t recnn_accumulator_count(const RecnnAccumulator *accumulator);
/* Gives the parameters the mean of what was added as their gradient (rows stay the accumulator's,
 * until the next add) and begins anew. */
bool recnn_accumulator_give(RecnnAccumulator *accumulator, GError **error);
/* Forgets what was added. */
void recnn_accumulator_clear(RecnnAccumulator *accumulator);

#endif
