/* The calls into a model's class, and what the host adds to them. */
#include "model/model-private.h"

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

/* predict() under the loss op "NAME_loss" (prediction, rating or label). */
static RecnnVar *named_loss(RecnnModel *model, RecnnGraph *graph, const RecnnBatch *batch,
                            const char *name) {
  char op[64];
  g_snprintf(op, sizeof op, "%s_loss", name);
  if (recnn_op_find(op) == NULL) {
    char text[120];
    g_snprintf(text, sizeof text, "no loss is named %.40s (there is no op %.50s)", name, op);
    return fail(model, graph, RECNN_ERROR_NOT_FOUND, text);
  }
  const RecnnTensor *target = recnn_batch_field(batch, "rating");
  if (target == NULL)
    target = recnn_batch_field(batch, "label");
  if (target == NULL)
    return fail(model, graph, RECNN_ERROR_DATA,
                "the batch has no field rating or label for the loss");
  RecnnVar *inputs[2] = {recnn_model_predict(model, graph, batch),
                         recnn_graph_constant(graph, target)};
  return recnn_graph_apply(graph, op, inputs, 2, NULL, 0);
}

static RecnnVar *loss(RecnnModel *model, RecnnGraph *graph, const RecnnBatch *batch,
                      const char *loss_name) {
  const RecnnModelClass *c = model->model_class;
  if (c->train_fields == NULL)
    return fail(model, graph, RECNN_ERROR_UNSUPPORTED, "it is computed, not trained by gradient");
  if (loss_name == NULL && c->loss != NULL) {
    RecnnWhere before = go(model, "loss()");
    return result(model, graph, c->loss(model->self, graph, batch), "loss()", before);
  }
  if (c->predict == NULL)
    return fail(model, graph, RECNN_ERROR_UNSUPPORTED,
                "it has a loss of its own and no predict(), so another loss cannot be put on it");
  return named_loss(model, graph, batch, loss_name != NULL ? loss_name : c->default_loss);
}

RecnnVar *recnn_model_loss(RecnnModel *model, RecnnGraph *graph, const RecnnBatch *batch,
                           const char *loss_name) {
  int64_t start = recnn_trace_now();
  RecnnVar *var = loss(model, graph, batch, loss_name);
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
