/* The mean squared error of ratings. */
#include "losses/losses-private.h"

static RecnnVar *value(const RecnnValue *values, RecnnGraph *graph, const RecnnLossInput *input) {
  (void)values;
  return recnn__loss_of_two(graph, "mse_loss", input->score, input->target);
}

RECNN_LOSS(mse) = {
    .struct_size = sizeof(RecnnLossClass),
    .name = "mse",
    .doc = "The mean square of what predictions are off ratings by.",
    .form = RECNN_LOSS_POINTWISE,
    .value = value,
};
