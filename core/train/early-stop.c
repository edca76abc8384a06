/* The rule of early-stop.h. */
#include <math.h>

#include "train/early-stop.h"

void recnn_early_stop_init(RecnnEarlyStop *stop, bool higher_is_better, double min_delta,
                           int64_t patience) {
  *stop = (RecnnEarlyStop){
      .higher_is_better = higher_is_better, .min_delta = min_delta, .patience = patience};
}

bool recnn_early_stop_observe(RecnnEarlyStop *stop, double value) {
  double gain = stop->higher_is_better ? value - stop->best : stop->best - value;
  bool improved = !isnan(value) && (!stop->has_best || gain > stop->min_delta);
  if (improved) {
    stop->has_best = true;
    stop->best = value;
    stop->waited = 0;
  } else {
    stop->waited++;
  }
  return improved;
}

bool recnn_early_stop_is_over(const RecnnEarlyStop *stop) {
  return stop->patience > 0 && stop->waited >= stop->patience;
}
