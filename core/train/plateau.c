/* The rule of plateau.h. */
#include <math.h>

#include "train/plateau.h"

#define THRESHOLD 1e-4     /* of the best value */
#define SMALLEST_STEP 1e-8 /* a change of the learning rate below this is not worth making */

void recnn_plateau_init(RecnnPlateau *plateau, bool higher_is_better, double factor,
                        int64_t patience) {
  *plateau =
      (RecnnPlateau){.higher_is_better = higher_is_better, .factor = factor, .patience = patience};
}

double recnn_plateau_observe(RecnnPlateau *plateau, double value, double learning_rate) {
  bool better;
  if (isnan(value))
    better = false;
  else if (!plateau->has_best)
    better = true;
  else if (plateau->higher_is_better)
    better = value > plateau->best * (1.0 + THRESHOLD);
  else
    better = value < plateau->best * (1.0 - THRESHOLD);
  if (better) {
    plateau->has_best = true;
    plateau->best = value;
    plateau->waited = 0;
    return learning_rate;
  }
  if (++plateau->waited <= plateau->patience)
    return learning_rate;
  plateau->waited = 0;
  double lower = learning_rate * plateau->factor;
  return learning_rate - lower > SMALLEST_STEP ? lower : learning_rate;
}
