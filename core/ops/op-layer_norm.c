/* Layer normalisation (Ba, Kiros and Hinton 2016) over the last axis, as torch.nn.LayerNorm has it:
 * the variance is that of the row, biased, and epsilon stands under the root. */
#include <math.h>

#include "ops/ops-private.h"

enum { X, WEIGHT, BIAS };

/* What forward keeps of a row. */
typedef struct Row {
  float mean;
  float scale; /* 1 / sqrt (variance + epsilon) */
} Row;

static bool shape(RecnnOpCall *call) {
  const RecnnTensor *x = call->inputs[X];
  if (!recnn__ops_float32(call, X, "x"))
    return false;
  if (x->rank < 1 || x->shape[x->rank - 1] < 1)
    return recnn__ops_refuse(call, X, "x", "(..., N) with N at least 1");
  int64_t n = recnn_tensor_last(x);
  for (int32_t i = WEIGHT; i <= BIAS; i++) {
    const RecnnTensor *t = call->inputs[i];
    const char *name = i == WEIGHT ? "weight" : "bias";
    if (!recnn__ops_float32(call, i, name))
      return false;
    if (t->rank != 1 || t->shape[0] != n)
      return recnn__ops_refuse(call, i, name, "(%" PRId64 "), as long as x's last axis", n);
  }
  return recnn__ops_output(call, RECNN_FLOAT32, x->rank, x->shape);
}

static Row measure(const float *x, int64_t n, double epsilon) {
  double mean = recnn__ops_lane_sum(x, n) / (double)n, variance = 0.0;
  for (int64_t i = 0; i < n; i++) {
    double off = (double)x[i] - mean;
    variance += off * off;
  }
  return (Row){(float)mean, (float)(1.0 / sqrt(variance / (double)n + epsilon))};
}

static void value(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  const float *weight = recnn__ops_in(call, WEIGHT), *bias = recnn__ops_in(call, BIAS);
  int64_t n = recnn_tensor_last(call->output);
  (void)data;
  for (int64_t row = begin; row < end; row++) {
    const float *x = recnn__ops_in(call, X) + row * n;
    float *y = recnn__ops_out(call) + row * n;
    Row r = ((Row *)call->saved)[row] = measure(x, n, call->attrs[0].as.f);
    for (int64_t i = 0; i < n; i++)
      y[i] = (x[i] - r.mean) * r.scale * weight[i] + bias[i];
  }
}

static bool forward(RecnnOpCall *call) {
  int64_t rows = recnn_tensor_rows(call->output), n = recnn_tensor_last(call->output);
  call->saved = call->host->scratch(call, (size_t)rows * sizeof(Row));
  if (call->saved == NULL)
    return false;
  recnn__ops_rows(call, rows, 6 * n, value, NULL);
  return true;
}

/* With g = dy * weight and h the normalised row: scale * (g - mean (g) - h * mean (g * h)). */
static void gradient(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  const float *weight = recnn__ops_in(call, WEIGHT);
  int64_t n = recnn_tensor_last(call->output);
  float beta = call->beta[X];
  (void)data;
  for (int64_t row = begin; row < end; row++) {
    const float *x = recnn__ops_in(call, X) + row * n, *dy = recnn__ops_dy(call) + row * n;
    float *dx = recnn__ops_dx(call, X) + row * n;
    Row r = ((const Row *)call->saved)[row];
    double of_g = 0.0, of_gh = 0.0;
    for (int64_t i = 0; i < n; i++) {
      double g = (double)dy[i] * (double)weight[i];
      of_g += g;
      of_gh += g * (double)((x[i] - r.mean) * r.scale);
    }
    float mean_g = (float)(of_g / (double)n), mean_gh = (float)(of_gh / (double)n);
    for (int64_t i = 0; i < n; i++) {
      float h = (x[i] - r.mean) * r.scale;
      RECNN_OP_PUT(dx[i], beta, r.scale * (dy[i] * weight[i] - mean_g - h * mean_gh));
    }
  }
}

/* The sums over rows: of dy * h for the weight, then of dy for the bias. */
static void add_rows(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end,
                     double *sums) {
  int64_t n = recnn_tensor_last(call->output);
  (void)data;
  for (int64_t row = begin; row < end; row++) {
    const float *x = recnn__ops_in(call, X) + row * n, *dy = recnn__ops_dy(call) + row * n;
    Row r = ((const Row *)call->saved)[row];
    for (int64_t i = 0; i < n; i++) {
      sums[i] += (double)dy[i] * (double)((x[i] - r.mean) * r.scale);
      sums[n + i] += (double)dy[i];
    }
  }
}

static bool backward(RecnnOpCall *call) {
  int64_t rows = recnn_tensor_rows(call->output), n = recnn_tensor_last(call->output);
  if (call->wanted[X])
    recnn__ops_rows(call, rows, 10 * n, gradient, NULL);
  if (!call->wanted[WEIGHT] && !call->wanted[BIAS])
    return true;
  const double *sums = recnn__ops_column_sums(call, rows, 2 * n, 4 * n, add_rows, NULL);
  if (sums == NULL)
    return false;
  if (call->wanted[WEIGHT])
    recnn__ops_put_sums(recnn__ops_dx(call, WEIGHT), call->beta[WEIGHT], sums, n);
  if (call->wanted[BIAS])
    recnn__ops_put_sums(recnn__ops_dx(call, BIAS), call->beta[BIAS], sums + n, n);
  return true;
}

static const RecnnOption attrs[] = {
    {"epsilon", RECNN_OPTION_FLOAT, "1e-5", "(0,inf)", "Added to the variance"},
    {NULL, 0, NULL, NULL, NULL},
};

#define INPUT(...)                                                                                 \
  { RECNN_FLOAT32, __VA_ARGS__, RECNN_SAMPLE_UNIFORM, -1.5, 1.5, false }
static const RecnnOpSampleInput matrix[] = {INPUT(2, {5, 7}), INPUT(1, {7}), INPUT(1, {7})};
static const RecnnOpSampleInput steps[] = {INPUT(3, {3, 4, 6}), INPUT(1, {6}), INPUT(1, {6})};
static const RecnnAttr wide = {"epsilon", {RECNN_OPTION_FLOAT, 0, {.f = 0.5}}};
static const RecnnOpSample samples[] = {
    {.name = "rows", .inputs = matrix, .n_inputs = 3},
    {.name = "steps of sequences", .inputs = steps, .n_inputs = 3},
    {.name = "a large epsilon", .inputs = matrix, .n_inputs = 3, .attrs = &wide, .n_attrs = 1},
    {.name = NULL}};

RECNN_OP(layer_norm) = {
    .struct_size = sizeof(RecnnOp),
    .name = "layer_norm",
    .doc =
        "(x - mean) / sqrt (variance + epsilon) * weight + bias, mean and variance of each row of "
        "x (..., N); weight and bias (N): (..., N)",
    .min_inputs = 3,
    .max_inputs = 3,
    .attrs = attrs,
    .flags = RECNN_OP_BETA,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .samples = samples,
};
