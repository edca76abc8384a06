/* The Kullback-Leibler divergence of diagonal normal distributions from the standard one, in closed
 * form (Kingma and Welling: Auto-encoding variational Bayes, ICLR 2014, appendix B). */
#include "kernels/vecmath.h"
#include "ops/ops-private.h"

#define CHUNK 256

enum { MU, LOGVAR };

static bool shape(RecnnOpCall *call) {
  if (!recnn__ops_float32(call, MU, "mu") || !recnn__ops_float32(call, LOGVAR, "logvar"))
    return false;
  if (!recnn_tensor_same_shape(call->inputs[MU], call->inputs[LOGVAR]))
    return recnn__ops_refuse(call, LOGVAR, "logvar", "the shape of mu");
  return recnn__ops_output_scalar(call);
}

/* What the sum is divided by: the rows, for the mean over them. */
static double divisor(const RecnnOpCall *call) {
  const RecnnTensor *mu = call->inputs[MU];
  bool mean = call->attrs[0].as.i == 1 && mu->rank > 0 && mu->shape[0] > 0;
  return mean ? (double)mu->shape[0] : 1.0;
}

static double terms(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  float variance[CHUNK];
  const float *mu = recnn__ops_in(call, MU);
  const float *logvar = recnn__ops_in(call, LOGVAR);
  double sum = 0.0;
  (void)data;
  for (int64_t i = begin; i < end; i += CHUNK) {
    int64_t n = MIN(CHUNK, end - i);
    recnn_vector_exp(variance, logvar + i, n);
    for (int64_t j = 0; j < n; j++)
      sum +=
          (double)mu[i + j] * (double)mu[i + j] + (double)variance[j] - 1.0 - (double)logvar[i + j];
  }
  return 0.5 * sum;
}

static bool forward(RecnnOpCall *call) {
  double sum = recnn__ops_sum(call, recnn_tensor_count(call->inputs[MU]), 16, terms, NULL);
  recnn__ops_out(call)[0] = (float)(sum / divisor(call));
  return true;
}

static void gradient(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  float variance[CHUNK];
  float share = (float)((double)recnn__ops_dy(call)[0] / divisor(call));
  float *dmu = recnn__ops_dx(call, MU);
  float *dlogvar = recnn__ops_dx(call, LOGVAR);
  (void)data;
  for (int64_t i = begin; i < end; i += CHUNK) {
    int64_t n = MIN(CHUNK, end - i);
    recnn_vector_exp(variance, recnn__ops_in(call, LOGVAR) + i, n);
    for (int64_t j = 0; j < n; j++) {
      if (dmu != NULL)
        RECNN_OP_PUT(dmu[i + j], call->beta[MU], share * recnn__ops_in(call, MU)[i + j]);
      if (dlogvar != NULL)
        RECNN_OP_PUT(dlogvar[i + j], call->beta[LOGVAR], 0.5f * share * (variance[j] - 1.0f));
    }
  }
}

static bool backward(RecnnOpCall *call) {
  recnn__ops_elements(call, recnn_tensor_count(call->inputs[MU]), 16, gradient, NULL);
  return true;
}

static const RecnnOption attrs[] = {
    {"reduction", RECNN_OPTION_CHOICE, "sum", "sum|mean",
     "The sum over all, or the mean over rows"},
    {NULL, 0, NULL, NULL, NULL},
};

static const RecnnOpSampleInput matrix[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {5, 4}, .low = -1.0, .high = 1.0},
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {5, 4}, .low = -2.0, .high = 1.0},
};
static const RecnnAttr mean[] = {{"reduction", {RECNN_OPTION_STRING, 0, {.s = "mean"}}}};
static const RecnnOpSample samples[] = {
    {.name = "sum", .inputs = matrix, .n_inputs = 2},
    {.name = "mean", .inputs = matrix, .n_inputs = 2, .attrs = mean, .n_attrs = 1},
    {.name = NULL},
};

RECNN_OP(kl_loss) = {
    .struct_size = sizeof(RecnnOp),
    .name = "kl_loss",
    .doc = "KL (N (mu, exp (logvar)) || N (0, 1)) = sum of (mu^2 + exp (logvar) - 1 - logvar) / 2 "
           "of mu and logvar (B, ...): a scalar",
    .min_inputs = 2,
    .max_inputs = 2,
    .attrs = attrs,
    .flags = RECNN_OP_BETA,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .samples = samples,
};
