/* The service "recnn.graph/1": the graph room's functions, lent as they are, and the way from a
 * batch into a graph, of which neither room knows. */
#include <recnn/service/graph.h>

#include "base/error.h"
#include "data/batch.h"
#include "graph/graph.h"
#include "plugin/plugin-private.h"

static RecnnVar *no_such_field(RecnnGraph *graph, const RecnnBatch *batch, const char *field) {
  const char *names[RECNN_BATCH_MAX_FIELDS + 1] = {NULL};
  for (int32_t i = 0; i < batch->n_fields; i++)
    names[i] = batch->fields[i].name;
  char *suggestion = recnn_suggest(field, names);
  char *text = g_strdup_printf("the batch has no field \"%s\"%s; a model names the fields that it "
                               "reads in train_fields and query_fields",
                               field, suggestion);
  RecnnVar *none = recnn_graph_fail(graph, RECNN_ERROR_NOT_FOUND, text);
  g_free(text);
  g_free(suggestion);
  return none;
}

static RecnnVar *input(RecnnGraph *graph, const RecnnBatch *batch, const char *field) {
  const RecnnTensor *tensor = recnn_batch_field(batch, field);
  return tensor != NULL ? recnn_graph_constant(graph, tensor) : no_such_field(graph, batch, field);
}

static const RecnnGraphApi api = {
    .struct_size = sizeof(RecnnGraphApi),
    .apply = recnn_graph_apply,
    .param = recnn_graph_param,
    .constant = recnn_graph_constant,
    .input = input,
    .tensor = recnn_graph_tensor,
    .training = recnn_graph_training,
    .part = recnn_graph_part,
    .fail = recnn_graph_fail,
    .draw = recnn_graph_draw,
    .output = recnn_graph_output,
    .step = recnn_graph_step,
};

RECNN_SERVICE(graph) = {RECNN_GRAPH_SERVICE, &api};
