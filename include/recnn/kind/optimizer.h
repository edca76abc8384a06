/* The kind "recnn.optimizer/1": how a step changes the parameters.  The class is a constant and the
 * same struct as the built-in ones have; the state lies in arrays that the host makes, saves with
 * checkpoints and restores, so an optimizer has no code for that.
 *
 * Each step the host finds the norm of the gradients, clips, calls prepare() once for each
 * parameter that has a gradient, on the thread that trains, and update() for its rows in pieces, on
 * any thread.  update() must not depend on how rows are cut into pieces: each element's new value
 * follows from its own value, state and gradient, so that it is the same bits at any number of
 * threads.
 *
 * Optimizers share one name space; an optimizer whose plugin is not loaded is looked for in the
 * plugin of its name. */
#ifndef RECNN_KIND_OPTIMIZER_H
#define RECNN_KIND_OPTIMIZER_H

#include <recnn/kind/option.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The most arrays of state that a parameter can have, and of factors that prepare() can leave. */
#define RECNN_OPTIMIZER_MAX_SLOTS 4
#define RECNN_OPTIMIZER_MAX_FACTORS 8

/* One parameter's update: the value seen as rows (along its first axis), each of row_size elements.
 * Valid during the call. */
typedef struct RecnnUpdate {
  size_t struct_size;
  const char *name; /* of the parameter */
  int64_t n_rows;
  int64_t row_size;
  float *value; /* n_rows x row_size, to be changed */
  /* The gradient, one of: `grad`, shaped like the value; or, with `grad` NULL, that of some rows:
   * row r's is row_grad[row_slot[r] * row_size ...] where row_slot[r] >= 0, and zero elsewhere. */
  const float *grad;
  const float *row_grad;
  const int32_t *row_slot;
  /* Those rows, in the order of row_grad; each once. */
  const int64_t *row_ids;
  int64_t n_row_ids;
  float scale; /* to multiply the gradient with first (clipping) */
  uint32_t reserved;
  /* The state: arrays shaped like the value.  RECNN_OPTIMIZER_MAX_SLOTS of them, NULL behind the
   * last. */
  float *const *slot;
  const double *factor; /* what prepare() left */
} RecnnUpdate;

/* Flags. */
/* Rows without a gradient are left alone, so that a step costs what the batch is and not what the
 * table is: where the gradient is one of rows, update() is asked for places begin .. end-1 of
 * row_ids in place of rows. */
#define RECNN_OPTIMIZER_ROWS_ONLY 1u

#define RECNN_OPTIMIZER_KIND "recnn.optimizer/1"
typedef struct RecnnOptimizerClass {
  size_t struct_size;
  const char *name; /* [a-z][a-z0-9_]* */
  const char *doc;  /* one sentence */
  /* Ends with a NULL name.  Among them learning_rate, a FLOAT with a default.  All functions get
   * the values in the order of this table, each of its option's type; they are the host's, during
   * the call. */
  const RecnnOption *options;
  int32_t n_slots; /* the most it may need, up to RECNN_OPTIMIZER_MAX_SLOTS */
  uint32_t flags;
  /* How many slots these options need, 0 .. n_slots; NULL: all. */
  int32_t (*slots)(const RecnnValue *options);
  /* What a slot is filled with in the beginning; NULL: zero. */
  double (*begin_with)(const RecnnValue *options, int32_t slot);
  /* Refuses options that do not go together; NULL: all do. */
  RecnnStatus (*check)(const RecnnValue *options, RecnnError *error);
  /* Works out the factors of a step.  `learning_rate` is the schedule's, in place of the option;
   * `step` counts a parameter's updates from 1.  `factor` has RECNN_OPTIMIZER_MAX_FACTORS. */
  void (*prepare)(const RecnnValue *options, double learning_rate, uint64_t step, double *factor);
  /* Changes rows begin .. end-1, or with RECNN_OPTIMIZER_ROWS_ONLY those named there. */
  void (*update)(const RecnnUpdate *update, int64_t begin, int64_t end);
} RecnnOptimizerClass;

/* Row `row`'s gradient, however the update has it; NULL: it is zero. */
static inline const float *recnn_update_gradient(const RecnnUpdate *update, int64_t row) {
  if (update->grad != NULL)
    return update->grad + row * update->row_size;
  return update->row_slot[row] >= 0 ? update->row_grad + update->row_slot[row] * update->row_size
                                    : NULL;
}

#ifdef __cplusplus
}
#endif

#endif
