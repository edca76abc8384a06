/* A model under test at work: made, trained, asked.  Errors of the model come back as errors; what
 * the checks make of them is theirs. */
#include "check/subject-private.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "tensor/tensor.h"

/* A value that the option's table allows, for one that has no default: the low end of its range. */
static bool set_required(RecnnOptions *options, const RecnnOption *option, GError **error) {
  double low = 1.0, high;
  bool low_open = false, high_open;
  char text[64] = "1";
  if (option->type == RECNN_OPTION_CHOICE) {
    char *word = recnn_option_choice(option, 0);
    bool ok = recnn_options_set_text(options, option->name, word, error);
    g_free(word);
    return ok;
  }
  if (option->range != NULL &&
      recnn_interval_parse(option->range, &low, &low_open, &high, &high_open) && isfinite(low))
    g_snprintf(text, sizeof text, "%.17g",
               !low_open ? low
               : isfinite(high) && option->type != RECNN_OPTION_INT &&
                       option->type != RECNN_OPTION_INT_LIST
                   ? 0.5 * (low + high)
                   : low + 1.0);
  return recnn_options_set_text(options, option->name, text, error);
}

RecnnOptions *recnn__subject_options(RecnnTrial *trial) {
  const RecnnModelClass *model_class = trial->descriptor;
  GError *error = NULL;
  RecnnOptions *options = recnn_options_new(model_class->options, model_class->name, &error);
  for (const RecnnOption *o = model_class->options; options != NULL && o->name != NULL; o++)
    if (o->default_value == NULL && !set_required(options, o, &error)) {
      recnn_options_free(options);
      options = NULL;
    }
  if (options == NULL)
    recnn__trial_fail_error(trial, "options", error);
  return options;
}

static RecnnOptimizer *new_optimizer(RecnnModel *model, GError **error) {
  RecnnParam *const *params;
  int32_t n = recnn_model_params(model, &params);
  const RecnnOptimizerClass *adam = recnn_optimizer_find("adam");
  RecnnOptions *options = recnn_options_new(adam->options, "adam", error);
  RecnnOptimizer *optimizer = NULL;
  if (options != NULL && recnn_options_set_text(options, "learning_rate", "0.01", error))
    optimizer = recnn_optimizer_new(adam, options, params, n, error);
  recnn_options_free(options);
  return optimizer;
}

Subject *recnn__subject_new(RecnnTrial *trial, const RecnnOptions *options, uint64_t seed) {
  const RecnnModelClass *model_class = trial->descriptor;
  RecnnOptions *own = options == NULL ? recnn__subject_options(trial) : recnn_options_copy(options);
  GError *error = NULL;
  if (own == NULL)
    return NULL;
  Subject *subject = g_new0(Subject, 1);
  subject->model_class = model_class;
  subject->graph = recnn_graph_new(seed);
  subject->model = recnn_model_new(model_class, own, recnn__subject_counts,
                                   recnn__subject_n_counts(), seed, &error);
  recnn_options_free(own);
  if (subject->model != NULL && model_class->train_fields != NULL)
    subject->optimizer = new_optimizer(subject->model, &error);
  if (error == NULL)
    return subject;
  recnn__trial_fail_error(trial, "create()", error);
  recnn__subject_free(subject);
  return NULL;
}

void recnn__subject_free(Subject *subject) {
  if (subject == NULL)
    return;
  recnn_optimizer_free(subject->optimizer);
  recnn_graph_free(subject->graph);
  recnn_model_free(subject->model);
  g_free(subject);
}

/* Whether the loss is what it must be: one float32. */
static const RecnnTensor *check_loss(const Subject *subject, const RecnnVar *loss, GError **error) {
  if (!recnn_graph_check(subject->graph, error))
    return NULL;
  const RecnnTensor *tensor = recnn_graph_tensor(loss);
  if (tensor->dtype == RECNN_FLOAT32 && recnn_tensor_count(tensor) == 1)
    return tensor;
  char *is = recnn_tensor_describe(tensor);
  recnn_error_set(error, RECNN_ERROR_SHAPE, "loss() returned %s, expected one float32", is);
  g_free(is);
  return NULL;
}

const RecnnTensor *recnn__subject_loss(Subject *subject, const RecnnBatch *batch, bool training,
                                       GError **error) {
  recnn_graph_reset(subject->graph, subject->step, training, training);
  return check_loss(subject, recnn_model_loss(subject->model, subject->graph, batch, NULL), error);
}

static bool train_step(Subject *subject, const RecnnBatch *batch, double *ret_loss,
                       GError **error) {
  RecnnParam *const *params;
  int32_t n = recnn_model_params(subject->model, &params);
  double norm;
  recnn_graph_reset(subject->graph, subject->step++, true, true);
  RecnnVar *loss = recnn_model_loss(subject->model, subject->graph, batch, NULL);
  const RecnnTensor *tensor = check_loss(subject, loss, error);
  if (tensor == NULL)
    return false;
  *ret_loss = (double)*(const float *)tensor->data;
  if (!isfinite(*ret_loss))
    return recnn_error_set(error, RECNN_ERROR_NUMERIC, "the loss is %g, expected a finite number",
                           *ret_loss);
  bool ok = recnn_graph_backward(subject->graph, loss, params, n, error) &&
            recnn_optimizer_step(subject->optimizer, 0.0, &norm, error);
  recnn_model_touch(subject->model);
  return ok;
}

bool recnn__subject_train(RecnnTrial *trial, Subject *subject, const RecnnBatch *batch, int64_t n,
                          double *ret_losses) {
  GError *error = NULL;
  double loss;
  if (subject->optimizer == NULL) {
    if (!recnn_model_fit(subject->model, recnn__subject_interactions(), &error))
      return recnn__trial_fail_error(trial, "fit()", error);
    return true;
  }
  for (int64_t i = 0; i < n; i++) {
    if (!train_step(subject, batch, &loss, &error)) {
      char *doing = g_strdup_printf("training step %" G_GINT64_FORMAT, (gint64)subject->step);
      recnn__trial_fail_error(trial, doing, error);
      g_free(doing);
      return false;
    }
    if (ret_losses != NULL)
      ret_losses[i] = loss;
  }
  return true;
}

void *recnn__subject_weights(const Subject *subject, size_t *ret_size) {
  RecnnParam *const *params;
  int32_t n = recnn_model_params(subject->model, &params);
  /* Of a model without numbers, too, there is an address to compare. */
  GByteArray *bytes = g_byte_array_sized_new(1);
  for (int32_t i = 0; i < n; i++)
    g_byte_array_append(bytes, params[i]->value.data, (guint)recnn_tensor_bytes(&params[i]->value));
  *ret_size = bytes->len;
  return g_byte_array_free(bytes, FALSE);
}
