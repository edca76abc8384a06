/* The plan of a split: its options, their checks, and its description. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "data/split-private.h"

#define AUDIT_OPTION                                                                               \
  {                                                                                                \
    "audit", RECNN_OPTION_CHOICE, "warn", "off|warn|error",                                        \
        "What is done about leaks: nothing, a message, or an error."                               \
  }

static const RecnnOption split_table[] = {
    {"given", RECNN_OPTION_BOOL, "false", NULL,
     "The parts in which the data came; the default where it came in parts and nothing is set."},
    {"ratio", RECNN_OPTION_FLOAT_LIST, "0.8,0.1,0.1", "[0,1]",
     "The shares of train, valid and test; they sum to 1."},
    {"leave_one_out", RECNN_OPTION_BOOL, "false", NULL,
     "A user's last interaction is for test, the one before for valid, the others for train; users "
     "with fewer than 3 stay in train."},
    {"cut", RECNN_OPTION_FLOAT_LIST, "0", NULL,
     "Points in time: from the last on is test, from the first of two on valid, before is train."},
    {"group_by", RECNN_OPTION_CHOICE, "user", "user|none|whole_user",
     "What is split: each user's interactions by themselves, all of them together, or the users, "
     "of whom some are held out as a whole."},
    {"fold_in", RECNN_OPTION_FLOAT, "0.8", "(0,1)",
     "For whole_user: the share of a held-out user's interactions that is known about him."},
    {"order", RECNN_OPTION_CHOICE, "random", "random|time",
     "The order that is cut; leave_one_out goes by time unless this is set."},
    {"seed", RECNN_OPTION_INT, "42", "[0,inf)", "Of the random order."},
    AUDIT_OPTION,
    {NULL, 0, NULL, NULL, NULL},
};

const RecnnOption *recnn_split_options(void) { return split_table; }

static const RecnnOption fold_table[] = {
    {"k", RECNN_OPTION_INT, "5", "[2,1000]", "How many folds; each is the test part once."},
    {"valid", RECNN_OPTION_BOOL, "false", NULL,
     "The fold behind the test part's is for validation; otherwise nothing is."},
    {"group_by", RECNN_OPTION_CHOICE, "user", "user|none|whole_user",
     "What is dealt out: each user's interactions by themselves, all of them together, or users."},
    {"fold_in", RECNN_OPTION_FLOAT, "0.8", "(0,1)",
     "For whole_user: the share of a held-out user's interactions that is known about him."},
    {"order", RECNN_OPTION_CHOICE, "random", "random|time",
     "For whole_user: which of a held-out user's interactions are known, any or the first."},
    {"seed", RECNN_OPTION_INT, "42", "[0,inf)", "Of the random order."},
    AUDIT_OPTION,
    {NULL, 0, NULL, NULL, NULL},
};

const RecnnOption *recnn_fold_options(void) { return fold_table; }

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

static bool read_cut(RecnnSplitPlan *plan, const RecnnOptions *options, GError **error) {
  const RecnnValue *cut = recnn_options_get(options, "cut");
  g_autofree char *text = recnn_options_text(options, "cut");
  if (cut->count < 1 || cut->count > 2)
    return recnn_error_set(error, RECNN_ERROR_OPTION,
                           "split: cut %s: expected one or two points in time, got %d", text,
                           cut->count);
  plan->has_valid_cut = cut->count == 2;
  plan->cut[0] = cut->as.floats[0];
  plan->cut[1] = cut->as.floats[cut->count - 1];
  if (plan->has_valid_cut && !(plan->cut[0] < plan->cut[1]))
    return recnn_error_set(error, RECNN_ERROR_OPTION,
                           "split: cut %s: expected the second time to be later", text);
  plan->group = RECNN_BY_NONE;
  plan->by_time = true;
  return true;
}

static bool refuse_both(const char *a, const char *b, GError **error) {
  return recnn_error_set(error, RECNN_ERROR_OPTION,
                         "split: %s and %s exclude each other; set one of them", a, b);
}

/* Whether the given parts are asked for, or are what there is when nothing is. */
static bool read_given(RecnnSplitPlan *plan, const RecnnOptions *options,
                       const RecnnDataset *dataset, GError **error) {
  const char *other = NULL;
  for (const RecnnOption *o = split_table; o->name; o++)
    if (strcmp(o->name, "given") != 0 && strcmp(o->name, "audit") != 0 &&
        recnn_options_is_set(options, o->name))
      other = o->name;
  bool asked = recnn_options_bool(options, "given");
  if (asked && other)
    return refuse_both("given", other, error);
  if (asked && !dataset->given_part)
    return recnn_error_set(error, RECNN_ERROR_DATA,
                           "split: given: expected data that came in parts, %s came in one piece",
                           dataset->source);
  if (asked || (dataset->given_part && !other && !recnn_options_is_set(options, "given")))
    plan->kind = RECNN_SPLIT_GIVEN;
  return true;
}

