/* An op that wants something of the host that only later ones know. */
#define ZOO_NAME "zoo_op_flags"
#define ZOO_FEATURES features
#include "zoo-kit.h"

static bool nothing(RecnnOpCall *call) {
  (void)call;
  return false;
}
static const RecnnOp cube = {
    .struct_size = sizeof(RecnnOp),
    .name = "zoo_cube",
    .doc = "x * x * x",
    .min_inputs = 1,
    .max_inputs = 1,
    .flags = UINT32_C(0x8000),
    .shape = nothing,
    .forward = nothing,
};
static const RecnnFeature features[] = {{RECNN_OP_KIND, &cube}, {NULL, NULL}};
#include "zoo.h"
