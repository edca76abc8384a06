/* Convolution over time, with zeros on both sides and an optional ReLU.
 *
 * A product of the input's steps with all places of the kernel side by side gives what each step
 * contributes to the K windows that see it, and those are summed: each input is packed for BLAS
 * once rather than K times, and zeros are never multiplied.  The gradient goes back in the same
 * way. Work is cut into a few tiles by the shape; a tile takes its sequences a chunk at a time, so
 * that what it multiplies stays in the cache. */
#include <string.h>

#include "base/parallel.h"
#include "kernels/blas.h"
#include "kernels/panels.h"
#include "kernels/vector.h"
#include "ops/ops-private.h"

enum { X, WEIGHT, BIAS };
enum { PADDING, CUT, ACTIVATION };

#define MOST_TILES 16
#define CHUNK 262144 /* floats of a tile's largest matrix, about; one sequence may have more */

typedef struct Shape {
  int64_t n;        /* sequences */
  int64_t steps;    /* of the input */
  int64_t channels; /* of the input */
  int64_t filters;
  int64_t kernel;
  int64_t padding;
  int64_t out; /* steps of the output */
} Shape;

static Shape shape_of(const RecnnOpCall *call) {
  const RecnnTensor *x = call->inputs[X], *weight = call->inputs[WEIGHT];
  Shape s = {.n = x->shape[0],
             .steps = x->shape[1],
             .channels = x->shape[2],
             .filters = weight->shape[0],
             .kernel = weight->shape[2],
             .padding = call->attrs[PADDING].as.i};
  s.out = s.steps + 2 * s.padding - s.kernel + 1 - call->attrs[CUT].as.i;
  return s;
}

static bool shape(RecnnOpCall *call) {
  const RecnnTensor *x = call->inputs[X], *weight = call->inputs[WEIGHT];
  if (!recnn__ops_float32(call, X, "x") || !recnn__ops_float32(call, WEIGHT, "weight"))
    return false;
  if (x->rank != 3)
    return recnn__ops_refuse(call, X, "x", "(B, L, C)");
  if (weight->rank != 3 || weight->shape[1] != x->shape[2] || weight->shape[2] < 1)
    return recnn__ops_refuse(call, WEIGHT, "weight", "(F, %" PRId64 ", K) with K at least 1",
                             x->shape[2]);
  Shape s = shape_of(call);
  if (s.out < 1)
    return recnn__ops_fail(call, RECNN_ERROR_SHAPE,
                           "%" PRId64 " steps with padding %" PRId64
                           " are too few for a kernel of %" PRId64,
                           s.steps, s.padding, s.kernel);
  if (call->n_inputs > BIAS) {
    const RecnnTensor *bias = call->inputs[BIAS];
    if (bias->dtype != RECNN_FLOAT32 || bias->rank != 1 || bias->shape[0] != s.filters)
      return recnn__ops_refuse(call, BIAS, "bias", "float32 (%" PRId64 ")", s.filters);
  }
  return recnn__ops_output(call, RECNN_FLOAT32, 3, (int64_t[]){s.n, s.out, s.filters});
}

typedef struct Work {
  RecnnOpCall *call;
  Shape s;
  float *by_place;  /* the weight as (kernel, filters, channels) */
  float *by_filter; /* and as (filters, kernel, channels) */
  float *panels;    /* by_place, or in backward by_filter, laid out to multiply with; or NULL */
  int64_t n_tiles;
  int64_t chunk;     /* sequences */
  int64_t n_scratch; /* floats of a tile's */
  float *scratch;
  float *dweight; /* backward: each tile's part of the weight's gradient, as by_filter is */
  double *dbias;  /* and of the bias's */
} Work;

/* PyTorch's (F, C, K) in the other two orders. */
static void turn_weight(const float *from, const Work *w) {
  const Shape *s = &w->s;
  for (int64_t f = 0; f < s->filters; f++)
    for (int64_t c = 0; c < s->channels; c++)
      for (int64_t k = 0; k < s->kernel; k++) {
        float value = from[(f * s->channels + c) * s->kernel + k];
        w->by_place[(k * s->filters + f) * s->channels + c] = value;
        w->by_filter[(f * s->kernel + k) * s->channels + c] = value;
      }
}

/* The places of the kernel at which the window at output step t sees an input, and the input that
 * the first of them sees. */
static int64_t places(const Shape *s, int64_t t, int64_t *ret_begin, int64_t *ret_end) {
  int64_t first = t - s->padding;
  *ret_begin = MIN(MAX(-first, 0), s->kernel);
  *ret_end = MAX(MIN(s->steps - first, s->kernel), *ret_begin);
  return MIN(MAX(first + *ret_begin, 0), s->steps);
}