/* Data in the order of time without saying when goes by the file's order. */
static bool check_time(const RecnnSplitPlan *plan, const RecnnDataset *dataset, GError **error) {
  if (!plan->by_time || dataset->timestamp || (dataset->ordered && plan->group != RECNN_BY_NONE))
    return true;
  bool by_user = dataset->ordered && plan->kind != RECNN_SPLIT_CUT;
  return recnn_error_set(
      error, RECNN_ERROR_DATA, "split: %s needs timestamps, which %s does not have%s",
      plan->kind == RECNN_SPLIT_LEAVE_ONE_OUT ? "leave_one_out"
      : plan->kind == RECNN_SPLIT_CUT         ? "cut"
                                              : "order time",
      dataset->source,
      by_user ? " (it is in the order of time by user only: set group_by user)" : "");
}

static bool is_word(const RecnnOptions *options, const char *name, const char *word) {
  return strcmp(recnn_options_string(options, name), word) == 0;
}

static void read_groups(RecnnSplitPlan *plan, const RecnnOptions *options) {
  plan->group = (RecnnSplitGroup)recnn_options_get(options, "group_by")->as.i;
  plan->by_time = is_word(options, "order", "time");
  plan->fold_in = recnn_options_float(options, "fold_in");
  plan->seed = (uint64_t)recnn_options_int(options, "seed");
}

static bool check_fold_in(const RecnnSplitPlan *plan, const RecnnOptions *options, GError **error) {
  if (plan->group == RECNN_BY_WHOLE_USER || !recnn_options_is_set(options, "fold_in"))
    return true;
  return recnn_error_set(error, RECNN_ERROR_OPTION,
                         "split: fold_in is for users who are held out: set group_by whole_user");
}

/* What leave_one_out and cut leave no choice of. */
static bool check_kind(const RecnnSplitPlan *plan, const RecnnOptions *options, GError **error) {
  const char *kind = plan->kind == RECNN_SPLIT_CUT ? "cut" : "leave_one_out";
  if (recnn_options_is_set(options, "ratio"))
    return refuse_both("ratio", kind, error);
  if (plan->kind == RECNN_SPLIT_CUT && recnn_options_is_set(options, "group_by") &&
      !is_word(options, "group_by", "none"))
    return recnn_error_set(error, RECNN_ERROR_OPTION,
                           "split: group_by %s: cut is of all interactions together",
                           recnn_options_string(options, "group_by"));
  if (plan->kind == RECNN_SPLIT_CUT && recnn_options_is_set(options, "order") &&
      !is_word(options, "order", "time"))
    return recnn_error_set(error, RECNN_ERROR_OPTION, "split: order random: cut goes by time");
  if (plan->kind == RECNN_SPLIT_LEAVE_ONE_OUT && plan->group != RECNN_BY_USER)
    return recnn_error_set(error, RECNN_ERROR_OPTION,
                           "split: group_by %s: leave_one_out goes by user",
                           recnn_options_string(options, "group_by"));
  return true;
}

