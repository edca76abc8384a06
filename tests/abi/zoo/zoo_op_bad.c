/* An op that computes nothing. */
#define ZOO_NAME "zoo_op_bad"
#define ZOO_FEATURES features
#include "zoo-kit.h"

static const RecnnOp hollow = {
    .struct_size = sizeof(RecnnOp),
    .name = "zoo_hollow",
    .doc = "nothing",
    .min_inputs = 1,
    .max_inputs = 1,
};
static const RecnnFeature features[] = {{RECNN_OP_KIND, &hollow}, {NULL, NULL}};
#include "zoo.h"
