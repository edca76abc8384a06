/* A straight line up to 1, batch by batch: PyTorch's LinearLR. */
#include "train/schedule.h"

static const RecnnOption options[] = {
    {"epochs", RECNN_OPTION_FLOAT, "1", "(0,inf)", "How long it takes"},
    {"batches", RECNN_OPTION_INT, "0", "[0,inf)", "The same in batches; 0: epochs says it"},
    {"start", RECNN_OPTION_FLOAT, "0.1", "[0,1]", "The factor of the first batch"},
    {NULL, 0, NULL, NULL, NULL}};

static int64_t length(const RecnnOptions *set, RecnnScheduleTime time) {
  int64_t batches = recnn_options_int(set, "batches");
  double epochs = recnn_options_float(set, "epochs");
  return batches > 0 ? batches : MAX((int64_t)(epochs * (double)time.epoch_batches), 1);
}

static double factor(const RecnnOptions *set, RecnnScheduleTime time) {
  double start = recnn_options_float(set, "start");
  int64_t total = length(set, time);
  return start + (1.0 - start) * (double)MIN(time.batch, total) / (double)total;
}

RECNN_SCHEDULE(warmup) = {
    .name = "warmup",
    .doc = "A straight line up, batch by batch, as PyTorch's LinearLR has it",
    .options = options,
    .factor = factor,
    .length = length,
};
