/* The affine map of a layer, with its activation and dropout applied to each tile of the result
 * while that is in the cache: three passes over memory less than as ops of their own. */
#include <string.h>

#include "kernels/blas.h"
#include "kernels/gemm.h"
#include "kernels/panels.h"
#include "kernels/vector.h"
#include "ops/ops-private.h"

enum { X, WEIGHT, BIAS };
enum { ACTIVATION, DROPOUT };

static bool shape(RecnnOpCall *call) {
  const RecnnTensor *x = call->inputs[X];
  const RecnnTensor *weight = call->inputs[WEIGHT];
  int64_t k = recnn_tensor_last(x);
  if (!recnn__ops_float32(call, X, "x") || !recnn__ops_float32(call, WEIGHT, "weight"))
    return false;
  if (x->rank < 1 || k < 1)
    return recnn__ops_refuse(call, X, "x", "(..., K) with K at least 1");
  if (weight->rank != 2 || weight->shape[1] != k)
    return recnn__ops_refuse(call, WEIGHT, "weight",
                             "(N, %" PRId64 "), as x has %" PRId64 " columns", k, k);
  int64_t n = weight->shape[0];
  if (call->n_inputs > BIAS) {
    const RecnnTensor *bias = call->inputs[BIAS];
    if (bias->dtype != RECNN_FLOAT32 || bias->rank != 1 || bias->shape[0] != n)
      return recnn__ops_refuse(call, BIAS, "bias",
                               "float32 (%" PRId64 "), as weight has %" PRId64 " rows", n, n);
  }
  recnn__ops_output(call, RECNN_FLOAT32, x->rank, x->shape);
  call->output->shape[x->rank - 1] = n;
  return true;
}

static RecnnOpTail tail_of(const RecnnOpCall *call) {
  return recnn__ops_tail(call, &call->attrs[ACTIVATION], &call->attrs[DROPOUT],
                         recnn_tensor_last(call->output));
}

typedef struct Product {
  const RecnnOpCall *call;
  RecnnOpMatrix x;
  RecnnOpMatrix weight;
  const float *bias; /* NULL: none */
  RecnnOpTail tail;
  RecnnGemmTiles tiles;
  RecnnPanelsProduct panels;
  RecnnPanelsTiles panel_tiles;
  float *y;
  int64_t n;
} Product;

/* Bias and tail of a tile that was just multiplied. */
static void finish_tile(const Product *p, int64_t row, int64_t rows, int64_t column,
                        int64_t columns) {
  for (int64_t i = row; i < row + rows; i++) {
    float *y = p->y + i * p->n + column;
    if (p->bias != NULL)
      recnn_vector_add(y, p->bias + column, columns);
    recnn__ops_tail_forward(p->call, &p->tail, i, column, columns, y);
  }
}

static void run_tile(void *context, int64_t tile) {
  const Product *p = context;
  int64_t row = tile / p->tiles.n_across * p->tiles.rows;
  int64_t column = tile % p->tiles.n_across * p->tiles.columns;
  int64_t rows = MIN(p->tiles.rows, p->x.rows - row);
  int64_t columns = MIN(p->tiles.columns, p->n - column);
  recnn_blas_sgemm(false, true, rows, columns, p->x.columns, 1.0f, p->x.data + row * p->x.ld,
                   p->x.ld, p->weight.data + column * p->weight.ld, p->weight.ld, 0.0f,
                   p->y + row * p->n + column, p->n);
  finish_tile(p, row, rows, column, columns);
}

/* The same where the weight is laid out as panels first. */
static void run_panels(void *context, int64_t tile) {
  const Product *p = context;
  const RecnnPanelsTiles *t = &p->panel_tiles;
  int64_t row = tile / t->n_across * t->rows, panel = tile % t->n_across * t->n_panels;
  int64_t column = panel * RECNN_PANELS_WIDTH;
  recnn_panels_multiply(&p->panels, row, t->rows, panel, t->n_panels);
  finish_tile(p, row, MIN(t->rows, p->x.rows - row), column,
              MIN(t->n_panels * RECNN_PANELS_WIDTH, p->n - column));
}

