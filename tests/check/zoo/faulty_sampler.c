/* Draws one item too many. */
#include <recnn/plugin.h>

static int32_t draw(const void *state, const RecnnDraw *call) {
  (void)state;
  return (int32_t)(call->words[0] % (uint64_t)(call->known->rows->n_items + 1));
}

static const RecnnSamplerClass sampler = {
    .struct_size = sizeof(RecnnSamplerClass),
    .name = "faulty_sampler",
    .doc = "Any item, and one that there is not.",
    .draw = draw,
};
static const RecnnFeature features[] = {{RECNN_SAMPLER_KIND, &sampler}, {NULL, NULL}};
RECNN_PLUGIN("faulty_sampler", "1.0.0", "Apache-2.0", "Counts wrongly", features);
