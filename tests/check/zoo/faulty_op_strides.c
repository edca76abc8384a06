/* Says that it takes any strides, and reads as if there were none. */
#define FAULTY "faulty_op_strides"
#define OP_FLAGS RECNN_OP_STRIDED
#include "faulty-op.h"
