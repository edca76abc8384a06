/* Has no mistake, and an op. */
#define FAULTY "faulty_op_nothing"
#include "faulty-op.h"
