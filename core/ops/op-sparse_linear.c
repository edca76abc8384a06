/* The first layer over sparse rows: a row's result is the sum of the weight rows of its items, so
 * the work is that of the entries there are and no dense input is ever made.  The weight is held as
 * (items, N), which makes what is gathered contiguous (RECNN_PARAM_TRANSPOSED). */
#include <string.h>

#include "kernels/vector.h"
#include "ops/ops-private.h"

enum { START, ITEM, VALUE, WEIGHT, BIAS };

static bool shape(RecnnOpCall *call) {
  const RecnnTensor *weight = call->inputs[WEIGHT];
  if (!recnn__ops_sparse_shape(call, START, -1) || !recnn__ops_float32(call, WEIGHT, "weight"))
    return false;
  if (weight->rank != 2)
    return recnn__ops_refuse(call, WEIGHT, "weight", "(items, N)");
  if (call->n_inputs > BIAS) {
    const RecnnTensor *bias = call->inputs[BIAS];
    if (bias->dtype != RECNN_FLOAT32 || bias->rank != 1 || bias->shape[0] != weight->shape[1])
      return recnn__ops_refuse(call, BIAS, "bias",
                               "float32 (%" PRId64 "), as weight has %" PRId64 " columns",
                               weight->shape[1], weight->shape[1]);
  }
  return recnn__ops_output(call, RECNN_FLOAT32, 2,
                           (int64_t[]){call->inputs[START]->shape[0] - 1, weight->shape[1]});
}

typedef struct Product {
  RecnnOpSparse x;
  RecnnOpTail tail;
  int64_t n;
} Product;

/* The cost of a row, on average. */
static int64_t row_cost(const Product *p) { return p->n * (1 + p->x.n / MAX(p->x.n_rows, 1)); }

static void sum_rows(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  const Product *p = data;
  const float *weight = recnn__ops_in(call, WEIGHT);
  const float *bias = call->n_inputs > BIAS ? recnn__ops_in(call, BIAS) : NULL;
  for (int64_t row = begin; row < end; row++) {
    float *y = recnn__ops_out(call) + row * p->n;
    if (bias != NULL)
      memcpy(y, bias, (size_t)p->n * sizeof *y);
    else
      memset(y, 0, (size_t)p->n * sizeof *y);
    for (int64_t j = p->x.start[row]; j < p->x.start[row + 1]; j++)
      recnn_vector_axpy(y, p->x.value[j], weight + p->x.item[j] * p->n, p->n);
    recnn__ops_tail_forward(call, &p->tail, row, 0, p->n, y);
  }
}

static Product product_of(const RecnnOpCall *call) {
  int64_t n = recnn_tensor_last(call->output);
  Product p = {.tail = recnn__ops_tail(call, &call->attrs[0], &call->attrs[1], n), .n = n};
  return p;
}

static bool forward(RecnnOpCall *call) {
  Product p = product_of(call);
  if (!recnn__ops_sparse(call, START, call->inputs[WEIGHT]->shape[0], &p.x))
    return false;
  recnn__ops_rows(call, p.x.n_rows, row_cost(&p), sum_rows, &p);
  return true;
}

/* The gradient in front of the tail, row by row, and its sums by column. */
typedef struct Inner {
  const Product *p;
  float *g;
} Inner;

static void inner_sums(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end,
                       double *sums) {
  const Inner *inner = data;
  int64_t n = inner->p->n;
  for (int64_t row = begin; row < end; row++) {
    float *g = inner->g + row * n;
    recnn__ops_tail_backward(call, &inner->p->tail, row, 0, n, recnn__ops_out(call) + row * n,
                             recnn__ops_dy(call) + row * n, 0.0f, g);
    for (int64_t k = 0; k < n; k++)
      sums[k] += (double)g[k];
  }
}

