/* Convolution over time, with zeros on both sides and an optional ReLU.
 *
 * The input is copied once into rows with the padding around every sequence.  Place k of the kernel
 * then sees those rows moved on by k, so a tile's windows are a sum of K products, without ever
 * being written out.  The few windows that reach from one sequence of a tile into the next mean
 * nothing; they are computed and left out. */
#include <string.h>

#include "kernels/blas.h"
#include "kernels/gemm.h"
#include "ops/ops-private.h"

enum { X, WEIGHT, BIAS };
enum { PADDING, CUT, ACTIVATION };

#define TILE 16 /* sequences */

typedef struct Shape {
  int64_t n;        /* sequences */
  int64_t steps;    /* of the input */
  int64_t channels; /* of the input */
  int64_t filters;
  int64_t kernel;
  int64_t padding;
  int64_t padded; /* steps with the padding */
  int64_t out;    /* steps of the output */
} Shape;

static Shape shape_of(const RecnnOpCall *call) {
  const RecnnTensor *x = call->inputs[X], *weight = call->inputs[WEIGHT];
  Shape s = {.n = x->shape[0],
             .steps = x->shape[1],
             .channels = x->shape[2],
             .filters = weight->shape[0],
             .kernel = weight->shape[2],
             .padding = call->attrs[PADDING].as.i};
  s.padded = s.steps + 2 * s.padding;
  s.out = s.padded - s.kernel + 1 - call->attrs[CUT].as.i;
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
  Shape s;
  float *x;      /* (n, padded, channels); in backward the input's gradient likewise */
  float *weight; /* (filters, kernel, channels) */
  float *rows;   /* (n, padded, filters): results, or their gradient, also of meaningless windows */
  RecnnOpCall *call;
} Work;

static void pad_rows(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  const Work *w = data;
  const Shape *s = &w->s;
  size_t edge = (size_t)(s->padding * s->channels) * sizeof(float);
  size_t inside = (size_t)(s->steps * s->channels) * sizeof(float);
  for (int64_t i = begin; i < end; i++) {
    float *to = w->x + i * s->padded * s->channels;
    memset(to, 0, edge);
    memcpy(to + s->padding * s->channels, recnn__ops_in(call, X) + i * s->steps * s->channels,
           inside);
    memset(to + (s->padding + s->steps) * s->channels, 0, edge);
  }
}

/* PyTorch's (F, C, K) as (F, K, C). */
static void turn_weight(const float *from, const Shape *s, float *to) {
  for (int64_t f = 0; f < s->filters; f++)
    for (int64_t c = 0; c < s->channels; c++)
      for (int64_t k = 0; k < s->kernel; k++)
        to[(f * s->kernel + k) * s->channels + c] = from[(f * s->channels + c) * s->kernel + k];
}

/* The sequences of a tile, and how many windows lie in their padded rows. */
static int64_t windows(const Shape *s, int64_t tile, int64_t *ret_begin, int64_t *ret_end) {
  *ret_begin = tile * TILE;
  *ret_end = MIN(s->n, *ret_begin + TILE);
  return (*ret_end - *ret_begin) * s->padded - s->kernel + 1;
}

static void forward_tile(void *context, int64_t tile) {
  const Work *w = context;
  const Shape *s = &w->s;
  int64_t begin, end, size = s->kernel * s->channels;
  int64_t n = windows(s, tile, &begin, &end);
  const float *bias = w->call->n_inputs > BIAS ? recnn__ops_in(w->call, BIAS) : NULL;
  bool relu = w->call->attrs[ACTIVATION].as.i == RECNN_OP_RELU;
  float *rows = w->rows + begin * s->padded * s->filters;
  for (int64_t k = 0; k < s->kernel; k++)
    recnn_blas_sgemm(false, true, n, s->filters, s->channels, 1.0f,
                     w->x + (begin * s->padded + k) * s->channels, s->channels,
                     w->weight + k * s->channels, size, k > 0 ? 1.0f : 0.0f, rows, s->filters);
  for (int64_t i = begin; i < end; i++, rows += s->padded * s->filters) {
    float *y = recnn__ops_out(w->call) + i * s->out * s->filters;
    for (int64_t t = 0; t < s->out; t++)
      for (int64_t f = 0; f < s->filters; f++) {
        float value = rows[t * s->filters + f] + (bias != NULL ? bias[f] : 0.0f);
        y[t * s->filters + f] = relu && value < 0.0f ? 0.0f : value;
      }
  }
}

static bool prepare(RecnnOpCall *call, Work *w) {
  const Shape *s = &w->s;
  size_t n = (size_t)(s->n * s->padded);
  w->call = call;
  w->x = call->host->scratch(call, n * (size_t)s->channels * sizeof(float));
  w->rows = call->host->scratch(call, n * (size_t)s->filters * sizeof(float));
  return w->x != NULL && w->rows != NULL;
}

