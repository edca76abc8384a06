/* Batch normalisation with PyTorch's semantics (nn.BatchNorm1d on (B, N)), and like `linear` with
 * an activation and dropout behind it: Ioffe and Szegedy, Batch Normalization, ICML 2015.
 *
 * Mean and variance come from one pass: sums of x and x^2 in double, where products of two float32
 * are exact, so little is lost even when the mean is far larger than the deviation. */
#include <math.h>

#include "ops/ops-private.h"

enum { X, WEIGHT, BIAS, MEAN, VARIANCE, BATCHES };
enum { MOMENTUM, EPS, ACTIVATION, DROPOUT };

static const char *const names[] = {
    "x", "weight", "bias", "running_mean", "running_var", "num_batches_tracked"};

static bool shape(RecnnOpCall *call) {
  const RecnnTensor *x = call->inputs[X];
  if (!recnn__ops_float32(call, X, names[X]))
    return false;
  if (x->rank != 2)
    return recnn__ops_refuse(call, X, names[X], "(B, N)");
  for (int32_t i = WEIGHT; i <= VARIANCE; i++) {
    const RecnnTensor *t = call->inputs[i];
    if (t->dtype != RECNN_FLOAT32 || t->rank != 1 || t->shape[0] != x->shape[1])
      return recnn__ops_refuse(call, i, names[i],
                               "float32 (%" PRId64 "), as x has %" PRId64 " columns", x->shape[1],
                               x->shape[1]);
  }
  const RecnnTensor *batches = call->inputs[BATCHES];
  if (batches->dtype != RECNN_INT64 || batches->rank != 0)
    return recnn__ops_refuse(call, BATCHES, names[BATCHES], "an int64 scalar");
  if (call->training && x->shape[0] < 2)
    return recnn__ops_fail(call, RECNN_ERROR_SHAPE,
                           "batch norm cannot train on a batch of size %" PRId64
                           ": it needs at least 2 rows to have a variance",
                           x->shape[0]);
  return recnn__ops_output(call, RECNN_FLOAT32, 2, x->shape);
}

/* What forward keeps for backward.  y = (x - mean) * factor + bias, in front of the tail. */
typedef struct Norm {
  RecnnOpTail tail;
  int64_t n;
  float *mean;
  float *inverse; /* 1 / sqrt (variance + eps) */
  float *factor;  /* weight * inverse */
} Norm;

RECNN_CLONES
static void add_moments(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end,
                        double *sums) {
  const Norm *norm = data;
  int64_t n = norm->n;
  double *squares = sums + n;
  for (int64_t row = begin; row < end; row++) {
    const float *x = recnn__ops_in(call, X) + row * n;
    for (int64_t j = 0; j < n; j++) {
      double value = (double)x[j];
      sums[j] += value;
      squares[j] += value * value;
    }
  }
}

/* The batch's own mean and variance, which also move the running ones. */
static bool use_batch(RecnnOpCall *call, const Norm *norm, double *variance) {
  int64_t rows = call->inputs[X]->shape[0];
  double b = (double)rows;
  double momentum = call->attrs[MOMENTUM].as.f;
  float *running_mean = call->inputs[MEAN]->data;
  float *running_var = call->inputs[VARIANCE]->data;
  const double *sums =
      recnn__ops_column_sums(call, rows, 2 * norm->n, 2 * norm->n, add_moments, norm);
  if (sums == NULL)
    return false;
  for (int64_t j = 0; j < norm->n; j++) {
    double mean = sums[j] / b;
    double square = sums[norm->n + j] / b - mean * mean;
    variance[j] = square < 0.0 ? 0.0 : square; /* NaN stays */
    norm->mean[j] = (float)mean;
    running_mean[j] = (float)((1.0 - momentum) * (double)running_mean[j] + momentum * mean);
    running_var[j] =
        (float)((1.0 - momentum) * (double)running_var[j] + momentum * variance[j] * b / (b - 1.0));
  }
  *(int64_t *)call->inputs[BATCHES]->data += 1;
  return true;
}