static bool backward(RecnnOpCall *call) {
  Product p = product_of(call);
  Inner inner = {&p, NULL};
  int64_t n_rows = call->output->shape[0], n_entries = call->inputs[ITEM]->shape[0];
  inner.g = call->host->scratch(call, (size_t)(n_rows * p.n) * sizeof *inner.g);
  int64_t *source = call->host->scratch(call, (size_t)n_entries * sizeof *source);
  if (inner.g == NULL || source == NULL)
    return false;
  const double *sums = recnn__ops_column_sums(call, n_rows, p.n, 2 * p.n, inner_sums, &inner);
  if (sums == NULL)
    return false;
  if (call->n_inputs > BIAS && recnn__ops_dx(call, BIAS) != NULL)
    recnn__ops_put_sums(recnn__ops_dx(call, BIAS), call->beta[BIAS], sums, p.n);
  if (!call->wanted[WEIGHT])
    return true;
  const int64_t *start = call->inputs[START]->data;
  for (int64_t row = 0; row < n_rows; row++)
    for (int64_t j = start[row]; j < start[row + 1]; j++)
      source[j] = row;
  RecnnTensor rows = recnn_tensor_view(inner.g, RECNN_FLOAT32, 2, (int64_t[]){n_rows, p.n});
  call->host->add_scaled_rows(call, WEIGHT, call->inputs[ITEM], &rows, source,
                              call->inputs[VALUE]->data);
  return true;
}

/* A row of the weight for each entry. */
static void cost(const RecnnOpCall *call, RecnnOpCost *cost) {
  double entries = (double)recnn_tensor_count(call->inputs[ITEM]);
  double columns = (double)call->output->shape[1];
  recnn__ops_products(call, 2.0 * entries * columns, 1u << WEIGHT, cost);
  cost->bytes = (double)recnn_tensor_bytes(call->output) +
                entries * (columns * sizeof(float) + sizeof(int64_t) + sizeof(float));
}

static const RecnnOption attrs[] = {
    RECNN_OP_TAIL_ATTRS,
    {NULL, 0, NULL, NULL, NULL},
};

static const RecnnOpSampleInput plain[] = {
    {.dtype = RECNN_INT64, .rank = 1, .shape = {4}, .fill = RECNN_SAMPLE_OFFSETS, .high = 8},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {8}, .low = 0, .high = 5},
    {.dtype = RECNN_FLOAT32, .rank = 1, .shape = {8}, .low = 0.5, .high = 2.0, .no_grad = true},
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {6, 5}, .low = -1.0, .high = 1.0},
};
static const RecnnOpSampleInput biased[] = {
    {.dtype = RECNN_INT64, .rank = 1, .shape = {6}, .fill = RECNN_SAMPLE_OFFSETS, .high = 11},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {11}, .low = 0, .high = 6},
    {.dtype = RECNN_FLOAT32, .rank = 1, .shape = {11}, .low = -1.0, .high = 1.0, .no_grad = true},
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {7, 4}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 1, .shape = {4}, .low = -1.0, .high = 1.0},
};
static const RecnnAttr tanh_dropout[] = {
    {"activation", {RECNN_OPTION_STRING, 0, {.s = "tanh"}}},
    {"dropout", {RECNN_OPTION_FLOAT, 0, {.f = 0.3}}},
};
static const RecnnOpSample samples[] = {
    {.name = "no bias", .inputs = plain, .n_inputs = 4, .batch = 3},
    {.name = "bias", .inputs = biased, .n_inputs = 5, .batch = 5},
    {.name = "tanh and dropout",
     .inputs = biased,
     .n_inputs = 5,
     .attrs = tanh_dropout,
     .n_attrs = 2,
     .batch = 5},
    {.name = NULL},
};

RECNN_OP(sparse_linear) = {
    .struct_size = sizeof(RecnnOp),
    .name = "sparse_linear",
    .doc = "dropout (activation (x weight + bias)) of sparse rows x (B, items), given as row_start "
           "int64 (B + 1), row_item int64 (nnz) and row_value (nnz), weight (items, N) and, if "
           "given, bias (N): (B, N); row_value gets no gradient",
    .min_inputs = 4,
    .max_inputs = 5,
    .attrs = attrs,
    .flags = RECNN_OP_BETA | RECNN_OP_STOCHASTIC | RECNN_OP_ROWS(WEIGHT),
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .samples = samples,
    .cost = cost,
};
