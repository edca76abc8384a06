/* What ops are lent: RecnnOpHost. */
#include "base/parallel.h"
#include "base/rng.h"
#include "graph/graph-private.h"
#include "kernels/gemm.h"
#include "tensor/tensor.h"

/* Ops do not know what their inputs are called; where one is a parameter, its name says which of a
 * model's layers failed. */
static bool host_fail(RecnnOpCall *call, RecnnStatus code, const char *text) {
  const GraphCall *own = (const GraphCall *)call;
  const RecnnParam *param = NULL;
  for (int32_t i = 0; i < own->var->n_inputs && param == NULL; i++)
    param = own->var->inputs[i]->param;
  char *full = param != NULL ? g_strdup_printf("%s (parameter %s)", text, param->name) : NULL;
  recnn__graph_fail(own->graph, code, call->op->name, full != NULL ? full : text);
  g_free(full);
  return false;
}

static void *host_scratch(RecnnOpCall *call, size_t bytes) {
  return recnn__graph_alloc(((GraphCall *)call)->graph, bytes);
}

static void host_parallel(RecnnOpCall *call, int64_t n_tiles, RecnnTileFn tile, void *context) {
  (void)call;
  recnn_parallel(n_tiles, tile, context);
}

/* Elements of a row of input `input`. */
static int64_t row_size_of(const GraphCall *own, int32_t input) {
  const RecnnTensor *table = &own->var->inputs[input]->value;
  int64_t size = 1;
  for (int32_t i = 1; i < table->rank; i++)
    size *= table->shape[i];
  return size;
}

/* A parameter keeps the rows for later (they are summed once, when all are there); any other value
 * has a dense gradient, and they go into that at once. */
static void add_rows(GraphCall *own, int32_t input, RowGrad add) {
  RecnnGraph *graph = own->graph;
  RecnnVar *var = own->var->inputs[input];
  if (var->param == NULL) {
    if (recnn__graph_need_grad(graph, var, true))
      recnn__graph_scatter(var->grad.data, row_size_of(own, input), &add);
    return;
  }
  RowGrad *link = recnn__graph_alloc(graph, sizeof *link);
  if (link == NULL)
    return;
  *link = add;
  if (var->last_rows != NULL)
    var->last_rows->next = link;
  else
    var->first_rows = link;
  var->last_rows = link;
}

/* `rows` as rows of `row_size` elements: in place where they lie evenly spaced. */
static bool take_rows(GraphCall *own, const RecnnTensor *rows, int64_t row_size, RowGrad *add) {
  add->rows = rows->data;
  add->stride = row_size;
  if (recnn_tensor_is_contiguous(rows))
    return true;
  if (rows->rank == 2 && rows->stride[1] == 1) {
    add->stride = rows->stride[0];
    return true;
  }
  const RecnnTensor *copy = recnn__graph_contiguous(own->graph, rows);
  if (copy != NULL)
    add->rows = copy->data;
  return copy != NULL;
}

static void host_add_rows(RecnnOpCall *call, int32_t input, const RecnnTensor *ids,
                          const RecnnTensor *rows) {
  GraphCall *own = (GraphCall *)call;
  int64_t row_size = row_size_of(own, input);
  RowGrad add = {.ids = ids->data, .n = recnn_tensor_count(ids)};
  if (!own->var->inputs[input]->wants_grad || !take_rows(own, rows, row_size, &add))
    return;
  if (recnn_tensor_count(rows) == add.n * row_size)
    add_rows(own, input, add);
  else
    recnn__graph_fail(own->graph, RECNN_ERROR_SHAPE, call->op->name,
                      "the rows added in backward are not one a row id");
}

static void host_add_scaled_rows(RecnnOpCall *call, int32_t input, const RecnnTensor *ids,
                                 const RecnnTensor *rows, const int64_t *source,
                                 const float *scale) {
  GraphCall *own = (GraphCall *)call;
  RowGrad add = {.ids = ids->data, .n = recnn_tensor_count(ids), .source = source, .scale = scale};
  if (own->var->inputs[input]->wants_grad && take_rows(own, rows, row_size_of(own, input), &add))
    add_rows(own, input, add);
}

static void host_random(const RecnnOpCall *call, uint64_t counter, uint32_t words[4]) {
  recnn_philox(((const GraphCall *)call)->graph->seed, call->stream, counter, words);
}

static void host_random_fill(const RecnnOpCall *call, uint64_t first, uint32_t *words, int64_t n) {
  recnn_philox_fill(((const GraphCall *)call)->graph->seed, call->stream, first / 4, words, n);
}

const RecnnOpHost recnn__op_host = {sizeof(RecnnOpHost), host_fail,     host_scratch,
                                    host_parallel,       host_add_rows, host_random,
                                    host_random_fill,    recnn_gemm,    host_add_scaled_rows};
