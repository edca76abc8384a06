/* UserAUC: AUC among each user's own labelled rows, users weighted by their rows, as Zhu et al.
 * (Optimized Cost per Click in Taobao Display Advertising, KDD 2017) define GAUC.  Users whose rows
 * all have one label have no AUC and do not count.  NaN where that is everybody. */
#include "base/memory.h"
#include "eval/auc.h"

#define USER_SHIFT 33 /* the key of a row has 33 bits */

static bool all(const RecnnValues *values, double *ret_value, GError **error) {
  size_t n = (size_t)values->n;
  uint64_t *keys = recnn_memory_new(2 * n, sizeof *keys, "predictions to sort", error);
  if (keys == NULL)
    return false;
  for (int64_t i = 0; i < values->n; i++)
    keys[i] = (uint64_t)values->users[i] << USER_SHIFT |
              recnn__auc_key(values->predictions[i], values->targets[i]);
  const uint64_t *sorted = recnn__auc_sort(keys, keys + n, values->n);
  double sum = 0.0;
  int64_t rows = 0;
  for (int64_t first = 0; first < values->n;) {
    int64_t end = first + 1;
    while (end < values->n && sorted[end] >> USER_SHIFT == sorted[first] >> USER_SHIFT)
      end++;
    double pairs;
    double right = recnn__auc_pairs(sorted + first, end - first, &pairs);
    if (pairs > 0.0) {
      sum += right / pairs * (double)(end - first);
      rows += end - first;
    }
    first = end;
  }
  *ret_value = sum / (double)rows;
  recnn_memory_free(keys);
  return true;
}

RECNN_METRIC(user_auc) = {
    .name = "UserAUC",
    .doc = "mean over users of AUC among their own rows, weighted by their number",
    .kind = RECNN_METRIC_VALUE,
    .higher_is_better = true,
    .labels = true,
    .all = all,
};