/* c (m, n) = a (m, k) times the weight: by_place^T, or by_filter. */
static void multiply(const Work *w, bool by_place, int64_t m, const float *a, float *c) {
  const Shape *s = &w->s;
  int64_t n = s->kernel * (by_place ? s->filters : s->channels);
  int64_t k = by_place ? s->channels : s->filters;
  if (w->panels != NULL) {
    RecnnPanelsProduct product = {false, m, n, k, a, k, w->panels, c, n};
    recnn_panels_multiply(&product, 0, m, 0, n);
  } else {
    recnn_blas_sgemm(false, by_place, m, n, k, 1.0f, a, k, by_place ? w->by_place : w->by_filter,
                     by_place ? k : n, 0.0f, c, n);
  }
}

/* One output step: the sum of what its inputs contribute, the bias, the ReLU. */
RECNN_CLONES
static void gather_window(const Work *w, const float *parts, int64_t t, float *restrict y) {
  const Shape *s = &w->s;
  int64_t begin, end, row = s->kernel * s->filters;
  int64_t step = places(s, t, &begin, &end);
  if (w->call->n_inputs > BIAS)
    memcpy(y, recnn__ops_in(w->call, BIAS), (size_t)s->filters * sizeof *y);
  else
    memset(y, 0, (size_t)s->filters * sizeof *y);
  for (int64_t k = begin; k < end; k++, step++) {
    const float *part = parts + step * row + k * s->filters;
    for (int64_t f = 0; f < s->filters; f++)
      y[f] += part[f];
  }
  if (w->call->attrs[ACTIVATION].as.i == RECNN_OP_RELU)
    for (int64_t f = 0; f < s->filters; f++)
      y[f] = y[f] < 0.0f ? 0.0f : y[f];
}

static void forward_tile(void *context, int64_t tile) {
  const Work *w = context;
  const Shape *s = &w->s;
  int64_t begin, end, row = s->kernel * s->filters;
  float *parts = w->scratch + tile * w->n_scratch; /* (chunk * steps, kernel, filters) */
  recnn_parallel_share(s->n, w->n_tiles, tile, &begin, &end);
  for (int64_t first = begin; first < end; first += w->chunk) {
    int64_t n = MIN(w->chunk, end - first);
    multiply(w, true, n * s->steps, recnn__ops_in(w->call, X) + first * s->steps * s->channels,
             parts);
    for (int64_t i = 0; i < n; i++)
      for (int64_t t = 0; t < s->out; t++)
        gather_window(w, parts + i * s->steps * row, t,
                      recnn__ops_out(w->call) + ((first + i) * s->out + t) * s->filters);
  }
}

static bool allocate(RecnnOpCall *call, Work *w, int64_t n_scratch) {
  w->n_scratch = n_scratch;
  w->scratch = call->host->scratch(call, (size_t)(w->n_tiles * n_scratch) * sizeof(float));
  return w->scratch != NULL;
}

static bool forward(RecnnOpCall *call) {
  Work *w = call->host->scratch(call, sizeof *w);
  if (w == NULL)
    return false;
  *w = (Work){.call = call, .s = shape_of(call)};
  const Shape *s = &w->s;
  int64_t size = s->filters * s->kernel * s->channels;
  int64_t widest = s->kernel * MAX(s->filters, s->channels) * MAX(s->steps, s->out);
  w->n_tiles = MIN(recnn_parallel_tiles(s->n, size * s->steps), MOST_TILES);
  w->chunk = MAX(CHUNK / MAX(widest, 1), 1);
  if (w->n_tiles > 0)
    w->chunk = MIN(w->chunk, (s->n + w->n_tiles - 1) / w->n_tiles);
  w->by_place = call->host->scratch(call, (size_t)size * sizeof(float));
  w->by_filter = call->host->scratch(call, (size_t)size * sizeof(float));
  if (w->by_place == NULL || w->by_filter == NULL ||
      !allocate(call, w, w->chunk * s->steps * s->kernel * s->filters))
    return false;
  turn_weight(recnn__ops_in(call, WEIGHT), w);
  if (!recnn__ops_panels(call, w->chunk * s->steps, true, s->kernel * s->filters, s->channels,
                         w->by_place, s->channels, &w->panels))
    return false;
  call->host->parallel(call, w->n_tiles, forward_tile, w);
  call->saved = w;
  return true;
}

