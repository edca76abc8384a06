/* Binary cross entropy of logits x over all items against sparse targets t: the sum of softplus (x)
 * over all items minus the sum of t x over the row's, so no dense target is made. */
#include "kernels/vecmath.h"
#include "ops/ops-private.h"

#define CHUNK 256

static double row_loss(const float *x, int64_t n, const int64_t *item, const float *value,
                       int64_t k) {
  float buffer[CHUNK];
  double sum = 0.0;
  for (int64_t i = 0; i < n; i += CHUNK) {
    int64_t m = MIN(CHUNK, n - i);
    recnn_vector_softplus(buffer, x + i, m);
    sum += recnn__ops_lane_sum(buffer, m);
  }
  for (int64_t j = 0; j < k; j++)
    sum -= (double)value[j] * (double)x[item[j]];
  return sum;
}

RECNN_CLONES
static void row_gradient(float *g, float beta, float share, const float *x, int64_t n,
                         const int64_t *item, const float *value, int64_t k) {
  float buffer[CHUNK];
  for (int64_t i = 0; i < n; i += CHUNK) {
    int64_t m = MIN(CHUNK, n - i);
    recnn_vector_sigmoid(buffer, x + i, m);
    for (int64_t j = 0; j < m; j++)
      RECNN_OP_PUT(g[i + j], beta, share * buffer[j]);
  }
  for (int64_t j = 0; j < k; j++)
    g[item[j]] -= share * value[j];
}

static const RecnnOpRowsLoss loss = {row_loss, row_gradient, true};

static bool forward(RecnnOpCall *call) { return recnn__ops_rows_loss_forward(call, &loss); }
static bool backward(RecnnOpCall *call) { return recnn__ops_rows_loss_backward(call, &loss); }

RECNN_OP(bce_rows_loss) = {
    .struct_size = sizeof(RecnnOp),
    .name = "bce_rows_loss",
    .doc = "Binary cross entropy of sigmoid (logits (B, items)) and the sparse targets row_start, "
           "row_item, row_value (0 where a row has no entry): a scalar",
    .min_inputs = 4,
    .max_inputs = 4,
    .attrs = recnn__ops_rows_loss_attrs,
    .flags = RECNN_OP_BETA,
    .shape = recnn__ops_rows_loss_shape,
    .forward = forward,
    .backward = backward,
    .samples = recnn__ops_rows_loss_samples,
};
