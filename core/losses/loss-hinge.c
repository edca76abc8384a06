/* The hinge of a pair: max (0, margin - (positive - negative)). */
#include "losses/losses-private.h"

static RecnnVar *value(const RecnnValue *values, RecnnGraph *graph, const RecnnLossInput *input) {
  const RecnnAttr margin = recnn_attr_float("offset", values[0].as.f);
  RecnnVar *above = recnn__loss_of_two(graph, "sub", input->negative, input->score);
  RecnnVar *missing = recnn_graph_apply(graph, "shift", &above, 1, &margin, 1);
  RecnnVar *cut = recnn_graph_apply(graph, "relu", &missing, 1, NULL, 0);
  return recnn_graph_apply(graph, "mean", &cut, 1, NULL, 0);
}

static const RecnnOption options[] = {
    {"margin", RECNN_OPTION_FLOAT, "1", "[0,inf)", "By how much it is to be above"},
    {NULL, 0, NULL, NULL, NULL},
};

RECNN_LOSS(hinge) = {
    .struct_size = sizeof(RecnnLossClass),
    .name = "hinge",
    .doc = "What the chosen item lacks of being above the other by a margin.",
    .paper =
        "Weston, Bengio, Usunier, WSABIE: Scaling Up to Large Vocabulary Image Annotation, IJCAI "
        "2011",
    .options = options,
    .form = RECNN_LOSS_PAIRWISE,
    .value = value,
};
