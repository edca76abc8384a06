/* A mean over the items shown, of which there may be none. */
#include <recnn/plugin.h>

static double list(const RecnnShown *shown, int64_t k) {
  double sum = 0.0;
  (void)k;
  for (int64_t i = 0; i < shown->n; i++)
    sum += (double)shown->facts->count[shown->items[i]];
  return sum / (double)shown->n;
}

static const RecnnMetric metric = {
    .struct_size = sizeof(RecnnMetric),
    .name = "FaultyMetric",
    .doc = "The mean of the counts of the items shown",
    .kind = RECNN_METRIC_LIST,
    .list = list,
};
static const RecnnFeature features[] = {{RECNN_METRIC_KIND, &metric}, {NULL, NULL}};
RECNN_PLUGIN("faulty_metric", "1.0.0", "Apache-2.0", "Divides by nothing", features);
