/* Attention over time: the steps of a sequence weighted by a softmax of their scores.  Steps behind
 * the sequence's end have the weight zero (Bahdanau, Cho, Bengio: Neural machine translation by
 * jointly learning to align and translate, ICLR 2015). */
#include <math.h>
#include <string.h>

#include "kernels/vecmath.h"
#include "kernels/vector.h"
#include "ops/ops-private.h"

enum { X, SCORES, LENGTH };

/* The weights (B, L), backward's derivatives by them, and the lengths. */
typedef struct Saved {
  float *weights;
  double *slopes;
  const int64_t *lengths;
} Saved;

static bool shape(RecnnOpCall *call) {
  const RecnnTensor *x = call->inputs[X], *scores = call->inputs[SCORES];
  if (!recnn__ops_float32(call, X, "x") || !recnn__ops_float32(call, SCORES, "scores"))
    return false;
  if (x->rank != 3 || x->shape[1] < 1)
    return recnn__ops_refuse(call, X, "x", "(B, L, H) with L at least 1");
  if (scores->rank != 2 || scores->shape[0] != x->shape[0] || scores->shape[1] != x->shape[1])
    return recnn__ops_refuse(call, SCORES, "scores", "(%" PRId64 ", %" PRId64 "), as x",
                             x->shape[0], x->shape[1]);
  if (call->n_inputs > LENGTH && !recnn__ops_length_shape(call, LENGTH, x->shape[0]))
    return false;
  return recnn__ops_output(call, RECNN_FLOAT32, 2, (int64_t[]){x->shape[0], x->shape[2]});
}

static int64_t valid(const RecnnOpCall *call, const Saved *s, int64_t row) {
  return s->lengths != NULL ? s->lengths[row] : call->inputs[X]->shape[1];
}

static void pool(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  const Saved *s = data;
  int64_t n_steps = call->inputs[X]->shape[1], size = call->inputs[X]->shape[2];
  for (int64_t row = begin; row < end; row++) {
    const float *x = recnn__ops_in(call, X) + row * n_steps * size;
    float *w = s->weights + row * n_steps;
    float *y = recnn__ops_out(call) + row * size;
    int64_t n = valid(call, s, row);
    recnn__ops_softmax(w, recnn__ops_in(call, SCORES) + row * n_steps, n);
    memset(y, 0, (size_t)size * sizeof *y);
    for (int64_t t = 0; t < n; t++)
      recnn_vector_axpy(y, w[t], x + t * size, size);
  }
}

static int64_t row_cost(const RecnnOpCall *call) {
  return 2 * call->inputs[X]->shape[1] * call->inputs[X]->shape[2];
}

static bool forward(RecnnOpCall *call) {
  const RecnnTensor *x = call->inputs[X];
  Saved *s = call->host->scratch(call, sizeof *s);
  if (s == NULL || !recnn__ops_lengths(call, LENGTH, x->shape[0], x->shape[1], &s->lengths))
    return false;
  s->weights = call->host->scratch(call, (size_t)(x->shape[0] * x->shape[1]) * sizeof(float));
  if (s->weights == NULL)
    return false;
  recnn__ops_rows(call, x->shape[0], row_cost(call), pool, s);
  call->saved = s;
  return true;
}

RECNN_CLONES
static void put_scaled(float *restrict to, float beta, float weight, const float *restrict from,
                       int64_t n) {
  for (int64_t i = 0; i < n; i++)
    RECNN_OP_PUT(to[i], beta, weight * from[i]);
}

static void gradient(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  const Saved *s = data;
  int64_t n_steps = call->inputs[X]->shape[1], size = call->inputs[X]->shape[2];
  for (int64_t row = begin; row < end; row++) {
    const float *w = s->weights + row * n_steps;
    const float *dy = recnn__ops_dy(call) + row * size;
    int64_t n = valid(call, s, row);
    double *dw = s->slopes + row * n_steps;
    double mean = 0.0; /* of the weights' gradients, weighted */
    for (int64_t t = 0; t < n; t++) {
      dw[t] = recnn_vector_dot(dy, recnn__ops_in(call, X) + (row * n_steps + t) * size, size);
      mean += dw[t] * (double)w[t];
    }
    for (int64_t t = 0; t < n_steps; t++) {
      float weight = t < n ? w[t] : 0.0f;
      if (recnn__ops_dx(call, X) != NULL)
        put_scaled(recnn__ops_dx(call, X) + (row * n_steps + t) * size, call->beta[X], weight, dy,
                   size);
      if (recnn__ops_dx(call, SCORES) != NULL)
        RECNN_OP_PUT(recnn__ops_dx(call, SCORES)[row * n_steps + t], call->beta[SCORES],
                     t < n ? (float)((double)weight * (dw[t] - mean)) : 0.0f);
    }
  }
}

static bool backward(RecnnOpCall *call) {
  const RecnnTensor *x = call->inputs[X];
  Saved *s = call->saved;
  s->slopes = call->host->scratch(call, (size_t)(x->shape[0] * x->shape[1]) * sizeof *s->slopes);
  if (s->slopes == NULL)
    return false;
  recnn__ops_rows(call, call->inputs[X]->shape[0], 2 * row_cost(call), gradient, call->saved);
  return true;
}

static const RecnnOpSampleInput all[] = {
    {.dtype = RECNN_FLOAT32, .rank = 3, .shape = {3, 4, 5}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {3, 4}, .low = -2.0, .high = 2.0},
};
static const RecnnOpSampleInput some[] = {
    {.dtype = RECNN_FLOAT32, .rank = 3, .shape = {5, 3, 2}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {5, 3}, .low = -2.0, .high = 2.0},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {5}, .low = 1, .high = 3},
};
static const RecnnOpSample samples[] = {
    {.name = "all steps", .inputs = all, .n_inputs = 2},
    {.name = "lengths", .inputs = some, .n_inputs = 3},
    {.name = NULL},
};

RECNN_OP(attention_pool) = {
    .struct_size = sizeof(RecnnOp),
    .name = "attention_pool",
    .doc = "The sum of the steps of x (B, L, H) weighted by softmax (scores (B, L)) over the first "
           "length (int64 (B)) steps, or all: (B, H)",
    .min_inputs = 2,
    .max_inputs = 3,
    .flags = RECNN_OP_BETA,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .samples = samples,
};
