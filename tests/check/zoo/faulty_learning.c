/* Has the sign of its loss the wrong way round. */
#define FAULTY "faulty_learning"
#include "faulty-kit.h"
static RecnnVar *loss(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  RecnnVar *sum =
      recnn_add(graph, mf_predict(self, graph, batch), recnn_input(graph, batch, "rating"));
  return recnn_mean(graph, recnn_mul(graph, sum, sum));
}
#define LOSS loss
#include "faulty.h"
