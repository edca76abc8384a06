/* What adam and adamw share: moments, bias correction and the step.  They differ in where weight
 * decay comes in. */
#ifndef RECNN_CORE_OPTIM_ADAM_PRIVATE_H
#define RECNN_CORE_OPTIM_ADAM_PRIVATE_H

#include "optim/optimizer.h"

/* Their options, by their place in either table. */
enum { ADAM_LEARNING_RATE, ADAM_WEIGHT_DECAY, ADAM_BETA1, ADAM_BETA2, ADAM_EPSILON };

/* The factors of a step from the options beta1, beta2 and epsilon.  `decay` times the weight is
 * added to its gradient; the weight is multiplied by `shrink` before the step is taken. */
void recnn__adam_prepare(const RecnnValue *set, double learning_rate, uint64_t step, double decay,
                         double shrink, double *factor);
/* Dense also where the gradient has rows: a row without a gradient has the gradient 0, so its
 * moments decay and it moves on, as in PyTorch.  Two slots: the moments. */
void recnn__adam_update(const RecnnUpdate *update, int64_t begin, int64_t end);

#endif
