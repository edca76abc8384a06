/* Building a graph: values, ops applied to them, errors that stick.  Knows struct RecnnOp and no op
 * by name. */
#include "graph/graph-private.h"

#include <string.h>

#include "base/error.h"
#include "base/where.h"
#include "base/rng.h"
#include "kernels/blas.h"
#include "tensor/tensor.h"

/* Ops multiply matrices without asking whether they can, so a graph without BLAS fails at once. */
static void need_blas(RecnnGraph *graph) {
  GError *error = NULL;
  if (recnn_blas_load(&error))
    return;
  recnn__graph_fail(graph, error->code, NULL, error->message);
  g_error_free(error);
}

RecnnGraph *recnn_graph_new(uint64_t seed) {
  RecnnGraph *graph = g_new0(RecnnGraph, 1);
  graph->arena = recnn_arena_new();
  graph->seed = seed;
  graph->failure.struct_size = sizeof graph->failure;
  need_blas(graph);
  return graph;
}

void recnn_graph_free(RecnnGraph *graph) {
  if (graph == NULL)
    return;
  recnn_arena_free(graph->arena);
  while (graph->replaced != NULL) {
    NamedTensor *next = graph->replaced->next;
    g_free((char *)graph->replaced->name);
    g_free(graph->replaced);
    graph->replaced = next;
  }
  g_free(graph);
}

void recnn_graph_reset(RecnnGraph *graph, uint64_t step, bool training, bool gradients) {
  recnn_arena_reset(graph->arena);
  graph->step = step;
  graph->n_random = 0;
  graph->training = training;
  graph->gradients = gradients;
  graph->done = false;
  graph->last = NULL;
  graph->params = NULL;
  graph->n_parts = 0;
  graph->outputs = NULL;
  graph->failure.code = RECNN_OK;
  need_blas(graph);
}

void recnn__graph_fail(RecnnGraph *graph, RecnnStatus code, const char *op, const char *text) {
  RecnnError *failure = &graph->failure;
  if (failure->code != RECNN_OK)
    return;
  failure->code = code != RECNN_OK ? code : RECNN_ERROR_FAILED;
  if (op != NULL)
    g_snprintf(failure->message, sizeof failure->message, "op %s: %s", op, text);
  else
    g_snprintf(failure->message, sizeof failure->message, "%s", text);
}

RecnnVar *recnn_graph_fail(RecnnGraph *graph, RecnnStatus code, const char *text) {
  recnn__graph_fail(graph, code, NULL, text);
  return NULL;
}

bool recnn_graph_check(const RecnnGraph *graph, GError **error) {
  if (graph->failure.code == RECNN_OK)
    return true;
  return recnn_error_set(error, graph->failure.code, "%s", graph->failure.message);
}

void *recnn__graph_alloc(RecnnGraph *graph, size_t bytes) {
  void *memory = recnn_arena_alloc(graph->arena, bytes);
  if (memory == NULL && graph->failure.code == RECNN_OK) {
    graph->failure.code = RECNN_ERROR_MEMORY;
    g_snprintf(graph->failure.message, sizeof graph->failure.message,
               "out of memory: a step needs another %zu bytes beyond the %zu it holds", bytes,
               recnn_arena_capacity(graph->arena));
  }
  return memory;
}

static RecnnVar *new_var(RecnnGraph *graph) {
  if (graph->failure.code != RECNN_OK)
    return NULL;
  RecnnVar *var = recnn__graph_alloc(graph, sizeof *var);
  if (var != NULL)
    memset(var, 0, sizeof *var);
  return var;
}

static RecnnVar *new_leaf(RecnnGraph *graph, const RecnnTensor *tensor) {
  if (tensor == NULL)
    return recnn_graph_fail(graph, RECNN_ERROR_ARGUMENT, "a NULL tensor, expected a value");
  RecnnVar *var = new_var(graph);
  if (var != NULL) {
    var->value = *tensor;
    var->grad = *tensor;
    var->grad.data = NULL;
    recnn_tensor_set_contiguous(&var->grad);
  }
  return var;
}

RecnnVar *recnn_graph_constant(RecnnGraph *graph, const RecnnTensor *tensor) {
  return new_leaf(graph, tensor);
}

RecnnVar *recnn_graph_variable(RecnnGraph *graph, const RecnnTensor *tensor) {
  RecnnVar *var = new_leaf(graph, tensor);
  if (var != NULL)
    var->wants_grad = graph->gradients && tensor->dtype == RECNN_FLOAT32;
  return var;
}

