/* The loss and its gradients: numbers, and some of them not zero. */
#include <math.h>

#include "check/subject-private.h"
#include "tensor/tensor.h"

static double largest(const RecnnParam *param) {
  const float *x = param->grad_kind == RECNN_GRAD_ROWS ? param->row_values : param->grad.data;
  int64_t n = param->grad_kind == RECNN_GRAD_NONE   ? 0
              : param->grad_kind == RECNN_GRAD_ROWS ? param->n_rows * recnn_param_row_size(param)
                                                    : recnn_tensor_count(&param->grad);
  double most = 0.0;
  for (int64_t i = 0; i < n; i++)
    most = isfinite(x[i]) ? fmax(most, fabs((double)x[i])) : INFINITY;
  return most;
}

static void check_gradients(RecnnTrial *trial, RecnnParam *const *params, int32_t n) {
  GString *idle = g_string_new(NULL);
  int moved = 0;
  for (int32_t i = 0; i < n; i++) {
    if (!params[i]->trainable)
      continue;
    double most = largest(params[i]);
    if (!isfinite(most))
      recnn__trial_fail(trial, "the gradient of %s is not finite", params[i]->name);
    moved += most > 0.0;
    if (params[i]->grad_kind == RECNN_GRAD_NONE)
      g_string_append_printf(idle, "%s%s", idle->len > 0 ? ", " : "", params[i]->name);
  }
  if (moved == 0)
    recnn__trial_fail(trial, "no parameter has a gradient but zero: nothing would be learnt");
  if (idle->len > 0)
    recnn__trial_note(trial, "take no part in the loss: %s", idle->str);
  g_string_free(idle, TRUE);
}

static void run(RecnnTrial *trial) {
  const RecnnModelClass *model_class = trial->descriptor;
  if (model_class->train_fields == NULL) {
    recnn__trial_skip(trial, "it is computed, not trained by gradient");
    return;
  }
  Subject *subject = recnn__subject_new(trial, NULL, 7);
  if (subject == NULL)
    return;
  RecnnParam *const *params;
  int32_t n = recnn_model_params(subject->model, &params);
  GError *error = NULL;
  RecnnBatch *batch =
      recnn__subject_batch(trial, subject->model, model_class->train_fields, SUBJECT_ROWS, 3);
  for (int training = 0; batch != NULL && error == NULL && training < 2; training++) {
    const RecnnTensor *loss = recnn__subject_loss(subject, batch, training != 0, &error);
    if (loss != NULL && !isfinite(*(const float *)loss->data))
      recnn__trial_fail(trial, "the loss in %s is %g, expected a finite number",
                        training ? "training" : "evaluation", (double)*(const float *)loss->data);
  }
  if (batch != NULL && error == NULL && trial->failure == NULL) {
    recnn_graph_reset(subject->graph, 0, true, true);
    RecnnVar *loss = recnn_model_loss(subject->model, subject->graph, batch, NULL);
    if (recnn_graph_backward(subject->graph, loss, params, n, &error))
      check_gradients(trial, params, n);
  }
  if (error != NULL)
    recnn__trial_fail_error(trial, "the loss", error);
  recnn_batch_free(batch);
  recnn__subject_free(subject);
}

RECNN_CHECK(model_loss) = {
    .kind = RECNN_MODEL_KIND,
    .rank = 30,
    .name = "loss",
    .doc =
        "The loss is one finite number in training and in evaluation, and its gradients are finite "
        "and not all zero",
    .run = run,
};
