/* Losses of a row of scores against the one that was chosen among them: what is the same for all of
 * them.  A row's loss is made of a term for each score that was not chosen, weighed alike or by the
 * softmax of those scores.  A row is summed by one thread, in double, and rows are added up in
 * order. */
#include <math.h>

#include "kernels/vecmath.h"
#include "ops/ops-private.h"

#define CHUNK 256
/* Keeps the logarithm finite where the sum under it is 0 in single precision. */
#define TINY 1e-24

enum { SCORES, TARGET, ITEM };

/* What forward finds of a row, for backward. */
typedef struct RowSums {
  float most;       /* the largest score that was not chosen */
  double n;         /* what the weights are divided by; 0: there is no such score */
  double term;      /* the weighed mean of the terms */
  double magnitude; /* of the squares, where there is a penalty on them */
} RowSums;

typedef struct Work {
  const RecnnOpTargetLoss *loss;
  RowSums *sums;
  double penalty;
} Work;

/* A piece of a row: its scores' weights (0 for what is not to be seen as not chosen), and terms
 * with their derivatives. */
typedef struct Piece {
  float weight[CHUNK];
  float term[CHUNK];
  float by_score[CHUNK];
  float by_target[CHUNK];
} Piece;

bool recnn__ops_target_shape(RecnnOpCall *call) {
  const RecnnTensor *scores = call->inputs[SCORES], *target = call->inputs[TARGET];
  if (!recnn__ops_float32(call, SCORES, "scores"))
    return false;
  if (scores->rank != 2 || scores->shape[1] < 1)
    return recnn__ops_refuse(call, SCORES, "scores", "(B, C) with C at least 1");
  if (target->dtype != RECNN_INT64 || target->rank != 1 || target->shape[0] != scores->shape[0])
    return recnn__ops_refuse(call, TARGET, "target", "int64 (%" PRId64 "), one a row of scores",
                             scores->shape[0]);
  if (call->n_inputs > ITEM) {
    const RecnnTensor *item = call->inputs[ITEM];
    if (item->dtype != RECNN_INT64 || item->rank != 1 || item->shape[0] != scores->shape[1])
      return recnn__ops_refuse(call, ITEM, "item", "int64 (%" PRId64 "), one a column of scores",
                               scores->shape[1]);
  }
  return recnn__ops_output_scalar(call);
}

bool recnn__ops_target_check(RecnnOpCall *call) {
  int64_t n = call->inputs[SCORES]->shape[1];
  const int64_t *target = call->inputs[TARGET]->data;
  for (int64_t row = 0; row < call->inputs[SCORES]->shape[0]; row++)
    if (target[row] < 0 || target[row] >= n)
      return recnn__ops_fail(call, RECNN_ERROR_ARGUMENT,
                             "the target of row %" PRId64 " is %" PRId64
                             ", out of range: there are columns 0 to %" PRId64,
                             row, target[row], n - 1);
  return true;
}

void recnn__ops_target_mask(const RecnnOpCall *call, int64_t target, int64_t first, int64_t n,
                            float *mask) {
  const int64_t *item = call->n_inputs > ITEM ? call->inputs[ITEM]->data : NULL;
  for (int64_t j = 0; j < n; j++)
    mask[j] = (item != NULL ? item[first + j] == item[target] : first + j == target) ? 0.0f : 1.0f;
}

float recnn__ops_target_most(const RecnnOpCall *call, const float *x, int64_t target, int64_t begin,
                             int64_t end) {
  const int64_t *item = call->n_inputs > ITEM ? call->inputs[ITEM]->data : NULL;
  float most = -INFINITY;
  for (int64_t j = begin; j < end; j++)
    if (item != NULL ? item[j] != item[target] : j != target)
      most = x[j] > most ? x[j] : most;
  return most;
}

/* Weights before the division, and terms, of scores first .. first+n-1 of a row. */
static void make_piece(const RecnnOpCall *call, const Work *work, const float *x, int64_t target,
                       float most, int64_t first, int64_t n, Piece *piece) {
  recnn__ops_target_mask(call, target, first, n, piece->weight);
  if (work->loss->softmax) {
    recnn__ops_exp_below(piece->term, x + first, most, n);
    for (int64_t j = 0; j < n; j++)
      piece->weight[j] = piece->weight[j] != 0.0f ? piece->term[j] : 0.0f;
  }
  work->loss->terms(x + first, x[target], n, piece->term, piece->by_score, piece->by_target);
}

