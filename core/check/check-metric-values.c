/* A metric's values: of rankings, lists, counts and predictions as they may come, at the ends of
 * what is possible too.  Finite, and the same when they are asked for again in another order. */
#include <math.h>
#include <string.h>

#include "check/plugin-private.h"

#include <recnn/kind/metric.h>

enum { ITEMS = 6, MAX_CASES = 32 };

/* What a metric is asked with; the members that its kind looks at. */
typedef struct Case {
  const char *name;
  RecnnRanking ranking;
  RecnnShown shown;
  RecnnShownCounts counts;
  RecnnValues values;
  int64_t k;
} Case;

static const double first[] = {1}, last[] = {ITEMS}, all[] = {1, 2, 3, 4, 5, 6}, tied[] = {2.5, 4};
static const struct {
  const char *name;
  const double *ranks;
  int64_t n;
} rankings[] = {{"the one relevant item at the top", first, 1},
                {"the one relevant item at the bottom", last, 1},
                {"all items relevant", all, ITEMS},
                {"ranks between two places", tied, 2}};

static const int64_t item_count[ITEMS] = {9, 4, 3, 2, 1, 0}, item_users[ITEMS] = {7, 4, 3, 2, 1, 0};
static const bool tail[ITEMS] = {false, false, true, true, true, true};
static const int64_t feature_first[ITEMS + 1] = {0, 1, 3, 4, 4, 5, 6};
static const int32_t features[] = {0, 0, 1, 1, 2, 0};
static const float weights[] = {1.0f, 0.6f, 0.8f, 1.0f, 1.0f, 1.0f};
static const RecnnItemFacts facts = {sizeof facts, ITEMS,         7,        item_count, item_users,
                                     tail,         feature_first, features, weights};
static const int64_t items[] = {0, 5, 2, 3, 1, 4};

static const int64_t shown_counts[][ITEMS] = {
    {1, 1, 1, 1, 1, 1}, {6, 0, 0, 0, 0, 0}, {3, 2, 1, 0, 0, 0}};
static const char *const count_names[] = {"every item shown once", "one item shown to all",
                                          "some items shown"};

static const float right[] = {0.9f, 0.1f, 0.8f, 0.2f}, wrong[] = {0.0f, 1.0f, 0.0f, 1.0f},
                   same[] = {0.5f, 0.5f, 0.5f, 0.5f}, labels[] = {1.0f, 0.0f, 1.0f, 0.0f};
static const int32_t users[] = {0, 0, 1, 1};
static const struct {
  const char *name;
  const float *predictions;
} predictions[] = {{"good predictions", right},
                   {"bad predictions", wrong},
                   {"predictions that are all the same", same}};

static int rank_cases(Case *cases, bool whole) {
  static const int64_t cutoffs[] = {1, 3, ITEMS + 4};
  int n = 0;
  for (size_t r = 0; r < G_N_ELEMENTS(rankings); r++)
    for (size_t c = 0; c < (whole ? 1 : G_N_ELEMENTS(cutoffs)); c++) {
      Case *new = &cases[n++];
      *new = (Case){.name = rankings[r].name, .k = whole ? 0 : cutoffs[c]};
      new->ranking =
          (RecnnRanking){sizeof new->ranking, rankings[r].ranks, rankings[r].n, ITEMS, 0};
      for (int64_t i = 0; i < rankings[r].n; i++)
        new->ranking.mean_rank_sum += rankings[r].ranks[i];
    }
  return n;
}

static int list_cases(Case *cases) {
  static const int64_t lengths[] = {0, 1, 3, ITEMS};
  static const char *const names[] = {"no items", "one item", "a list", "all items"};
  int n = 0;
  for (size_t l = 0; l < G_N_ELEMENTS(lengths); l++)
    cases[n++] = (Case){.name = names[l],
                        .shown = {sizeof(RecnnShown), items, lengths[l], &facts},
                        .k = MAX(lengths[l], 3)};
  return n;
}

static int count_cases(Case *cases) {
  int n = 0;
  for (size_t c = 0; c < G_N_ELEMENTS(shown_counts); c++)
    cases[n++] = (Case){.name = count_names[c],
                        .counts = {sizeof(RecnnShownCounts), shown_counts[c], ITEMS, 6, 6}};
  return n;
}

