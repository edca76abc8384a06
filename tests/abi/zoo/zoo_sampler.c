/* A sampler that cannot draw. */
#define ZOO_NAME "zoo_sampler"
#define ZOO_FEATURES features
#include "zoo-kit.h"

static const RecnnSamplerClass sampler = {
    .struct_size = sizeof(RecnnSamplerClass),
    .name = "zoo_sampler",
    .doc = "Nothing",
};
static const RecnnFeature features[] = {{RECNN_SAMPLER_KIND, &sampler}, {NULL, NULL}};
#include "zoo.h"
