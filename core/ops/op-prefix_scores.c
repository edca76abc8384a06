/* Additive attention's scores (Bahdanau, Cho, Bengio, ICLR 2015, with a sigmoid as in Li et al.,
 * CIKM 2017) of what came before: some steps each with a query of its own, which that and the
 * earlier steps of its sequence are held against.  Nothing of the size of (T, L, A) is made. */
#include <string.h>

#include "kernels/vecmath.h"
#include "kernels/vector.h"
#include "ops/ops-private.h"

#define CHUNK 256

enum { KEYS, QUERY, V, STEP };

static bool shape(RecnnOpCall *call) {
  const RecnnTensor *keys = call->inputs[KEYS], *query = call->inputs[QUERY];
  if (!recnn__ops_float32(call, KEYS, "keys") || !recnn__ops_float32(call, QUERY, "query") ||
      !recnn__ops_float32(call, V, "v") || !recnn__ops_picks_shape(call, STEP))
    return false;
  if (keys->rank != 3 || keys->shape[1] < 1)
    return recnn__ops_refuse(call, KEYS, "keys", "(B, L, A) with L at least 1");
  int64_t n = call->inputs[STEP]->shape[0], size = keys->shape[2];
  if (query->rank != 2 || query->shape[0] != n || query->shape[1] != size)
    return recnn__ops_refuse(call, QUERY, "query", "(%" PRId64 ", %" PRId64 "), one a step", n,
                             size);
  const RecnnTensor *v = call->inputs[V];
  if (v->rank != 2 || v->shape[0] != 1 || v->shape[1] != size)
    return recnn__ops_refuse(call, V, "v", "(1, %" PRId64 ")", size);
  return recnn__ops_output(call, RECNN_FLOAT32, 2, (int64_t[]){n, keys->shape[1]});
}

/* sigmoid (a + b), n of at most CHUNK numbers */
RECNN_CLONES
static void gate(float *restrict y, const float *restrict a, const float *restrict b, int64_t n) {
  for (int64_t i = 0; i < n; i++)
    y[i] = a[i] + b[i];
  recnn_vector_sigmoid(y, y, n);
}

static float score_of(const RecnnOpCall *call, const float *key, const float *query) {
  int64_t size = call->inputs[KEYS]->shape[2];
  float buffer[CHUNK];
  double sum = 0.0;
  for (int64_t i = 0; i < size; i += CHUNK) {
    int64_t n = MIN(CHUNK, size - i);
    gate(buffer, key + i, query + i, n);
    sum += recnn_vector_dot(buffer, recnn__ops_in(call, V) + i, n);
  }
  return (float)sum;
}

static void scores(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  const RecnnOpPicks *picks = data;
  int64_t n_steps = call->inputs[KEYS]->shape[1], size = call->inputs[KEYS]->shape[2];
  for (int64_t i = begin; i < end; i++) {
    int64_t row = picks->step[i] / n_steps, n = picks->step[i] % n_steps + 1;
    float *y = recnn__ops_out(call) + i * n_steps;
    for (int64_t t = 0; t < n; t++)
      y[t] = score_of(call, recnn__ops_in(call, KEYS) + (row * n_steps + t) * size,
                      recnn__ops_in(call, QUERY) + i * size);
    memset(y + n, 0, (size_t)(n_steps - n) * sizeof *y);
  }
}

static bool forward(RecnnOpCall *call) {
  const RecnnTensor *keys = call->inputs[KEYS];
  RecnnOpPicks *picks = recnn__ops_picks(call, STEP, keys->shape[0], keys->shape[1]);
  if (picks == NULL)
    return false;
  recnn__ops_rows(call, picks->n, 8 * keys->shape[1] * keys->shape[2], scores, picks);
  call->saved = picks;
  return true;
}

