/* Every item is as likely as any other. */
#include "base/rng.h"
#include "data/sampler.h"

static int32_t draw(const void *state, const RecnnPart *part, int32_t user, uint64_t seed,
                    uint64_t stream, uint64_t counter) {
  (void)state;
  (void)user;
  uint32_t words[4];
  recnn_philox(seed, stream, counter, words);
  /* floor (x * n / 2^64) for a 64-bit x, by halves: as uniform as one can tell. */
  uint64_t n = (uint64_t)part->rows.n_items;
  return (int32_t)((words[0] * n + (words[1] * n >> 32)) >> 32);
}

RECNN_SAMPLER(uniform) = {
    .name = "uniform",
    .doc = "Every item that the user has not touched is as likely as any other.",
    .draw = draw,
};
