/* Gradients against differences of the values. */
#include <math.h>

#include "check/op-run-private.h"
#include "tensor/tensor.h"

/* Moves one element by `h`, and back; the weighted output in between. */
static double loss_at(OpRun *run, float *x, float h, float *ret_x) {
  float before = *x;
  *x = before + h;
  *ret_x = *x;
  recnn__op_run_forward(run, 3);
  *x = before;
  return recnn__op_run_loss(run);
}

/* Central differences of the float32 op, weighted in double.  Where the two one-sided differences
 * disagree there is a kink (a ReLU's) within the step, and the element is passed over; that must be
 * rare. */
static bool differentiate(OpRun *run, int32_t input) {
  int64_t n = recnn_tensor_count(&run->inputs[input]);
  double scale = recnn__op_run_largest(run->grads[input], n);
  int64_t n_kinks = 0;
  if (!(scale >= 1e-3))
    return recnn__op_run_fail(run, "the gradient of input %d is %g: the sample tests nothing",
                              (int)input, scale);
  if (!recnn__op_run_forward(run, 3))
    return false;
  double here = recnn__op_run_loss(run);
  for (int64_t i = 0; i < n; i++) {
    float *x = recnn__op_run_element(&run->inputs[input], i);
    float above, below, at = *x;
    double high = loss_at(run, x, 5e-3f, &above);
    double low = loss_at(run, x, -5e-3f, &below);
    double slope = (high - low) / ((double)above - (double)below);
    double right = (high - here) / ((double)above - (double)at);
    double left = (here - low) / ((double)at - (double)below);
    double difference = fabs(slope - (double)run->grads[input][i]);
    if (difference <= 2e-3 * scale)
      continue;
    if (!(fabs(right - left) > 0.1 * scale))
      return recnn__op_run_fail(run,
                                "the gradient of input %d at element %" G_GINT64_FORMAT
                                " is %g; differences give %g",
                                (int)input, (gint64)i, (double)run->grads[input][i], slope);
    n_kinks++;
  }
  if (n_kinks > 1 + n / 20)
    return recnn__op_run_fail(run,
                              "input %d stands at a kink in %d of %d elements: the sample tests "
                              "little",
                              (int)input, (int)n_kinks, (int)n);
  return true;
}

static void run(RecnnTrial *trial) {
  FOR_OP_SAMPLES(trial, s) {
    OpRun *r = recnn__op_run_new(trial, s, OP_AS_IS, LAYOUT_CONTIGUOUS);
    if (r != NULL && recnn__op_run_has_gradients(r) && recnn__op_run_backward(r, 3, 1, 1))
      for (int32_t i = 0; i < s->n_inputs; i++)
        if (recnn__op_run_wants_grad(r, i) && !differentiate(r, i))
          break;
    recnn__op_run_free(r);
  }
}

RECNN_CHECK(op_gradients) = {
    .kind = RECNN_OP_KIND,
    .rank = 20,
    .name = "gradients",
    .doc = "On each sample the gradient of every input agrees with finite differences",
    .run = run,
};

/* A value that is used twice gets the sum of both gradients. */
static void compare_sum(OpRun *const runs[3]) {
  for (int32_t i = 0; i < runs[0]->sample->n_inputs; i++) {
    if (runs[0]->grads[i] == NULL)
      continue;
    int64_t n = recnn_tensor_count(&runs[0]->inputs[i]);
    double scale = recnn__op_run_largest(runs[2]->grads[i], n);
    for (int64_t j = 0; j < n; j++) {
      double sum = (double)runs[0]->grads[i][j] + (double)runs[1]->grads[i][j];
      if (!(fabs((double)runs[2]->grads[i][j] - sum) <= 1e-5 * scale + 1e-6)) {
        recnn__op_run_fail(runs[0],
                           "used twice, the gradient of input %d at element %" G_GINT64_FORMAT
                           " is %g, expected the sum of both uses, %g: does it add?",
                           (int)i, (gint64)j, (double)runs[2]->grads[i][j], sum);
        return;
      }
    }
    if (!(recnn__op_run_largest(runs[0]->grads[i], n) > 0.0) ||
        !(recnn__op_run_largest(runs[1]->grads[i], n) > 0.0)) {
      recnn__op_run_fail(runs[0],
                         "used twice, one use counting for nothing, the gradient of input %d is "
                         "zero: does it add?",
                         (int)i);
      return;
    }
  }
}

static void run_twice(RecnnTrial *trial) {
  FOR_OP_SAMPLES(trial, s) {
    OpRun *runs[3] = {NULL};
    bool ok = true;
    for (unsigned i = 0; ok && i < 3; i++) {
      runs[i] = recnn__op_run_new(trial, s, OP_AS_IS, LAYOUT_CONTIGUOUS);
      ok = runs[i] != NULL && recnn__op_run_has_gradients(runs[i]) &&
           recnn__op_run_backward(runs[i], 3, 2, i + 1);
    }
    if (ok)
      compare_sum(runs);
    for (int i = 0; i < 3; i++)
      recnn__op_run_free(runs[i]);
  }
}

RECNN_CHECK(op_accumulation) = {
    .kind = RECNN_OP_KIND,
    .rank = 30,
    .name = "accumulation",
    .doc = "A value that is used twice gets the sum of both gradients",
    .run = run_twice,
};
