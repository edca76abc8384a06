/* Computes the loss beside the graph, which then knows of no parameter. */
#define FAULTY "faulty_gradient"
#include "faulty-kit.h"
static RecnnVar *loss(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  const RecnnTensor *loss_of = recnn_tensor(mf_loss(self, graph, batch));
  return loss_of != NULL ? recnn_api.graph->constant(graph, loss_of) : NULL;
}
#define LOSS loss
#include "faulty.h"