/* Of one step and one target: `dv` in double, the other two where they are wanted. */
RECNN_CLONES
static void add_pair(const float *key, const float *query, const float *v, float dy, int64_t size,
                     float *dkey, float *dquery, double *dv) {
  float s[CHUNK];
  for (int64_t i = 0; i < size; i += CHUNK) {
    int64_t n = MIN(CHUNK, size - i);
    gate(s, key + i, query + i, n);
    for (int64_t k = 0; k < n; k++)
      dv[i + k] += (double)(dy * s[k]);
    for (int64_t k = 0; k < n; k++)
      s[k] = dy * v[i + k] * s[k] * (1.0f - s[k]);
    if (dkey != NULL)
      recnn_vector_add(dkey + i, s, n);
    if (dquery != NULL)
      recnn_vector_add(dquery + i, s, n);
  }
}

/* Of sequences begin .. end - 1, whose targets are nobody else's. */
static void gradient(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end,
                     double *dv) {
  const RecnnOpPicks *picks = data;
  int64_t n_steps = call->inputs[KEYS]->shape[1], size = call->inputs[KEYS]->shape[2];
  float *dkeys = recnn__ops_dx(call, KEYS), *dquery = recnn__ops_dx(call, QUERY);
  if (dkeys != NULL && call->beta[KEYS] == 0.0f)
    memset(dkeys + begin * n_steps * size, 0,
           (size_t)((end - begin) * n_steps * size) * sizeof *dkeys);
  for (int64_t k = picks->first[begin]; k < picks->first[end]; k++) {
    int64_t i = picks->order[k], n = picks->step[i] % n_steps + 1;
    int64_t first = picks->step[i] / n_steps * n_steps;
    float *to = dquery != NULL ? dquery + i * size : NULL;
    if (to != NULL && call->beta[QUERY] == 0.0f)
      memset(to, 0, (size_t)size * sizeof *to);
    for (int64_t t = first; t < first + n; t++)
      add_pair(recnn__ops_in(call, KEYS) + t * size, recnn__ops_in(call, QUERY) + i * size,
               recnn__ops_in(call, V), recnn__ops_dy(call)[i * n_steps + t - first], size,
               dkeys != NULL ? dkeys + t * size : NULL, to, dv);
  }
}

static bool backward(RecnnOpCall *call) {
  const RecnnTensor *keys = call->inputs[KEYS];
  int64_t size = keys->shape[2];
  const double *dv =
      recnn__ops_column_sums(call, keys->shape[0], size, 8 * keys->shape[1] * keys->shape[1] * size,
                             gradient, call->saved);
  if (dv != NULL && recnn__ops_dx(call, V) != NULL)
    recnn__ops_put_sums(recnn__ops_dx(call, V), call->beta[V], dv, size);
  return dv != NULL;
}

static const RecnnOpSampleInput some[] = {
    {.dtype = RECNN_FLOAT32, .rank = 3, .shape = {5, 3, 4}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {5, 4}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {1, 4}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {5}, .low = 0, .high = 14},
};
static const RecnnOpSampleInput thin[] = {
    {.dtype = RECNN_FLOAT32, .rank = 3, .shape = {7, 1, 2}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {7, 2}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {1, 2}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {7}, .low = 0, .high = 6},
};
static const RecnnOpSample samples[] = {
    {.name = "some steps", .inputs = some, .n_inputs = 4},
    {.name = "one step a sequence", .inputs = thin, .n_inputs = 4},
    {.name = NULL},
};

RECNN_OP(prefix_scores) = {
    .struct_size = sizeof(RecnnOp),
    .name = "prefix_scores",
    .doc = "v (1, A) times sigmoid (key + query) for each step by number, step int64 (T), with a "
           "query of query (T, A), and the keys (B, L, A) of that and the earlier steps of its "
           "sequence; 0 for later ones: (T, L)",
    .min_inputs = 4,
    .max_inputs = 4,
    .flags = RECNN_OP_BETA,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .samples = samples,
};
