/* Writes the gradient over what is there instead of adding. */
#define FAULTY "faulty_op_accumulation"
#include "faulty-op-kit.h"
static bool backward(RecnnOpCall *call) {
  float *dx = (float *)call->input_grads[0].data;
  for (int64_t i = 0, n = cube_count(call->output); dx != NULL && i < n; i++)
    dx[i] = 0.0f;
  return cube_add(call, 1.0f);
}
#define OP_BACKWARD backward
#include "faulty-op.h"
