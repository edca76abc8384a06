/* What memory a training takes, found out before its first step.
 *
 * Everything that the training needs is made, one step is done up to the update, with the largest
 * batch of the first epoch, and one block is validated; what all of that has taken is counted
 * (base/memory.h).  The model is as it was afterwards.  So a plan itself takes as much memory as it
 * tells; under a limit it stops where it would take more. */
#ifndef RECNN_CORE_TRAIN_PLAN_H
#define RECNN_CORE_TRAIN_PLAN_H

#include <glib.h>

#include "train/trainer.h"

typedef enum RecnnPlanPart {
  RECNN_PLAN_PROGRAM, /* the process without what is counted: code, libraries, Lua, small things */
  RECNN_PLAN_DATA,    /* what was counted before: data sets, splits, other models */
  RECNN_PLAN_WEIGHTS,
  RECNN_PLAN_GRADIENTS,
  RECNN_PLAN_OPTIMIZER,
  RECNN_PLAN_ACCUMULATED,
  RECNN_PLAN_AVERAGE,
  RECNN_PLAN_BEST,
  RECNN_PLAN_LOADER,
  RECNN_PLAN_NEGATIVES,
  RECNN_PLAN_ACTIVATIONS,
  RECNN_PLAN_EVALUATION,
  RECNN_PLAN_PARTS
} RecnnPlanPart;

typedef struct RecnnPlan {
  size_t bytes[RECNN_PLAN_PARTS];
  size_t total;       /* of the parts: the process at its largest, while it trains */
  size_t before;      /* the most that the process has had so far */
  int64_t batch_rows; /* of the batch that the step was done with; 0: the model is computed */
  int64_t batches;    /* of an epoch */
} RecnnPlan;

/* "weights" */
const char *recnn_plan_part_name(RecnnPlanPart part);

/* Plans what recnn_train() would do with the same arguments; finds the same mistakes in them.  Of
 * the listener nothing is called but its loss.
 * `*ret_run` (`ret_run` may be NULL) is what a training looks like that knows no number: one epoch,
 * the best, in which all of them are NAN. */
bool recnn_plan(RecnnModel *model, const RecnnSplit *split, const RecnnOptions *options,
                const RecnnTrainListener *listener, RecnnPlan *ret_plan, RecnnRun **ret_run,
                GError **error);
/* The same for an evaluation: `*ret_bytes` is what it takes, `*ret_total` the process meanwhile.
 * The result's numbers are all NAN. */
RecnnResult *recnn_plan_evaluation(RecnnModel *model, const RecnnSplit *split, int part,
                                   const RecnnEvalSettings *settings, size_t *ret_bytes,
                                   size_t *ret_total, GError **error);
/* For people: parameters by layer, the parts, and the sum.  Caller frees. */
char *recnn_plan_text(const RecnnPlan *plan, const RecnnModel *model);
/* "12.3 MB"; caller frees. */
char *recnn_plan_size(size_t bytes);

/* The option memory_limit, "2 GB" (powers of 1000) or "2 GiB" (of 1024); `*ret_bytes` is 0 where
 * there is none. */
bool recnn_memory_limit(const RecnnOptions *options, size_t *ret_bytes, GError **error);
/* From here on allocations fail with which the process would go beyond the option's limit; the
 * second ends that, and where they did (`error` may point to NULL) names the option.  For what is
 * made for a training before recnn_train is called, such as the model's weights. */
bool recnn_memory_limit_begin(const RecnnOptions *options, size_t *ret_before, GError **error);
void recnn_memory_limit_end(const RecnnOptions *options, size_t before, GError **error);

#endif
