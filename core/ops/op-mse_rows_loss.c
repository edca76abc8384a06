/* Squared error of x over all items against sparse targets t: the sum of x^2 over all items, and
 * what the row's own change in it, t^2 - 2 t x. */
#include "kernels/vector.h"
#include "ops/ops-private.h"

static double row_loss(const float *x, int64_t n, const int64_t *item, const float *value,
                       int64_t k) {
  double sum = recnn_vector_square_sum(x, n);
  for (int64_t j = 0; j < k; j++)
    sum += (double)value[j] * ((double)value[j] - 2.0 * (double)x[item[j]]);
  return sum;
}

RECNN_CLONES
static void row_gradient(float *g, float beta, float share, const float *x, int64_t n,
                         const int64_t *item, const float *value, int64_t k) {
  for (int64_t i = 0; i < n; i++)
    RECNN_OP_PUT(g[i], beta, 2.0f * share * x[i]);
  for (int64_t j = 0; j < k; j++)
    g[item[j]] -= 2.0f * share * value[j];
}

static const RecnnOpRowsLoss loss = {row_loss, row_gradient, true};

static bool forward(RecnnOpCall *call) { return recnn__ops_rows_loss_forward(call, &loss); }
static bool backward(RecnnOpCall *call) { return recnn__ops_rows_loss_backward(call, &loss); }

RECNN_OP(mse_rows_loss) = {
    .struct_size = sizeof(RecnnOp),
    .name = "mse_rows_loss",
    .doc = "(x - t)^2 of predictions x (B, items) and the sparse targets t row_start, row_item, "
           "row_value (0 where a row has no entry), an item at most once a row: a scalar",
    .min_inputs = 4,
    .max_inputs = 4,
    .attrs = recnn__ops_rows_loss_attrs,
    .flags = RECNN_OP_BETA,
    .shape = recnn__ops_rows_loss_shape,
    .forward = forward,
    .backward = backward,
    .samples = recnn__ops_rows_loss_samples,
};
