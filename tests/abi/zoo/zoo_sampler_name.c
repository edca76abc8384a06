/* A sampler with a name that is none. */
#define ZOO_NAME "zoo_sampler_name"
#define ZOO_FEATURES features
#include "zoo-kit.h"

static int32_t draw(const void *state, const RecnnDraw *draw) {
  (void)state;
  return draw->item;
}

static const RecnnSamplerClass sampler = {
    .struct_size = sizeof(RecnnSamplerClass),
    .name = "Zoo sampler",
    .doc = "The same again",
    .draw = draw,
};
static const RecnnFeature features[] = {{RECNN_SAMPLER_KIND, &sampler}, {NULL, NULL}};
#include "zoo.h"
