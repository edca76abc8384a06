/* Optimizers: one file each, found by name in the generated registry. */
#ifndef RECNN_CORE_OPTIM_OPTIMIZER_H
#define RECNN_CORE_OPTIM_OPTIMIZER_H

#include <glib.h>

#include "base/options.h"
#include "graph/param.h"

/* State that an optimizer keeps for one parameter: n_slots arrays shaped like its value. */
typedef struct RecnnOptimizerState {
  float *slot[4];
} RecnnOptimizerState;

typedef struct RecnnOptimizerClass {
  const char *name;
  const char *doc;
  const RecnnOption *options; /* learning_rate, weight_decay, ... */
  int32_t n_slots;            /* of RecnnOptimizerState */
  /* One update of `param`, which has a gradient.  `scale` multiplies the gradient first (clipping);
   * `step` counts from 1 for this parameter's updates. */
  void (*update)(const RecnnOptions *options, double learning_rate, RecnnParam *param,
                 const RecnnOptimizerState *state, uint64_t step, double scale);
} RecnnOptimizerClass;

const RecnnOptimizerClass *recnn_optimizer_find(const char *name);
const char **recnn_optimizer_names(void); /* sorted, NULL at the end; caller frees the array */

/* One instance, with the state of all parameters.  `options` (of the class's table) is copied; the
 * parameters must outlive it. */
typedef struct RecnnOptimizer RecnnOptimizer;
RecnnOptimizer *recnn_optimizer_new(const RecnnOptimizerClass *optimizer_class,
                                    const RecnnOptions *options, RecnnParam *const *params,
                                    int32_t n_params, GError **error);
void recnn_optimizer_free(RecnnOptimizer *optimizer); /* takes NULL */

double recnn_optimizer_learning_rate(const RecnnOptimizer *optimizer);
void recnn_optimizer_set_learning_rate(RecnnOptimizer *optimizer, double learning_rate);

/* The global 2-norm of all gradients, in double, in a fixed order. */
double recnn_optimizer_grad_norm(const RecnnOptimizer *optimizer);
/* One step; gradients are scaled so that their norm is at most `max_norm` (0: no clipping), as
 * torch.nn.utils.clip_grad_norm_ does: scale = min (1, max_norm / (norm + 1e-6)).  Returns the norm
 * before clipping; false (weights untouched) when it is NaN or infinite, with the parameter of the
 * first such gradient named. */
bool recnn_optimizer_step(RecnnOptimizer *optimizer, double max_norm, double *ret_norm,
                          GError **error);

#endif
