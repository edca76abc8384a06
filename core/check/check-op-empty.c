/* An op on a batch without rows. */
#include "check/op-run-private.h"
#include "tensor/tensor.h"

static void check_zero(const OpRun *run, const float *x, int64_t n, const char *what) {
  for (int64_t i = 0; i < n; i++)
    if (x[i] != 0.0f) {
      recnn__op_run_fail(run, "%s is %g with an empty batch, expected 0", what, (double)x[i]);
      return;
    }
}

static void run(RecnnTrial *trial) {
  FOR_OP_SAMPLES(trial, s) {
    if (s->no_empty)
      continue;
    OpRun *r = recnn__op_run_both_ways(trial, s, 0, LAYOUT_CONTIGUOUS);
    if (r == NULL)
      return;
    if (r->output.dtype == RECNN_FLOAT32)
      check_zero(r, r->output.data, recnn_tensor_count(&r->output), "the output");
    for (int32_t i = 0; i < s->n_inputs; i++)
      if (r->grads[i] != NULL)
        check_zero(r, r->grads[i], recnn_tensor_count(&r->inputs[i]), "a gradient");
    recnn__op_run_free(r);
  }
}

RECNN_CHECK(op_empty) = {
    .kind = RECNN_OP_KIND,
    .rank = 70,
    .name = "no rows",
    .doc = "An empty batch gives an empty output, or zero, and zero gradients",
    .run = run,
};
