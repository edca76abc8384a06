/* Reads the first element of what has none. */
#define FAULTY "faulty_op_empty"
#include "faulty-op-kit.h"
static bool forward(RecnnOpCall *call) {
  if (cube_count(call->output) == 0)
    return call->host->fail(call, RECNN_ERROR_DATA, "there is no first element");
  return cube_forward(call);
}
#define OP_FORWARD forward
#include "faulty-op.h"
