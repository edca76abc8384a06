/* An exponential moving average of a model's weights (Polyak and Juditsky 1992, in the form that
 * torch.optim.swa_utils.get_ema_multi_avg_fn has): the first step's weights, then after every step
 * a = decay * a + (1 - decay) * w.
 *
 * The running statistics of batch norm (float32 buffers) are averaged like weights, since those of
 * the last step belong to other weights; counters (int64 buffers) are not. */
#ifndef RECNN_CORE_OPTIM_AVERAGE_H
#define RECNN_CORE_OPTIM_AVERAGE_H

#include <glib.h>

#include "graph/param.h"

typedef struct RecnnAverage RecnnAverage;

/* The parameters must outlive it. */
RecnnAverage *recnn_average_new(double decay, RecnnParam *const *params, int32_t n_params,
                                GError **error);
/* Takes NULL.  The parameters keep what they have at the time: the averages after a swap. */
void recnn_average_free(RecnnAverage *average);

/* Takes in the weights as they are now, after a step.  Calls no allocator. */
void recnn_average_update(RecnnAverage *average);

/* Puts the averages in the parameters' place and back; before the first update they are the
 * weights.  Nothing is copied: the two trade their memory.  Whoever has cached something that was
 * computed from the weights must be told (recnn_model_touch). */
void recnn_average_swap(RecnnAverage *average);

/* The state, to save and restore, while the parameters have their own: the average of the member
 * number `i`, and whether there was an update. */
int32_t recnn_average_n_members(const RecnnAverage *average);
float *recnn_average_member(const RecnnAverage *average, int32_t i, int64_t *ret_count);
bool recnn_average_has_begun(const RecnnAverage *average);
void recnn_average_set_begun(RecnnAverage *average, bool begun);

#endif
