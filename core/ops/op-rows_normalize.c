/* Rows of a sparse matrix brought to length 1, as the input of Liang et al. 2018's autoencoders is:
 * what a user with many items puts into the first layer is then no larger than that of others. */
#include <math.h>

#include "ops/ops-private.h"

enum { START, VALUE };

static bool shape(RecnnOpCall *call) {
  const RecnnTensor *start = call->inputs[START];
  if (start->dtype != RECNN_INT64 || start->rank != 1 || start->shape[0] < 1)
    return recnn__ops_refuse(call, START, "row_start", "int64 (B + 1)");
  if (!recnn__ops_float32(call, VALUE, "row_value"))
    return false;
  if (call->inputs[VALUE]->rank != 1)
    return recnn__ops_refuse(call, VALUE, "row_value", "(nnz)");
  return recnn__ops_output(call, RECNN_FLOAT32, 1, call->inputs[VALUE]->shape);
}

/* 1 / |x|; 0 for a row of zeros, which stays one. */
static double scale_of(const float *x, int64_t n) {
  double sum = 0.0;
  for (int64_t i = 0; i < n; i++)
    sum += (double)x[i] * (double)x[i];
  return sum > 0.0 ? 1.0 / sqrt(sum) : 0.0;
}

static void normalize(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  const int64_t *start = call->inputs[START]->data;
  (void)data;
  for (int64_t row = begin; row < end; row++) {
    const float *x = recnn__ops_in(call, VALUE) + start[row];
    float *y = recnn__ops_out(call) + start[row];
    int64_t n = start[row + 1] - start[row];
    double scale = scale_of(x, n);
    for (int64_t i = 0; i < n; i++)
      y[i] = (float)(scale * (double)x[i]);
  }
}

/* dx = (dy - y (y . dy)) / |x| */
static void gradient(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  const int64_t *start = call->inputs[START]->data;
  float beta = call->beta[VALUE];
  (void)data;
  for (int64_t row = begin; row < end; row++) {
    const float *x = recnn__ops_in(call, VALUE) + start[row];
    const float *y = recnn__ops_out(call) + start[row];
    const float *dy = recnn__ops_dy(call) + start[row];
    float *dx = recnn__ops_dx(call, VALUE) + start[row];
    int64_t n = start[row + 1] - start[row];
    double scale = scale_of(x, n), dot = 0.0;
    for (int64_t i = 0; i < n; i++)
      dot += (double)y[i] * (double)dy[i];
    for (int64_t i = 0; i < n; i++)
      RECNN_OP_PUT(dx[i], beta, (float)(scale * ((double)dy[i] - dot * (double)y[i])));
  }
}

static bool starts_rise(RecnnOpCall *call) {
  const int64_t *start = call->inputs[START]->data;
  int64_t n_rows = call->inputs[START]->shape[0] - 1, n = call->inputs[VALUE]->shape[0];
  bool good = start[0] == 0 && start[n_rows] == n;
  for (int64_t row = 0; good && row < n_rows; row++)
    good = start[row] <= start[row + 1];
  return good || recnn__ops_fail(
                     call, RECNN_ERROR_ARGUMENT,
                     "row_start does not rise from 0 to the %" PRId64 " elements of row_value", n);
}

static void run(RecnnOpCall *call, RecnnOpRangeFn work) {
  int64_t n_rows = call->inputs[START]->shape[0] - 1;
  recnn__ops_rows(call, n_rows, 4 * (1 + call->inputs[VALUE]->shape[0] / MAX(n_rows, 1)), work,
                  NULL);
}

static bool forward(RecnnOpCall *call) {
  if (!starts_rise(call))
    return false;
  run(call, normalize);
  return true;
}

static bool backward(RecnnOpCall *call) {
  if (recnn__ops_dx(call, VALUE) != NULL)
    run(call, gradient);
  return true;
}

static const RecnnOpSampleInput inputs[] = {
    {.dtype = RECNN_INT64, .rank = 1, .shape = {5}, .fill = RECNN_SAMPLE_OFFSETS, .high = 9},
    {.dtype = RECNN_FLOAT32, .rank = 1, .shape = {9}, .low = 0.5, .high = 2.0},
};
static const RecnnOpSampleInput signed_inputs[] = {
    {.dtype = RECNN_INT64, .rank = 1, .shape = {4}, .fill = RECNN_SAMPLE_OFFSETS, .high = 14},
    {.dtype = RECNN_FLOAT32, .rank = 1, .shape = {14}, .low = -1.5, .high = 1.0},
};
static const RecnnOpSample samples[] = {
    {.name = "rows", .inputs = inputs, .n_inputs = 2, .batch = 4},
    {.name = "of either sign", .inputs = signed_inputs, .n_inputs = 2, .batch = 3},
    {.name = NULL},
};

RECNN_OP(rows_normalize) = {
    .struct_size = sizeof(RecnnOp),
    .name = "rows_normalize",
    .doc = "The values of sparse rows, row_start int64 (B + 1) and row_value (nnz), divided by the "
           "length (L2 norm) of their row: (nnz); zeros where a row has only zeros",
    .min_inputs = 2,
    .max_inputs = 2,
    .flags = RECNN_OP_BETA,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .samples = samples,
};
