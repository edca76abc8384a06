/* BPR-max, with the regularisation of scores. */
#include "losses/losses-private.h"

static RecnnVar *value(const RecnnValue *values, RecnnGraph *graph, const RecnnLossInput *input) {
  const RecnnAttr regularization = recnn_attr_float("regularization", values[1].as.f);
  return recnn__loss_of_candidates(graph, "bpr_max_loss", input, &regularization, 1);
}

static const RecnnOption options[] = {
    {"samples", RECNN_OPTION_INT, "0", "[0,16777216]",
     "Items that are drawn for a batch, beside its targets; 0: all items are scored"},
    {"regularization", RECNN_OPTION_FLOAT, "1", "[0,inf)",
     "Factor of the mean square of the others' scores, weighed likewise (the paper's lambda)"},
    {NULL, 0, NULL, NULL, NULL},
};

RECNN_LOSS(bpr_max) = {
    .struct_size = sizeof(RecnnLossClass),
    .name = "bpr_max",
    .doc = "BPR of the chosen item and all others at once, weighed by the others' softmax.",
    .paper = "Hidasi and Karatzoglou, Recurrent Neural Networks with Top-k Gains for Session-based "
             "Recommendations, CIKM 2018",
    .options = options,
    .form = RECNN_LOSS_LISTWISE,
    .value = value,
};