static bool forward(RecnnOpCall *call) {
  Product p = {.call = call, .tail = tail_of(call), .y = recnn__ops_out(call)};
  if (!recnn__ops_matrix(call, X, &p.x) || !recnn__ops_matrix(call, WEIGHT, &p.weight))
    return false;
  if (call->n_inputs > BIAS) {
    RecnnOpMatrix bias;
    if (!recnn__ops_matrix(call, BIAS, &bias))
      return false;
    p.bias = bias.data;
  }
  p.n = p.weight.rows;
  float *panels;
  int64_t m = p.x.rows, k = p.x.columns;
  if (!recnn__ops_panels(call, m, true, p.n, k, p.weight.data, p.weight.ld, &panels))
    return false;
  if (panels != NULL) {
    p.panels = (RecnnPanelsProduct){false, m, p.n, k, p.x.data, p.x.ld, panels, p.y, p.n};
    p.panel_tiles = recnn_panels_tiles(m, p.n, k);
    call->host->parallel(call, p.panel_tiles.n_down * p.panel_tiles.n_across, run_panels, &p);
    return true;
  }
  p.tiles = recnn_gemm_tiles(m, p.n, k);
  call->host->parallel(call, p.tiles.n_down * p.tiles.n_across, run_tile, &p);
  return true;
}

/* The gradient in front of the tail, written to `g` (NULL: there is no tail) and added up by
 * columns for the bias. */
typedef struct Inner {
  RecnnOpTail tail;
  float *g;
  int64_t n;
} Inner;

static const float *inner_row(const RecnnOpCall *call, const Inner *inner, int64_t row) {
  int64_t at = row * inner->n;
  if (inner->g == NULL)
    return recnn__ops_dy(call) + at;
  recnn__ops_tail_backward(call, &inner->tail, row, 0, inner->n, recnn__ops_out(call) + at,
                           recnn__ops_dy(call) + at, 0.0f, inner->g + at);
  return inner->g + at;
}

static void inner_rows(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  for (int64_t row = begin; row < end; row++)
    inner_row(call, data, row);
}

RECNN_CLONES
static void inner_sums(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end,
                       double *sums) {
  const Inner *inner = data;
  for (int64_t row = begin; row < end; row++) {
    const float *g = inner_row(call, inner, row);
    for (int64_t j = 0; j < inner->n; j++)
      sums[j] += (double)g[j];
  }
}

static bool backward(RecnnOpCall *call) {
  RecnnOpMatrix x, weight;
  Inner inner = {.tail = tail_of(call), .n = recnn_tensor_last(call->output)};
  int64_t m = recnn_tensor_rows(call->output), n = inner.n;
  if (!recnn__ops_matrix(call, X, &x) || !recnn__ops_matrix(call, WEIGHT, &weight))
    return false;
  if (!recnn__ops_tail_is_empty(&inner.tail)) {
    inner.g = call->host->scratch(call, (size_t)(m * n) * sizeof *inner.g);
    if (inner.g == NULL)
      return false;
  }
  if (call->n_inputs > BIAS && recnn__ops_dx(call, BIAS) != NULL) {
    const double *sums = recnn__ops_column_sums(call, m, n, n, inner_sums, &inner);
    if (sums == NULL)
      return false;
    recnn__ops_put_sums(recnn__ops_dx(call, BIAS), call->beta[BIAS], sums, n);
  } else if (inner.g != NULL) {
    recnn__ops_rows(call, m, n, inner_rows, &inner);
  }
  const float *g = inner.g != NULL ? inner.g : recnn__ops_dy(call);
  if (recnn__ops_dx(call, X) != NULL &&
      !recnn__ops_gemm(call, false, false, m, x.columns, n, 1.0f, g, n, weight.data, weight.ld,
                       call->beta[X], recnn__ops_dx(call, X), x.columns))
    return false;
  return recnn__ops_dx(call, WEIGHT) == NULL ||
         recnn__ops_gemm(call, true, false, n, x.columns, m, 1.0f, g, n, x.data, x.ld,
                         call->beta[WEIGHT], recnn__ops_dx(call, WEIGHT), x.columns);
}

