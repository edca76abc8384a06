/* A model's encodings of the items as their features, for metrics that compare items. */
#include <math.h>

#include "base/memory.h"
#include "eval/item-facts.h"

static void set_row(const float *from, int64_t width, int32_t *features, float *weights) {
  double sum = 0.0;
  for (int64_t x = 0; x < width; x++)
    sum += (double)from[x] * (double)from[x];
  double scale = sum > 0.0 ? 1.0 / sqrt(sum) : 0.0;
  for (int64_t x = 0; x < width; x++) {
    features[x] = (int32_t)x;
    weights[x] = (float)((double)from[x] * scale);
  }
}

bool recnn_item_facts_set_embeddings(RecnnItemFacts *facts, RecnnRanker *ranker, GError **error) {
  int64_t width;
  const float *encoded = recnn_ranker_encodings(ranker, &width, error);
  if (encoded == NULL)
    return false;
  size_t n = (size_t)facts->n_items;
  if (facts->weights == NULL) {
    const char what[] = "the embeddings of items";
    facts->first = recnn_memory_new(n + 1, sizeof *facts->first, what, error);
    if (facts->first != NULL)
      facts->features = recnn_memory_new(n * (size_t)width, sizeof *facts->features, what, error);
    if (facts->features != NULL)
      facts->weights = recnn_memory_new(n * (size_t)width, sizeof *facts->weights, what, error);
    if (facts->weights == NULL)
      return false;
  }
  int64_t *first = (int64_t *)facts->first;
  for (int64_t i = 0; i <= facts->n_items; i++)
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): it is there where the weights are */
    first[i] = i * width;
  for (int64_t i = 0; i < facts->n_items; i++)
    set_row(encoded + i * width, width, (int32_t *)facts->features + i * width,
            (float *)facts->weights + i * width);
  return true;
}
