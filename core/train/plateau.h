/* A smaller learning rate when the validation metric stands still: the rule of PyTorch's
 * ReduceLROnPlateau (relative threshold, no cooldown), over numbers alone. */
#ifndef RECNN_CORE_TRAIN_PLATEAU_H
#define RECNN_CORE_TRAIN_PLATEAU_H

#include <recnn/abi.h>

typedef struct RecnnPlateau {
  bool higher_is_better;
  double factor;    /* the learning rate is multiplied by this */
  int64_t patience; /* so many validations in a row without an improvement are borne */
  bool has_best;
  double best;
  int64_t waited;
} RecnnPlateau;

void recnn_plateau_init(RecnnPlateau *plateau, bool higher_is_better, double factor,
                        int64_t patience);
/* Takes the next value and returns the learning rate to go on with: `learning_rate`, or less after
 * more than `patience` values that were no better than the best by a ten-thousandth of it. */
double recnn_plateau_observe(RecnnPlateau *plateau, double value, double learning_rate);

#endif
