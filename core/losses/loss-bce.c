/* Binary cross entropy: predictions are logits of the label. */
#include "losses/losses-private.h"

static RecnnVar *value(const RecnnValue *values, RecnnGraph *graph, const RecnnLossInput *input) {
  (void)values;
  return recnn__loss_of_two(graph, "bce_loss", input->score, input->target);
}

RECNN_LOSS(bce) = {
    .struct_size = sizeof(RecnnLossClass),
    .name = "bce",
    .doc = "The binary cross entropy of labels and the logits that are predicted.",
    .form = RECNN_LOSS_POINTWISE,
    .flags = RECNN_LOSS_LABELS,
    .value = value,
};
