/* A model against recorded numbers, section by section: eval/, train/, grad/, after/. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "check/reference-private.h"
#include "kernels/blas.h"
#include "tensor/tensor.h"

/* How close float32 sums in another order come (measured against the original in float64). */
static const RecnnTolerance output_room = {1e-7, 1e-5, true, 0.0};
static const RecnnTolerance loss_room = {0.0, 1e-5, false, 0.0};
static const RecnnTolerance grad_room = {1e-5, 1e-4, false, 0.0};
static const RecnnTolerance norm_room = {1e-5, 1e-4, false, 0.0};
static const RecnnTolerance after_room = {2e-4, 0.0, false, 1e-5};

typedef struct Check {
  const RecnnSafetensors *file;
  RecnnCheckReport *report;
  RecnnModel *model;
  RecnnGraph *graph;
  RecnnOptimizer *optimizer;
  double clip;
  ReferenceInput input;
} Check;

char *recnn__reference_shape(const RecnnStoredTensor *tensor) {
  GString *text = g_string_new(NULL);
  for (int32_t i = 0; i < tensor->rank; i++)
    g_string_append_printf(text, "%s%" G_GINT64_FORMAT, i > 0 ? " x " : "",
                           (gint64)tensor->shape[i]);
  return g_string_free(text, FALSE);
}

/* The elements of a tensor of any strides; the caller frees. */
static double *doubles_of(const RecnnTensor *tensor) {
  RecnnTensor flat = *tensor;
  int64_t n = recnn_tensor_count(tensor);
  recnn_tensor_set_contiguous(&flat);
  flat.data = g_malloc(MAX(recnn_tensor_bytes(tensor), 1));
  recnn_tensor_copy(&flat, tensor);
  double *values = g_new(double, MAX(n, 1));
  for (int64_t i = 0; i < n; i++)
    values[i] = flat.dtype == RECNN_INT64 ? (double)((const int64_t *)flat.data)[i]
                                          : (double)((const float *)flat.data)[i];
  g_free(flat.data);
  return values;
}

void recnn__reference_compare(RecnnCheckReport *report, const RecnnSafetensors *file,
                              const RecnnStoredTensor *stored, const RecnnTensor *is,
                              RecnnTolerance room) {
  GError *error = NULL;
  int64_t n = 0;
  double *expected = recnn_safetensors_doubles(file, stored->name, &n, &error);
  if (expected == NULL) {
    recnn_check_report_fail(report, stored->name, "%s", error->message);
    g_clear_error(&error);
    return;
  }
  char *shape = recnn__reference_shape(stored);
  bool same = is->rank == stored->rank || (n == 1 && recnn_tensor_count(is) == 1);
  for (int32_t i = 0; same && i < stored->rank && i < is->rank; i++)
    same = is->shape[i] == stored->shape[i];
  if (!same) {
    char *text = recnn_tensor_describe(is);
    recnn_check_report_fail(report, stored->name, "the model's is %s, expected %s", text, shape);
    g_free(text);
  } else {
    double *values = doubles_of(is);
    recnn_check_report_compare(report, stored->name, shape, values, expected, n, room);
    g_free(values);
  }
  g_free(shape);
  g_free(expected);
}

static void compare(Check *c, const RecnnStoredTensor *stored, const RecnnTensor *is,
                    RecnnTolerance room) {
  recnn__reference_compare(c->report, c->file, stored, is, room);
}

static void compare_numbers(Check *c, const char *name, const double *is, int64_t n_is,
                            RecnnTolerance room) {
  const RecnnStoredTensor *stored = recnn_safetensors_find(c->file, name);
  GError *error = NULL;
  int64_t n = 0;
  double *expected = recnn_safetensors_doubles(c->file, name, &n, &error);
  if (expected == NULL) {
    recnn_check_report_fail(c->report, name, "%s", error->message);
    g_clear_error(&error);
    return;
  }
  char *shape = recnn__reference_shape(stored);
  if (n == n_is)
    recnn_check_report_compare(c->report, name, shape, is, expected, n, room);
  else
    recnn_check_report_fail(c->report, name,
                            "the model gives %" G_GINT64_FORMAT " numbers, expected %s",
                            (gint64)n_is, shape);
  g_free(shape);
  g_free(expected);
}

/* The batch for one evaluation output: without what the name says is absent, and with the item that
 * it says is meant.  The fields are borrowed. */
