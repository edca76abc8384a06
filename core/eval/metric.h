/* Metrics: one file each (metric-*.c), found by name or alias, in any case, in the generated
 * registry.  A metric knows ranks, lists, counts and predictions; it knows no model, no data set
 * and no tie policy.  docs/EVALUATION.md has every definition as a formula. */
#ifndef RECNN_CORE_EVAL_METRIC_H
#define RECNN_CORE_EVAL_METRIC_H

#include <glib.h>

#include <recnn/abi.h>

typedef enum {
  RECNN_METRIC_RANK,      /* of the ranks of a user's relevant items; the mean over users */
  RECNN_METRIC_LIST,      /* of the k items that a user is shown; the mean over users */
  RECNN_METRIC_CATALOGUE, /* of how often each item is shown, over all users */
  RECNN_METRIC_VALUE      /* of predictions against ratings or labels, over rows */
} RecnnMetricKind;

/* A user's ranking, as the metrics see it. */
typedef struct RecnnRanking {
  /* Of the relevant items among the candidates, from 1, strictly ascending.  Whole numbers, but for
   * the tie policy "mean". */
  const double *ranks;
  int64_t n_relevant; /* > 0 */
  int64_t n_candidates;
  double mean_rank_sum; /* of the ranks by the tie policy "mean", whatever the policy */
} RecnnRanking;

/* What metrics of lists may know of the items: counts in the train part, and features. */
typedef struct RecnnItemFacts {
  int64_t n_items;
  int64_t n_users;         /* with an interaction in train */
  const int64_t *count;    /* n_items: interactions in train */
  const int64_t *users;    /* n_items: distinct users in train */
  const bool *tail;        /* n_items: in the tail of popularity */
  const int64_t *first;    /* item i's features are first[i] .. first[i+1]-1 of ... */
  const int32_t *features; /* ... these, ascending, ... */
  const float *weights;    /* ... whose vector has length 1.  NULL: there are none */
} RecnnItemFacts;

/* The items that a user is shown. */
typedef struct RecnnShown {
  const int64_t *items; /* the best first */
  int64_t n;            /* at most k; fewer where there are not k candidates */
  const RecnnItemFacts *facts;
} RecnnShown;

/* How often each item is shown, over all users. */
typedef struct RecnnShownCounts {
  const int64_t *count; /* n_items */
  int64_t n_items;
  int64_t n_users; /* that were shown something */
  int64_t total;   /* the sum of the counts, > 0 */
} RecnnShownCounts;

/* All rows that a value metric looks at. */
typedef struct RecnnValues {
  const float *predictions; /* as the model gives them: of a logit, the logit */
  const float *targets;
  const int32_t *users;
  int64_t n; /* > 0 */
} RecnnValues;

typedef struct RecnnMetric {
  const char *name;    /* as printed: "NDCG" */
  const char *aliases; /* separated by spaces: "HR HitRatio", or NULL */
  const char *doc;     /* the formula */
  /* NULL: the definition that is ours.  Otherwise the profiles, separated by spaces, that call
   * something else by this name (profile.h). */
  const char *profiles;
  RecnnMetricKind kind;
  bool higher_is_better;
  bool whole;         /* RANK: of the whole ranking, without a cut-off */
  bool labels;        /* VALUE: compares with labels, 0 and 1, rather than with ratings */
  bool probabilities; /* VALUE: and the prediction is to be a probability */
  bool features;      /* LIST: needs features of items */

  /* RANK; k > 0, or 0 for a whole one.  Any thread. */
  double (*rank)(const RecnnRanking *ranking, int64_t k);
  /* RANK: what a user counts in the mean; NULL: 1.  At least 0. */
  double (*weight)(const RecnnRanking *ranking);
  double (*list)(const RecnnShown *shown, int64_t k); /* LIST.  Any thread. */
  /* CATALOGUE; `sorted` is scratch for n_items numbers. */
  double (*catalogue)(const RecnnShownCounts *shown, int64_t *sorted);
  /* VALUE, one of: a sum over rows (of probabilities, where they are asked for) ... */
  double (*row)(double prediction, double target);
  double (*finish)(double sum, int64_t n); /* ... of which this is the result; n > 0; or ... */
  bool (*all)(const RecnnValues *values, double *ret_value, GError **error); /* ... all at once */
} RecnnMetric;

/* The mark at the end of a metric's file: RECNN_METRIC(ndcg) = {...}; */
#define RECNN_METRIC(id)                                                                           \
  extern const RecnnMetric recnn__metric_##id;                                                     \
  const RecnnMetric recnn__metric_##id

/* All metrics, those of profiles too, NULL at the end. */
const RecnnMetric *const *recnn_metric_all(void);
const char **recnn_metric_names(void); /* sorted, each once, NULL at the end; caller frees it */

/* What `profile` (NULL: none) calls by this name.  Profiles begin with our definitions and have
 * others for some names. */
const RecnnMetric *recnn_metric_find_in(const char *profile, const char *name, GError **error);
const RecnnMetric *recnn_metric_find(const char *name, GError **error);

/* True for metrics that are taken at a cut-off k. */
bool recnn_metric_has_cutoff(const RecnnMetric *metric);

/* Takes "NDCG@10" apart; `*ret_k` is 0 for a metric without cut-off.  A missing cut-off, one that
 * does not belong there and one below 1 are errors. */
const RecnnMetric *recnn_metric_parse(const char *text, int64_t *ret_k, GError **error);
/* The same, but the cut-off may be missing: `*ret_k` is 0 then, too. */
const RecnnMetric *recnn_metric_parse_open(const char *profile, const char *text, int64_t *ret_k,
                                           GError **error);

/* "NDCG@10", or "RMSE" for k == 0.  Caller frees. */
char *recnn_metric_label(const RecnnMetric *metric, int64_t k);

/* How many of the relevant items stand among the first k: what most rank metrics begin with. */
static inline int64_t recnn_ranking_hits(const RecnnRanking *ranking, int64_t k) {
  int64_t hits = 0;
  while (hits < ranking->n_relevant && ranking->ranks[hits] <= (double)k)
    hits++;
  return hits;
}

/* For metrics that are the mean of something over the rows. */
static inline double recnn_metric_mean(double sum, int64_t n) { return sum / (double)n; }

#endif
