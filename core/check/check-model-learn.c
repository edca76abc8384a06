/* A model that cannot learn a dozen rows by heart has a mistake somewhere.  What is learnt depends
 * on what it is trained on: the next item, the user's items, the liked one of a pair, ratings,
 * labels. */
#include <math.h>
#include <string.h>

#include "check/subject-private.h"

enum { STEPS = 50, ROUNDS = 12 };
#define ENOUGH 0.9

/* Each of these gives the share of what is right, from 0 to 1. */

/* Rows whose best item is the target. */
static double targets(const RecnnBatch *batch, const float *scores) {
  const int64_t *target = recnn_batch_field(batch, "target")->data;
  int64_t n = recnn_batch_size(batch), right = 0;
  for (int64_t row = 0; row < n; row++) {
    const float *of_row = scores + row * SUBJECT_ITEMS;
    bool best = true;
    for (int64_t i = 0; i < SUBJECT_ITEMS; i++)
      best = best && (i == target[row] || of_row[i] < of_row[target[row]]);
    right += best;
  }
  return (double)right / (double)n;
}

/* Pairs of an item that is in the row and one that is not, in their order; or, for a model that
 * only restores what is there, pairs of two items of the row in the order of their values. */
static double rows(const RecnnBatch *batch, const float *scores) {
  const int64_t *start = recnn_batch_field(batch, "row_start")->data;
  const int64_t *item = recnn_batch_field(batch, "row_item")->data;
  const float *value = recnn_batch_field(batch, "row_value")->data;
  int64_t n[2] = {0, 0}, right[2] = {0, 0};
  for (int64_t row = 0; row < recnn_batch_size(batch); row++) {
    float own[SUBJECT_ITEMS] = {0.0f};
    const float *of_row = scores + row * SUBJECT_ITEMS;
    for (int64_t i = start[row]; i < start[row + 1]; i++)
      own[item[i]] = value[i];
    for (int64_t a = 0; a < SUBJECT_ITEMS; a++)
      for (int64_t b = 0; b < SUBJECT_ITEMS; b++)
        if (own[a] > own[b]) {
          n[own[b] > 0.0f]++;
          right[own[b] > 0.0f] += of_row[a] > of_row[b];
        }
  }
  return fmax((double)right[0] / (double)n[0], (double)right[1] / (double)n[1]);
}

/* Rows whose item is above the negative one, for the row's user. */
static double pairs(const RecnnBatch *batch, const float *scores) {
  const int64_t *item = recnn_batch_field(batch, "item")->data;
  const int64_t *negative = recnn_batch_field(batch, "neg_item")->data;
  int64_t n = recnn_batch_size(batch), right = 0;
  for (int64_t row = 0; row < n; row++)
    right += scores[row * SUBJECT_ITEMS + item[row]] > scores[row * SUBJECT_ITEMS + negative[row]];
  return (double)right / (double)n;
}

/* Rows with different values of `field` whose predictions are in the same order. */
static double ordered(const RecnnBatch *batch, const char *field, const float *predicted) {
  const float *value = recnn_batch_field(batch, field)->data;
  int64_t n = 0, right = 0;
  for (int64_t a = 0; a < recnn_batch_size(batch); a++)
    for (int64_t b = 0; b < recnn_batch_size(batch); b++)
      if (value[a] > value[b]) {
        n++;
        right += predicted[a] > predicted[b];
      }
  return n > 0 ? (double)right / (double)n : 1.0;
}

/* What is right, or -1 after an error; NAN where there is nothing to tell it by. */
static double measure(RecnnTrial *trial, Subject *subject, const RecnnBatch *batch,
                      const char **ret_what) {
  const RecnnModelClass *c = subject->model_class;
  const char *const *fields = c->train_fields;
  bool by_scores = g_strv_contains(fields, "target") || g_strv_contains(fields, "row_item") ||
                   g_strv_contains(fields, "neg_item");
  GError *error = NULL;
  if (by_scores ? !recnn__subject_ranks(c) : c->predict == NULL)
    return NAN;
  float *values = by_scores ? recnn__subject_scores(subject, batch, &error)
                            : recnn__subject_predict(subject, batch, &error);
  double right = NAN;
  if (values == NULL) {
    recnn__trial_fail_error(trial, "asking it for its training rows", error);
    return -1.0;
  }
  if (g_strv_contains(fields, "target")) {
    *ret_what = "rows whose next item is the best one";
    right = targets(batch, values);
  } else if (g_strv_contains(fields, "row_item")) {
    *ret_what =
        "pairs with a row's own item above another one, or the larger of its own above the smaller";
    right = rows(batch, values);
  } else if (g_strv_contains(fields, "neg_item")) {
    *ret_what = "pairs with the liked item above the other one";
    right = pairs(batch, values);
  } else if (g_strv_contains(fields, "rating")) {
    *ret_what = "pairs of ratings in their order";
    right = ordered(batch, "rating", values);
  } else if (g_strv_contains(fields, "label")) {
    *ret_what = "pairs of labels in their order";
    right = ordered(batch, "label", values);
  }
  g_free(values);
  return right;
}

