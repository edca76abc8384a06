/* Follows a pointer that points nowhere, in an op. */
#define FAULTY "faulty_op_crash"
#include "faulty-op-kit.h"
static bool forward(RecnnOpCall *call) {
  volatile float *nowhere = (float *)call->saved;
  return *nowhere >= 0.0f || cube_forward(call);
}
static RecnnVar *loss(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  return recnn_apply1(graph, "faulty_op_crash_cube", mf_loss(self, graph, batch), NULL, 0);
}
#define OP_FORWARD forward
#define LOSS loss
#include "faulty-op.h"
