/* UserAUC: AUC among each user's own labelled rows, users weighted by their rows, as Zhu et al.
 * (Optimized Cost per Click in Taobao Display Advertising, KDD 2017) define GAUC.  Users whose rows
 * all have one label have no AUC and do not count; LibRecommender
 * gives them 0.  NaN where that is everybody. */
#include "base/error.h"
#include "base/memory.h"
#include "eval/auc.h"

#define USER_SHIFT 33 /* the key of a row has 33 bits */

/* `counts_all`: users without an AUC have one of 0. */
static RecnnStatus measure(const RecnnValues *values, bool counts_all, double *ret_value,
                           RecnnError *error) {
  size_t n = (size_t)values->n;
  GError *problem = NULL;
  uint64_t *keys = recnn_memory_new(2 * n, sizeof *keys, "predictions to sort", &problem);
  if (keys == NULL)
    return recnn_error_take(error, problem);
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
    if (pairs > 0.0)
      sum += right / pairs * (double)(end - first);
    if (pairs > 0.0 || counts_all)
      rows += end - first;
    first = end;
  }
  *ret_value = sum / (double)rows;
  recnn_memory_free(keys);
  return RECNN_OK;
}

static RecnnStatus all(const RecnnValues *values, double *ret_value, RecnnError *error) {
  return measure(values, false, ret_value, error);
}

static RecnnStatus all_users(const RecnnValues *values, double *ret_value, RecnnError *error) {
  return measure(values, true, ret_value, error);
}

#define NAMES .name = "UserAUC", .aliases = "ROC_GAUC"

RECNN_METRIC(user_auc) = {
    .struct_size = sizeof(RecnnMetric),
    NAMES,
    .doc = "mean over users of AUC among their own rows, weighted by their number",
    .kind = RECNN_METRIC_VALUE,
    .higher_is_better = true,
    .labels = true,
    .all = all,
};

RECNN_METRIC(user_auc_of_all) = {
    .struct_size = sizeof(RecnnMetric),
    NAMES,
    .doc = "the same, with 0 for users whose rows all have one label",
    .profiles = "librecommender",
    .kind = RECNN_METRIC_VALUE,
    .higher_is_better = true,
    .labels = true,
    .all = all_users,
};