static int value_cases(Case *cases) {
  int n = 0;
  for (size_t p = 0; p < G_N_ELEMENTS(predictions); p++)
    cases[n++] =
        (Case){.name = predictions[p].name,
               .values = {sizeof(RecnnValues), predictions[p].predictions, labels, users, 4}};
  return n;
}

static double of_rows(const RecnnMetric *metric, const RecnnValues *values) {
  double sum = 0.0;
  for (int64_t r = 0; r < values->n; r++) {
    double x = (double)values->predictions[r];
    sum +=
        metric->row(metric->probabilities ? 1.0 / (1.0 + exp(-x)) : x, (double)values->targets[r]);
  }
  return metric->finish(sum, values->n);
}

/* False after a failure of the trial. */
static bool value_of(RecnnTrial *trial, const Case *c, double *ret_value) {
  const RecnnMetric *metric = trial->descriptor;
  RecnnError why = RECNN_ERROR_INIT;
  int64_t sorted[ITEMS];
  switch (metric->kind) {
  case RECNN_METRIC_RANK:
    *ret_value = metric->rank(&c->ranking, c->k);
    return true;
  case RECNN_METRIC_LIST:
    *ret_value = metric->list(&c->shown, c->k);
    return true;
  case RECNN_METRIC_CATALOGUE:
    *ret_value = metric->catalogue(&c->counts, sorted);
    return true;
  default:
    if (metric->all == NULL)
      *ret_value = of_rows(metric, &c->values);
    else if (metric->all(&c->values, ret_value, &why) != RECNN_OK)
      return recnn__trial_fail(trial, "%s: refused with \"%s\"", c->name, why.message);
    return true;
  }
}

static void check_value(RecnnTrial *trial, const Case *c, double value) {
  const RecnnMetric *metric = trial->descriptor;
  /* Of all rows at once NaN says that there is no value. */
  if (!isfinite(value) && !(metric->all != NULL && isnan(value)))
    recnn__trial_fail(trial, "%s, k = %d: %g, expected a finite number", c->name, (int)c->k, value);
  if (metric->kind == RECNN_METRIC_LIST && c->shown.n == 0 && value != 0.0)
    recnn__trial_fail(trial, "%s: %g, expected 0", c->name, value);
  if (metric->kind != RECNN_METRIC_RANK || metric->weight == NULL)
    return;
  double weight = metric->weight(&c->ranking);
  if (!(weight >= 0.0 && isfinite(weight)))
    recnn__trial_fail(trial, "%s: a weight of %g, expected at least 0", c->name, weight);
}

static void run(RecnnTrial *trial) {
  const RecnnMetric *metric = trial->descriptor;
  Case cases[MAX_CASES];
  double values[MAX_CASES] = {0}, again = 0.0;
  int n = metric->kind == RECNN_METRIC_RANK        ? rank_cases(cases, metric->whole)
          : metric->kind == RECNN_METRIC_LIST      ? list_cases(cases)
          : metric->kind == RECNN_METRIC_CATALOGUE ? count_cases(cases)
                                                   : value_cases(cases);
  for (int i = 0; i < n; i++) {
    if (!value_of(trial, &cases[i], &values[i]))
      return;
    check_value(trial, &cases[i], values[i]);
  }
  for (int i = n - 1; i >= 0; i--) {
    if (!value_of(trial, &cases[i], &again))
      return;
    /* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison): bits are meant, NaN's too */
    if (memcmp(&again, &values[i], sizeof again) != 0)
      recnn__trial_fail(trial, "%s, k = %d: %.17g, and asked again, %.17g", cases[i].name,
                        (int)cases[i].k, values[i], again);
  }
  recnn__trial_note(trial, "%d cases", n);
}

RECNN_CHECK(metric_values) = {
    .kind = RECNN_METRIC_KIND,
    .rank = 10,
    .name = "values",
    .doc = "Values are finite at the ends of what is possible, 0 for an empty list, and the same "
           "when asked for again",
    .run = run,
};
