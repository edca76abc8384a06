/* The largest value of every channel over time; of equal ones the first counts. */
#include <string.h>

#include "ops/ops-private.h"

#define CHUNK 256

static void value(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  int64_t n_steps = call->inputs[0]->shape[1], size = call->inputs[0]->shape[2];
  (void)data;
  for (int64_t row = begin; row < end; row++) {
    const float *x = recnn__ops_in(call, 0) + row * n_steps * size;
    float *y = recnn__ops_out(call) + row * size;
    memcpy(y, x, (size_t)size * sizeof *y);
    for (int64_t t = 1; t < n_steps; t++)
      for (int64_t i = 0; i < size; i++)
        y[i] = y[i] >= x[t * size + i] ? y[i] : x[t * size + i];
  }
}

static bool forward(RecnnOpCall *call) { return recnn__ops_pool_run(call, value, NULL); }

/* Columns first .. first+n-1 of a row, step after step: what is left to give goes to the first step
 * that has the largest value, or to the last (where it is NaN, none has it). */
RECNN_CLONES
static void give(const float *restrict x, const float *restrict y, const float *restrict dy,
                 float beta, float *restrict dx, int64_t n_steps, int64_t size, int64_t n) {
  float rest[CHUNK];
  memcpy(rest, dy, (size_t)n * sizeof *rest);
  for (int64_t t = 0; t < n_steps - 1; t++, x += size, dx += size) {
    for (int64_t i = 0; i < n; i++) {
      float given = x[i] == y[i] ? rest[i] : 0.0f;
      RECNN_OP_PUT(dx[i], beta, given);
      rest[i] = x[i] == y[i] ? 0.0f : rest[i];
    }
  }
  for (int64_t i = 0; i < n; i++)
    RECNN_OP_PUT(dx[i], beta, rest[i]);
}

static void gradient(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  int64_t n_steps = call->inputs[0]->shape[1], size = call->inputs[0]->shape[2];
  (void)data;
  for (int64_t row = begin; row < end; row++) {
    int64_t at = row * n_steps * size;
    for (int64_t i = 0; i < size; i += CHUNK)
      give(recnn__ops_in(call, 0) + at + i, recnn__ops_out(call) + row * size + i,
           recnn__ops_dy(call) + row * size + i, call->beta[0], recnn__ops_dx(call, 0) + at + i,
           n_steps, size, MIN(CHUNK, size - i));
  }
}

static bool backward(RecnnOpCall *call) { return recnn__ops_pool_run(call, gradient, NULL); }

RECNN_OP(max_over_time) = {
    .struct_size = sizeof(RecnnOp),
    .name = "max_over_time",
    .doc = "The largest of x (B, L, F) over the steps: (B, F)",
    .min_inputs = 1,
    .max_inputs = 1,
    .flags = RECNN_OP_BETA,
    .shape = recnn__ops_pool_shape,
    .forward = forward,
    .backward = backward,
    .samples = recnn__ops_pool_samples,
};