bool recnn__split_plan(RecnnSplitPlan *plan, const RecnnOptions *options,
                       const RecnnDataset *dataset, GError **error) {
  plan->audit = (RecnnAuditPolicy)recnn_options_get(options, "audit")->as.i;
  if (!read_given(plan, options, dataset, error))
    return false;
  if (plan->kind == RECNN_SPLIT_GIVEN)
    return true;
  bool leave_one_out = recnn_options_bool(options, "leave_one_out");
  bool cut = recnn_options_is_set(options, "cut");
  if (leave_one_out && cut)
    return refuse_both("cut", "leave_one_out", error);
  read_groups(plan, options);
  if (!check_fold_in(plan, options, error))
    return false;
  if (cut || leave_one_out) {
    plan->kind = cut ? RECNN_SPLIT_CUT : RECNN_SPLIT_LEAVE_ONE_OUT;
    if (!check_kind(plan, options, error) || (cut && !read_cut(plan, options, error)))
      return false;
    plan->by_time = plan->by_time || !recnn_options_is_set(options, "order");
  } else if (!read_ratio(plan, options, error)) {
    return false;
  }
  return check_time(plan, dataset, error);
}

bool recnn__split_plan_fold(RecnnSplitPlan *plan, const RecnnOptions *options, int64_t fold,
                            const RecnnDataset *dataset, GError **error) {
  plan->kind = RECNN_SPLIT_FOLD;
  plan->audit = (RecnnAuditPolicy)recnn_options_get(options, "audit")->as.i;
  plan->k = recnn_options_int(options, "k");
  plan->fold = fold;
  plan->valid_fold = recnn_options_bool(options, "valid");
  read_groups(plan, options);
  if (plan->group != RECNN_BY_WHOLE_USER && plan->by_time)
    return recnn_error_set(error, RECNN_ERROR_OPTION,
                           "folds: order time is for group_by whole_user: folds are random");
  if (plan->valid_fold && plan->k < 3)
    return recnn_error_set(error, RECNN_ERROR_OPTION,
                           "folds: k %d: expected at least 3 with valid, one is for train",
                           (int)plan->k);
  return check_fold_in(plan, options, error) && check_time(plan, dataset, error);
}

static char *describe_cut(const RecnnSplitPlan *plan) {
  char valid[G_ASCII_DTOSTR_BUF_SIZE], test[G_ASCII_DTOSTR_BUF_SIZE];
  g_ascii_formatd(valid, sizeof valid, "%.17g", plan->cut[0]);
  g_ascii_formatd(test, sizeof test, "%.17g", plan->cut[1]);
  return plan->has_valid_cut ? g_strdup_printf("cut at the times %s and %s", valid, test)
                             : g_strdup_printf("cut at the time %s", test);
}

static char *describe_what(const RecnnSplitPlan *plan) {
  if (plan->kind == RECNN_SPLIT_LEAVE_ONE_OUT)
    return g_strdup("leave one out");
  if (plan->kind == RECNN_SPLIT_FOLD)
    return g_strdup_printf("fold %d of %d%s", (int)plan->fold + 1, (int)plan->k,
                           plan->valid_fold ? ", the next for valid," : "");
  char share[RECNN_N_PARTS][G_ASCII_DTOSTR_BUF_SIZE];
  for (int p = 0; p < RECNN_N_PARTS; p++)
    g_ascii_formatd(share[p], sizeof share[p], "%.9g", plan->share[p]);
  return g_strdup_printf("ratio %s:%s:%s", share[RECNN_TRAIN], share[RECNN_VALID],
                         share[RECNN_TEST]);
}

char *recnn__split_describe(const RecnnSplitPlan *plan) {
  static const char *const groups[] = {"by user", "of all interactions", "of whole users"};
  if (plan->kind == RECNN_SPLIT_GIVEN)
    return g_strdup("the parts that the data came in");
  if (plan->kind == RECNN_SPLIT_CUT)
    return describe_cut(plan);
  g_autofree char *what = describe_what(plan);
  bool whole = plan->group == RECNN_BY_WHOLE_USER;
  GString *text = g_string_new(NULL);
  g_string_printf(text, "%s %s", what, groups[plan->group]);
  if (whole) {
    char share[G_ASCII_DTOSTR_BUF_SIZE];
    g_string_append_printf(text, ", fold-in %s",
                           g_ascii_formatd(share, sizeof share, "%.9g", plan->fold_in));
  }
  g_string_append_printf(text, ", %s order", plan->by_time ? "time" : "random");
  if (!plan->by_time || whole)
    g_string_append_printf(text, ", seed %" G_GUINT64_FORMAT, plan->seed);
  return g_string_free(text, FALSE);
}
