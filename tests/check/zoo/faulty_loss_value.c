/* A plugin with a loss that forgets its scores: it hands back a constant. */
#include <recnn/plugin.h>

static RecnnVar *value(const RecnnValue *options, RecnnGraph *graph, const RecnnLossInput *input) {
  static const float number = 0.5f;
  const RecnnTensor scalar = {(void *)&number, RECNN_FLOAT32, 0, {0}, {0}};
  (void)options;
  (void)input;
  return recnn_api.graph->constant(graph, &scalar);
}

static const RecnnLossClass loss = {
    .struct_size = sizeof(RecnnLossClass),
    .name = "faulty_loss_value",
    .doc = "A constant.",
    .form = RECNN_LOSS_PAIRWISE,
    .value = value,
};

static const RecnnFeature features[] = {{RECNN_LOSS_KIND, &loss}, {NULL, NULL}};
RECNN_PLUGIN("faulty_loss_value", "1.0.0", "Apache-2.0", "A loss that is none", features);
