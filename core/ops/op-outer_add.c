/* Every row of one matrix plus every row of another: the first layer of a tower over (user, item)
 * pairs, whose two halves were computed once for each user and once for each item. */
#include <math.h>

#include "ops/ops-private.h"

enum { A, B };

static bool shape(RecnnOpCall *call) {
  const RecnnTensor *a = call->inputs[A];
  const RecnnTensor *b = call->inputs[B];
  int64_t pairs;
  if (!recnn__ops_float32(call, A, "a") || !recnn__ops_float32(call, B, "b"))
    return false;
  if (a->rank != 2)
    return recnn__ops_refuse(call, A, "a", "a matrix (two axes)");
  if (b->rank != 2 || b->shape[1] != a->shape[1])
    return recnn__ops_refuse(call, B, "b", "(I, %" PRId64 "), as a has %" PRId64 " columns",
                             a->shape[1], a->shape[1]);
  if (__builtin_mul_overflow(a->shape[0], b->shape[0], &pairs))
    return recnn__ops_fail(call, RECNN_ERROR_SHAPE,
                           "%" PRId64 " times %" PRId64 " rows are too many", a->shape[0],
                           b->shape[0]);
  return recnn__ops_output(call, RECNN_FLOAT32, 2, (int64_t[]){pairs, a->shape[1]});
}

static bool is_relu(const RecnnOpCall *call) { return call->attrs[0].as.i == 1; }

RECNN_CLONES
static void forward_rows(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  int64_t n = call->output->shape[1];
  int64_t n_b = call->inputs[B]->shape[0];
  float floor = is_relu(call) ? 0.0f : -INFINITY;
  (void)data;
  for (int64_t row = begin; row < end; row++) {
    const float *a = recnn__ops_in(call, A) + row / n_b * n;
    const float *b = recnn__ops_in(call, B) + row % n_b * n;
    float *y = recnn__ops_out(call) + row * n;
    for (int64_t j = 0; j < n; j++) {
      float sum = a[j] + b[j];
      y[j] = sum < floor ? floor : sum;
    }
  }
}

static bool forward(RecnnOpCall *call) {
  recnn__ops_rows(call, call->output->shape[0], call->output->shape[1], forward_rows, NULL);
  return true;
}

/* Adds the gradient of output row `row`, in front of the ReLU, to `sums`. */
static inline void add_row(const RecnnOpCall *call, int64_t row, double *sums) {
  int64_t n = call->output->shape[1];
  const float *dy = recnn__ops_dy(call) + row * n;
  const float *y = recnn__ops_out(call) + row * n;
  if (!is_relu(call)) {
    for (int64_t j = 0; j < n; j++)
      sums[j] += (double)dy[j];
    return;
  }
  for (int64_t j = 0; j < n; j++) {
    float factor = y[j] > 0.0f ? 1.0f : 0.0f;
    sums[j] += (double)(dy[j] * factor);
  }
}

typedef struct Side {
  int32_t input;
  int64_t step;   /* output rows between one row of the input and the next */
  int64_t stride; /* output rows between the terms of one row's sum */
  int64_t terms;
  double *sums; /* a row for each row of the input */
} Side;

RECNN_CLONES
static void backward_rows(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  const Side *side = data;
  int64_t n = call->output->shape[1];
  for (int64_t i = begin; i < end; i++) {
    double *sums = side->sums + i * n;
    for (int64_t j = 0; j < n; j++)
      sums[j] = 0.0;
    for (int64_t t = 0; t < side->terms; t++)
      add_row(call, i * side->step + t * side->stride, sums);
    recnn__ops_put_sums(recnn__ops_dx(call, side->input) + i * n, call->beta[side->input], sums, n);
  }
}

static bool backward(RecnnOpCall *call) {
  int64_t n_a = call->inputs[A]->shape[0], n_b = call->inputs[B]->shape[0];
  int64_t n = call->output->shape[1];
  Side sides[] = {{A, n_b, 1, n_b, NULL}, {B, 1, n_b, n_a, NULL}};
  for (int i = 0; i < 2; i++) {
    int64_t rows = call->inputs[i]->shape[0];
    if (recnn__ops_dx(call, i) == NULL)
      continue;
    sides[i].sums = call->host->scratch(call, (size_t)(rows * n) * sizeof(double));
    if (sides[i].sums == NULL)
      return false;
    recnn__ops_rows(call, rows, n * sides[i].terms, backward_rows, &sides[i]);
  }
  return true;
}

static const RecnnOption attrs[] = {
    {"activation", RECNN_OPTION_CHOICE, "none", "none|relu", "What is applied to the result"},
    {NULL, 0, NULL, NULL, NULL},
};

static const RecnnOpSampleInput pairs[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {3, 4}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {5, 4}, .low = -1.0, .high = 1.0},
};
static const RecnnAttr relu[] = {{"activation", {RECNN_OPTION_STRING, 0, {.s = "relu"}}}};
static const RecnnOpSample samples[] = {
    {.name = "sums", .inputs = pairs, .n_inputs = 2},
    {.name = "relu", .inputs = pairs, .n_inputs = 2, .attrs = relu, .n_attrs = 1},
    {.name = NULL},
};

RECNN_OP(outer_add) = {
    .struct_size = sizeof(RecnnOp),
    .name = "outer_add",
    .doc = "activation (a[i] + b[j]) for every pair of rows of a (B, N) and b (I, N), at row "
           "i * I + j: (B * I, N)",
    .min_inputs = 2,
    .max_inputs = 2,
    .attrs = attrs,
    .flags = RECNN_OP_BETA,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .samples = samples,
};
