/* Never comes back. */
#define FAULTY "faulty_hang"
#include "faulty-kit.h"
static RecnnVar *loss(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  for (volatile int i = 0; i >= 0; i = (i + 1) % 1000)
    ;
  return mf_loss(self, graph, batch);
}
#define LOSS loss
#include "faulty.h"
