/* Cross entropy of a softmax over classes and the class that it was: from the logits, so that no
 * probability is ever made. */
#include <math.h>

#include "ops/ops-private.h"

#define CHUNK 256

enum { LOGITS, TARGET };

static bool shape(RecnnOpCall *call) {
  const RecnnTensor *logits = call->inputs[LOGITS], *target = call->inputs[TARGET];
  if (!recnn__ops_float32(call, LOGITS, "logits"))
    return false;
  if (logits->rank != 2 || logits->shape[1] < 1)
    return recnn__ops_refuse(call, LOGITS, "logits", "(B, N) with N at least 1");
  if (target->dtype != RECNN_INT64 || target->rank != 1 || target->shape[0] != logits->shape[0])
    return recnn__ops_refuse(call, TARGET, "target", "int64 (%" PRId64 "), one a row of logits",
                             logits->shape[0]);
  return recnn__ops_output_scalar(call);
}

/* The rows' log sum exp goes to data, a float array. */
static double losses(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  int64_t n = call->inputs[LOGITS]->shape[1];
  const int64_t *target = call->inputs[TARGET]->data;
  float *log_sums = (float *)data;
  double sum = 0.0;
  for (int64_t row = begin; row < end; row++) {
    const float *x = recnn__ops_in(call, LOGITS) + row * n;
    float most = recnn__ops_largest(x, n);
    double log_sum = (double)most + log(recnn__ops_exp_sum(x, most, n));
    log_sums[row] = (float)log_sum;
    sum += log_sum - (double)x[target[row]];
  }
  return sum;
}

static bool forward(RecnnOpCall *call) {
  int64_t n_rows = call->inputs[LOGITS]->shape[0], n = call->inputs[LOGITS]->shape[1];
  const int64_t *target = call->inputs[TARGET]->data;
  for (int64_t row = 0; row < n_rows; row++)
    if (target[row] < 0 || target[row] >= n)
      return recnn__ops_fail(call, RECNN_ERROR_ARGUMENT,
                             "the target of row %" PRId64 " is %" PRId64
                             ", out of range: there are classes 0 to %" PRId64,
                             row, target[row], n - 1);
  float *log_sums = call->host->scratch(call, (size_t)n_rows * sizeof *log_sums);
  if (log_sums == NULL)
    return false;
  double sum = recnn__ops_sum(call, n_rows, 8 * n, losses, log_sums);
  recnn__ops_out(call)[0] = n_rows > 0 ? (float)(sum / (double)n_rows) : 0.0f;
  call->saved = log_sums;
  return true;
}

RECNN_CLONES
static void gradient(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  int64_t n = call->inputs[LOGITS]->shape[1];
  const int64_t *target = call->inputs[TARGET]->data;
  const float *log_sums = data;
  float share = recnn__ops_dy(call)[0] / (float)call->inputs[LOGITS]->shape[0];
  float beta = call->beta[LOGITS];
  float buffer[CHUNK];
  for (int64_t row = begin; row < end; row++) {
    const float *x = recnn__ops_in(call, LOGITS) + row * n;
    float *dx = recnn__ops_dx(call, LOGITS) + row * n;
    for (int64_t i = 0; i < n; i += CHUNK) {
      int64_t m = MIN(CHUNK, n - i);
      recnn__ops_exp_below(buffer, x + i, log_sums[row], m);
      for (int64_t j = 0; j < m; j++)
        RECNN_OP_PUT(dx[i + j], beta, share * buffer[j]);
    }
    dx[target[row]] -= share;
  }
}

static bool backward(RecnnOpCall *call) {
  if (recnn__ops_dx(call, LOGITS) != NULL)
    recnn__ops_rows(call, call->inputs[LOGITS]->shape[0], 8 * call->inputs[LOGITS]->shape[1],
                    gradient, call->saved);
  return true;
}

static const RecnnOpSampleInput few[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {4, 6}, .low = -3.0, .high = 3.0},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {4}, .low = 0, .high = 5},
};
static const RecnnOpSampleInput two[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {7, 2}, .low = -3.0, .high = 3.0},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {7}, .low = 0, .high = 1},
};
static const RecnnOpSample samples[] = {
    {.name = "six classes", .inputs = few, .n_inputs = 2},
    {.name = "two classes", .inputs = two, .n_inputs = 2},
    {.name = NULL},
};

RECNN_OP(cross_entropy_loss) = {
    .struct_size = sizeof(RecnnOp),
    .name = "cross_entropy_loss",
    .doc = "The mean of -log softmax (logits (B, N)) at the classes target int64 (B): a scalar; 0 "
           "of none",
    .min_inputs = 2,
    .max_inputs = 2,
    .flags = RECNN_OP_BETA,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .samples = samples,
};
