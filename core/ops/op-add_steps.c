/* A vector of the sequence's own added to every step. */
#include "ops/ops-private.h"

enum { A, B };

static bool shape(RecnnOpCall *call) {
  return recnn__ops_steps_shape(call) &&
         recnn__ops_output(call, RECNN_FLOAT32, 3, call->inputs[A]->shape);
}

static void add(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  int64_t n_steps = call->output->shape[1], size = call->output->shape[2];
  (void)data;
  for (int64_t row = begin; row < end; row++) {
    const float *b = recnn__ops_in(call, B) + row * size;
    for (int64_t t = 0; t < n_steps; t++) {
      int64_t at = (row * n_steps + t) * size;
      for (int64_t i = 0; i < size; i++)
        recnn__ops_out(call)[at + i] = recnn__ops_in(call, A)[at + i] + b[i];
    }
  }
}

static int64_t row_cost(const RecnnOpCall *call) {
  return call->output->shape[1] * call->output->shape[2];
}

static bool forward(RecnnOpCall *call) {
  recnn__ops_rows(call, call->output->shape[0], row_cost(call), add, NULL);
  return true;
}

static void gradient(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  int64_t n_steps = call->output->shape[1], size = call->output->shape[2];
  float *da = recnn__ops_dx(call, A);
  float *db = recnn__ops_dx(call, B);
  (void)data;
  for (int64_t row = begin; row < end; row++) {
    for (int64_t i = 0; db != NULL && call->beta[B] == 0.0f && i < size; i++)
      db[row * size + i] = 0.0f;
    for (int64_t t = 0; t < n_steps; t++) {
      int64_t at = (row * n_steps + t) * size;
      for (int64_t i = 0; da != NULL && i < size; i++)
        RECNN_OP_PUT(da[at + i], call->beta[A], recnn__ops_dy(call)[at + i]);
      for (int64_t i = 0; db != NULL && i < size; i++)
        db[row * size + i] += recnn__ops_dy(call)[at + i];
    }
  }
}

static bool backward(RecnnOpCall *call) {
  recnn__ops_rows(call, call->output->shape[0], row_cost(call), gradient, NULL);
  return true;
}

RECNN_OP(add_steps) = {
    .struct_size = sizeof(RecnnOp),
    .name = "add_steps",
    .doc = "a (B, L, H) with b (B, H) added to every step: (B, L, H)",
    .min_inputs = 2,
    .max_inputs = 2,
    .flags = RECNN_OP_BETA,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .samples = recnn__ops_steps_samples,
};
