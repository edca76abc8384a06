/* The second-order term of a factorisation machine: the sum of the inner products of all pairs of
 * fields, in linear time as half of (the square of the sum minus the sum of the squares) (Rendle:
 * Factorization Machines, ICDM 2010, lemma 3.1). */
#include "kernels/vector.h"
#include "ops/ops-private.h"

#define CHUNK 64 /* columns at a time */

static bool shape(RecnnOpCall *call) {
  const RecnnTensor *x = call->inputs[0];
  if (!recnn__ops_float32(call, 0, "x"))
    return false;
  if (x->rank != 3)
    return recnn__ops_refuse(call, 0, "x", "(B, F, D)");
  return recnn__ops_output(call, RECNN_FLOAT32, 1, x->shape);
}

/* Columns first .. first+n-1 of a row's sum over its fields. */
static void field_sums(const float *x, int64_t n_fields, int64_t size, int64_t first, int64_t n,
                       float *sums) {
  for (int64_t d = 0; d < n; d++)
    sums[d] = 0.0f;
  for (int64_t f = 0; f < n_fields; f++)
    for (int64_t d = 0; d < n; d++)
      sums[d] += x[f * size + first + d];
}

RECNN_CLONES
static void interact(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  int64_t n_fields = call->inputs[0]->shape[1], size = call->inputs[0]->shape[2];
  float sums[CHUNK];
  (void)data;
  for (int64_t row = begin; row < end; row++) {
    const float *x = recnn__ops_in(call, 0) + row * n_fields * size;
    double total = 0.0;
    for (int64_t first = 0; first < size; first += CHUNK) {
      int64_t n = MIN(CHUNK, size - first);
      field_sums(x, n_fields, size, first, n, sums);
      total += recnn_vector_square_sum(sums, n);
      for (int64_t f = 0; f < n_fields; f++)
        total -= recnn_vector_square_sum(x + f * size + first, n);
    }
    recnn__ops_out(call)[row] = (float)(0.5 * total);
  }
}

static int64_t row_cost(const RecnnOpCall *call) {
  return 2 * call->inputs[0]->shape[1] * call->inputs[0]->shape[2];
}

static bool forward(RecnnOpCall *call) {
  recnn__ops_rows(call, call->inputs[0]->shape[0], row_cost(call), interact, NULL);
  return true;
}

/* The derivative by a field's element is the sum of the other fields' elements. */
RECNN_CLONES
static void gradient(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  int64_t n_fields = call->inputs[0]->shape[1], size = call->inputs[0]->shape[2];
  float sums[CHUNK];
  float beta = call->beta[0];
  (void)data;
  for (int64_t row = begin; row < end; row++) {
    const float *x = recnn__ops_in(call, 0) + row * n_fields * size;
    float *dx = recnn__ops_dx(call, 0) + row * n_fields * size;
    float dy = recnn__ops_dy(call)[row];
    for (int64_t first = 0; first < size; first += CHUNK) {
      int64_t n = MIN(CHUNK, size - first);
      field_sums(x, n_fields, size, first, n, sums);
      for (int64_t f = 0; f < n_fields; f++) {
        int64_t at = f * size + first;
        for (int64_t d = 0; d < n; d++)
          RECNN_OP_PUT(dx[at + d], beta, dy * (sums[d] - x[at + d]));
      }
    }
  }
}

static bool backward(RecnnOpCall *call) {
  recnn__ops_rows(call, call->inputs[0]->shape[0], row_cost(call), gradient, NULL);
  return true;
}

static const RecnnOpSampleInput fields[] = {
    {.dtype = RECNN_FLOAT32, .rank = 3, .shape = {3, 4, 5}, .low = -1.0, .high = 1.0},
};
static const RecnnOpSampleInput wide[] = {
    {.dtype = RECNN_FLOAT32, .rank = 3, .shape = {2, 3, 70}, .low = -0.5, .high = 0.5},
};
static const RecnnOpSample samples[] = {
    {.name = "fields", .inputs = fields, .n_inputs = 1},
    {.name = "wide", .inputs = wide, .n_inputs = 1},
    {.name = NULL},
};

RECNN_OP(fm_interaction) = {
    .struct_size = sizeof(RecnnOp),
    .name = "fm_interaction",
    .doc = "The sum of the inner products of all pairs of the F vectors of x (B, F, D): (B)",
    .min_inputs = 1,
    .max_inputs = 1,
    .flags = RECNN_OP_BETA,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .samples = samples,
};