static bool forward(RecnnOpCall *call) {
  Work *w = call->host->scratch(call, sizeof *w);
  if (w == NULL)
    return false;
  w->s = shape_of(call);
  w->weight = call->host->scratch(call, (size_t)(w->s.filters * w->s.kernel * w->s.channels) *
                                            sizeof(float));
  if (w->weight == NULL || !prepare(call, w))
    return false;
  recnn__ops_rows(call, w->s.n, w->s.padded * w->s.channels, pad_rows, w);
  turn_weight(recnn__ops_in(call, WEIGHT), &w->s, w->weight);
  call->host->parallel(call, (w->s.n + TILE - 1) / TILE, forward_tile, w);
  call->saved = w;
  return true;
}

/* The gradient in front of the ReLU, at the places of the windows, zero at those without meaning;
 * and its sums by filter. */
static void inner(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end,
                  double *sums) {
  const Work *w = data;
  const Shape *s = &w->s;
  bool relu = call->attrs[ACTIVATION].as.i == RECNN_OP_RELU;
  for (int64_t i = begin; i < end; i++) {
    float *rows = w->rows + i * s->padded * s->filters;
    const float *y = recnn__ops_out(call) + i * s->out * s->filters;
    const float *dy = recnn__ops_dy(call) + i * s->out * s->filters;
    for (int64_t t = 0; t < s->out; t++)
      for (int64_t f = 0; f < s->filters; f++) {
        int64_t at = t * s->filters + f;
        rows[at] = relu && y[at] <= 0.0f ? 0.0f : dy[at];
        sums[f] += (double)rows[at];
      }
    memset(rows + s->out * s->filters, 0,
           (size_t)((s->padded - s->out) * s->filters) * sizeof *rows);
  }
}

/* The input's gradient: every window gives its share to the steps it saw, one kernel place at a
 * time. */
static void backward_tile(void *context, int64_t tile) {
  const Work *w = context;
  const Shape *s = &w->s;
  int64_t begin, end, size = s->kernel * s->channels;
  int64_t n = windows(s, tile, &begin, &end);
  float *dx = w->x + begin * s->padded * s->channels;
  const float *rows = w->rows + begin * s->padded * s->filters;
  memset(dx, 0, (size_t)((end - begin) * s->padded * s->channels) * sizeof *dx);
  for (int64_t k = 0; k < s->kernel; k++)
    recnn_blas_sgemm(false, false, n, s->channels, s->filters, 1.0f, rows, s->filters,
                     w->weight + k * s->channels, size, 1.0f, dx + k * s->channels, s->channels);
  for (int64_t i = begin; i < end; i++) {
    const float *from = w->x + (i * s->padded + s->padding) * s->channels;
    float *to = recnn__ops_dx(w->call, X) + i * s->steps * s->channels;
    for (int64_t j = 0; j < s->steps * s->channels; j++)
      RECNN_OP_PUT(to[j], w->call->beta[X], from[j]);
  }
}

static bool put_weight(RecnnOpCall *call, const Work *w) {
  const Shape *s = &w->s;
  int64_t size = s->kernel * s->channels;
  float beta = call->beta[WEIGHT];
  float *dw = recnn__ops_dx(call, WEIGHT);
  float *turned = call->host->scratch(call, (size_t)(s->filters * size) * sizeof *turned);
  if (turned == NULL)
    return false;
  /* All windows of all sequences at once: those without meaning have a gradient of zero. */
  for (int64_t k = 0; k < s->kernel; k++)
    recnn_gemm(true, false, s->filters, s->channels, MAX(s->n * s->padded - s->kernel + 1, 0), 1.0f,
               w->rows, s->filters, w->x + k * s->channels, s->channels, 0.0f,
               turned + k * s->channels, size);
  for (int64_t f = 0; f < s->filters; f++)
    for (int64_t c = 0; c < s->channels; c++)
      for (int64_t k = 0; k < s->kernel; k++)
        RECNN_OP_PUT(dw[(f * s->channels + c) * s->kernel + k], beta,
                     turned[(f * s->kernel + k) * s->channels + c]);
  return true;
}

static bool backward(RecnnOpCall *call) {
  Work *w = call->saved;
  w->call = call; /* forward's is gone */
  const double *sums =
      recnn__ops_column_sums(call, w->s.n, w->s.filters, w->s.padded * w->s.filters, inner, w);
  if (sums == NULL)
    return false;
  if (call->n_inputs > BIAS && recnn__ops_dx(call, BIAS) != NULL)
    recnn__ops_put_sums(recnn__ops_dx(call, BIAS), call->beta[BIAS], sums, w->s.filters);
  if (recnn__ops_dx(call, WEIGHT) != NULL && !put_weight(call, w))
    return false;
  if (recnn__ops_dx(call, X) != NULL) /* the last to run: it writes over the padded input */
    call->host->parallel(call, (w->s.n + TILE - 1) / TILE, backward_tile, w);
  return true;
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
static const RecnnOpSample samples[] = {
    {.name = "no padding", .inputs = odd, .n_inputs = 3, .batch = 2},
    {.name = "padding and relu",
     .inputs = rectified,
     .n_inputs = 3,
     .attrs = same_relu,
     .n_attrs = 2,
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
};
