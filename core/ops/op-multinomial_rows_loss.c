/* Multinomial negative log-likelihood of a row's items under softmax over all items: with t the
 * row's values, the sum of t times log sum exp (x), minus the sum of t x (Liang, Krishnan, Hoffman,
 * Jebara: Variational autoencoders for collaborative filtering, WWW 2018). */
#include <math.h>

#include "ops/ops-private.h"

#define CHUNK 256

static double row_loss(const float *x, int64_t n, const int64_t *item, const float *value,
                       int64_t k) {
  float most = recnn__ops_largest(x, n);
  double log_sum = (double)most + log(recnn__ops_exp_sum(x, most, n));
  double loss = 0.0;
  for (int64_t j = 0; j < k; j++)
    loss += (double)value[j] * (log_sum - (double)x[item[j]]);
  return loss;
}

RECNN_CLONES
static void row_gradient(float *g, float beta, float share, const float *x, int64_t n,
                         const int64_t *item, const float *value, int64_t k) {
  float buffer[CHUNK];
  float most = recnn__ops_largest(x, n);
  double total = 0.0;
  for (int64_t j = 0; j < k; j++)
    total += (double)value[j];
  float factor = (float)((double)share * total / recnn__ops_exp_sum(x, most, n));
  for (int64_t i = 0; i < n; i += CHUNK) {
    int64_t m = MIN(CHUNK, n - i);
    recnn__ops_exp_below(buffer, x + i, most, m);
    for (int64_t j = 0; j < m; j++)
      RECNN_OP_PUT(g[i + j], beta, factor * buffer[j]);
  }
  for (int64_t j = 0; j < k; j++)
    g[item[j]] -= share * value[j];
}

static const RecnnOpRowsLoss loss = {row_loss, row_gradient, false};

static bool forward(RecnnOpCall *call) { return recnn__ops_rows_loss_forward(call, &loss); }
static bool backward(RecnnOpCall *call) { return recnn__ops_rows_loss_backward(call, &loss); }

RECNN_OP(multinomial_rows_loss) = {
    .struct_size = sizeof(RecnnOp),
    .name = "multinomial_rows_loss",
    .doc = "Minus the log-likelihood of the sparse targets row_start, row_item, row_value under "
           "softmax (logits (B, items)), summed over a row's items: a scalar, the mean over rows",
    .min_inputs = 4,
    .max_inputs = 4,
    .attrs = recnn__ops_rows_loss_attrs,
    .flags = RECNN_OP_BETA,
    .shape = recnn__ops_rows_loss_shape,
    .forward = forward,
    .backward = backward,
    .samples = recnn__ops_rows_loss_samples,
};
