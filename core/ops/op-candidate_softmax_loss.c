/* Cross entropy of a softmax over very many items, estimated from the scores of few (Jean et al.,
 * On using very large target vocabulary for neural machine translation, ACL 2015): to the target's
 * own score come those of the columns from `first` on, which were drawn, less the logarithm of how
 * often each is to be expected among them.  Columns before `first` are other rows' targets, and
 * count for nothing here. */
#include <math.h>

#include "ops/ops-private.h"

#define CHUNK 256

enum { SCORES, TARGET };
enum { FIRST, EXPECTED };

static bool shape(RecnnOpCall *call) {
  if (!recnn__ops_target_shape(call))
    return false;
  if (call->attrs[FIRST].as.i <= call->inputs[SCORES]->shape[1])
    return true;
  return recnn__ops_fail(call, RECNN_ERROR_ARGUMENT,
                         "first is %" PRId64 ", but scores has %" PRId64 " columns",
                         call->attrs[FIRST].as.i, call->inputs[SCORES]->shape[1]);
}

/* exp (x - less), or 0 where a column was the target, of columns i .. i+n-1. */
static void exponentials(const RecnnOpCall *call, const float *x, int64_t target, double less,
                         int64_t i, int64_t n, float *to) {
  float mask[CHUNK];
  recnn__ops_target_mask(call, target, i, n, mask);
  recnn__ops_exp_below(to, x + i, (float)less, n);
  for (int64_t j = 0; j < n; j++)
    to[j] = mask[j] != 0.0f ? to[j] : 0.0f;
}

/* The rows' log sum exp goes to data, a double array. */
static double losses(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  int64_t n = call->inputs[SCORES]->shape[1], first = call->attrs[FIRST].as.i;
  double offset = log(call->attrs[EXPECTED].as.f);
  const int64_t *target = call->inputs[TARGET]->data;
  double *log_sums = (double *)data;
  float piece[CHUNK];
  double sum = 0.0;
  for (int64_t row = begin; row < end; row++) {
    const float *x = recnn__ops_in(call, SCORES) + row * n;
    double own = (double)x[target[row]];
    double most = (double)recnn__ops_target_most(call, x, target[row], first, n) - offset;
    most = own > most ? own : most;
    double total = exp(own - most);
    for (int64_t i = first; i < n; i += CHUNK) {
      int64_t m = MIN(CHUNK, n - i);
      exponentials(call, x, target[row], most + offset, i, m, piece);
      for (int64_t j = 0; j < m; j++)
        total += (double)piece[j];
    }
    log_sums[row] = most + log(total);
    sum += log_sums[row] - own;
  }
  return sum;
}

static bool forward(RecnnOpCall *call) {
  int64_t n_rows = call->inputs[SCORES]->shape[0];
  if (!recnn__ops_target_check(call))
    return false;
  double *log_sums = call->host->scratch(call, (size_t)n_rows * sizeof *log_sums);
  if (log_sums == NULL)
    return false;
  double sum = recnn__ops_sum(call, n_rows, 16 * call->inputs[SCORES]->shape[1], losses, log_sums);
  recnn__ops_out(call)[0] = n_rows > 0 ? (float)(sum / (double)n_rows) : 0.0f;
  call->saved = log_sums;
  return true;
}

static void gradients(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  int64_t n = call->inputs[SCORES]->shape[1], first = call->attrs[FIRST].as.i;
  double offset = log(call->attrs[EXPECTED].as.f);
  const int64_t *target = call->inputs[TARGET]->data;
  const double *log_sums = data;
  float share = recnn__ops_dy(call)[0] / (float)call->inputs[SCORES]->shape[0];
  float beta = call->beta[SCORES];
  float piece[CHUNK];
  for (int64_t row = begin; row < end; row++) {
    const float *x = recnn__ops_in(call, SCORES) + row * n;
    float *dx = recnn__ops_dx(call, SCORES) + row * n;
    for (int64_t j = 0; j < first; j++)
      RECNN_OP_PUT(dx[j], beta, 0.0f);
    for (int64_t i = first; i < n; i += CHUNK) {
      int64_t m = MIN(CHUNK, n - i);
      exponentials(call, x, target[row], log_sums[row] + offset, i, m, piece);
      for (int64_t j = 0; j < m; j++)
        RECNN_OP_PUT(dx[i + j], beta, share * piece[j]);
    }
    dx[target[row]] += share * (float)(exp((double)x[target[row]] - log_sums[row]) - 1.0);
  }
}

static bool backward(RecnnOpCall *call) {
  if (recnn__ops_dx(call, SCORES) != NULL)
    recnn__ops_rows(call, call->inputs[SCORES]->shape[0], 16 * call->inputs[SCORES]->shape[1],
                    gradients, call->saved);
  return true;
}

static const RecnnOption attrs[] = {
    {"first", RECNN_OPTION_INT, "0", "[0,inf)", "The first column that was drawn"},
    {"expected", RECNN_OPTION_FLOAT, "1", "(0,inf)",
     "How often an item is to be expected among those drawn: S q"},
    {NULL, 0, NULL, NULL, NULL},
};

static const RecnnOpSampleInput all[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {4, 6}, .low = -1.5, .high = 1.5},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {4}, .low = 0, .high = 5},
};
static const RecnnOpSampleInput drawn[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {5, 9}, .low = -1.5, .high = 1.5},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {5}, .low = 0, .high = 3},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {9}, .low = 0, .high = 4},
};
static const RecnnAttr four[] = {{"first", {RECNN_OPTION_INT, 0, {4}}},
                                 {"expected", {RECNN_OPTION_FLOAT, 0, {.f = 0.25}}}};
static const RecnnOpSample samples[] = {
    {.name = "all items", .inputs = all, .n_inputs = 2},
    {.name = "drawn items", .inputs = drawn, .n_inputs = 3, .attrs = four, .n_attrs = 2},
    {.name = NULL},
};

RECNN_OP(candidate_softmax_loss) = {
    .struct_size = sizeof(RecnnOp),
    .name = "candidate_softmax_loss",
    .doc =
        "An estimate, from the scores of drawn items, of the mean of -log softmax at the target, "
        "of scores (B, C) whose columns from `first` on were drawn, target int64 (B), a column, "
        "and item int64 (C): a scalar; 0 of none",
    .min_inputs = 2,
    .max_inputs = 3,
    .attrs = attrs,
    .flags = RECNN_OP_BETA,
    .shape = shape,
    .forward = forward,
    .backward = backward,
    .samples = samples,
};
