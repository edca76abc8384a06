/* A format that cannot read. */
#define ZOO_NAME "zoo_format"
#define ZOO_FEATURES features
#include "zoo-kit.h"

static const RecnnFormatClass format = {
    .struct_size = sizeof(RecnnFormatClass),
    .name = "zoo_format",
    .doc = "Nothing",
    .looks_for = "nothing",
};
static const RecnnFeature features[] = {{RECNN_FORMAT_KIND, &format}, {NULL, NULL}};
#include "zoo.h"
