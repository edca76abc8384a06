/* Optimizers: one file each, found by name in the generated registry. */
#ifndef RECNN_CORE_OPTIM_OPTIMIZER_H
#define RECNN_CORE_OPTIM_OPTIMIZER_H

#include <glib.h>

#include "base/options.h"
#include "base/spec.h"
#include "graph/param.h"

#define RECNN_OPTIMIZER_MAX_SLOTS 4
#define RECNN_OPTIMIZER_MAX_FACTORS 8

/* One parameter's update, as an optimizer sees it. */
typedef struct RecnnUpdate {
  RecnnParam *param;                          /* has a gradient: dense, or rows */
  float *slot[RECNN_OPTIMIZER_MAX_SLOTS];     /* the state: arrays shaped like the value, or NULL */
  double factor[RECNN_OPTIMIZER_MAX_FACTORS]; /* what prepare() worked out */
  float scale;                                /* to multiply the gradient with first (clipping) */
} RecnnUpdate;

typedef struct RecnnOptimizerClass {
  const char *name;
  const char *doc;
  const RecnnOption *options; /* among them learning_rate */
  int32_t n_slots;            /* the most it may need */
  /* How many the options need; NULL: all. */
  int32_t (*slots)(const RecnnOptions *options);
  /* What a slot is filled with in the beginning; NULL: zero. */
  double (*begin_with)(const RecnnOptions *options, int32_t slot);
  /* Options that do not go together; NULL: all do. */
  bool (*check)(const RecnnOptions *options, GError **error);
  /* Works out the factors of a step from the options; `step` counts a parameter's updates from 1.
   */
  void (*prepare)(const RecnnOptions *options, double learning_rate, uint64_t step,
                  double factor[RECNN_OPTIMIZER_MAX_FACTORS]);
  /* Updates rows begin .. end-1 of a parameter seen as rows (its first axis).  Called for all of
   * them, in pieces, on any thread. */
  void (*update)(const RecnnUpdate *update, int64_t begin, int64_t end);
  /* Rows without a gradient are left alone, so that a step costs what the batch is, not what the
   * table is: of a gradient of rows, begin .. end-1 are places in param->row_ids and row_values. */
  bool rows_only;
} RecnnOptimizerClass;

#define RECNN_OPTIMIZER(name) const RecnnOptimizerClass recnn__optimizer_##name

const RecnnOptimizerClass *recnn_optimizer_find(const char *name);
const char **recnn_optimizer_names(void); /* sorted, NULL at the end; caller frees the array */

/* One instance, with the state of all parameters.  `options` (of the class's table) is copied; the
 * parameters must outlive it. */
typedef struct RecnnOptimizer RecnnOptimizer;
RecnnOptimizer *recnn_optimizer_new(const RecnnOptimizerClass *optimizer_class,
                                    const RecnnOptions *options, RecnnParam *const *params,
                                    int32_t n_params, GError **error);
/* The same with groups of parameters that have options of their own: an item's name is a pattern
 * with * and ? for parameters' names, its keys are options of the class.  The first pattern that
 * fits a parameter decides; one that decides for none is an error. */
RecnnOptimizer *recnn_optimizer_new_grouped(const RecnnOptimizerClass *optimizer_class,
                                            const RecnnOptions *options, const RecnnSpec *groups,
                                            RecnnParam *const *params, int32_t n_params,
                                            GError **error);
void recnn_optimizer_free(RecnnOptimizer *optimizer); /* takes NULL */

double recnn_optimizer_learning_rate(const RecnnOptimizer *optimizer);
/* A group's own learning rate keeps its ratio to this one. */
void recnn_optimizer_set_learning_rate(RecnnOptimizer *optimizer, double learning_rate);

/* The state, to save and restore: of the trainable parameter number `i`, in the order of the
 * parameters.  NULL where there is no such slot. */
int32_t recnn_optimizer_n_params(const RecnnOptimizer *optimizer);
const RecnnParam *recnn_optimizer_param(const RecnnOptimizer *optimizer, int32_t i);
float *recnn_optimizer_slot(const RecnnOptimizer *optimizer, int32_t i, int32_t slot);
uint64_t recnn_optimizer_steps(const RecnnOptimizer *optimizer, int32_t i); /* updates so far */
void recnn_optimizer_set_steps(RecnnOptimizer *optimizer, int32_t i, uint64_t steps);

/* The global 2-norm of all gradients, in double, in a fixed order. */
double recnn_optimizer_grad_norm(const RecnnOptimizer *optimizer);
/* From the next step on, every element of the gradients is first brought into -limit .. limit, as
 * torch.nn.utils.clip_grad_value_ does; 0 ends that. */
void recnn_optimizer_clip_value(RecnnOptimizer *optimizer, double limit);
/* One step; gradients are scaled so that their norm is at most `max_norm` (0: no clipping), as
 * torch.nn.utils.clip_grad_norm_ does: scale = min (1, max_norm / (norm + 1e-6)).  Returns the norm
 * before any clipping; false (weights untouched) when it is NaN or infinite, with the parameter of
 * the first such gradient named. */
bool recnn_optimizer_step(RecnnOptimizer *optimizer, double max_norm, double *ret_norm,
                          GError **error);

#endif
