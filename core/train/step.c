/* One training step, and what is said when it cannot be done. */
#include <math.h>

#include "base/error.h"
#include "kernels/vector.h"
#include "tensor/tensor.h"
#include "train/trainer-private.h"

/* The name of the first parameter whose gradient is not finite, or NULL. */
static const char *find_culprit(RecnnParam *const *params, int32_t n_params) {
  for (int32_t i = 0; i < n_params; i++) {
    const RecnnParam *param = params[i];
    bool finite = true;
    if (param->grad_kind == RECNN_GRAD_DENSE)
      finite = recnn_vector_finite(param->grad.data, recnn_tensor_count(&param->grad));
    else if (param->grad_kind == RECNN_GRAD_ROWS)
      finite = recnn_vector_finite(param->row_values, param->n_rows * recnn_param_row_size(param));
    if (!finite)
      return param->name;
  }
  return NULL;
}

/* The loss is NaN or infinite.  The gradient is worked out all the same: it shows where. */
static bool fail_loss(RecnnTrainer *trainer, RecnnVar *loss, double value,
                      RecnnParam *const *params, int32_t n_params, GError **error) {
  const char *name = recnn_graph_backward(trainer->graph, loss, params, n_params, NULL)
                         ? find_culprit(params, n_params)
                         : NULL;
  return recnn_error_set(error, RECNN_ERROR_NUMERIC,
                         "the loss is %g, expected a finite number; %s%s", value,
                         name != NULL ? "the first parameter with such a gradient is "
                                      : "no parameter's gradient shows why",
                         name != NULL ? name : "");
}

double recnn__trainer_rate(const RecnnTrainer *trainer) {
  return trainer->rate * recnn_schedule_factor(trainer->schedule, (int64_t)trainer->step);
}

void recnn__trainer_ask_rate(RecnnTrainer *trainer) {
  const RecnnTrainListener *listener = trainer->listener;
  double rate = listener != NULL && listener->learning_rate != NULL
                    ? listener->learning_rate(listener->data)
                    : NAN;
  if (rate > 0.0 && isfinite(rate))
    trainer->rate = rate;
}

bool recnn__trainer_waits(const RecnnTrainer *trainer) {
  return trainer->accumulator != NULL && recnn_accumulator_count(trainer->accumulator) > 0;
}

/* The update by the gradient that backward left, or by the mean of several. */
static bool update(RecnnTrainer *trainer, bool last, double *ret_norm, GError **error) {
  if (trainer->accumulator != NULL) {
    if (!recnn_accumulator_add(trainer->accumulator, error))
      return false;
    if (!last && recnn_accumulator_count(trainer->accumulator) < trainer->accumulate)
      return true;
    if (!recnn_accumulator_give(trainer->accumulator, error))
      return false;
  }
  recnn_optimizer_set_learning_rate(trainer->optimizer, recnn__trainer_rate(trainer));
  if (!recnn_optimizer_step(trainer->optimizer, trainer->max_norm, ret_norm, error))
    return false;
  if (trainer->average != NULL)
    recnn_average_update(trainer->average);
  recnn_model_touch(trainer->model);
  return true;
}

bool recnn__trainer_step(RecnnTrainer *trainer, const RecnnBatch *batch, bool last,
                         double *ret_loss, double *ret_norm, GError **error) {
  RecnnParam *const *params;
  int32_t n_params = recnn_model_params(trainer->model, &params);
  RecnnGraph *graph = trainer->graph;
  recnn_graph_reset(graph, trainer->step, true, true);
  RecnnVar *loss = recnn_model_loss(trainer->model, graph, batch, trainer->loss_name);
  if (!recnn_graph_check(graph, error))
    return false;
  const RecnnTensor *tensor = recnn_graph_tensor(loss);
  if (tensor->dtype != RECNN_FLOAT32 || recnn_tensor_count(tensor) != 1) {
    char *is = recnn_tensor_describe(tensor);
    recnn_error_set(error, RECNN_ERROR_SHAPE, "model %s, loss: returned %s, expected one float32",
                    recnn_model_get_class(trainer->model)->name, is);
    g_free(is);
    return false;
  }
  double value = (double)*(const float *)tensor->data;
  if (!isfinite(value))
    return fail_loss(trainer, loss, value, params, n_params, error);
  *ret_norm = NAN;
  if (!recnn_graph_backward(graph, loss, params, n_params, error) ||
      !update(trainer, last, ret_norm, error))
    return false;
  trainer->step++;
  *ret_loss = value;
  return true;
}