/* The gradients of n outputs in front of the ReLU, and their sums by filter. */
RECNN_CLONES
static void inner(const float *restrict y, const float *restrict dy, bool relu, int64_t n,
                  int64_t filters, float *restrict g, double *restrict sums) {
  for (int64_t i = 0; i < n; i++, y += filters, dy += filters, g += filters)
    for (int64_t f = 0; f < filters; f++) {
      g[f] = relu && y[f] <= 0.0f ? 0.0f : dy[f];
      sums[f] += (double)g[f];
    }
}

/* The windows of a sequence, (out, kernel, channels), with the zeros around it. */
static void write_windows(const Shape *s, const float *x, float *to) {
  for (int64_t t = 0; t < s->out; t++, to += s->kernel * s->channels) {
    int64_t begin, end, step = places(s, t, &begin, &end);
    memset(to, 0, (size_t)(begin * s->channels) * sizeof *to);
    memcpy(to + begin * s->channels, x + step * s->channels,
           (size_t)((end - begin) * s->channels) * sizeof *to);
    memset(to + end * s->channels, 0, (size_t)((s->kernel - end) * s->channels) * sizeof *to);
  }
}

/* A sequence's input gradient: what all windows give to the steps they saw. */
RECNN_CLONES
static void put_steps(const Shape *s, const float *parts, float beta, float *dx) {
  if (beta == 0.0f)
    memset(dx, 0, (size_t)(s->steps * s->channels) * sizeof *dx);
  for (int64_t t = 0; t < s->out; t++, parts += s->kernel * s->channels) {
    int64_t begin, end, step = places(s, t, &begin, &end);
    const float *restrict part = parts + begin * s->channels;
    float *restrict to = dx + step * s->channels;
    for (int64_t i = 0; i < (end - begin) * s->channels; i++)
      to[i] += part[i];
  }
}

static void backward_tile(void *context, int64_t tile) {
  const Work *w = context;
  const Shape *s = &w->s;
  const RecnnOpCall *call = w->call;
  int64_t begin, end, size = s->kernel * s->channels;
  bool relu = call->attrs[ACTIVATION].as.i == RECNN_OP_RELU;
  float *windows = w->scratch + tile * w->n_scratch; /* (chunk * out, kernel, channels) */
  float *g = windows + w->chunk * s->out * size;     /* (chunk * out, filters) */
  float *dweight = w->dweight + tile * s->filters * size;
  double *dbias = w->dbias + tile * s->filters;
  memset(dbias, 0, (size_t)s->filters * sizeof *dbias);
  recnn_parallel_share(s->n, w->n_tiles, tile, &begin, &end);
  for (int64_t first = begin; first < end; first += w->chunk) {
    int64_t n = MIN(w->chunk, end - first), at = first * s->out * s->filters;
    inner(recnn__ops_out(call) + at, recnn__ops_dy(call) + at, relu, n * s->out, s->filters, g,
          dbias);
    if (call->wanted[WEIGHT]) {
      for (int64_t i = 0; i < n; i++)
        write_windows(s, recnn__ops_in(call, X) + (first + i) * s->steps * s->channels,
                      windows + i * s->out * size);
      recnn_blas_sgemm(true, false, s->filters, size, n * s->out, 1.0f, g, s->filters, windows,
                       size, first > begin ? 1.0f : 0.0f, dweight, size);
    }
    if (recnn__ops_dx(call, X) == NULL)
      continue;
    multiply(w, false, n * s->out, g, windows);
    for (int64_t i = 0; i < n; i++)
      put_steps(s, windows + i * s->out * size, call->beta[X],
                recnn__ops_dx(call, X) + (first + i) * s->steps * s->channels);
  }
}

/* The tiles' parts, in their order. */
static void put_params(RecnnOpCall *call, const Work *w) {
  const Shape *s = &w->s;
  int64_t size = s->filters * s->kernel * s->channels;
  float *dw = recnn__ops_dx(call, WEIGHT);
  for (int64_t tile = 1; tile < w->n_tiles; tile++) {
    if (dw != NULL)
      recnn_vector_add(w->dweight, w->dweight + tile * size, size);
    for (int64_t f = 0; f < s->filters; f++)
      w->dbias[f] += w->dbias[tile * s->filters + f];
  }
  if (call->n_inputs > BIAS && recnn__ops_dx(call, BIAS) != NULL)
    recnn__ops_put_sums(recnn__ops_dx(call, BIAS), call->beta[BIAS], w->dbias, s->filters);
  for (int64_t f = 0; dw != NULL && f < s->filters; f++)
    for (int64_t c = 0; c < s->channels; c++)
      for (int64_t k = 0; k < s->kernel; k++)
        RECNN_OP_PUT(dw[(f * s->channels + c) * s->kernel + k], call->beta[WEIGHT],
                     w->dweight[(f * s->kernel + k) * s->channels + c]);
}

