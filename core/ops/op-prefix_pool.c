/* Attention over what came before: for each of some steps, that and the earlier steps of its
 * sequence weighted by a softmax of their scores.  What attention_pool gives for every prefix. */
#include <math.h>
#include <string.h>

#include "kernels/vecmath.h"
#include "kernels/vector.h"
#include "ops/ops-private.h"

enum { X, SCORES, STEP };
enum { OF_STEPS, OF_TARGETS };

typedef struct Saved {
  RecnnOpPicks *picks;
  float *weights; /* (T, L) */
  double *slopes; /* (B, L), of backward */
  bool of_targets;
} Saved;

static bool shape(RecnnOpCall *call) {
  const RecnnTensor *x = call->inputs[X], *scores = call->inputs[SCORES];
  if (!recnn__ops_float32(call, X, "x") || !recnn__ops_float32(call, SCORES, "scores") ||
      !recnn__ops_picks_shape(call, STEP))
    return false;
  if (x->rank != 3 || x->shape[1] < 1)
    return recnn__ops_refuse(call, X, "x", "(B, L, H) with L at least 1");
  int64_t n = call->inputs[STEP]->shape[0];
  int64_t rows = call->attrs[0].as.i == OF_TARGETS ? n : x->shape[0];
  if (scores->rank != 2 || scores->shape[0] != rows || scores->shape[1] != x->shape[1])
    return recnn__ops_refuse(call, SCORES, "scores", "(%" PRId64 ", %" PRId64 ")", rows,
                             x->shape[1]);
  return recnn__ops_output(call, RECNN_FLOAT32, 2, (int64_t[]){n, x->shape[2]});
}

/* Which row of the scores target i of sequence `row` goes by. */
static int64_t row_of(const Saved *s, int64_t i, int64_t row) { return s->of_targets ? i : row; }

static void pool(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  const Saved *s = data;
  int64_t n_steps = call->inputs[X]->shape[1], size = call->inputs[X]->shape[2];
  for (int64_t i = begin; i < end; i++) {
    int64_t row = s->picks->step[i] / n_steps, n = s->picks->step[i] % n_steps + 1;
    const float *x = recnn__ops_in(call, X) + row * n_steps * size;
    float *w = s->weights + i * n_steps, *y = recnn__ops_out(call) + i * size;
    recnn__ops_softmax(w, recnn__ops_in(call, SCORES) + row_of(s, i, row) * n_steps, n);
    memset(y, 0, (size_t)size * sizeof *y);
    for (int64_t t = 0; t < n; t++)
      recnn_vector_axpy(y, w[t], x + t * size, size);
  }
}

static bool forward(RecnnOpCall *call) {
  const RecnnTensor *x = call->inputs[X];
  Saved *s = call->host->scratch(call, sizeof *s);
  if (s == NULL)
    return false;
  s->picks = recnn__ops_picks(call, STEP, x->shape[0], x->shape[1]);
  if (s->picks == NULL)
    return false;
  s->of_targets = call->attrs[0].as.i == OF_TARGETS;
  s->weights = call->host->scratch(call, (size_t)(s->picks->n * x->shape[1]) * sizeof(float));
  if (s->weights == NULL)
    return false;
  recnn__ops_rows(call, s->picks->n, 2 * x->shape[1] * x->shape[2], pool, s);
  call->saved = s;
  return true;
}

