/* What the losses share: the mark, and ops applied to a few values. */
#ifndef RECNN_CORE_LOSSES_PRIVATE_H
#define RECNN_CORE_LOSSES_PRIVATE_H

#include "graph/graph.h"
#include "losses/losses.h"

/* An op of two inputs and no attributes, such as a pair of scores or a prediction and its target.
 */
static inline RecnnVar *recnn__loss_of_two(RecnnGraph *graph, const char *op, RecnnVar *a,
                                           RecnnVar *b) {
  RecnnVar *inputs[2] = {a, b};
  return recnn_graph_apply(graph, op, inputs, 2, NULL, 0);
}

/* An op of scores, the column that was chosen, and where some are drawn the candidates' items. */
static inline RecnnVar *recnn__loss_of_candidates(RecnnGraph *graph, const char *op,
                                                  const RecnnLossInput *input,
                                                  const RecnnAttr *attrs, int32_t n_attrs) {
  RecnnVar *inputs[3] = {input->score, input->target, input->item};
  return recnn_graph_apply(graph, op, inputs, input->item != NULL ? 3 : 2, attrs, n_attrs);
}

#endif
