/* Splits: the options, their checks, and the parts together.  What goes where is decided in
 * split-assign.c. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "data/split-private.h"

static const RecnnOption options_table[] = {
    {"given", RECNN_OPTION_BOOL, "false", NULL,
     "The parts in which the data came; the default where it came in parts and nothing is set."},
    {"ratio", RECNN_OPTION_FLOAT_LIST, "0.8,0.1,0.1", "[0,1]",
     "The shares of train, valid and test; they sum to 1."},
    {"leave_one_out", RECNN_OPTION_BOOL, "false", NULL,
     "A user's last interaction is for test, the one before for valid, the others for train; users "
     "with fewer than 3 stay in train."},
    {"group_by", RECNN_OPTION_CHOICE, "user", "user|none",
     "What is split by itself: each user's interactions, or all of them together."},
    {"order", RECNN_OPTION_CHOICE, "random", "random|time",
     "The order that is cut; leave_one_out always goes by time."},
    {"seed", RECNN_OPTION_INT, "42", "[0,inf)", "Of the random order."},
    {NULL, 0, NULL, NULL, NULL},
};

const RecnnOption *recnn_split_options(void) { return options_table; }

static bool read_ratio(RecnnSplitPlan *plan, const RecnnOptions *options, GError **error) {
  const RecnnValue *ratio = recnn_options_get(options, "ratio");
  g_autofree char *text = recnn_options_text(options, "ratio");
  if (ratio->count != RECNN_N_PARTS)
    return recnn_error_set(error, RECNN_ERROR_OPTION,
                           "split: ratio %s: expected 3 shares (train, valid, test), got %d", text,
                           ratio->count);
  double sum = 0;
  for (int p = 0; p < RECNN_N_PARTS; p++)
    sum += plan->share[p] = ratio->as.floats[p];
  if (fabs(sum - 1) > 1e-6) {
    char number[G_ASCII_DTOSTR_BUF_SIZE];
    return recnn_error_set(error, RECNN_ERROR_OPTION,
                           "split: ratio %s: expected shares that sum to 1, these sum to %s", text,
                           g_ascii_formatd(number, sizeof number, "%.7g", sum));
  }
  if (!(plan->share[RECNN_TRAIN] > 0))
    return recnn_error_set(error, RECNN_ERROR_OPTION,
                           "split: ratio %s: expected a share for train that is more than 0", text);
  return true;
}

/* Whether the given parts are asked for, or are what there is when nothing is. */
static bool read_given(RecnnSplitPlan *plan, const RecnnOptions *options,
                       const RecnnDataset *dataset, GError **error) {
  const char *other = NULL;
  for (const RecnnOption *o = options_table; o->name; o++)
    if (strcmp(o->name, "given") != 0 && recnn_options_is_set(options, o->name))
      other = o->name;
  bool asked = recnn_options_bool(options, "given");
  if (asked && other)
    return recnn_error_set(error, RECNN_ERROR_OPTION,
                           "split: given and %s exclude each other; set one of them", other);
  if (asked && !dataset->given_part)
    return recnn_error_set(error, RECNN_ERROR_DATA,
                           "split: given: expected data that came in parts, %s came in one piece",
                           dataset->source);
  plan->given = asked || (dataset->given_part && !other && !recnn_options_is_set(options, "given"));
  return true;
}

/* Data in the order of time without saying when goes by the file's order. */
static bool check_time(const RecnnSplitPlan *plan, const RecnnDataset *dataset, GError **error) {
  if (!plan->by_time || dataset->timestamp || (dataset->ordered && plan->by_user))
    return true;
  return recnn_error_set(
      error, RECNN_ERROR_DATA, "split: %s needs timestamps, which %s does not have%s",
      plan->leave_one_out ? "leave_one_out" : "order time", dataset->source,
      dataset->ordered ? " (it is in the order of time by user only: set group_by user)" : "");
}

