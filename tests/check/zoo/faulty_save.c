/* Keeps a number that its scores depend on where no file takes it from. */
#define FAULTY "faulty_save"
#include "faulty-kit.h"
static RecnnVar *loss(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  RecnnVar *value = mf_loss(self, graph, batch);
  ((Mf *)(uintptr_t)self)->number = 0.5; /* learnt, says the author */
  return value;
}
static RecnnVar *score(const void *self, RecnnGraph *graph, const RecnnBatch *batch,
                       RecnnVar *items) {
  return recnn_scale(graph, mf_score(self, graph, batch, items), 1.0 + ((const Mf *)self)->number);
}
#define LOSS loss
#define SCORE score
#include "faulty.h"
