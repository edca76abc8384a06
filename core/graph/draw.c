/* Random numbers that a model draws by name, and values that it shows by name: the two ends by
 * which a check against recorded numbers takes hold of a model. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/rng.h"
#include "graph/graph-private.h"
#include "graph/init.h"
#include "tensor/tensor.h"

/* 2^16 calls a step, 2^32 steps. */
uint64_t recnn__graph_stream(RecnnGraph *graph) {
  return RECNN_STREAM(RECNN_STREAM_GRAPH, graph->step << 16 | (graph->n_random++ & 0xffff));
}

static NamedTensor *find(NamedTensor *list, const char *name) {
  while (list != NULL && strcmp(list->name, name) != 0)
    list = list->next;
  return list;
}

/* The recorded numbers in place of a draw. */
static RecnnVar *replace(RecnnGraph *graph, const NamedTensor *by, const RecnnTensor *wanted) {
  if (by->tensor.dtype == RECNN_FLOAT32 && recnn_tensor_same_shape(&by->tensor, wanted))
    return recnn_graph_constant(graph, &by->tensor);
  char *is = recnn_tensor_describe(&by->tensor);
  char *expected = recnn_tensor_describe(wanted);
  char *text = g_strdup_printf("the recorded numbers for draw %s are %s, expected %s", by->name, is,
                               expected);
  recnn__graph_fail(graph, RECNN_ERROR_SHAPE, NULL, text);
  g_free(text);
  g_free(expected);
  g_free(is);
  return NULL;
}

RecnnVar *recnn_graph_draw(RecnnGraph *graph, const char *name, int32_t kind, double a,
                           int32_t rank, const int64_t *shape) {
  char text[160];
  if (graph->failure.code != RECNN_OK)
    return NULL;
  if (rank < 0 || rank > RECNN_MAX_RANK || (kind != RECNN_DRAW_NORMAL && kind != RECNN_DRAW_KEEP) ||
      (kind == RECNN_DRAW_KEEP && !(a >= 0.0 && a <= 1.0))) {
    g_snprintf(text, sizeof text,
               "draw %.60s: rank %d, kind %d, a %g; expected a rank up to %d, RECNN_DRAW_* and for "
               "KEEP a probability",
               name, (int)rank, (int)kind, a, RECNN_MAX_RANK);
    return recnn_graph_fail(graph, RECNN_ERROR_ARGUMENT, text);
  }
  RecnnTensor tensor = recnn_tensor_view(NULL, RECNN_FLOAT32, rank, shape);
  uint64_t stream = recnn__graph_stream(graph); /* also where replaced: later draws stay the same */
  GError *error = NULL;
  if (!recnn_tensor_check(&tensor, &error)) {
    recnn__graph_fail(graph, RECNN_ERROR_SHAPE, NULL, error->message);
    g_error_free(error);
    return NULL;
  }
  const NamedTensor *by = find(graph->replaced, name);
  if (by != NULL)
    return replace(graph, by, &tensor);
  tensor.data = recnn__graph_alloc(graph, recnn_tensor_bytes(&tensor));
  if (tensor.data == NULL)
    return NULL;
  int64_t n = recnn_tensor_count(&tensor);
  if (kind == RECNN_DRAW_NORMAL)
    recnn__fill_normal(tensor.data, n, 0.0, 1.0, graph->seed, stream);
  else
    recnn__fill_keep(tensor.data, n, a, graph->seed, stream);
  return recnn_graph_constant(graph, &tensor);
}

void recnn_graph_replace_draw(RecnnGraph *graph, const char *name, const RecnnTensor *tensor) {
  NamedTensor **at = &graph->replaced;
  while (*at != NULL && strcmp((*at)->name, name) != 0)
    at = &(*at)->next;
  if (tensor != NULL && *at == NULL) {
    *at = g_new0(NamedTensor, 1);
    (*at)->name = g_strdup(name);
  }
  if (tensor != NULL) {
    (*at)->tensor = *tensor;
  } else if (*at != NULL) {
    NamedTensor *gone = *at;
    *at = gone->next;
    g_free((char *)gone->name);
    g_free(gone);
  }
}

void recnn_graph_output(RecnnGraph *graph, const char *name, RecnnVar *value) {
  if (value == NULL || graph->failure.code != RECNN_OK)
    return;
  NamedTensor *output = recnn__graph_alloc(graph, sizeof *output);
  if (output != NULL) {
    *output = (NamedTensor){graph->outputs, name, value->value};
    graph->outputs = output;
  }
}

static bool is_finite(const RecnnTensor *tensor) {
  int64_t last = recnn_tensor_last(tensor);
  int64_t last_stride = tensor->rank > 0 ? tensor->stride[tensor->rank - 1] : 1;
  for (int64_t row = 0, n = recnn_tensor_rows(tensor); row < n; row++) {
    const float *at = tensor->data;
    int64_t rest = row;
    for (int32_t axis = tensor->rank - 2; axis >= 0; axis--) {
      at += rest % tensor->shape[axis] * tensor->stride[axis];
      rest /= tensor->shape[axis];
    }
    for (int64_t i = 0; i < last; i++)
      if (!isfinite(at[i * last_stride]))
        return false;
  }
  return true;
}

const char *recnn_graph_find_not_finite(const RecnnGraph *graph) {
  const char *first = NULL;
  for (const RecnnVar *var = graph->last; var != NULL; var = var->previous)
    if (var->value.dtype == RECNN_FLOAT32 && var->value.data != NULL && !is_finite(&var->value))
      first = var->op->name;
  return first;
}

const RecnnTensor *recnn_graph_find_output(const RecnnGraph *graph, const char *name) {
  const NamedTensor *output = find(graph->outputs, name);
  return output != NULL ? &output->tensor : NULL;
}