static bool read_plan(RecnnSplitPlan *plan, const RecnnOptions *options,
                      const RecnnDataset *dataset, GError **error) {
  if (!read_given(plan, options, dataset, error))
    return false;
  if (plan->given)
    return true;
  plan->leave_one_out = recnn_options_bool(options, "leave_one_out");
  plan->by_user = strcmp(recnn_options_string(options, "group_by"), "user") == 0;
  plan->by_time = strcmp(recnn_options_string(options, "order"), "time") == 0;
  plan->seed = (uint64_t)recnn_options_int(options, "seed");
  if (plan->leave_one_out) {
    if (recnn_options_is_set(options, "ratio"))
      return recnn_error_set(error, RECNN_ERROR_OPTION,
                             "split: ratio and leave_one_out exclude each other; set one of them");
    if (!plan->by_user)
      return recnn_error_set(error, RECNN_ERROR_OPTION,
                             "split: group_by none: leave_one_out goes by user");
    if (!plan->by_time && recnn_options_is_set(options, "order"))
      return recnn_error_set(error, RECNN_ERROR_OPTION,
                             "split: order random: leave_one_out goes by time");
    plan->by_time = true;
  } else if (!read_ratio(plan, options, error)) {
    return false;
  }
  return check_time(plan, dataset, error);
}

static char *describe(const RecnnSplitPlan *plan) {
  if (plan->given)
    return g_strdup("the parts that the data came in");
  if (plan->leave_one_out)
    return g_strdup("leave one out by user, time order");
  char share[RECNN_N_PARTS][G_ASCII_DTOSTR_BUF_SIZE];
  for (int p = 0; p < RECNN_N_PARTS; p++)
    g_ascii_formatd(share[p], sizeof share[p], "%.9g", plan->share[p]);
  g_autofree char *seed =
      plan->by_time ? NULL : g_strdup_printf(", seed %" G_GUINT64_FORMAT, plan->seed);
  return g_strdup_printf("ratio %s:%s:%s %s, %s order%s", share[RECNN_TRAIN], share[RECNN_VALID],
                         share[RECNN_TEST], plan->by_user ? "by user" : "of all interactions",
                         plan->by_time ? "time" : "random", seed ? seed : "");
}

/* Only train must not be empty, but a leave-one-out that leaves nobody out is a mistake as well. */
static bool check_parts(const RecnnSplit *split, const RecnnSplitPlan *plan, GError **error) {
  if (split->part[RECNN_TRAIN].rows.n == 0)
    return recnn_error_set(error, RECNN_ERROR_DATA,
                           "split: train would be empty: %s has %" G_GINT64_FORMAT " interactions",
                           split->dataset->source, split->dataset->n);
  if (plan->leave_one_out && split->part[RECNN_TEST].rows.n == 0)
    return recnn_error_set(error, RECNN_ERROR_DATA,
                           "split: leave_one_out: no user of %s has 3 interactions or more",
                           split->dataset->source);
  return true;
}

static bool fill_parts(RecnnSplit *split, const RecnnSplitPlan *plan, GError **error) {
  const RecnnDataset *dataset = split->dataset;
  uint8_t *own =
      plan->given ? NULL : recnn_memory_new((size_t)dataset->n, 1, "a split's labels", error);
  bool ok = plan->given || (own && recnn__split_assign(dataset, plan, own, error));
  const uint8_t *label = plan->given ? dataset->given_part : own;
  for (int p = 0; ok && p < RECNN_N_PARTS; p++)
    ok = recnn__part_fill(&split->part[p], dataset, label, p, error);
  recnn_memory_free(own);
  return ok && check_parts(split, plan, error);
}

RecnnSplit *recnn_split_new(RecnnDataset *dataset, const RecnnOptions *options, GError **error) {
  RecnnOptions *defaults = options ? NULL : recnn_options_new(options_table, "split", error);
  if (!options && !defaults)
    return NULL;
  RecnnSplitPlan plan = {0};
  bool ok = read_plan(&plan, options ? options : defaults, dataset, error);
  recnn_options_free(defaults);
  if (!ok)
    return NULL;
  RecnnSplit *split = g_new0(RecnnSplit, 1);
  split->dataset = recnn_dataset_ref(dataset);
  split->ref_count = 1;
  split->description = describe(&plan);
  return fill_parts(split, &plan, error) ? split : recnn_split_unref(split);
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
  recnn_dataset_unref(split->dataset);
  g_free(split->description);
  g_free(split);
  return NULL;
}
