/* Optimizers: one file each, found by name in the generated registry, and those of plugins. */
#ifndef RECNN_CORE_OPTIM_OPTIMIZER_H
#define RECNN_CORE_OPTIM_OPTIMIZER_H

#include <glib.h>

#include <recnn/kind/optimizer.h>

#include "base/options.h"
#include "base/spec.h"
#include "graph/param.h"

#define RECNN_OPTIMIZER(name) const RecnnOptimizerClass recnn__optimizer_##name

const RecnnOptimizerClass *recnn_optimizer_find(const char *name); /* or NULL */
/* The same, but loads the plugin of that name for one that is not known.  `what` ("option learner")
 * goes before the error. */
const RecnnOptimizerClass *recnn_optimizer_ask(const char *name, const char *what, GError **error);
/* Whether a plugin's can be added, and its adding, which does not fail after that. */
bool recnn_optimizer_check(const RecnnOptimizerClass *optimizer_class, GError **error);
void recnn_optimizer_register(const RecnnOptimizerClass *optimizer_class);
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
