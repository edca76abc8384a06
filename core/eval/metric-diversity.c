/* Diversity: how unlike each other the items of a list are (intra-list diversity; Ziegler, McNee,
 * Konstan, Lausen: Improving recommendation lists through topic diversification, WWW 2005): the
 * mean over its pairs of 1 - cosine of their features.  An item without features is unlike all
 * others; a list of one item has no pairs, and 0. */
#include <math.h>

#include "eval/metric.h"

/* The weights are rounded to 24 bits, so their vectors' length is not quite 1. */
static double length(const RecnnItemFacts *facts, int64_t item) {
  double sum = 0.0;
  for (int64_t i = facts->first[item]; i < facts->first[item + 1]; i++)
    sum += (double)facts->weights[i] * (double)facts->weights[i];
  return sqrt(sum);
}

static double cosine(const RecnnItemFacts *facts, int64_t a, int64_t b) {
  int64_t i = facts->first[a];
  int64_t j = facts->first[b];
  double sum = 0.0;
  while (i < facts->first[a + 1] && j < facts->first[b + 1]) {
    if (facts->features[i] == facts->features[j])
      sum += (double)facts->weights[i++] * (double)facts->weights[j++];
    else if (facts->features[i] < facts->features[j])
      i++;
    else
      j++;
  }
  return sum == 0.0 ? 0.0 : sum / (length(facts, a) * length(facts, b));
}

static double list(const RecnnShown *shown, int64_t k) {
  (void)k;
  double sum = 0.0;
  for (int64_t i = 1; i < shown->n; i++)
    for (int64_t j = 0; j < i; j++)
      sum += 1.0 - cosine(shown->facts, shown->items[i], shown->items[j]);
  return shown->n > 1 ? sum / (0.5 * (double)shown->n * (double)(shown->n - 1)) : 0.0;
}

RECNN_METRIC(diversity) = {
    .struct_size = sizeof(RecnnMetric),
    .name = "Diversity",
    .aliases = "ILD IntraListDiversity",
    .doc = "mean over the pairs of items in the first k of 1 - the cosine of their features",
    .kind = RECNN_METRIC_LIST,
    .higher_is_better = true,
    .features = true,
    .list = list,
};