/* One target's part in the gradients of its sequence. */
static void add_target(const RecnnOpCall *call, const Saved *s, int64_t i, int64_t row) {
  int64_t n_steps = call->inputs[X]->shape[1], size = call->inputs[X]->shape[2];
  int64_t n = s->picks->step[i] % n_steps + 1;
  const float *dy = recnn__ops_dy(call) + i * size, *w = s->weights + i * n_steps;
  double *dw = s->slopes + row * n_steps;
  double mean = 0.0; /* of the weights' gradients, weighted */
  for (int64_t t = 0; t < n; t++) {
    dw[t] = recnn_vector_dot(dy, recnn__ops_in(call, X) + (row * n_steps + t) * size, size);
    mean += dw[t] * (double)w[t];
  }
  for (int64_t t = 0; recnn__ops_dx(call, X) != NULL && t < n; t++)
    recnn_vector_axpy(recnn__ops_dx(call, X) + (row * n_steps + t) * size, w[t], dy, size);
  if (recnn__ops_dx(call, SCORES) == NULL)
    return;
  float *scores = recnn__ops_dx(call, SCORES) + row_of(s, i, row) * n_steps;
  if (s->of_targets && call->beta[SCORES] == 0.0f)
    memset(scores, 0, (size_t)n_steps * sizeof *scores);
  for (int64_t t = 0; t < n; t++)
    scores[t] += (float)((double)w[t] * (dw[t] - mean));
}

static void clear(const RecnnOpCall *call, int32_t input, int64_t first, int64_t n) {
  float *g = recnn__ops_dx(call, input);
  if (g != NULL && call->beta[input] == 0.0f)
    memset(g + first, 0, (size_t)n * sizeof *g);
}

static void gradient(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  const Saved *s = data;
  int64_t n_steps = call->inputs[X]->shape[1], width = n_steps * call->inputs[X]->shape[2];
  clear(call, X, begin * width, (end - begin) * width);
  if (!s->of_targets)
    clear(call, SCORES, begin * n_steps, (end - begin) * n_steps);
  for (int64_t row = begin; row < end; row++)
    for (int64_t k = s->picks->first[row]; k < s->picks->first[row + 1]; k++)
      add_target(call, s, s->picks->order[k], row);
}

static bool backward(RecnnOpCall *call) {
  const RecnnTensor *x = call->inputs[X];
  Saved *s = call->saved;
  s->slopes = call->host->scratch(call, (size_t)(x->shape[0] * x->shape[1]) * sizeof *s->slopes);
  if (s->slopes == NULL)
    return false;
  recnn__ops_rows(call, x->shape[0], 2 * x->shape[1] * x->shape[1] * x->shape[2], gradient, s);
  return true;
}

static const RecnnOption attrs[] = {
    {"of", RECNN_OPTION_CHOICE, "steps", "steps|targets",
     "Whose the scores are: (B, L), one a step; or (T, L), of each step as each target sees it"},
    {NULL, 0, NULL, NULL, NULL},
};
static const RecnnOpSampleInput own[] = {
    {.dtype = RECNN_FLOAT32, .rank = 3, .shape = {5, 4, 3}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {5, 4}, .low = -2.0, .high = 2.0},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {5}, .low = 0, .high = 19},
};
static const RecnnOpSampleInput seen[] = {
    {.dtype = RECNN_FLOAT32, .rank = 3, .shape = {6, 3, 2}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {6, 3}, .low = -2.0, .high = 2.0},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {6}, .low = 0, .high = 8},
};
static const RecnnAttr of_targets[] = {{"of", {RECNN_OPTION_STRING, 0, {.s = "targets"}}}};
static const RecnnOpSample samples[] = {
    {.name = "scores of steps", .inputs = own, .n_inputs = 3},
    {.name = "scores of targets", .inputs = seen, .n_inputs = 3, .attrs = of_targets, .n_attrs = 1},
    {.name = NULL},
};

RECNN_OP(prefix_pool) = {
    .struct_size = sizeof(RecnnOp),
    .name = "prefix_pool",
    .doc = "For each step by number, step int64 (T), where step t of sequence b is b L + t: the "
           "sum of that and the earlier steps of x (B, L, H) weighted by softmax of their scores: "
           "(T, H)",
    .min_inputs = 3,
    .max_inputs = 3,
    .attrs = attrs,
    .flags = RECNN_OP_BETA,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .samples = samples,
};
