/* RMSE: the root of the mean squared error of predicted ratings. */
#include <math.h>

#include "eval/metric.h"

static double row(double prediction, double target) {
  return (prediction - target) * (prediction - target);
}

static double finish(double sum, int64_t n) { return sqrt(sum / (double)n); }

RECNN_METRIC(rmse) = {
    .struct_size = sizeof(RecnnMetric),
    .name = "RMSE",
    .doc = "square root of the mean over rows of (prediction - rating)^2",
    .kind = RECNN_METRIC_VALUE,
    .higher_is_better = false,
    .row = row,
    .finish = finish,
};
