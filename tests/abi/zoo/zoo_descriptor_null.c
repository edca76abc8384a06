/* Offers nothing under a good kind. */
#define ZOO_NAME "zoo_descriptor_null"
#define ZOO_FEATURES features
#include "zoo-kit.h"

static const RecnnFeature features[] = {{RECNN_MODEL_KIND, NULL}, {NULL, NULL}};
#include "zoo.h"