RecnnVar *recnn_graph_param(RecnnGraph *graph, RecnnParam *param) {
  if (param == NULL)
    return recnn_graph_fail(graph, RECNN_ERROR_ARGUMENT,
                            "a NULL parameter, expected one that create() declared");
  /* A parameter is one value, however often the model asks for it: its gradient has one home. */
  for (RecnnParamVar *p = graph->params; p != NULL; p = p->next)
    if (p->var->param == param)
      return p->var;
  RecnnVar *var = new_leaf(graph, &param->value);
  if (var == NULL)
    return NULL;
  var->param = param;
  var->wants_grad = graph->gradients && param->trainable;
  RecnnParamVar *link = recnn__graph_alloc(graph, sizeof *link);
  if (link == NULL)
    return NULL;
  *link = (RecnnParamVar){graph->params, var};
  graph->params = link;
  return var;
}

const RecnnTensor *recnn_graph_tensor(const RecnnVar *var) {
  return var != NULL ? &var->value : NULL;
}

const RecnnTensor *recnn_graph_grad(const RecnnVar *var) { return &var->grad; }

uint64_t recnn_graph_step(const RecnnGraph *graph) { return graph->step; }

bool recnn_graph_training(const RecnnGraph *graph) { return graph->training; }

size_t recnn_graph_peak(const RecnnGraph *graph) { return recnn_arena_peak(graph->arena); }

void recnn_graph_visit(const RecnnGraph *graph, RecnnGraphVisit visit, void *data) {
  for (const RecnnVar *var = graph->last; var != NULL; var = var->previous)
    visit(data, var->op, &var->value, var->views, var->n_inputs, var->wants_grad);
}

/* Copies a text into the graph: the caller's may be on its stack. */
static const char *keep_text(RecnnGraph *graph, const char *text) {
  size_t size = strlen(text) + 1;
  char *copy = recnn__graph_alloc(graph, size);
  return copy != NULL ? memcpy(copy, text, size) : NULL;
}

void recnn_graph_part(RecnnGraph *graph, const char *name, RecnnVar *scalar) {
  if (scalar == NULL || graph->failure.code != RECNN_OK)
    return;
  if (scalar->value.dtype != RECNN_FLOAT32 || recnn_tensor_count(&scalar->value) != 1 ||
      graph->n_parts == GRAPH_MAX_PARTS) {
    char text[160];
    g_snprintf(text, sizeof text, "loss part %.60s is no float32 scalar, or there are more than %d",
               name, GRAPH_MAX_PARTS);
    recnn__graph_fail(graph, RECNN_ERROR_SHAPE, NULL, text);
    return;
  }
  const char *kept = keep_text(graph, name);
  if (kept != NULL)
    graph->parts[graph->n_parts++] =
        (RecnnGraphPart){kept, (double)*(const float *)scalar->value.data};
}

int32_t recnn_graph_parts(const RecnnGraph *graph, const RecnnGraphPart **ret_parts) {
  *ret_parts = graph->parts;
  return graph->n_parts;
}

/* Copies a value's text or list into the graph. */
static bool keep_value(RecnnGraph *graph, RecnnValue *value) {
  if (value->type == RECNN_OPTION_STRING && value->as.s != NULL) {
    value->as.s = keep_text(graph, value->as.s);
    return value->as.s != NULL;
  }
  bool ints = value->type == RECNN_OPTION_INT_LIST;
  if (!ints && value->type != RECNN_OPTION_FLOAT_LIST)
    return true;
  size_t bytes = (size_t)value->count * (ints ? sizeof(int64_t) : sizeof(double));
  void *copy = recnn__graph_alloc(graph, bytes);
  if (copy == NULL)
    return false;
  if (bytes > 0)
    memcpy(copy, ints ? (const void *)value->as.ints : value->as.floats, bytes);
  if (ints)
    value->as.ints = copy;
  else
    value->as.floats = copy;
  return true;
}

