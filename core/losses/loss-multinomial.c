/* The multinomial likelihood of a row of items. */
#include "losses/losses-private.h"

static RecnnVar *value(const RecnnValue *values, RecnnGraph *graph, const RecnnLossInput *input) {
  (void)values;
  RecnnVar *inputs[4] = {input->score, input->row_start, input->row_item, input->row_value};
  return recnn_graph_apply(graph, "multinomial_rows_loss", inputs, 4, NULL, 0);
}

RECNN_LOSS(multinomial) = {
    .struct_size = sizeof(RecnnLossClass),
    .name = "multinomial",
    .doc = "-log softmax, over all items, of those that a row has.",
    .paper = "Liang et al., Variational Autoencoders for Collaborative Filtering, WWW 2018",
    .form = RECNN_LOSS_ROWS,
    .value = value,
};