static RecnnBatch *eval_batch(const Check *c, const char *name, GError **error) {
  RecnnBatch *batch = recnn_batch_new();
  bool negative = g_str_has_prefix(name, "neg_");
  bool without_length = g_str_has_suffix(name, "_without_lengths");
  for (int32_t i = 0; i < c->input.batch->n_fields; i++) {
    const RecnnBatchField *field = &c->input.batch->fields[i];
    const char *as = field->name;
    if ((negative && strcmp(as, "item") == 0) || (without_length && strcmp(as, "length") == 0))
      continue;
    if (negative && strcmp(as, "neg_item") == 0)
      as = "item";
    if (!recnn_batch_borrow(batch, as, &field->tensor, error)) {
      recnn_batch_free(batch);
      return NULL;
    }
    if (field->ragged)
      recnn_batch_set_ragged(batch, as);
  }
  recnn_batch_set_size(batch, recnn_batch_size(c->input.batch));
  return batch;
}

/* An output by its name, or what the model gives when nothing is shown under that name. */
static void check_output(Check *c, const RecnnStoredTensor *stored) {
  const char *name = stored->name + strlen("eval/");
  GError *error = NULL;
  RecnnBatch *batch = eval_batch(c, name, &error);
  RecnnVar *main_output = NULL;
  if (batch != NULL) {
    recnn_graph_reset(c->graph, 0, false, false);
    main_output = recnn_model_get_class(c->model)->predict != NULL
                      ? recnn_model_predict(c->model, c->graph, batch)
                      : recnn_model_score_items(c->model, c->graph, batch, NULL);
    recnn_graph_check(c->graph, &error);
  }
  if (error != NULL) {
    recnn_check_report_fail(c->report, stored->name, "%s", error->message);
    g_clear_error(&error);
  } else {
    const RecnnTensor *shown = recnn_graph_find_output(c->graph, name);
    compare(c, stored, shown != NULL ? shown : recnn_graph_tensor(main_output), output_room);
  }
  recnn_batch_free(batch);
}

/* The first step's loss and its parts, in the order in which the model reports them. */
static void check_parts(Check *c, double loss) {
  const RecnnGraphPart *parts;
  int32_t n = recnn_graph_parts(c->graph, &parts);
  for (int32_t i = 0;; i++) {
    char name[40];
    g_snprintf(name, sizeof name, "train/loss_part%d", (int)i);
    if (recnn_safetensors_find(c->file, name) == NULL)
      break;
    if (i <= n)
      compare_numbers(c, name, i == 0 ? &loss : &parts[i - 1].value, 1, loss_room);
    else
      recnn_check_report_fail(c->report, name, "the model reports %d parts of its loss", (int)n);
  }
}

/* A parameter's gradient as a dense tensor; the caller frees its data. */
static RecnnTensor dense_gradient(const RecnnParam *param) {
  RecnnTensor grad = param->value;
  int64_t size = recnn_param_row_size(param);
  grad.data = g_malloc0(MAX(recnn_tensor_bytes(&grad), 1));
  if (param->grad_kind == RECNN_GRAD_DENSE)
    memcpy(grad.data, param->grad.data, recnn_tensor_bytes(&grad));
  for (int64_t i = 0; param->grad_kind == RECNN_GRAD_ROWS && i < param->n_rows; i++)
    memcpy((float *)grad.data + param->row_ids[i] * size, param->row_values + i * size,
           (size_t)size * sizeof(float));
  return grad;
}

/* Gradients: one for each the file has, and none for a parameter that it has none for. */
static void check_gradients(Check *c) {
  RecnnParam *const *params;
  int32_t n = recnn_model_params(c->model, &params);
  for (int32_t i = 0; i < n; i++) {
    const RecnnParam *param = params[i];
    if (!param->trainable)
      continue;
    char *name = g_strconcat("grad/", param->name, NULL);
    const RecnnStoredTensor *stored = recnn_safetensors_find(c->file, name);
    if (stored != NULL && param->grad_kind != RECNN_GRAD_NONE) {
      RecnnTensor grad = dense_gradient(param);
      RecnnTensor outside = recnn_param_outside(param, &grad);
      compare(c, stored, &outside, grad_room);
      g_free(grad.data);
    } else if (stored != NULL) {
      recnn_check_report_fail(c->report, name, "the model's parameter has no gradient");
    } else if (param->grad_kind != RECNN_GRAD_NONE) {
      recnn_check_report_fail(c->report, name,
                              "the model's parameter has a gradient, the file has none");
    }
    g_free(name);
  }
}

/* The optimizer's steps: losses, the first one's gradients, norms, and what is left behind. */
static bool check_training(Check *c, int64_t n_steps, GError **error) {
  RecnnParam *const *params;
  int32_t n_params = recnn_model_params(c->model, &params);
  double *losses = g_new0(double, MAX(n_steps, 1));
  double *norms = g_new0(double, MAX(n_steps, 1));
  bool ok = true;
  for (int64_t step = 0; ok && step < n_steps; step++) {
    recnn_graph_reset(c->graph, (uint64_t)step, true, true);
    RecnnVar *loss = recnn_model_loss(c->model, c->graph, c->input.batch, NULL);
    ok = recnn_graph_backward(c->graph, loss, params, n_params, error);
    if (!ok)
      break;
    losses[step] = (double)*(const float *)recnn_graph_tensor(loss)->data;
    if (step == 0) {
      check_parts(c, losses[0]);
      check_gradients(c);
    }
    ok = recnn_optimizer_step(c->optimizer, c->clip, &norms[step], error);
  }
  if (ok) {
    compare_numbers(c, "train/losses", losses, n_steps, loss_room);
    compare_numbers(c, "train/grad_norms", norms, n_steps, norm_room);
  }
  g_free(losses);
  g_free(norms);
  return ok;
}

