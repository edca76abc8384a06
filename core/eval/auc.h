/* The area under the ROC curve, for the metrics that take one of rows. */
#ifndef RECNN_CORE_EVAL_AUC_H
#define RECNN_CORE_EVAL_AUC_H

#include "eval/metric.h"

/* A key for a row: larger for a larger prediction, the same for the same, label in bit 0. */
uint64_t recnn__auc_key(float prediction, float target);

/* The same keys ascending.  `scratch` is as long as `keys`; the result is in either. */
uint64_t *recnn__auc_sort(uint64_t *keys, uint64_t *scratch, int64_t n);

/* Of rows with ascending keys: the sum over pairs of a row with label 1 and one with label 0 of 1
 * where the first has the higher prediction and 1/2 where they are equal; and the number of pairs,
 * 0 where all have one label. */
double recnn__auc_pairs(const uint64_t *sorted, int64_t n, double *ret_pairs);

#endif
