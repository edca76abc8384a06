/* A good model, and an op under the name of another plugin's: neither may stay. */
#define ZOO_NAME "zoo_op_taken"
#define ZOO_FEATURES features
#include "zoo-kit.h"

static bool nothing(RecnnOpCall *call) {
  (void)call;
  return false;
}
static const RecnnModelClass good = ZOO_CLASS("zoo_op_taken", ZOO_NO_OPTIONS);
static const RecnnOp square = {
    .struct_size = sizeof(RecnnOp),
    .name = "zoo_square",
    .doc = "another square",
    .min_inputs = 1,
    .max_inputs = 1,
    .shape = nothing,
    .forward = nothing,
};
static const RecnnFeature features[] = {
    {RECNN_MODEL_KIND, &good}, {RECNN_OP_KIND, &square}, {NULL, NULL}};
#include "zoo.h"
