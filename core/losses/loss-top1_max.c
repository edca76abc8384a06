/* TOP1-max, with the regularisation of scores. */
#include "losses/losses-private.h"

static RecnnVar *value(const RecnnValue *values, RecnnGraph *graph, const RecnnLossInput *input) {
  (void)values;
  return recnn__loss_of_candidates(graph, "top1_max_loss", input, NULL, 0);
}

static const RecnnOption options[] = {
    {"samples", RECNN_OPTION_INT, "0", "[0,16777216]",
     "Items that are drawn for a batch, beside its targets; 0: all items are scored"},
    {NULL, 0, NULL, NULL, NULL},
};

RECNN_LOSS(top1_max) = {
    .struct_size = sizeof(RecnnLossClass),
    .name = "top1_max",
    .doc = "TOP1 with the others weighed by their softmax.",
    .paper = "Hidasi and Karatzoglou, Recurrent Neural Networks with Top-k Gains for Session-based "
             "Recommendations, CIKM 2018",
    .options = options,
    .form = RECNN_LOSS_LISTWISE,
    .value = value,
};