/* The attributes in the op's own order, what was left out at its default; NULL on failure. */
static const RecnnValue *resolve_attrs(RecnnGraph *graph, const OpEntry *entry,
                                       const RecnnAttr *attrs, int32_t n_attrs) {
  if (n_attrs == 0 && entry->defaults != NULL && recnn_options_complete(entry->defaults, NULL))
    return recnn_options_values(entry->defaults);
  const RecnnOption *table = entry->op->attrs;
  RecnnValue *values = recnn__graph_alloc(graph, (size_t)entry->n_attrs * sizeof *values);
  bool *given = recnn__graph_alloc(graph, (size_t)entry->n_attrs);
  if (values == NULL || given == NULL)
    return NULL;
  for (int32_t i = 0; i < entry->n_attrs; i++) {
    values[i] = recnn_options_values(entry->defaults)[i];
    given[i] = table[i].default_value != NULL;
  }
  for (int32_t a = 0; a < n_attrs; a++) {
    GError *error = NULL;
    RecnnValue value;
    int64_t i = entry->defaults == NULL ? -1
                                        : recnn_options_check(entry->defaults, attrs[a].name,
                                                              &attrs[a].value, &value, &error);
    if (entry->defaults == NULL)
      recnn_error_set(&error, RECNN_ERROR_OPTION, "op %s: attribute %s, expected none",
                      entry->op->name, attrs[a].name);
    if (i < 0) {
      recnn__graph_fail(graph, (RecnnStatus)error->code, NULL, error->message);
      g_error_free(error);
      return NULL;
    }
    if (!keep_value(graph, &value))
      return NULL;
    values[i] = value;
    given[i] = true;
  }
  for (int32_t i = 0; i < entry->n_attrs; i++) {
    if (!given[i]) {
      char text[120];
      g_snprintf(text, sizeof text, "attribute %.60s is not given and has no default",
                 table[i].name);
      recnn__graph_fail(graph, RECNN_ERROR_OPTION, entry->op->name, text);
      return NULL;
    }
  }
  return values;
}

const RecnnTensor *recnn__graph_contiguous(RecnnGraph *graph, const RecnnTensor *tensor) {
  if (recnn_tensor_is_contiguous(tensor))
    return tensor;
  RecnnTensor *copy = recnn__graph_alloc(graph, sizeof *copy);
  if (copy == NULL)
    return NULL;
  *copy = *tensor;
  recnn_tensor_set_contiguous(copy);
  copy->data = recnn__graph_alloc(graph, recnn_tensor_bytes(copy));
  if (copy->data == NULL)
    return NULL;
  recnn_tensor_copy(copy, tensor);
  return copy;
}

void recnn__graph_call(GraphCall *out, RecnnGraph *graph, RecnnVar *var) {
  memset(out, 0, sizeof *out);
  out->call.struct_size = sizeof out->call;
  out->call.host = &recnn__op_host;
  out->call.op = var->op;
  out->call.n_inputs = var->n_inputs;
  out->call.training = graph->training;
  out->call.inputs = var->views;
  out->call.attrs = var->attrs;
  out->call.output = &var->value;
  out->call.saved = var->saved;
  out->call.stream = var->stream;
  out->graph = graph;
  out->var = var;
}

/* The inputs of `var`, as values and as what the op will see. */
static bool take_inputs(RecnnGraph *graph, RecnnVar *var, RecnnVar *const *inputs, int32_t n) {
  const RecnnOp *op = var->op;
  char text[160];
  if (n < op->min_inputs || (op->max_inputs >= 0 && n > op->max_inputs)) {
    g_snprintf(text, sizeof text, "%d inputs, expected %d to %d", (int)n, (int)op->min_inputs,
               (int)op->max_inputs);
    recnn__graph_fail(graph, RECNN_ERROR_ARGUMENT, op->name, text);
    return false;
  }
  var->n_inputs = n;
  var->inputs = recnn__graph_alloc(graph, (size_t)n * sizeof *var->inputs);
  var->views = recnn__graph_alloc(graph, (size_t)n * sizeof *var->views);
  if (var->inputs == NULL || var->views == NULL)
    return false;
  for (int32_t i = 0; i < n; i++) {
    if (inputs[i] == NULL) {
      g_snprintf(text, sizeof text, "input %d is NULL, expected a value", (int)i);
      recnn__graph_fail(graph, RECNN_ERROR_ARGUMENT, op->name, text);
      return false;
    }
    var->inputs[i] = inputs[i];
    var->wants_grad = var->wants_grad || inputs[i]->wants_grad;
    var->views[i] = (op->flags & (RECNN_OP_STRIDED | RECNN_OP_VIEW)) != 0
                        ? &inputs[i]->value
                        : recnn__graph_contiguous(graph, &inputs[i]->value);
    if (var->views[i] == NULL)
      return false;
  }
  return true;
}

