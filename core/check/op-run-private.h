/* Runs an op on one of its own samples: inputs in any layout and with any size of the batch axis,
 * the output, and the gradients of a random weighting of the output (so that every element of it
 * matters).  Knows no op by name but `mul`, `sum` and `add`, which do the weighting. */
#ifndef RECNN_CORE_CHECK_OP_RUN_PRIVATE_H
#define RECNN_CORE_CHECK_OP_RUN_PRIVATE_H

#include <recnn/kind/op.h>

#include "check/plugin-private.h"

enum {
  OP_MAX_INPUTS = 8,
  OP_AS_IS = -1,  /* the sample's own batch size */
  OP_LARGE = 4099 /* rows: enough for every op to be cut into tiles */
};

/* How an input lies in memory.  Elements have the same values in each. */
typedef enum {
  LAYOUT_CONTIGUOUS,
  LAYOUT_GAPS,       /* every other element of the last axis */
  LAYOUT_ROWS,       /* rows that are dense but further apart than they are long */
  LAYOUT_TRANSPOSED, /* the first axis is the dense one */
  N_LAYOUTS
} OpLayout;

typedef struct OpRun {
  RecnnTrial *trial;
  const RecnnOp *op;
  const RecnnOpSample *sample;
  RecnnTensor inputs[OP_MAX_INPUTS];
  RecnnGraph *graph;
  RecnnTensor output; /* of the last forward: contiguous, owned */
  float *
      grads[OP_MAX_INPUTS]; /* of the last backward: contiguous, owned; NULL where none is wanted */
} OpRun;

/* Fails the trial with "sample "NAME": " before the text; false. */
bool recnn__op_run_fail(const OpRun *run, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* NULL after a failure of the trial. */
OpRun *recnn__op_run_new(RecnnTrial *trial, const RecnnOpSample *sample, int64_t batch,
                         OpLayout layout);
void recnn__op_run_free(OpRun *run); /* takes NULL */

/* `step` selects the random numbers.  False after a failure of the trial. */
bool recnn__op_run_forward(OpRun *run, uint64_t step);
/* The weighted output of the last forward, in double. */
double recnn__op_run_loss(const OpRun *run);
/* The gradients of the weighted output; the op is applied `n_uses` times to the same inputs, and
 * use u counts where `mask` has bit u. */
bool recnn__op_run_backward(OpRun *run, uint64_t step, int n_uses, unsigned mask);
/* New, run forward and, where there are gradients, backward; NULL after a failure of the trial. */
OpRun *recnn__op_run_both_ways(RecnnTrial *trial, const RecnnOpSample *sample, int64_t batch,
                               OpLayout layout);
/* Fails the trial where outputs or gradients differ in a bit; `what` ends the text. */
bool recnn__op_run_same_bits(const OpRun *a, const OpRun *b, const char *what);

bool recnn__op_run_wants_grad(const OpRun *run, int32_t input);
bool recnn__op_run_has_gradients(const OpRun *run);
/* Element `i` of a float32 tensor, counted in row-major order. */
float *recnn__op_run_element(const RecnnTensor *tensor, int64_t i);
double recnn__op_run_largest(const float *x, int64_t n);

/* The op's samples; skips the trial where there are none. */
#define FOR_OP_SAMPLES(trial, s)                                                                   \
  for (const RecnnOpSample *s = recnn__op_samples(trial);                                          \
       s != NULL && s->name != NULL && (trial)->failure == NULL; s++)
const RecnnOpSample *recnn__op_samples(RecnnTrial *trial);

#endif
