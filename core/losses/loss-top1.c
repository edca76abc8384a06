/* TOP1, with its regularisation of scores. */
#include "losses/losses-private.h"

static RecnnVar *value(const RecnnValue *values, RecnnGraph *graph, const RecnnLossInput *input) {
  (void)values;
  return recnn__loss_of_candidates(graph, "top1_loss", input, NULL, 0);
}

static const RecnnOption options[] = {
    {"samples", RECNN_OPTION_INT, "0", "[0,16777216]",
     "Items that are drawn for a batch, beside its targets; 0: all items are scored"},
    {NULL, 0, NULL, NULL, NULL},
};

RECNN_LOSS(top1) = {
    .struct_size = sizeof(RecnnLossClass),
    .name = "top1",
    .doc = "How far others are above the chosen item, on average, and how large their scores are.",
    .paper =
        "Hidasi et al., Session-based Recommendations with Recurrent Neural Networks, ICLR 2016",
    .options = options,
    .form = RECNN_LOSS_LISTWISE,
    .value = value,
};
