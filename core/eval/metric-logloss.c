/* LogLoss: minus the mean log-likelihood of the labels.  Probabilities are kept 1e-15 away from 0
 * and 1, as RecBole does. */
#include <math.h>

#include "eval/metric.h"

#define LEAST 1e-15

static double row(double prediction, double target) {
  double p = fmin(fmax(prediction, LEAST), 1.0 - LEAST);
  return -(target * log(p) + (1.0 - target) * log(1.0 - p));
}

RECNN_METRIC(logloss) = {
    .struct_size = sizeof(RecnnMetric),
    .name = "LogLoss",
    .aliases = "Log_Loss BinaryCrossEntropy",
    .doc = "mean over rows of -(y log p + (1 - y) log (1 - p)), p within [1e-15, 1 - 1e-15]",
    .kind = RECNN_METRIC_VALUE,
    .higher_is_better = false,
    .labels = true,
    .probabilities = true,
    .row = row,
    .finish = recnn_metric_mean,
};
