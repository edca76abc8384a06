/* A factor after every epoch: PyTorch's ExponentialLR. */
#include <math.h>

#include "train/schedule.h"

static const RecnnOption options[] = {{"factor", RECNN_OPTION_FLOAT, "0.95", "(0,1]",
                                       "What the learning rate is multiplied by after an epoch"},
                                      {NULL, 0, NULL, NULL, NULL}};

static double factor(const RecnnOptions *set, RecnnScheduleTime time) {
  const int64_t epochs = time.batch / time.epoch_batches; /* whole ones */
  return pow(recnn_options_float(set, "factor"), (double)epochs);
}

RECNN_SCHEDULE(exponential) = {
    .name = "exponential",
    .doc = "Multiplied by a factor after every epoch, as PyTorch's ExponentialLR does",
    .options = options,
    .factor = factor,
};
