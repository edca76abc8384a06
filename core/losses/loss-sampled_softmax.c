/* Cross entropy whose softmax is estimated from drawn items. */
#include "losses/losses-private.h"

static RecnnVar *value(const RecnnValue *values, RecnnGraph *graph, const RecnnLossInput *input) {
  if (input->n_drawn == 0)
    return recnn__loss_of_two(graph, "cross_entropy_loss", input->score, input->target);
  (void)values;
  const RecnnAttr attrs[2] = {
      recnn_attr_int("first", recnn_graph_tensor(input->item)->shape[0] - input->n_drawn),
      recnn_attr_float("expected", (double)input->n_drawn / (double)input->n_items)};
  return recnn__loss_of_candidates(graph, "candidate_softmax_loss", input, attrs, 2);
}

static const RecnnOption options[] = {
    {"samples", RECNN_OPTION_INT, "1024", "[0,16777216]",
     "Items that are drawn for a batch, beside its targets; 0: all items are scored"},
    {NULL, 0, NULL, NULL, NULL},
};

RECNN_LOSS(sampled_softmax) = {
    .struct_size = sizeof(RecnnLossClass),
    .name = "sampled_softmax",
    .doc = "Cross entropy over all items, estimated from some that are drawn.",
    .paper =
        "Jean et al., On using very large target vocabulary for neural machine translation, ACL "
        "2015",
    .options = options,
    .form = RECNN_LOSS_LISTWISE,
    .value = value,
};
