/* Plans from the inside: what the trainer tells them while it is prepared. */
#ifndef RECNN_CORE_TRAIN_PLAN_PRIVATE_H
#define RECNN_CORE_TRAIN_PLAN_PRIVATE_H

#include "train/trainer-private.h"

/* What there is before anything is made. */
void recnn__plan_begin(RecnnTrainer *trainer);
/* What was allocated since the last call is for this. */
void recnn__plan_note(RecnnTrainer *trainer, RecnnPlanPart part);
/* A step and a validation, for what they take; fills the plan, as far as it comes. */
bool recnn__plan_try(RecnnTrainer *trainer, GError **error);
/* Prepares the trainer, within the option memory_limit where that is set; with it, and where
 * `tries` is true, the plan is made.  What would go beyond the limit is refused, with what takes so
 * much. */
bool recnn__plan_within_limit(RecnnTrainer *trainer, RecnnRun *run, bool tries, GError **error);
/* Says what takes so much; `why` is what the trial failed by, NULL when it did not. */
void recnn__plan_refuse(const RecnnPlan *plan, size_t limit, const GError *why, GError **error);

#endif
