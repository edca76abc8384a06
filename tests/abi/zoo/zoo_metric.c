/* A metric of lists without the function. */
#define ZOO_NAME "zoo_metric"
#define ZOO_FEATURES features
#include "zoo-kit.h"

static const RecnnMetric metric = {
    .struct_size = sizeof(RecnnMetric),
    .name = "ZooMetric",
    .doc = "Nothing",
    .kind = RECNN_METRIC_LIST,
};
static const RecnnFeature features[] = {{RECNN_METRIC_KIND, &metric}, {NULL, NULL}};
#include "zoo.h"
