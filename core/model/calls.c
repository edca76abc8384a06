/* The calls into a model's class, and what the host adds to them. */
#include "model/model-private.h"
#include "model/objective-private.h"

#include <string.h>

#include "base/error.h"
#include "base/trace.h"
#include "base/where.h"
#include "kernels/blas.h"
#include "tensor/tensor.h"

/* Fails the graph with "model NAME: CALL TEXT". */
static RecnnVar *fail(const RecnnModel *model, RecnnGraph *graph, RecnnStatus code,
                      const char *text) {
  char *full = g_strdup_printf("model %s: %s", model->model_class->name, text);
  recnn_graph_fail(graph, code, full);
  g_free(full);
  return NULL;
}

/* Notes that the model's code is about to run. */
static RecnnWhere go(const RecnnModel *model, const char *call) {
  return recnn_where_enter(call, model->model_class->name, model->model_class);
}

/* A model must not hand back NULL without a reason. */
static RecnnVar *result(const RecnnModel *model, RecnnGraph *graph, RecnnVar *var, const char *call,
                        RecnnWhere before) {
  recnn_where_leave(before);
  if (var == NULL) {
    char text[96]; /* kept only when the graph has not failed before */
    g_snprintf(text, sizeof text, "%s returned NULL and did not say why", call);
    fail(model, graph, RECNN_ERROR_FAILED, text);
  }
  return var;
}

/* The class's penalty, if it has one for such batches, on top of a loss. */
static RecnnVar *add_penalty(const RecnnModel *model, RecnnGraph *graph, const RecnnBatch *batch,
                             RecnnVar *loss) {
  const RecnnModelClass *c = model->model_class;
  if (loss == NULL || c->penalty == NULL)
    return loss;
  RecnnWhere before = go(model, "penalty()");
  RecnnVar *penalty = c->penalty(model->self, graph, batch);
  recnn_where_leave(before);
  if (penalty == NULL)
    return recnn_graph_check(graph, NULL) ? loss : NULL;
  recnn_graph_part(graph, "penalty", penalty);
  RecnnVar *inputs[2] = {loss, penalty};
  return recnn_graph_apply(graph, "add", inputs, 2, NULL, 0);
}

/* Without an objective: the default loss, which lasts for this call. */
static RecnnVar *default_loss(RecnnModel *model, RecnnGraph *graph, const RecnnBatch *batch) {
  GError *error = NULL;
  RecnnObjective *objective = recnn_objective_new(model, "auto", NULL, 0, &error);
  if (objective == NULL) {
    recnn_graph_fail(graph, (RecnnStatus)error->code, error->message);
    g_error_free(error);
    return NULL;
  }
  RecnnVar *value = recnn__objective_value(objective, graph, batch);
  recnn_objective_free(objective);
  return value;
}

static RecnnVar *all_of_it(RecnnModel *model, RecnnGraph *graph, const RecnnBatch *batch,
                           RecnnObjective *objective) {
  const RecnnModelClass *c = model->model_class;
  RecnnVar *loss;
  if (c->train_fields == NULL)
    return fail(model, graph, RECNN_ERROR_UNSUPPORTED, "it is computed, not trained by gradient");
  if (objective != NULL && recnn_objective_form(objective) != 0) {
    loss = recnn__objective_value(objective, graph, batch);
  } else if (c->loss != NULL) {
    RecnnWhere before = go(model, "loss()");
    loss = result(model, graph, c->loss(model->self, graph, batch), "loss()", before);
  } else {
    loss = default_loss(model, graph, batch);
  }
  return add_penalty(model, graph, batch, loss);
}

RecnnVar *recnn_model_loss(RecnnModel *model, RecnnGraph *graph, const RecnnBatch *batch,
                           RecnnObjective *objective) {
  int64_t start = recnn_trace_now();
  RecnnVar *var = all_of_it(model, graph, batch, objective);
  recnn_trace_add(RECNN_TRACE_PHASE, "forward", start, 0.0, 0.0);
  return var;
}

RecnnVar *recnn_model_predict(RecnnModel *model, RecnnGraph *graph, const RecnnBatch *batch) {
  if (model->model_class->predict == NULL)
    return fail(model, graph, RECNN_ERROR_UNSUPPORTED, "it does not predict single values");
  RecnnWhere before = go(model, "predict()");
  RecnnVar *var = result(model, graph, model->model_class->predict(model->self, graph, batch),
                         "predict()", before);
  if (var == NULL)
    return NULL;
  const RecnnTensor *is = recnn_graph_tensor(var);
  if (is->dtype == RECNN_FLOAT32 && is->rank == 1 && is->shape[0] == recnn_batch_size(batch))
    return var;
  char *shape = recnn_tensor_describe(is);
  char *text = g_strdup_printf("predict() returned %s, expected float32 (%" G_GINT64_FORMAT ")",
                               shape, (gint64)recnn_batch_size(batch));
  fail(model, graph, RECNN_ERROR_SHAPE, text);
  g_free(text);
  g_free(shape);
  return NULL;
}

RecnnVar *recnn_model_encode_items(RecnnModel *model, RecnnGraph *graph, const RecnnBatch *batch) {
  if (model->model_class->encode_items == NULL)
    return fail(model, graph, RECNN_ERROR_UNSUPPORTED, "it does not encode items");
  RecnnWhere before = go(model, "encode_items()");
  return result(model, graph, model->model_class->encode_items(model->self, graph, batch),
                "encode_items()", before);
}

RecnnVar *recnn_model_score_items(RecnnModel *model, RecnnGraph *graph, const RecnnBatch *batch,
                                  RecnnVar *items) {
  if (model->model_class->score_items == NULL)
    return fail(model, graph, RECNN_ERROR_UNSUPPORTED, "it does not score all items at once");
  RecnnWhere before = go(model, "score_items()");
  return result(model, graph, model->model_class->score_items(model->self, graph, batch, items),
                "score_items()", before);
}

bool recnn_model_fit(RecnnModel *model, const RecnnInteractions *data, GError **error) {
  const RecnnModelClass *c = model->model_class;
  if (c->fit == NULL)
    return recnn_error_set(error, RECNN_ERROR_UNSUPPORTED,
                           "model %s is trained by gradient, it has no fit()", c->name);
  if (!recnn_blas_load(error)) /* for the service compute */
    return false;
  RecnnError why = RECNN_ERROR_INIT;
  RecnnWhere before = go(model, "fit()");
  RecnnStatus status = c->fit(model->self, model, data, &why);
  recnn_where_leave(before);
  recnn_model_touch(model);
  if (status == RECNN_OK)
    return true;
  char *where = g_strdup_printf("model %s, fit", c->name);
  recnn_error_from_plugin(error, status, &why, where);
  g_free(where);
  return false;
}
