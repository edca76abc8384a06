/* Gradients of table rows: what several ops added to rows of a parameter, possibly to the same row
 * many times, becomes one gradient for each distinct row.
 *
 * Every row is summed by one thread in the order of the additions, so no atomics are needed and the
 * bits do not depend on the number of threads. */
#include <string.h>

#include "base/parallel.h"
#include "graph/graph-private.h"
#include "kernels/vector.h"

static const float *row_of(const RowGrad *rows, int64_t j) {
  return rows->rows + (rows->source != NULL ? rows->source[j] : j) * rows->stride;
}

void recnn__graph_scatter(float *to, int64_t row_size, const RowGrad *rows) {
  for (int64_t j = 0; j < rows->n; j++) {
    if (rows->ids[j] < 0)
      continue;
    float *y = to + rows->ids[j] * row_size;
    if (rows->scale != NULL)
      recnn_vector_axpy(y, rows->scale[j], row_of(rows, j), row_size);
    else
      recnn_vector_add(y, row_of(rows, j), row_size);
  }
}

typedef struct Collect {
  float *values;
  const float *const *sources; /* sorted by row, in the order of the additions */
  const float *scales;         /* of the sources; NULL: all 1 */
  const int32_t *first;        /* n_rows + 1 */
  int64_t row_size;
  int64_t n_rows;
  int64_t n_tiles;
} Collect;

static void collect_tile(void *context, int64_t tile) {
  const Collect *c = context;
  int64_t begin, end;
  recnn_parallel_share(c->n_rows, c->n_tiles, tile, &begin, &end);
  for (int64_t row = begin; row < end; row++) {
    float *to = c->values + row * c->row_size;
    int32_t at = c->first[row];
    if (c->scales == NULL) {
      memcpy(to, c->sources[at], (size_t)c->row_size * sizeof *to);
      for (at++; at < c->first[row + 1]; at++)
        recnn_vector_add(to, c->sources[at], c->row_size);
    } else {
      memset(to, 0, (size_t)c->row_size * sizeof *to);
      for (; at < c->first[row + 1]; at++)
        recnn_vector_axpy(to, c->scales[at], c->sources[at], c->row_size);
    }
  }
}

static bool need_rows(RecnnGraph *graph, RecnnParam *param, int64_t n) {
  GError *error = NULL;
  if (recnn_param_need_rows(param, n, &error))
    return true;
  recnn__graph_fail(graph, RECNN_ERROR_MEMORY, NULL, error->message);
  g_error_free(error);
  return false;
}

static bool collect(RecnnGraph *graph, RecnnVar *var) {
  RecnnParam *param = var->param;
  int64_t row_size = recnn_param_row_size(param);
  if (var->has_grad) { /* another op gave a dense gradient: the rows join it */
    for (const RowGrad *r = var->first_rows; r != NULL; r = r->next)
      recnn__graph_scatter(var->grad.data, row_size, r);
    return true;
  }
  int64_t n = 0;
  bool scaled = false;
  for (const RowGrad *r = var->first_rows; r != NULL; r = r->next) {
    n += r->n;
    scaled = scaled || r->scale != NULL;
  }
  if (!need_rows(graph, param, n))
    return false;

  /* Distinct rows in the order in which they first appear, with how often each does. */
  int32_t *first = recnn__graph_alloc(graph, (size_t)(n + 1) * sizeof *first);
  if (first == NULL)
    return false;
  for (const RowGrad *r = var->first_rows; r != NULL; r = r->next) {
    for (int64_t j = 0; j < r->n; j++) {
      int64_t id = r->ids[j];
      if (id < 0)
        continue;
      int32_t *slot = &param->row_slot[id];
      if (*slot < 0) {
        *slot = (int32_t)param->n_rows;
        first[param->n_rows] = 0;
        param->row_ids[param->n_rows++] = id;
      }
      first[*slot]++;
    }
  }
  /* A counting sort that keeps the order of the additions. */
  int64_t n_rows = param->n_rows;
  int32_t total = 0;
  for (int64_t row = 0; row < n_rows; row++) {
    int32_t count = first[row];
    first[row] = total;
    total += count;
  }
  const float **sources = recnn__graph_alloc(graph, (size_t)total * sizeof *sources);
  float *values = recnn__graph_alloc(graph, (size_t)(n_rows * row_size) * sizeof *values);
  float *scales = scaled ? recnn__graph_alloc(graph, (size_t)total * sizeof *scales) : NULL;
  if (sources == NULL || values == NULL || (scaled && scales == NULL))
    return false;
  for (const RowGrad *r = var->first_rows; r != NULL; r = r->next) {
    for (int64_t j = 0; j < r->n; j++) {
      if (r->ids[j] < 0)
        continue;
      int32_t at = first[param->row_slot[r->ids[j]]]++;
      sources[at] = row_of(r, j);
      if (scaled)
        scales[at] = r->scale != NULL ? r->scale[j] : 1.0f;
    }
  }
  for (int64_t row = n_rows; row > 0; row--) /* the sort moved each start to the next one's */
    first[row] = first[row - 1];
  first[0] = 0;

  int64_t n_tiles = recnn_parallel_tiles(n_rows, n_rows > 0 ? row_size * total / n_rows : 1);
  Collect collect = {values, sources, scales, first, row_size, n_rows, n_tiles};
  recnn_parallel(n_tiles, collect_tile, &collect);
  param->row_values = values;
  param->grad_kind = RECNN_GRAD_ROWS;
  return true;
}

bool recnn__graph_collect_rows(RecnnGraph *graph, RecnnVar *var) {
  int64_t start = recnn_trace_now();
  bool ok = collect(graph, var);
  if (start != 0) {
    int64_t n = var->param->n_rows;
    for (const RowGrad *r = var->first_rows; r != NULL; r = r->next)
      n += r->n;
    double elements = (double)(n * recnn_param_row_size(var->param));
    recnn_trace_add(RECNN_TRACE_BACKWARD, "rows", start, elements, elements * sizeof(float));
  }
  return ok;
}
