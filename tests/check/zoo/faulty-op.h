/* A plugin with an op, x -> x * x * x, of which faulty ones replace a piece: like faulty.h. */
#ifndef FAULTY_OP_H
#define FAULTY_OP_H

#include "faulty-op-kit.h"

#ifndef OP_FLAGS
#define OP_FLAGS 0
#endif
#ifndef OP_FORWARD
#define OP_FORWARD cube_forward
#endif
#ifndef OP_BACKWARD
#define OP_BACKWARD cube_backward
#endif
#ifndef OP_SAMPLES
#define OP_SAMPLES cube_samples
#endif

static const RecnnOp cube = {
    .struct_size = sizeof(RecnnOp),
    .name = FAULTY "_cube",
    .doc = "x * x * x, of any shape",
    .min_inputs = 1,
    .max_inputs = 1,
    .flags = OP_FLAGS,
    .shape = cube_shape,
    .forward = OP_FORWARD,
    .backward = OP_BACKWARD,
    .samples = OP_SAMPLES,
};
#define OP cube
#include "faulty.h"

#endif