static void cost(const RecnnOpCall *call, RecnnOpCost *cost) {
  double outputs = (double)recnn_tensor_count(call->output);
  recnn__ops_products(call, 2.0 * outputs * (double)recnn_tensor_last(call->inputs[X]),
                      1u << X | 1u << WEIGHT, cost);
}

static const RecnnOption attrs[] = {
    RECNN_OP_TAIL_ATTRS,
    {NULL, 0, NULL, NULL, NULL},
};

static const RecnnOpSampleInput plain[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {6, 5}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {3, 5}, .low = -1.0, .high = 1.0},
};
static const RecnnOpSampleInput biased[] = {
    {.dtype = RECNN_FLOAT32, .rank = 3, .shape = {4, 2, 3}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {9, 3}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 1, .shape = {9}, .low = -1.0, .high = 1.0},
};
static const RecnnOpSampleInput single[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {7, 4}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {1, 4}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 1, .shape = {1}, .low = -1.0, .high = 1.0},
};
static const RecnnAttr relu[] = {{"activation", {RECNN_OPTION_STRING, 0, {.s = "relu"}}}};
static const RecnnAttr dropout[] = {{"dropout", {RECNN_OPTION_FLOAT, 0, {.f = 0.4}}}};
static const RecnnAttr relu_dropout[] = {
    {"activation", {RECNN_OPTION_STRING, 0, {.s = "relu"}}},
    {"dropout", {RECNN_OPTION_FLOAT, 0, {.f = 0.25}}},
};
static const RecnnAttr tanh_dropout[] = {
    {"activation", {RECNN_OPTION_STRING, 0, {.s = "tanh"}}},
    {"dropout", {RECNN_OPTION_FLOAT, 0, {.f = 0.25}}},
};
static const RecnnAttr selu[] = {{"activation", {RECNN_OPTION_STRING, 0, {.s = "selu"}}}};
static const RecnnAttr selu_dropout[] = {
    {"activation", {RECNN_OPTION_STRING, 0, {.s = "selu"}}},
    {"dropout", {RECNN_OPTION_FLOAT, 0, {.f = 0.5}}},
};
static const RecnnOpSample samples[] = {
    {.name = "no bias", .inputs = plain, .n_inputs = 2},
    {.name = "one output", .inputs = single, .n_inputs = 3},
    {.name = "relu", .inputs = biased, .n_inputs = 3, .attrs = relu, .n_attrs = 1},
    {.name = "dropout", .inputs = biased, .n_inputs = 3, .attrs = dropout, .n_attrs = 1},
    {.name = "relu and dropout",
     .inputs = biased,
     .n_inputs = 3,
     .attrs = relu_dropout,
     .n_attrs = 2},
    {.name = "tanh and dropout",
     .inputs = biased,
     .n_inputs = 3,
     .attrs = tanh_dropout,
     .n_attrs = 2},
    {.name = "selu", .inputs = plain, .n_inputs = 2, .attrs = selu, .n_attrs = 1},
    {.name = "selu and dropout",
     .inputs = biased,
     .n_inputs = 3,
     .attrs = selu_dropout,
     .n_attrs = 2},
    {.name = NULL},
};

RECNN_OP(linear) = {
    .struct_size = sizeof(RecnnOp),
    .name = "linear",
    .doc =
        "dropout (activation (x weight^T + bias)) of x (..., K), weight (N, K) and, if given, bias "
        "(N): (..., N)",
    .min_inputs = 2,
    .max_inputs = 3,
    .attrs = attrs,
    .flags = RECNN_OP_STRIDED | RECNN_OP_BETA | RECNN_OP_STOCHASTIC,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .samples = samples,
    .cost = cost,
};
