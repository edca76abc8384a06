/* What a training step has to do at the least, counted while one is done: its matrix products by
 * shape, and the bytes that no implementation can leave where they are.  Header only.
 *
 *   weights     a dense parameter's weights, and the optimizer's two moments, are read and written
 *               once; so are the rows with a gradient of a parameter whose gradient is rows, and,
 *               since the optimizer moves the others too, all of its rows
 *   gradients   written once and read once; of rows only those that there are
 *   values      each op's result is written once and read once; where it has a gradient, so is that
 *
 * What a cache saves of these is the bandwidth's business: it is measured at the step's size. */
#ifndef RECNN_BENCH_COUNT_H
#define RECNN_BENCH_COUNT_H

#include <glib.h>

#include <stdio.h>

#include "graph/graph.h"
#include "kernels/blas.h"
#include "tensor/tensor.h"

typedef struct CountedProduct {
  int64_t m, n, k;
  bool transpose_a, transpose_b;
  int64_t times;
} CountedProduct;

typedef struct StepCount {
  GMutex lock;
  GArray *products; /* of CountedProduct */
  double values;    /* bytes */
} StepCount;

static inline void step_count_product(void *data, bool transpose_a, bool transpose_b, int64_t m,
                                      int64_t n, int64_t k) {
  StepCount *count = data;
  g_mutex_lock(&count->lock);
  guint i = 0;
  for (; i < count->products->len; i++) {
    CountedProduct *p = &g_array_index(count->products, CountedProduct, i);
    if (p->m == m && p->n == n && p->k == k && p->transpose_a == transpose_a &&
        p->transpose_b == transpose_b)
      break;
  }
  if (i < count->products->len) {
    g_array_index(count->products, CountedProduct, i).times++;
  } else {
    CountedProduct fresh = {m, n, k, transpose_a, transpose_b, 1};
    g_array_append_val(count->products, fresh);
  }
  g_mutex_unlock(&count->lock);
}

static inline void step_count_value(void *data, const RecnnOp *op, const RecnnTensor *output,
                                    const RecnnTensor *const *inputs, int32_t n_inputs,
                                    bool with_gradient) {
  StepCount *count = data;
  (void)inputs;
  (void)n_inputs;
  if ((op->flags & RECNN_OP_VIEW) == 0)
    count->values += (with_gradient ? 4.0 : 2.0) * (double)recnn_tensor_bytes(output);
}

static inline void step_count_begin(StepCount *count) {
  g_mutex_init(&count->lock);
  count->products = g_array_new(FALSE, FALSE, sizeof(CountedProduct));
  count->values = 0.0;
  recnn_blas_observe(step_count_product, count);
}

/* "products": [[TA, TB, M, N, K, TIMES], ...]; frees what was counted. */
static inline void step_count_print_products(StepCount *count) {
  recnn_blas_observe(NULL, NULL);
  printf("\"products\": [");
  for (guint i = 0; i < count->products->len; i++) {
    const CountedProduct *p = &g_array_index(count->products, CountedProduct, i);
    printf("%s[%d, %d, %lld, %lld, %lld, %lld]", i > 0 ? ", " : "", p->transpose_a, p->transpose_b,
           (long long)p->m, (long long)p->n, (long long)p->k, (long long)p->times);
  }
  printf("]");
  g_array_free(count->products, TRUE);
  g_mutex_clear(&count->lock);
}

/* Behind the step, before the graph is reset: prints all as JSON. */
static inline void step_count_end(StepCount *count, const RecnnGraph *graph,
                                  RecnnParam *const *params, int32_t n_params) {
  double weights = 0.0, gradients = 0.0;
  recnn_graph_visit(graph, step_count_value, count);
  for (int32_t i = 0; i < n_params; i++) {
    double bytes = (double)recnn_tensor_bytes(&params[i]->value);
    bool rows = params[i]->grad_kind == RECNN_GRAD_ROWS;
    if (params[i]->grad_kind == RECNN_GRAD_NONE)
      continue;
    weights += 6.0 * bytes;
    gradients +=
        2.0 * (rows ? 4.0 * (double)(params[i]->n_rows * recnn_param_row_size(params[i])) : bytes);
  }
  printf("{\"bytes\": {\"weights\": %.0f, \"gradients\": %.0f, \"values\": %.0f}, ", weights,
         gradients, count->values);
  step_count_print_products(count);
  printf("}\n");
}

#endif