static double row_losses(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  const Work *work = data;
  int64_t n = call->inputs[SCORES]->shape[1];
  const int64_t *target = call->inputs[TARGET]->data;
  double sum = 0.0;
  Piece piece;
  for (int64_t row = begin; row < end; row++) {
    const float *x = recnn__ops_in(call, SCORES) + row * n;
    RowSums s = {recnn__ops_target_most(call, x, target[row], 0, n), 0.0, 0.0, 0.0};
    for (int64_t i = 0; i < n; i += CHUNK) {
      int64_t m = MIN(CHUNK, n - i);
      make_piece(call, work, x, target[row], s.most, i, m, &piece);
      for (int64_t j = 0; j < m; j++) {
        double weight = (double)piece.weight[j];
        s.n += weight;
        s.term += weight != 0.0 ? weight * (double)piece.term[j] : 0.0;
        s.magnitude += weight != 0.0 ? weight * (double)x[i + j] * (double)x[i + j] : 0.0;
      }
    }
    if (s.n != 0.0) { /* NaN too, which is to be seen */
      s.term /= s.n;
      s.magnitude /= s.n;
      sum += (work->loss->logarithm ? -log(s.term + TINY) : s.term) + work->penalty * s.magnitude;
    }
    work->sums[row] = s;
  }
  return sum;
}

bool recnn__ops_target_forward(RecnnOpCall *call, const RecnnOpTargetLoss *loss, double penalty) {
  int64_t n_rows = call->inputs[SCORES]->shape[0], n = call->inputs[SCORES]->shape[1];
  if (!recnn__ops_target_check(call))
    return false;
  Work work = {loss, call->host->scratch(call, (size_t)n_rows * sizeof(RowSums)), penalty};
  if (work.sums == NULL)
    return false;
  double sum = recnn__ops_sum(call, n_rows, 32 * n, row_losses, &work);
  recnn__ops_out(call)[0] = n_rows > 0 ? (float)(sum / (double)n_rows) : 0.0f;
  call->saved = work.sums;
  return true;
}

/* With w the weights, t the terms and T their weighed mean, the mean's derivative by a score x_j is
 * w_j t_j' plus, where w is a softmax of the scores, w_j (t_j - T). */
static void gradients(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  const Work *work = data;
  int64_t n = call->inputs[SCORES]->shape[1];
  const int64_t *target = call->inputs[TARGET]->data;
  double share = (double)recnn__ops_dy(call)[0] / (double)call->inputs[SCORES]->shape[0];
  float beta = call->beta[SCORES];
  Piece piece;
  for (int64_t row = begin; row < end; row++) {
    const RowSums *s = &work->sums[row];
    const float *x = recnn__ops_in(call, SCORES) + row * n;
    float *dx = recnn__ops_dx(call, SCORES) + row * n;
    double outer = work->loss->logarithm ? -1.0 / (s->term + TINY) : 1.0;
    double own = 0.0;
    for (int64_t i = 0; i < n; i += CHUNK) {
      int64_t m = MIN(CHUNK, n - i);
      make_piece(call, work, x, target[row], s->most, i, m, &piece);
      for (int64_t j = 0; j < m; j++) {
        double weight = piece.weight[j] > 0.0f ? (double)piece.weight[j] / s->n : 0.0;
        double value = (double)x[i + j], g = 0.0;
        if (weight > 0.0) {
          g = outer * (double)piece.by_score[j] + work->penalty * 2.0 * value;
          if (work->loss->softmax)
            g += outer * ((double)piece.term[j] - s->term) +
                 work->penalty * (value * value - s->magnitude);
          own += weight * outer * (double)piece.by_target[j];
        }
        RECNN_OP_PUT(dx[i + j], beta, (float)(share * weight * g));
      }
    }
    dx[target[row]] += (float)(share * own);
  }
}

bool recnn__ops_target_backward(RecnnOpCall *call, const RecnnOpTargetLoss *loss, double penalty) {
  Work work = {loss, call->saved, penalty};
  if (recnn__ops_dx(call, SCORES) != NULL)
    recnn__ops_rows(call, call->inputs[SCORES]->shape[0], 32 * call->inputs[SCORES]->shape[1],
                    gradients, &work);
  return true;
}

static const RecnnOpSampleInput all[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {4, 6}, .low = -1.5, .high = 1.5},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {4}, .low = 0, .high = 5},
};
static const RecnnOpSampleInput drawn[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {5, 9}, .low = -1.5, .high = 1.5},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {5}, .low = 0, .high = 8},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {9}, .low = 0, .high = 4},
};
const RecnnOpSample recnn__ops_target_samples[] = {
    {.name = "all items", .inputs = all, .n_inputs = 2},
    {.name = "drawn items, some of them twice", .inputs = drawn, .n_inputs = 3},
    {.name = NULL},
};
