/* Items by how often they were chosen: count ^ alpha. */
#include <math.h>

#include "base/alias.h"
#include "base/memory.h"
#include "base/rng.h"
#include "data/sampler.h"

static void *create(const RecnnPart *part, const RecnnOptions *options, GError **error) {
  const RecnnInteractions *rows = &part->rows;
  double alpha = recnn_options_float(options, "alpha");
  double *weights =
      recnn_memory_new0((size_t)rows->n_items, sizeof *weights, "the popularity of items", error);
  if (!weights)
    return NULL;
  for (int64_t r = 0; r < rows->n; r++)
    weights[rows->item[r]] += 1.0;
  for (int64_t i = 0; i < rows->n_items; i++)
    weights[i] = pow(weights[i], alpha);
  RecnnAlias *alias = recnn_alias_new(weights, rows->n_items, "the popularity of items", error);
  recnn_memory_free(weights);
  return alias;
}

static void destroy(void *state) { recnn_alias_free(state); }

static int32_t draw(const void *state, const RecnnPart *part, int32_t user, uint64_t seed,
                    uint64_t stream, uint64_t counter) {
  (void)part;
  (void)user;
  uint32_t words[4];
  recnn_philox(seed, stream, counter, words);
  return (int32_t)recnn_alias_draw(state, words);
}

static const RecnnOption options[] = {
    {"alpha", RECNN_OPTION_FLOAT, "1", "[0,16]",
     "Power of the count; 0: every item is as likely as any other."},
    {NULL, 0, NULL, NULL, NULL},
};

RECNN_SAMPLER(popularity) = {
    .name = "popularity",
    .doc = "An item that the user has not touched is as likely as the power alpha of how often it "
           "was chosen.",
    .options = options,
    .create = create,
    .destroy = destroy,
    .draw = draw,
};
