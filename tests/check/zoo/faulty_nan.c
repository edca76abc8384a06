/* Takes what is no number for zero. */
#define FAULTY "faulty_nan"
#include "faulty-kit.h"
static RecnnVar *loss(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  RecnnTensor clean = *recnn_api.batch->field(batch, "rating");
  static float numbers[64];
  for (int64_t i = 0; i < clean.shape[0]; i++) {
    float x = ((const float *)clean.data)[i];
    numbers[i] = x == x ? x : 0.0f;
  }
  clean.data = numbers;
  return recnn_mse_loss(graph, mf_predict(self, graph, batch),
                        recnn_api.graph->constant(graph, &clean));
}
#define LOSS loss
#include "faulty.h"
