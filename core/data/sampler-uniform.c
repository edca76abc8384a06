/* Every item is as likely as any other. */
#include "data/sampler.h"

static int32_t draw(const void *state, const RecnnDraw *call) {
  (void)state;
  const uint32_t *words = call->words;
  /* floor (x * n / 2^64) for a 64-bit x, by halves: as uniform as one can tell. */
  uint64_t n = (uint64_t)call->known->rows->n_items;
  return (int32_t)((words[0] * n + (words[1] * n >> 32)) >> 32);
}

RECNN_SAMPLER(uniform) = {
    .struct_size = sizeof(RecnnSamplerClass),
    .name = "uniform",
    .doc = "Every item that the user has not touched is as likely as any other.",
    .draw = draw,
};
