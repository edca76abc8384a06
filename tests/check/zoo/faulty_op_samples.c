/* Brings an op and nothing to try it on. */
#define FAULTY "faulty_op_samples"
#define OP_SAMPLES NULL
#include "faulty-op.h"