RECNN_CLONES
static void normalize(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  const Norm *norm = data;
  const float *bias = recnn__ops_in(call, BIAS);
  int64_t n = norm->n;
  for (int64_t row = begin; row < end; row++) {
    const float *x = recnn__ops_in(call, X) + row * n;
    float *y = recnn__ops_out(call) + row * n;
    for (int64_t j = 0; j < n; j++)
      y[j] = (x[j] - norm->mean[j]) * norm->factor[j] + bias[j];
    recnn__ops_tail_forward(call, &norm->tail, row, 0, n, y);
  }
}

static bool forward(RecnnOpCall *call) {
  const RecnnTensor *x = call->inputs[X];
  int64_t n = x->shape[1];
  size_t width = (size_t)n;
  double *variance = call->host->scratch(call, width * sizeof *variance);
  float *floats = call->host->scratch(call, 3 * width * sizeof *floats);
  Norm *norm = call->host->scratch(call, sizeof *norm);
  if (variance == NULL || floats == NULL || norm == NULL)
    return false;
  norm->tail = recnn__ops_tail(call, &call->attrs[ACTIVATION], &call->attrs[DROPOUT], n);
  norm->n = n;
  norm->mean = floats;
  norm->inverse = floats + n;
  norm->factor = floats + 2 * n;
  call->saved = norm;
  if (call->training) {
    if (!use_batch(call, norm, variance))
      return false;
  } else {
    for (int64_t j = 0; j < n; j++) {
      norm->mean[j] = recnn__ops_in(call, MEAN)[j];
      variance[j] = (double)recnn__ops_in(call, VARIANCE)[j];
    }
  }
  for (int64_t j = 0; j < n; j++) {
    double inverse = 1.0 / sqrt(variance[j] + call->attrs[EPS].as.f);
    norm->inverse[j] = (float)inverse;
    norm->factor[j] = (float)((double)recnn__ops_in(call, WEIGHT)[j] * inverse);
  }
  recnn__ops_rows(call, x->shape[0], 4 * n, normalize, norm);
  return true;
}

typedef struct Back {
  const Norm *norm;
  float *g;             /* the gradient in front of the tail */
  const float *mean_g;  /* over the batch, by columns */
  const float *mean_gx; /* of g times the normalised x */
} Back;

RECNN_CLONES
static void add_gradients(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end,
                          double *sums) {
  const Back *back = data;
  const Norm *norm = back->norm;
  int64_t n = norm->n;
  double *products = sums + n;
  for (int64_t row = begin; row < end; row++) {
    const float *x = recnn__ops_in(call, X) + row * n;
    float *g = back->g + row * n;
    recnn__ops_tail_backward(call, &norm->tail, row, 0, n, recnn__ops_out(call) + row * n,
                             recnn__ops_dy(call) + row * n, 0.0f, g);
    for (int64_t j = 0; j < n; j++) {
      sums[j] += (double)g[j];
      products[j] += (double)(g[j] * ((x[j] - norm->mean[j]) * norm->inverse[j]));
    }
  }
}

/* In evaluation the mean and variance are constants.  While training every row moves them, which
 * takes from g its mean and its share along the normalised x. */
RECNN_CLONES
static void put_rows(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  const Back *back = data;
  const Norm *norm = back->norm;
  int64_t n = norm->n;
  float beta = call->beta[X];
  for (int64_t row = begin; row < end; row++) {
    const float *x = recnn__ops_in(call, X) + row * n;
    const float *g = back->g + row * n;
    float *dx = recnn__ops_dx(call, X) + row * n;
    if (!call->training) {
      for (int64_t j = 0; j < n; j++)
        RECNN_OP_PUT(dx[j], beta, g[j] * norm->factor[j]);
      continue;
    }
    for (int64_t j = 0; j < n; j++) {
      float normal = (x[j] - norm->mean[j]) * norm->inverse[j];
      RECNN_OP_PUT(dx[j], beta,
                   (g[j] - back->mean_g[j] - normal * back->mean_gx[j]) * norm->factor[j]);
    }
  }
}