static void check_after(Check *c) {
  RecnnParam *const *params;
  int32_t n = recnn_model_params(c->model, &params);
  for (int32_t i = 0; i < n; i++) {
    char *name = g_strconcat("after/", params[i]->name, NULL);
    const RecnnStoredTensor *stored = recnn_safetensors_find(c->file, name);
    RecnnTensor outside = recnn_param_outside(params[i], &params[i]->value);
    if (stored != NULL)
      compare(c, stored, &outside, after_room);
    else
      recnn_check_report_fail(c->report, name, "the file has no such tensor");
    g_free(name);
  }
}

/* Tensors of the file that no section knows would be numbers that nobody compared. */
static void check_names(Check *c) {
  static const char *const sections[] = {"state/", "input/", "eval/", "grad/", "after/"};
  for (int64_t i = 0; i < recnn_safetensors_count(c->file); i++) {
    const char *name = recnn_safetensors_get(c->file, i)->name;
    bool known = strcmp(name, "train/losses") == 0 || strcmp(name, "train/grad_norms") == 0 ||
                 g_str_has_prefix(name, "train/loss_part");
    for (size_t s = 0; s < G_N_ELEMENTS(sections); s++)
      known = known || g_str_has_prefix(name, sections[s]);
    const char *slash = strchr(name, '/');
    if (!known)
      recnn_check_report_fail(c->report, name, "no section of that name is known");
    else if ((g_str_has_prefix(name, "grad/") || g_str_has_prefix(name, "after/")) &&
             recnn_model_find_param(c->model, slash + 1) == NULL)
      recnn_check_report_fail(c->report, name, "the model has no parameter of that name");
  }
}

/* Runs all sections; an error is a failure of the model, which becomes a row. */
static bool check_sections(Check *c, GError **error) {
  if (!recnn_blas_load(error) || !recnn_model_take_weights(c->model, c->file, "state/", error) ||
      !recnn__reference_input(&c->input, c->file, error))
    return false;
  c->optimizer = recnn__reference_optimizer(c->file, c->model, &c->clip, error);
  if (c->optimizer == NULL)
    return false;
  for (guint i = 0; i < c->input.draws->len; i++) {
    const ReferenceDraw *draw = &g_array_index(c->input.draws, ReferenceDraw, i);
    recnn_graph_replace_draw(c->graph, draw->name, &draw->tensor);
  }
  check_names(c);
  for (int64_t i = 0; i < recnn_safetensors_count(c->file); i++) {
    const RecnnStoredTensor *stored = recnn_safetensors_get(c->file, i);
    if (g_str_has_prefix(stored->name, "eval/"))
      check_output(c, stored);
  }
  const RecnnStoredTensor *losses = recnn_safetensors_find(c->file, "train/losses");
  if (losses == NULL)
    return recnn_error_set(error, RECNN_ERROR_FORMAT, "%s: there is no tensor train/losses",
                           recnn_safetensors_path(c->file));
  if (!check_training(c, losses->count, error))
    return false;
  check_after(c);
  return true;
}

RecnnCheckReport *recnn_check_reference(const char *path, GError **error) {
  RecnnSafetensors *file = recnn_safetensors_open(path, error);
  if (file == NULL)
    return NULL;
  RecnnModel *model = recnn__reference_model(file, error);
  if (model == NULL) {
    recnn_safetensors_close(file);
    return NULL;
  }
  char *title = g_strdup_printf("%s (%s)", recnn_model_get_class(model)->name, path);
  Check c = {.file = file,
             .report = recnn_check_report_new(title),
             .model = model,
             .graph = recnn_graph_new(0)};
  GError *why = NULL;
  bool is_history = recnn_safetensors_find(file, "history/train_loss") != NULL;
  if (is_history ? !recnn__reference_history(c.report, file, model, &why)
                 : !check_sections(&c, &why)) {
    recnn_check_report_fail(c.report, "the check", "ended: %s", why->message);
    g_clear_error(&why);
  }
  recnn_optimizer_free(c.optimizer);
  recnn__reference_input_clear(&c.input);
  recnn_graph_free(c.graph);
  recnn_model_free(model);
  recnn_safetensors_close(file);
  g_free(title);
  return c.report;
}
