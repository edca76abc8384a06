/* Draws numbers of its own instead of the host's. */
#define FAULTY "faulty_op_draws"
#include "faulty-op-kit.h"
static bool forward(RecnnOpCall *call) {
  static uint32_t state = 1;
  cube_forward(call);
  state = state * 1664525u + 1013904223u;
  if (call->training && cube_count(call->output) > 0)
    ((float *)call->output->data)[0] += (float)(state >> 24) * 1e-4f;
  return true;
}
#define OP_FORWARD forward
#include "faulty-op.h"
