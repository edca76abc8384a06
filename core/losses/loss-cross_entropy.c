/* Cross entropy over all items. */
#include "losses/losses-private.h"

static RecnnVar *value(const RecnnValue *values, RecnnGraph *graph, const RecnnLossInput *input) {
  (void)values;
  return recnn__loss_of_two(graph, "cross_entropy_loss", input->score, input->target);
}

RECNN_LOSS(cross_entropy) = {
    .struct_size = sizeof(RecnnLossClass),
    .name = "cross_entropy",
    .doc = "-log softmax, over all items, of the one that was chosen.",
    .form = RECNN_LOSS_LISTWISE,
    .value = value,
};