/* Works out the output's shape and gives it a buffer. */
static bool make_output(RecnnGraph *graph, RecnnVar *var, GraphCall *call) {
  const RecnnOp *op = var->op;
  if (!op->shape(&call->call)) {
    recnn__graph_fail(graph, RECNN_ERROR_SHAPE, op->name, "the inputs' shapes do not fit");
    return false;
  }
  GError *error = NULL;
  if (!recnn_tensor_check(&var->value, &error)) {
    recnn__graph_fail(graph, RECNN_ERROR_SHAPE, op->name, error->message);
    g_error_free(error);
    return false;
  }
  recnn_tensor_set_contiguous(&var->value);
  var->grad = var->value;
  var->grad.data = NULL; /* shape() may have copied an input, data and all */
  if ((op->flags & RECNN_OP_VIEW) != 0)
    return true;
  var->value.data = recnn__graph_alloc(graph, recnn_tensor_bytes(&var->value));
  return var->value.data != NULL;
}

static RecnnVar *apply_entry(RecnnGraph *graph, const OpEntry *entry, RecnnVar *const *inputs,
                             int32_t n_inputs, const RecnnAttr *attrs, int32_t n_attrs) {
  RecnnVar *var = new_var(graph);
  if (var == NULL)
    return NULL;
  const RecnnOp *op = entry->op;
  var->op = op;
  if (!take_inputs(graph, var, inputs, n_inputs))
    return NULL;
  if (n_attrs > 0 || entry->n_attrs > 0) {
    var->attrs = resolve_attrs(graph, entry, attrs, n_attrs);
    if (var->attrs == NULL)
      return NULL;
  }
  if ((op->flags & RECNN_OP_STOCHASTIC) != 0)
    var->stream = recnn__graph_stream(graph);
  GraphCall call;
  recnn__graph_call(&call, graph, var);
  if (!make_output(graph, var, &call))
    return NULL;
  int64_t start = recnn_trace_now();
  recnn_where_op(op->name);
  bool done = op->forward(&call.call);
  recnn_where_op(NULL);
  if (start != 0)
    recnn__graph_trace(&call.call, graph->gradients ? RECNN_TRACE_FORWARD : RECNN_TRACE_SCORING,
                       start);
  if (!done) {
    recnn__graph_fail(graph, RECNN_ERROR_FAILED, op->name, "failed without saying why");
    return NULL;
  }
  var->saved = call.call.saved;
  var->wants_grad = var->wants_grad && graph->gradients && var->value.dtype == RECNN_FLOAT32 &&
                    (op->backward != NULL || (op->flags & RECNN_OP_VIEW) != 0);
  var->previous = graph->last;
  graph->last = var;
  return graph->failure.code == RECNN_OK ? var : NULL;
}

RecnnVar *recnn_graph_apply_op(RecnnGraph *graph, const RecnnOp *op, RecnnVar *const *inputs,
                               int32_t n_inputs, const RecnnAttr *attrs, int32_t n_attrs) {
  if (graph->failure.code != RECNN_OK)
    return NULL;
  const OpEntry *entry = recnn__op_entry_of(op);
  if (entry == NULL) {
    recnn__graph_fail(graph, RECNN_ERROR_NOT_FOUND, op->name, "this op is not registered");
    return NULL;
  }
  return apply_entry(graph, entry, inputs, n_inputs, attrs, n_attrs);
}

RecnnVar *recnn_graph_apply(RecnnGraph *graph, const char *op, RecnnVar *const *inputs,
                            int32_t n_inputs, const RecnnAttr *attrs, int32_t n_attrs) {
  if (graph->failure.code != RECNN_OK)
    return NULL;
  const OpEntry *entry = recnn__op_entry(op);
  if (entry == NULL) {
    const char **names = recnn_op_names();
    char *hint = recnn_suggest(op, names);
    char *text = g_strdup_printf("no op is named %s%s", op, hint);
    recnn__graph_fail(graph, RECNN_ERROR_NOT_FOUND, NULL, text);
    g_free(text);
    g_free(hint);
    g_free(names);
    return NULL;
  }
  return apply_entry(graph, entry, inputs, n_inputs, attrs, n_attrs);
}
