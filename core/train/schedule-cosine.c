/* Half a cosine down from 1 (Loshchilov and Hutter, SGDR, ICLR 2017, without restarts): PyTorch's
 * CosineAnnealingLR, by epochs or smoothly by batches. */
#include <math.h>

#include "train/schedule.h"

static const double pi = 3.14159265358979323846;

enum { EPOCH, BATCH };

static const RecnnOption options[] = {
    {"epochs", RECNN_OPTION_INT, "0", "[0,inf)", "How long it takes; 0: to the training's end"},
    {"min", RECNN_OPTION_FLOAT, "0", "[0,1]", "The factor at the end"},
    {"by", RECNN_OPTION_CHOICE, "epoch", "epoch|batch", "When the rate changes"},
    {NULL, 0, NULL, NULL, NULL}};

static int64_t length(const RecnnOptions *set, RecnnScheduleTime time) {
  int64_t epochs = recnn_options_int(set, "epochs");
  return epochs > 0 ? epochs * time.epoch_batches : MAX(time.rest, 1);
}

static double factor(const RecnnOptions *set, RecnnScheduleTime time) {
  double min = recnn_options_float(set, "min");
  int64_t at = MIN(time.batch, length(set, time));
  if (recnn_options_get(set, "by")->as.i == EPOCH)
    at -= at % time.epoch_batches;
  return min + (1.0 - min) * 0.5 * (1.0 + cos(pi * (double)at / (double)length(set, time)));
}

RECNN_SCHEDULE(cosine) = {
    .name = "cosine",
    .doc = "Half a cosine down, as PyTorch's CosineAnnealingLR has it",
    .options = options,
    .factor = factor,
    .length = length,
};