static void learn(RecnnTrial *trial, Subject *subject, const RecnnBatch *batch) {
  double losses[STEPS], first = NAN, last = NAN, right = NAN;
  const char *what = "";
  for (int round = 0; round < ROUNDS; round++) {
    if (!recnn__subject_train(trial, subject, batch, STEPS, losses))
      return;
    first = round == 0 ? losses[0] : first;
    last = losses[STEPS - 1];
    right = measure(trial, subject, batch, &what);
    if (right < 0.0)
      return;
    if (isnan(right) ? last < 0.5 * first : right >= ENOUGH && last < first) {
      recnn__trial_note(trial, "after %d steps the loss is %.3g (from %.3g)%s%s",
                        STEPS * (round + 1), last, first,
                        isnan(right) ? "" : ", and right are the ", isnan(right) ? "" : what);
      return;
    }
  }
  if (isnan(right))
    recnn__trial_fail(trial,
                      "the loss of %d rows is %.3g after %d steps, from %.3g, expected half of it",
                      SUBJECT_ROWS, last, STEPS * ROUNDS, first);
  else
    recnn__trial_fail(
        trial,
        "it does not learn %d rows in %d steps: of the %s, %.0f%% are right, expected "
        "%.0f%%; the loss went from %.3g to %.3g",
        SUBJECT_ROWS, STEPS * ROUNDS, what, 100.0 * right, 100.0 * ENOUGH, first, last);
}

/* The batch has what is asked of the model too. */
static const char **all_fields(const RecnnModelClass *model_class) {
  GPtrArray *fields = g_ptr_array_new();
  const char *const *lists[3] = {model_class->train_fields,
                                 recnn__subject_query_fields(model_class), NULL};
  if (model_class->predict != NULL)
    lists[2] = recnn__subject_predict_fields(model_class);
  for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
    for (const char *const *f = lists[i]; f != NULL && *f != NULL; f++)
      if (!g_ptr_array_find_with_equal_func(fields, *f, g_str_equal, NULL))
        g_ptr_array_add(fields, (void *)*f);
  g_ptr_array_add(fields, NULL);
  return (const char **)g_ptr_array_free(fields, FALSE);
}

/* Dropout and noise are there to keep a model from learning by heart: off where they can be. */
static RecnnOptions *without_noise(RecnnTrial *trial) {
  const RecnnModelClass *model_class = trial->descriptor;
  RecnnOptions *options = recnn__subject_options(trial);
  for (const RecnnOption *o = model_class->options; options != NULL && o->name != NULL; o++)
    if (o->type == RECNN_OPTION_FLOAT &&
        (strstr(o->name, "dropout") != NULL || strstr(o->name, "noise") != NULL))
      (void)recnn_options_set_text(options, o->name, "0", NULL);
  return options;
}

static void run(RecnnTrial *trial) {
  const RecnnModelClass *model_class = trial->descriptor;
  if (model_class->train_fields == NULL) {
    recnn__trial_skip(trial, "it is computed, not trained by gradient");
    return;
  }
  RecnnOptions *options = without_noise(trial);
  Subject *subject = options != NULL ? recnn__subject_new(trial, options, 7) : NULL;
  recnn_options_free(options);
  const char **fields = all_fields(model_class);
  RecnnBatch *batch =
      subject != NULL ? recnn__subject_batch(trial, subject->model, fields, SUBJECT_ROWS, 3) : NULL;
  if (batch != NULL)
    learn(trial, subject, batch);
  recnn_batch_free(batch);
  recnn__subject_free(subject);
  g_free(fields);
}

RECNN_CHECK(model_learn) = {
    .kind = RECNN_MODEL_KIND,
    .rank = 140,
    .name = "learning",
    .doc = "It learns a dozen rows by heart, with dropout and noise off: the loss falls, and what "
           "it was trained on comes out "
           "right",
    .run = run,
};
