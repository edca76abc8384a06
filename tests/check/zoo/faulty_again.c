/* Lets the number of its calls have a say, over all instances. */
#define FAULTY "faulty_again"
#include "faulty-kit.h"
static RecnnVar *loss(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  static int calls;
  return recnn_scale(graph, mf_loss(self, graph, batch), 1.0 + 1e-3 * (double)(calls++ % 100));
}
#define LOSS loss
#include "faulty.h"
