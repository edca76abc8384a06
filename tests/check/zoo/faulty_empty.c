/* Divides by the number of rows, whatever that is. */
#define FAULTY "faulty_empty"
#include "faulty-kit.h"
static RecnnVar *loss(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  RecnnVar *off =
      recnn_sub(graph, mf_predict(self, graph, batch), recnn_input(graph, batch, "rating"));
  static _Thread_local float each; /* borrowed until the reset */
  each = 1.0f / (float)recnn_api.batch->size(batch);
  RecnnTensor scalar = {&each, RECNN_FLOAT32, 0, {0}, {0}};
  RecnnVar *sum = recnn_sum(graph, recnn_mul(graph, off, off));
  return recnn_mul(graph, sum, recnn_api.graph->constant(graph, &scalar));
}
#define LOSS loss
#include "faulty.h"
