/* MAE: the mean absolute error of predicted ratings. */
#include <math.h>

#include "eval/metric.h"

static double row(double prediction, double target) { return fabs(prediction - target); }

RECNN_METRIC(mae) = {
    .struct_size = sizeof(RecnnMetric),
    .name = "MAE",
    .doc = "mean over rows of |prediction - rating|",
    .kind = RECNN_METRIC_VALUE,
    .higher_is_better = false,
    .row = row,
    .finish = recnn_metric_mean,
};
