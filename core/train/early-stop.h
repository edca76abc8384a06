/* Early stopping: which of a row of values is the best, and when to give up.  A pure rule over
 * numbers. */
#ifndef RECNN_CORE_TRAIN_EARLY_STOP_H
#define RECNN_CORE_TRAIN_EARLY_STOP_H

#include <recnn/abi.h>

typedef struct RecnnEarlyStop {
  bool higher_is_better;
  double min_delta; /* an improvement is more than this */
  int64_t patience; /* so many validations in a row without an improvement end it; 0: never */
  bool has_best;
  double best;
  int64_t waited; /* validations since the last improvement */
} RecnnEarlyStop;

void recnn_early_stop_init(RecnnEarlyStop *stop, bool higher_is_better, double min_delta,
                           int64_t patience);
/* Takes the next value; true when it is an improvement: the first number always, then what is
 * better than the best by more than min_delta.  A value equal to the best is none, and NaN never
 * is. */
bool recnn_early_stop_observe(RecnnEarlyStop *stop, double value);
bool recnn_early_stop_is_over(const RecnnEarlyStop *stop);

#endif