static bool backward(RecnnOpCall *call) {
  Work *w = call->saved;
  const Shape *s = &w->s;
  size_t n_parts = (size_t)(MAX(w->n_tiles, 1) * s->filters);
  size_t size = (size_t)(s->kernel * s->channels);
  w->call = call; /* forward's is gone */
  w->dweight = call->host->scratch(call, n_parts * size * sizeof(float));
  w->dbias = call->host->scratch(call, n_parts * sizeof(double));
  if (w->dweight == NULL || w->dbias == NULL ||
      !allocate(call, w, w->chunk * s->out * (s->kernel * s->channels + s->filters)))
    return false;
  int64_t n = s->kernel * s->channels;
  if (!recnn__ops_panels(call, w->chunk * s->out, false, n, s->filters, w->by_filter, n,
                         &w->panels))
    return false;
  if (w->n_tiles == 0) { /* no sequences */
    memset(w->dweight, 0, n_parts * size * sizeof(float));
    memset(w->dbias, 0, n_parts * sizeof(double));
  }
  call->host->parallel(call, w->n_tiles, backward_tile, w);
  put_params(call, w);
  return true;
}

static void cost(const RecnnOpCall *call, RecnnOpCost *cost) {
  Shape s = shape_of(call);
  double outputs = (double)recnn_tensor_count(call->output);
  recnn__ops_products(call, 2.0 * outputs * (double)(s.channels * s.kernel), 1u << X | 1u << WEIGHT,
                      cost);
}

static const RecnnOption attrs[] = {
    {"padding", RECNN_OPTION_INT, "0", "[0,inf)", "Steps of zeros on both sides"},
    {"cut", RECNN_OPTION_INT, "0", "[0,inf)", "Steps cut from the end of the result"},
    {"activation", RECNN_OPTION_CHOICE, "none", "none|relu", "What is applied to the result"},
    {NULL, 0, NULL, NULL, NULL},
};

static const RecnnOpSampleInput odd[] = {
    {.dtype = RECNN_FLOAT32, .rank = 3, .shape = {2, 5, 4}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 3, .shape = {3, 4, 3}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 1, .shape = {3}, .low = -1.0, .high = 1.0},
};
static const RecnnOpSampleInput rectified[] = {
    {.dtype = RECNN_FLOAT32, .rank = 3, .shape = {2, 4, 3}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 3, .shape = {4, 3, 3}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 1, .shape = {4}, .low = -1.0, .high = 1.0},
};
static const RecnnOpSampleInput even[] = {
    {.dtype = RECNN_FLOAT32, .rank = 3, .shape = {5, 3, 2}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 3, .shape = {3, 2, 4}, .low = -1.0, .high = 1.0},
};
static const RecnnAttr same_relu[] = {{"padding", {RECNN_OPTION_INT, 0, {1}}},
                                      {"activation", {RECNN_OPTION_STRING, 0, {.s = "relu"}}}};
static const RecnnAttr cut[] = {{"padding", {RECNN_OPTION_INT, 0, {2}}},
                                {"cut", {RECNN_OPTION_INT, 0, {1}}}};
static const RecnnAttr wide[] = {{"padding", {RECNN_OPTION_INT, 0, {4}}}};
static const RecnnOpSample samples[] = {
    {.name = "no padding", .inputs = odd, .n_inputs = 3, .batch = 2},
    {.name = "padding and relu",
     .inputs = rectified,
     .n_inputs = 3,
     .attrs = same_relu,
     .n_attrs = 2,
     .batch = 2},
    {.name = "padding beyond the kernel",
     .inputs = odd,
     .n_inputs = 3,
     .attrs = wide,
     .n_attrs = 1,
     .batch = 2},
    {.name = "even kernel, cut", .inputs = even, .n_inputs = 2, .attrs = cut, .n_attrs = 2},
    {.name = NULL},
};

RECNN_OP(conv1d) = {
    .struct_size = sizeof(RecnnOp),
    .name = "conv1d",
    .doc = "Convolution over the steps of x (B, L, C) with weight (F, C, K) and, if given, bias "
           "(F): (B, L + 2 padding - K + 1 - cut, F)",
    .min_inputs = 2,
    .max_inputs = 3,
    .attrs = attrs,
    .flags = RECNN_OP_BETA,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .samples = samples,
    .cost = cost,
};
