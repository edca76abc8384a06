/* Counts its instances in a variable that all of them share, and weighs the loss by it. */
#define FAULTY "faulty_instances"
#include "faulty-kit.h"
static int live;
static RecnnStatus create(void *self, RecnnModel *model, RecnnError *error) {
  live++;
  return mf_create(self, model, error);
}
static void destroy(void *self) {
  (void)self;
  live--;
}
static RecnnVar *loss(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  return recnn_scale(graph, mf_loss(self, graph, batch), 1.0 / (double)live);
}
#define CREATE create
#define DESTROY destroy
#define LOSS loss
#include "faulty.h"
