/* Bayesian personalised ranking. */
#include "losses/losses-private.h"

static RecnnVar *value(const RecnnValue *values, RecnnGraph *graph, const RecnnLossInput *input) {
  (void)values;
  return recnn__loss_of_two(graph, "bpr_loss", input->score, input->negative);
}

RECNN_LOSS(bpr) = {
    .struct_size = sizeof(RecnnLossClass),
    .name = "bpr",
    .doc = "-log sigmoid of how far the chosen item is above the other.",
    .paper = "Rendle et al., BPR: Bayesian Personalized Ranking from Implicit Feedback, UAI 2009",
    .form = RECNN_LOSS_PAIRWISE,
    .value = value,
};
