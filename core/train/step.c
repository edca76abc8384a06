/* One training step, and what is said when it cannot be done. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "kernels/vector.h"
#include "tensor/tensor.h"
#include "train/trainer-private.h"

/* The parameter with the largest gradient, as a text; one that is not finite is larger than any. */
static char *describe_largest(RecnnParam *const *params, int32_t n_params) {
  const char *name = NULL;
  double largest = -1.0;
  for (int32_t i = 0; i < n_params; i++) {
    const RecnnParam *param = params[i];
    double square = -1.0;
    if (param->grad_kind == RECNN_GRAD_DENSE)
      square = recnn_vector_square_sum(param->grad.data, recnn_tensor_count(&param->grad));
    else if (param->grad_kind == RECNN_GRAD_ROWS)
      square =
          recnn_vector_square_sum(param->row_values, param->n_rows * recnn_param_row_size(param));
    if (!isfinite(square))
      return g_strdup_printf("the first parameter with such a gradient is %s", param->name);
    if (square > largest) {
      largest = square;
      name = param->name;
    }
  }
  return name != NULL ? g_strdup_printf("the largest gradient is that of parameter %s, of norm %g",
                                        name, sqrt(largest))
                      : g_strdup("no parameter's gradient shows why");
}

/* The loss is NaN or infinite.  The gradient is worked out all the same: it shows where. */
static bool fail_loss(RecnnTrainer *trainer, RecnnVar *loss, double value,
                      RecnnParam *const *params, int32_t n_params, GError **error) {
  const char *op = recnn_graph_find_not_finite(trainer->graph);
  (void)recnn_graph_backward(trainer->graph, loss, params, n_params, NULL);
  char *largest = describe_largest(params, n_params);
  recnn_error_set(error, RECNN_ERROR_NUMERIC,
                  "the loss is %g, expected a finite number; the first op whose output is not "
                  "finite is %s; %s",
                  value, op != NULL ? op : "none", largest);
  g_free(largest);
  return false;
}

void recnn__trainer_move_buffers(RecnnTrainer *trainer, bool back) {
  RecnnParam *const *params;
  int32_t n = recnn_model_params(trainer->model, &params);
  size_t at = 0;
  if (!back)
    g_byte_array_set_size(trainer->buffers, 0);
  for (int32_t i = 0; i < n; i++) {
    size_t bytes = recnn_tensor_bytes(&params[i]->value);
    if (params[i]->trainable)
      continue;
    if (back)
      memcpy(params[i]->value.data, trainer->buffers->data + at, bytes);
    else
      g_byte_array_append(trainer->buffers, params[i]->value.data, (guint)bytes);
    at += bytes;
  }
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

/* The update by the gradient that backward left, or by the mean of several; `add` false: this one
 * is none of them. */
static bool update(RecnnTrainer *trainer, bool add, bool last, double *ret_norm, GError **error) {
  if (trainer->accumulator != NULL) {
    if (add && !recnn_accumulator_add(trainer->accumulator, error))
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

/* Forward, backward and update; NUMERIC when a number is not finite, with the weights untouched. */
static bool try_step(RecnnTrainer *trainer, const RecnnBatch *batch, bool last, double *ret_loss,
                     double *ret_norm, GError **error) {
  RecnnParam *const *params;
  int32_t n_params = recnn_model_params(trainer->model, &params);
  RecnnGraph *graph = trainer->graph;
  recnn_graph_reset(graph, trainer->step, true, true);
  RecnnVar *loss = recnn_model_loss(trainer->model, graph, batch, trainer->objective);
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
  *ret_loss = (double)*(const float *)tensor->data;
  if (!isfinite(*ret_loss))
    return fail_loss(trainer, loss, *ret_loss, params, n_params, error);
  return recnn_graph_backward(graph, loss, params, n_params, error) &&
         update(trainer, true, last, ret_norm, error);
}

/* The batch counts for nothing; what waited for it makes its step without it. */
static bool skip(RecnnTrainer *trainer, bool last, double *ret_norm, GError **error) {
  recnn__trainer_move_buffers(trainer, true);
  return !last || !recnn__trainer_waits(trainer) || update(trainer, false, last, ret_norm, error);
}

bool recnn__trainer_step(RecnnTrainer *trainer, const RecnnBatch *batch, bool last,
                         double *ret_loss, double *ret_norm, GError **error) {
  GError *why = NULL;
  *ret_norm = NAN;
  if (trainer->buffers != NULL)
    recnn__trainer_move_buffers(trainer, false);
  if (!try_step(trainer, batch, last, ret_loss, ret_norm, &why)) {
    if (why->code != RECNN_ERROR_NUMERIC || trainer->buffers == NULL) {
      g_propagate_error(error, why);
      return false;
    }
    g_clear_error(&why);
    *ret_loss = *ret_norm = NAN;
    if (!skip(trainer, last, ret_norm, error))
      return false;
  }
  trainer->step++;
  return true;
}
