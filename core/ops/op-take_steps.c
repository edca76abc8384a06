/* Steps of sequences by number: those that something is asked about. */
#include <string.h>

#include "kernels/vector.h"
#include "ops/ops-private.h"

enum { X, STEP };

static bool shape(RecnnOpCall *call) {
  const RecnnTensor *x = call->inputs[X];
  if (!recnn__ops_float32(call, X, "x"))
    return false;
  if (x->rank != 3 || x->shape[1] < 1)
    return recnn__ops_refuse(call, X, "x", "(B, L, H) with L at least 1");
  if (!recnn__ops_picks_shape(call, STEP))
    return false;
  return recnn__ops_output(call, RECNN_FLOAT32, 2,
                           (int64_t[]){call->inputs[STEP]->shape[0], x->shape[2]});
}

static void take(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  const RecnnOpPicks *picks = data;
  int64_t size = call->output->shape[1];
  for (int64_t i = begin; i < end; i++)
    memcpy(recnn__ops_out(call) + i * size, recnn__ops_in(call, X) + picks->step[i] * size,
           (size_t)size * sizeof(float));
}

static bool forward(RecnnOpCall *call) {
  const RecnnTensor *x = call->inputs[X];
  RecnnOpPicks *picks = recnn__ops_picks(call, STEP, x->shape[0], x->shape[1]);
  if (picks == NULL)
    return false;
  recnn__ops_rows(call, picks->n, x->shape[2], take, picks);
  call->saved = picks;
  return true;
}

/* Of sequences: a step that is taken twice gets both gradients, in their order. */
static void gradient(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  const RecnnOpPicks *picks = data;
  int64_t size = call->output->shape[1], width = call->inputs[X]->shape[1] * size;
  float *dx = recnn__ops_dx(call, X);
  if (call->beta[X] == 0.0f)
    memset(dx + begin * width, 0, (size_t)((end - begin) * width) * sizeof *dx);
  for (int64_t k = picks->first[begin]; k < picks->first[end]; k++) {
    int64_t i = picks->order[k];
    recnn_vector_add(dx + picks->step[i] * size, recnn__ops_dy(call) + i * size, size);
  }
}

static bool backward(RecnnOpCall *call) {
  const RecnnTensor *x = call->inputs[X];
  if (recnn__ops_dx(call, X) != NULL)
    recnn__ops_rows(call, x->shape[0], x->shape[1] * x->shape[2], gradient, call->saved);
  return true;
}

static const RecnnOpSampleInput some[] = {
    {.dtype = RECNN_FLOAT32, .rank = 3, .shape = {6, 4, 5}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {6}, .low = 0, .high = 23},
};
static const RecnnOpSampleInput again[] = {
    {.dtype = RECNN_FLOAT32, .rank = 3, .shape = {9, 1, 3}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {9}, .low = 0, .high = 8},
};
static const RecnnOpSample samples[] = {
    {.name = "some steps", .inputs = some, .n_inputs = 2},
    {.name = "steps taken again", .inputs = again, .n_inputs = 2},
    {.name = NULL},
};

RECNN_OP(take_steps) = {
    .struct_size = sizeof(RecnnOp),
    .name = "take_steps",
    .doc = "The steps of x (B, L, H) with the numbers step int64 (T), where step t of sequence b "
           "is b L + t: (T, H)",
    .min_inputs = 2,
    .max_inputs = 2,
    .flags = RECNN_OP_BETA,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .samples = samples,
};
