/* AUC: the probability that a row with label 1 has a higher prediction than a row with label 0,
 * over all rows of all users.  Equal predictions count half, as the trapezoids under the ROC curve
 * have it.  NaN where all rows have one label. */
#include "base/error.h"
#include "base/memory.h"
#include "eval/auc.h"

static RecnnStatus all(const RecnnValues *values, double *ret_value, RecnnError *error) {
  size_t n = (size_t)values->n;
  GError *problem = NULL;
  uint64_t *keys = recnn_memory_new(2 * n, sizeof *keys, "predictions to sort", &problem);
  if (keys == NULL)
    return recnn_error_take(error, problem);
  for (int64_t i = 0; i < values->n; i++)
    keys[i] = recnn__auc_key(values->predictions[i], values->targets[i]);
  double pairs;
  double right = recnn__auc_pairs(recnn__auc_sort(keys, keys + n, values->n), values->n, &pairs);
  *ret_value = right / pairs;
  recnn_memory_free(keys);
  return RECNN_OK;
}

RECNN_METRIC(auc) = {
    .struct_size = sizeof(RecnnMetric),
    .name = "AUC",
    .aliases = "ROC_AUC",
    .doc = "share of the pairs of a row with label 1 and one with label 0 in which the first has "
           "the higher prediction; ties count 1/2",
    .kind = RECNN_METRIC_VALUE,
    .higher_is_better = true,
    .labels = true,
    .all = all,
};
