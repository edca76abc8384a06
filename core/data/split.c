/* Splits: the parts together, and their life.  What is asked for is read in split-plan.c, what goes
 * where is decided in split-assign.c. */
#include "base/error.h"
#include "base/log.h"
#include "base/memory.h"
#include "data/audit.h"
#include "data/split-private.h"

/* Only train must not be empty, and test where the split is for one. */
static bool check_parts(const RecnnSplit *split, const RecnnSplitPlan *plan, GError **error) {
  const RecnnDataset *d = split->dataset;
  if (split->part[RECNN_TRAIN].rows.n == 0)
    return recnn_error_set(error, RECNN_ERROR_DATA,
                           "split: train would be empty: %s has %" G_GINT64_FORMAT " interactions",
                           d->source, d->n);
  if (split->part[RECNN_TEST].rows.n > 0)
    return true;
  if (plan->kind == RECNN_SPLIT_LEAVE_ONE_OUT)
    return recnn_error_set(error, RECNN_ERROR_DATA,
                           "split: leave_one_out: no user of %s has 3 interactions or more",
                           d->source);
  bool wanted = plan->kind == RECNN_SPLIT_CUT || plan->kind == RECNN_SPLIT_FOLD ||
                (plan->kind == RECNN_SPLIT_RATIO && plan->share[RECNN_TEST] > 0);
  return !wanted ||
         recnn_error_set(error, RECNN_ERROR_DATA,
                         "split: %s: test would be empty: %s has %" G_GINT64_FORMAT
                         " interactions of %d users",
                         split->description, d->source, d->n, (int)recnn_dataset_n_users(d));
}

static bool fill_parts(RecnnSplit *split, const RecnnSplitPlan *plan, GError **error) {
  const RecnnDataset *dataset = split->dataset;
  bool given = plan->kind == RECNN_SPLIT_GIVEN;
  uint8_t *own = given ? NULL : recnn_memory_new((size_t)dataset->n, 1, "a split's labels", error);
  bool ok = given || (own && recnn__split_assign(dataset, plan, own, error));
  const uint8_t *label = given ? dataset->given_part : own;
  for (int p = 0; ok && p < RECNN_N_PARTS; p++)
    ok = recnn__part_fill(&split->part[p], dataset, label, p, error);
  if (ok && plan->group == RECNN_BY_WHOLE_USER) {
    ok = recnn__part_fill(&split->fold_in, dataset, label, RECNN_FOLD_IN, error);
    split->part[RECNN_VALID].fold_in = split->part[RECNN_TEST].fold_in = &split->fold_in;
  }
  recnn_memory_free(own);
  return ok && check_parts(split, plan, error);
}

/* What the split says of time, and whether that and all else is so. */
static bool check_leaks(RecnnSplit *split, const RecnnSplitPlan *plan, GError **error) {
  split->by_time = plan->by_time;
  split->by_global_time = plan->by_time && plan->group == RECNN_BY_NONE;
  split->audit_policy = plan->audit;
  if (plan->audit == RECNN_AUDIT_OFF)
    return true;
  split->audit = recnn_audit_new(split, error);
  g_autofree char *leaks = split->audit ? recnn_audit_leaks(split->audit) : NULL;
  if (!leaks)
    return split->audit != NULL;
  return recnn_split_object(split, leaks, error);
}

bool recnn_split_object(const RecnnSplit *split, const char *leaks, GError **error) {
  if (split->audit_policy == RECNN_AUDIT_ERROR)
    return recnn_error_set(error, RECNN_ERROR_DATA, "audit of %s (%s): %s", split->dataset->name,
                           split->description, leaks);
  if (split->audit_policy == RECNN_AUDIT_WARN)
    recnn_log(RECNN_LOG_WARNING, "audit", "%s (%s): %s", split->dataset->name, split->description,
              leaks);
  return true;
}

static RecnnSplit *split_new(RecnnDataset *dataset, const RecnnSplitPlan *plan, GError **error) {
  RecnnSplit *split = g_new0(RecnnSplit, 1);
  split->dataset = recnn_dataset_ref(dataset);
  split->ref_count = 1;
  split->description = recnn__split_describe(plan);
  if (fill_parts(split, plan, error) && check_leaks(split, plan, error))
    return split;
  return recnn_split_unref(split);
}

RecnnSplit *recnn_split_new(RecnnDataset *dataset, const RecnnOptions *options, GError **error) {
  RecnnOptions *defaults =
      options ? NULL : recnn_options_new(recnn_split_options(), "split", error);
  if (!options && !defaults)
    return NULL;
  RecnnSplitPlan plan = {0};
  bool ok = recnn__split_plan(&plan, options ? options : defaults, dataset, error);
  recnn_options_free(defaults);
  return ok ? split_new(dataset, &plan, error) : NULL;
}

RecnnSplit *recnn_split_new_fold(RecnnDataset *dataset, const RecnnOptions *options, int64_t fold,
                                 GError **error) {
  g_return_val_if_fail(fold >= 0 && fold < recnn_options_int(options, "k"), NULL);
  RecnnSplitPlan plan = {0};
  return recnn__split_plan_fold(&plan, options, fold, dataset, error)
             ? split_new(dataset, &plan, error)
             : NULL;
}

RecnnSplit *recnn_split_ref(RecnnSplit *split) {
  g_atomic_int_inc(&split->ref_count);
  return split;
}

RecnnSplit *recnn_split_unref(RecnnSplit *split) {
  if (!split || !g_atomic_int_dec_and_test(&split->ref_count))
    return NULL;
  for (int p = 0; p < RECNN_N_PARTS; p++)
    recnn__part_clear(&split->part[p]);
  recnn__part_clear(&split->fold_in);
  recnn_audit_free(split->audit);
  recnn_dataset_unref(split->dataset);
  g_free(split->description);
  g_free(split);
  return NULL;
}
