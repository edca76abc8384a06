/* Follows a pointer that points nowhere, as soon as it is trained. */
#define FAULTY "faulty_crash"
#include "faulty-kit.h"
static RecnnVar *loss(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  volatile double *nowhere = (double *)((const Mf *)self)->memory;
  return recnn_scale(graph, mf_loss(self, graph, batch), *nowhere);
}
#define LOSS loss
#include "faulty.h"