static bool backward(RecnnOpCall *call) {
  const Norm *norm = call->saved;
  int64_t rows = call->inputs[X]->shape[0], n = norm->n;
  float *g = call->host->scratch(call, (size_t)(rows * n) * sizeof *g);
  float *means = call->host->scratch(call, 2 * (size_t)n * sizeof *means);
  if (g == NULL || means == NULL)
    return false;
  Back back = {norm, g, means, means + n};
  const double *sums = recnn__ops_column_sums(call, rows, 2 * n, 4 * n, add_gradients, &back);
  if (sums == NULL)
    return false;
  if (recnn__ops_dx(call, BIAS) != NULL)
    recnn__ops_put_sums(recnn__ops_dx(call, BIAS), call->beta[BIAS], sums, n);
  if (recnn__ops_dx(call, WEIGHT) != NULL)
    recnn__ops_put_sums(recnn__ops_dx(call, WEIGHT), call->beta[WEIGHT], sums + n, n);
  if (recnn__ops_dx(call, X) != NULL) {
    for (int64_t j = 0; j < 2 * n; j++)
      means[j] = (float)(sums[j] / (double)rows);
    recnn__ops_rows(call, rows, 4 * n, put_rows, &back);
  }
  return true;
}

static const RecnnOption attrs[] = {
    {"momentum", RECNN_OPTION_FLOAT, "0.1", "[0,1]",
     "Weight of a batch's mean and variance in the running ones"},
    {"eps", RECNN_OPTION_FLOAT, "1e-5", "(0,inf)", "Added to the variance"},
    RECNN_OP_TAIL_ATTRS,
    {NULL, 0, NULL, NULL, NULL},
};

#define COLUMNS(n)                                                                                 \
  {.dtype = RECNN_FLOAT32, .rank = 1, .shape = {n}, .low = 0.5, .high = 1.5},                      \
      {.dtype = RECNN_FLOAT32, .rank = 1, .shape = {n}, .low = -0.5, .high = 0.5},                 \
      {.dtype = RECNN_FLOAT32,                                                                     \
       .rank = 1,                                                                                  \
       .shape = {n},                                                                               \
       .low = -0.5,                                                                                \
       .high = 0.5,                                                                                \
       .no_grad = true},                                                                           \
      {.dtype = RECNN_FLOAT32, .rank = 1, .shape = {n}, .low = 0.5, .high = 2.0, .no_grad = true}, \
  {                                                                                                \
    .dtype = RECNN_INT64, .rank = 0, .low = 0, .high = 9                                           \
  }
static const RecnnOpSampleInput narrow[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {6, 3}, .low = -1.0, .high = 1.0},
    COLUMNS(3),
};
static const RecnnOpSampleInput wide[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {5, 9}, .low = 0.0, .high = 3.0},
    COLUMNS(9),
};
static const RecnnAttr relu_dropout[] = {
    {"activation", {RECNN_OPTION_STRING, 0, {.s = "relu"}}},
    {"dropout", {RECNN_OPTION_FLOAT, 0, {.f = 0.25}}},
};
static const RecnnOpSample samples[] = {
    {.name = "training", .inputs = narrow, .n_inputs = 6, .no_empty = true},
    {.name = "training with a tail",
     .inputs = wide,
     .n_inputs = 6,
     .attrs = relu_dropout,
     .n_attrs = 2,
     .no_empty = true},
    {.name = "evaluation", .inputs = narrow, .n_inputs = 6, .inference = true},
    {.name = "evaluation with a tail",
     .inputs = wide,
     .n_inputs = 6,
     .attrs = relu_dropout,
     .n_attrs = 2,
     .inference = true},
    {.name = NULL},
};

RECNN_OP(batch_norm) = {
    .struct_size = sizeof(RecnnOp),
    .name = "batch_norm",
    .doc = "dropout (activation ((x - mean) / sqrt (variance + eps) * weight + bias)) of x (B, N), "
           "all others (N) and num_batches_tracked an int64 scalar: (B, N); while training the "
           "batch's mean and variance, of which the running ones are kept, in evaluation those",
    .min_inputs = 6,
    .max_inputs = 6,
    .attrs = attrs,
    .flags = RECNN_OP_BETA | RECNN_OP_STOCHASTIC,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .samples = samples,
};
