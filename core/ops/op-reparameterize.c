/* A draw from a diagonal normal distribution as a function of its parameters: mu + epsilon *
 * exp (logvar / 2) (Kingma and Welling: Auto-encoding variational Bayes, ICLR 2014). */
#include "kernels/vecmath.h"
#include "ops/ops-private.h"

#define CHUNK 256

enum { MU, LOGVAR, EPSILON };

static bool shape(RecnnOpCall *call) {
  static const char *const names[] = {"mu", "logvar", "epsilon"};
  for (int32_t i = 0; i < 3; i++) {
    if (!recnn__ops_float32(call, i, names[i]))
      return false;
    if (!recnn_tensor_same_shape(call->inputs[i], call->inputs[MU]))
      return recnn__ops_refuse(call, i, names[i], "the shape of mu");
  }
  return recnn__ops_output(call, RECNN_FLOAT32, call->inputs[MU]->rank, call->inputs[MU]->shape);
}

/* exp (logvar / 2) for up to CHUNK elements from `begin` on. */
static void deviations(const RecnnOpCall *call, int64_t begin, int64_t n, float *out) {
  const float *logvar = recnn__ops_in(call, LOGVAR) + begin;
  for (int64_t i = 0; i < n; i++)
    out[i] = 0.5f * logvar[i];
  recnn_vector_exp(out, out, n);
}

static void value(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  float deviation[CHUNK];
  (void)data;
  for (int64_t i = begin; i < end; i += CHUNK) {
    int64_t n = MIN(CHUNK, end - i);
    deviations(call, i, n, deviation);
    for (int64_t j = 0; j < n; j++)
      recnn__ops_out(call)[i + j] =
          recnn__ops_in(call, MU)[i + j] + recnn__ops_in(call, EPSILON)[i + j] * deviation[j];
  }
}

static bool forward(RecnnOpCall *call) {
  recnn__ops_elements(call, recnn_tensor_count(call->output), 16, value, NULL);
  return true;
}

static void gradient(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  float deviation[CHUNK];
  const float *dy = recnn__ops_dy(call);
  const float *epsilon = recnn__ops_in(call, EPSILON);
  float *dmu = recnn__ops_dx(call, MU);
  float *dlogvar = recnn__ops_dx(call, LOGVAR);
  float *depsilon = recnn__ops_dx(call, EPSILON);
  (void)data;
  for (int64_t i = begin; i < end; i += CHUNK) {
    int64_t n = MIN(CHUNK, end - i);
    deviations(call, i, n, deviation);
    for (int64_t j = 0; j < n; j++) {
      if (dmu != NULL)
        RECNN_OP_PUT(dmu[i + j], call->beta[MU], dy[i + j]);
      if (dlogvar != NULL)
        RECNN_OP_PUT(dlogvar[i + j], call->beta[LOGVAR],
                     0.5f * dy[i + j] * epsilon[i + j] * deviation[j]);
      if (depsilon != NULL)
        RECNN_OP_PUT(depsilon[i + j], call->beta[EPSILON], dy[i + j] * deviation[j]);
    }
  }
}

static bool backward(RecnnOpCall *call) {
  recnn__ops_elements(call, recnn_tensor_count(call->output), 16, gradient, NULL);
  return true;
}

static const RecnnOpSampleInput matrix[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {5, 4}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {5, 4}, .low = -2.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {5, 4}, .low = -2.0, .high = 2.0},
};
static const RecnnOpSampleInput vector[] = {
    {.dtype = RECNN_FLOAT32, .rank = 1, .shape = {7}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 1, .shape = {7}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 1, .shape = {7}, .low = -2.0, .high = 2.0, .no_grad = true},
};
static const RecnnOpSample samples[] = {
    {.name = "a matrix", .inputs = matrix, .n_inputs = 3},
    {.name = "a vector", .inputs = vector, .n_inputs = 3},
    {.name = NULL},
};

RECNN_OP(reparameterize) = {
    .struct_size = sizeof(RecnnOp),
    .name = "reparameterize",
    .doc = "mu + epsilon exp (logvar / 2), all three of one shape (...): (...)",
    .min_inputs = 3,
    .max_inputs = 3,
    .flags = RECNN_OP_BETA,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .samples = samples,
};
