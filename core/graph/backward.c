/* Backward: the tape in reverse, each op adding to the gradients of its inputs. */
#include <string.h>

#include "base/error.h"
#include "base/where.h"
#include "graph/graph-private.h"
#include "kernels/vector.h"
#include "tensor/tensor.h"

bool recnn__graph_need_grad(RecnnGraph *graph, RecnnVar *var, bool zero) {
  if (var->grad.data == NULL) {
    if (var->param != NULL) { /* kept by the parameter, from one step to the next */
      GError *error = NULL;
      if (!recnn_param_need_grad(var->param, &error)) {
        recnn__graph_fail(graph, RECNN_ERROR_MEMORY, NULL, error->message);
        g_error_free(error);
        return false;
      }
      var->grad.data = var->param->grad.data;
    } else {
      var->grad.data = recnn__graph_alloc(graph, recnn_tensor_bytes(&var->grad));
      if (var->grad.data == NULL)
        return false;
    }
  }
  if (zero && !var->has_grad) {
    memset(var->grad.data, 0, recnn_tensor_bytes(&var->grad));
    var->has_grad = true;
  }
  return true;
}

/* The gradient of a view: the same view of the input's gradient, added to.  When the view has all
 * the input's elements in their order and nothing is there yet, the buffer itself is handed on. */
static bool backward_view(RecnnGraph *graph, RecnnVar *var) {
  RecnnVar *input = var->inputs[0];
  if (input->param == NULL && !input->has_grad && var->value.data == input->value.data &&
      recnn_tensor_count(&var->value) == recnn_tensor_count(&input->value) &&
      recnn_tensor_is_contiguous(&var->value) && recnn_tensor_is_contiguous(&input->value)) {
    input->grad.data = var->grad.data;
    input->has_grad = true;
    return true;
  }
  if (!recnn__graph_need_grad(graph, input, true))
    return false;
  RecnnTensor to = var->value;
  const RecnnTensor *views[1] = {&input->grad};
  GraphCall call;
  recnn__graph_call(&call, graph, var);
  call.call.inputs = views;
  call.call.output = &to;
  if (!var->op->forward(&call.call)) {
    recnn__graph_fail(graph, RECNN_ERROR_FAILED, var->op->name, "no view of the gradient");
    return false;
  }
  int64_t last = recnn_tensor_last(&to);
  int64_t last_stride = to.rank > 0 ? to.stride[to.rank - 1] : 1;
  const float *from = var->grad.data;
  for (int64_t row = 0, n = recnn_tensor_rows(&to); row < n; row++, from += last) {
    float *out = to.data;
    int64_t rest = row;
    for (int32_t axis = to.rank - 2; axis >= 0; axis--) {
      out += rest % to.shape[axis] * to.stride[axis];
      rest /= to.shape[axis];
    }
    if (last_stride == 1)
      recnn_vector_add(out, from, last);
    else
      for (int64_t i = 0; i < last; i++)
        out[i * last_stride] += from[i];
  }
  return true;
}

/* True when two inputs of `var` are the same value, so that both would write one buffer. */
static bool is_repeated(const RecnnVar *var, int32_t i) {
  for (int32_t j = 0; j < var->n_inputs; j++)
    if (j != i && var->inputs[j] == var->inputs[i])
      return true;
  return false;
}

