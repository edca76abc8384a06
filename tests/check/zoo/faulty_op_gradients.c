/* Forgets a factor in the gradient. */
#define FAULTY "faulty_op_gradients"
#include "faulty-op-kit.h"
static bool backward(RecnnOpCall *call) { return cube_add(call, 2.0f / 3.0f); }
#define OP_BACKWARD backward
#include "faulty-op.h"
