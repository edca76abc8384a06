/* Ops of two inputs, element by element: what is the same for all of them, broadcasting included.
 * The one form of it that models need is a vector that goes with every row: a bias, a gate. */
#include "ops/ops-private.h"

#define CHUNK 256 /* columns at a time, on the stack */

/* True when b goes with every row of a. */
static bool is_vector(const RecnnOpCall *call) {
  return !recnn_tensor_same_shape(call->inputs[0], call->inputs[1]);
}

bool recnn__ops_binary_shape(RecnnOpCall *call) {
  const RecnnTensor *a = call->inputs[0];
  const RecnnTensor *b = call->inputs[1];
  if (!recnn__ops_float32(call, 0, "a") || !recnn__ops_float32(call, 1, "b"))
    return false;
  bool fits = a->rank > 0 && b->rank == 1 && b->shape[0] == a->shape[a->rank - 1];
  if (!recnn_tensor_same_shape(a, b) && !fits) {
    char *is = recnn_tensor_describe(a);
    recnn__ops_refuse(call, 1, "b", "a's shape, %s, or a vector as long as a's last axis", is);
    g_free(is);
    return false;
  }
  return recnn__ops_output(call, RECNN_FLOAT32, a->rank, a->shape);
}

static void forward_elements(const RecnnOpCall *call, const void *data, int64_t begin,
                             int64_t end) {
  const RecnnOpBinary *op = data;
  op->value(recnn__ops_out(call) + begin, recnn__ops_in(call, 0) + begin,
            recnn__ops_in(call, 1) + begin, end - begin);
}

static void forward_rows(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  const RecnnOpBinary *op = data;
  int64_t width = recnn_tensor_last(call->output);
  for (int64_t row = begin; row < end; row++)
    op->value(recnn__ops_out(call) + row * width, recnn__ops_in(call, 0) + row * width,
              recnn__ops_in(call, 1), width);
}

bool recnn__ops_binary_forward(RecnnOpCall *call, const RecnnOpBinary *op) {
  if (is_vector(call))
    recnn__ops_rows(call, recnn_tensor_rows(call->output), recnn_tensor_last(call->output),
                    forward_rows, op);
  else
    recnn__ops_elements(call, recnn_tensor_count(call->output), 1, forward_elements, op);
  return true;
}

static void backward_elements(const RecnnOpCall *call, const void *data, int64_t begin,
                              int64_t end) {
  const RecnnOpBinary *op = data;
  const float *dy = recnn__ops_dy(call) + begin;
  const float *a = recnn__ops_in(call, 0) + begin;
  const float *b = recnn__ops_in(call, 1) + begin;
  float *da = recnn__ops_dx(call, 0);
  float *db = recnn__ops_dx(call, 1);
  if (da != NULL)
    op->gradient_a(da + begin, call->beta[0], dy, a, b, end - begin);
  if (db != NULL)
    op->gradient_b(db + begin, call->beta[1], dy, a, b, end - begin);
}

static void backward_rows(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  const RecnnOpBinary *op = data;
  int64_t width = recnn_tensor_last(call->output);
  for (int64_t row = begin; row < end; row++)
    op->gradient_a(recnn__ops_dx(call, 0) + row * width, call->beta[0],
                   recnn__ops_dy(call) + row * width, recnn__ops_in(call, 0) + row * width,
                   recnn__ops_in(call, 1), width);
}

/* The vector's gradient, which all rows share. */
static void add_vector(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end,
                       double *sums) {
  const RecnnOpBinary *op = data;
  int64_t width = recnn_tensor_last(call->output);
  float g[CHUNK];
  for (int64_t row = begin; row < end; row++)
    for (int64_t first = 0; first < width; first += CHUNK) {
      int64_t at = row * width + first;
      int64_t n = MIN(CHUNK, width - first);
      op->gradient_b(g, 0.0f, recnn__ops_dy(call) + at, recnn__ops_in(call, 0) + at,
                     recnn__ops_in(call, 1) + first, n);
      for (int64_t i = 0; i < n; i++)
        sums[first + i] += (double)g[i];
    }
}

bool recnn__ops_binary_backward(RecnnOpCall *call, const RecnnOpBinary *op) {
  int64_t rows = recnn_tensor_rows(call->output);
  int64_t width = recnn_tensor_last(call->output);
  if (!is_vector(call)) {
    recnn__ops_elements(call, rows * width, 1, backward_elements, op);
    return true;
  }
  if (recnn__ops_dx(call, 0) != NULL)
    recnn__ops_rows(call, rows, width, backward_rows, op);
  if (recnn__ops_dx(call, 1) != NULL) {
    const double *sums = recnn__ops_column_sums(call, rows, width, width, add_vector, op);
    if (sums == NULL)
      return false;
    recnn__ops_put_sums(recnn__ops_dx(call, 1), call->beta[1], sums, width);
  }
  return true;
}

static const RecnnOpSampleInput same[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {4, 3}, .low = -2.0, .high = 2.0},
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {4, 3}, .low = -2.0, .high = 2.0},
};
static const RecnnOpSampleInput one_axis[] = {
    {.dtype = RECNN_FLOAT32, .rank = 1, .shape = {7}, .low = -2.0, .high = 2.0},
    {.dtype = RECNN_FLOAT32, .rank = 1, .shape = {7}, .low = -2.0, .high = 2.0},
};
static const RecnnOpSampleInput vector[] = {
    {.dtype = RECNN_FLOAT32, .rank = 3, .shape = {4, 2, 5}, .low = -2.0, .high = 2.0},
    {.dtype = RECNN_FLOAT32, .rank = 1, .shape = {5}, .low = -2.0, .high = 2.0},
};
const RecnnOpSample recnn__ops_binary_samples[] = {
    {.name = "same shape", .inputs = same, .n_inputs = 2},
    {.name = "one axis", .inputs = one_axis, .n_inputs = 2},
    {.name = "a vector for every row", .inputs = vector, .n_inputs = 2},
    {.name = NULL},
};
