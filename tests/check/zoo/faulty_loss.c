/* Returns a loss for each row, where one for the batch is asked. */
#define FAULTY "faulty_loss"
#include "faulty-kit.h"
static RecnnVar *loss(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  RecnnVar *off =
      recnn_sub(graph, mf_predict(self, graph, batch), recnn_input(graph, batch, "rating"));
  return recnn_mul(graph, off, off);
}
#define LOSS loss
#include "faulty.h"