static bool backward_op(RecnnGraph *graph, RecnnVar *var) {
  const RecnnOp *op = var->op;
  size_t n = (size_t)var->n_inputs;
  RecnnTensor *grads = recnn__graph_alloc(graph, n * sizeof *grads);
  float *beta = recnn__graph_alloc(graph, n * sizeof *beta);
  bool *wanted = recnn__graph_alloc(graph, n * sizeof *wanted);
  if (grads == NULL || beta == NULL || wanted == NULL)
    return false;
  for (int32_t i = 0; i < var->n_inputs; i++) {
    RecnnVar *input = var->inputs[i];
    bool rows = (i < 16 && (op->flags & RECNN_OP_ROWS(i)) != 0) ||
                (i > 0 && (op->flags & RECNN_OP_ROWS_REST) != 0);
    grads[i] = input->grad;
    wanted[i] = input->wants_grad;
    beta[i] = 1.0f;
    if (!wanted[i] || rows) {
      grads[i].data = NULL;
      continue;
    }
    if (!recnn__graph_need_grad(graph, input,
                                (op->flags & RECNN_OP_BETA) == 0 || is_repeated(var, i)))
      return false;
    beta[i] = input->has_grad ? 1.0f : 0.0f;
    input->has_grad = true;
    grads[i].data = input->grad.data;
  }
  GraphCall call;
  recnn__graph_call(&call, graph, var);
  call.call.output_grad = &var->grad;
  call.call.input_grads = grads;
  call.call.beta = beta;
  call.call.wanted = wanted;
  int64_t start = recnn_trace_now();
  recnn_where_op(op->name);
  bool done = op->backward(&call.call);
  recnn_where_op(NULL);
  if (start != 0)
    recnn__graph_trace(&call.call, RECNN_TRACE_BACKWARD, start);
  if (!done) {
    recnn__graph_fail(graph, RECNN_ERROR_FAILED, op->name, "backward failed without saying why");
    return false;
  }
  return graph->failure.code == RECNN_OK;
}

static bool walk(RecnnGraph *graph, RecnnVar *loss) {
  if (!recnn__graph_need_grad(graph, loss, false))
    return false;
  *(float *)loss->grad.data = 1.0f;
  loss->has_grad = true;
  for (RecnnVar *var = graph->last; var != NULL; var = var->previous) {
    if (!var->wants_grad || !var->has_grad)
      continue;
    if (!((var->op->flags & RECNN_OP_VIEW) != 0 ? backward_view(graph, var)
                                                : backward_op(graph, var)))
      return false;
  }
  for (RecnnParamVar *p = graph->params; p != NULL; p = p->next) {
    RecnnVar *var = p->var;
    if (var->first_rows != NULL && !recnn__graph_collect_rows(graph, var))
      return false;
    if (var->has_grad)
      var->param->grad_kind = RECNN_GRAD_DENSE;
  }
  return true;
}

bool recnn_graph_backward(RecnnGraph *graph, RecnnVar *loss, RecnnParam *const *params,
                          int32_t n_params, GError **error) {
  for (int32_t i = 0; i < n_params; i++)
    recnn_param_clear_grad(params[i]);
  if (graph->failure.code != RECNN_OK)
    return recnn_graph_check(graph, error);
  if (loss == NULL || !graph->gradients || graph->done) {
    const char *why = loss == NULL  ? "no loss"
                      : graph->done ? "backward ran already since the reset"
                                    : "the graph was reset without gradients";
    return recnn_error_set(error, RECNN_ERROR_ARGUMENT, "backward: %s", why);
  }
  graph->done = true;
  if (loss->value.dtype != RECNN_FLOAT32 || recnn_tensor_count(&loss->value) != 1) {
    char *is = recnn_tensor_describe(&loss->value);
    recnn_error_set(error, RECNN_ERROR_SHAPE, "backward: the loss is %s, expected a float32 scalar",
                    is);
    g_free(is);
    return false;
  }
  if (!loss->wants_grad)
    return recnn_error_set(error, RECNN_ERROR_ARGUMENT,
                           "backward: the loss depends on no trainable parameter");
  int64_t start = recnn_trace_now();
  bool ok = walk(graph, loss);
  recnn_trace_add(RECNN_TRACE_PHASE, "backward", start, 0.0, 0.0);
  if (ok)
    return true;
  for (int32_t i = 0; i < n_params; i++) /* nobody shall step on half a gradient */
    recnn_param_clear_grad(params[i]);
  return recnn_graph_check(graph, error);
}
