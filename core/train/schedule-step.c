/* A factor after every so many epochs: PyTorch's StepLR. */
#include <math.h>

#include "train/schedule.h"

static const RecnnOption options[] = {
    {"every", RECNN_OPTION_INT, "10", "[1,inf)", "Epochs between two steps"},
    {"factor", RECNN_OPTION_FLOAT, "0.1", "(0,1]", "What the learning rate is multiplied by"},
    {NULL, 0, NULL, NULL, NULL}};

static double factor(const RecnnOptions *set, RecnnScheduleTime time) {
  int64_t steps = time.batch / time.epoch_batches / recnn_options_int(set, "every");
  return pow(recnn_options_float(set, "factor"), (double)steps);
}

RECNN_SCHEDULE(step) = {
    .name = "step",
    .doc = "Multiplied by a factor after every so many epochs, as PyTorch's StepLR does",
    .options = options,
    .factor = factor,
};
