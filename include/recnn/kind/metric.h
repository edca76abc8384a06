/* The kind "recnn.metric/1": a number that says how good an evaluated model is.  The class is a
 * constant and the same struct as the built-in ones have.  A metric knows ranks, lists, counts and
 * predictions; it knows no model, no data set and no tie policy.
 *
 * All that it is given is the host's and read only, during the call, but for `sorted`.  Functions
 * keep nothing between calls; rank, weight, list and row are called on any thread.
 *
 * Metrics share one name space, with their aliases and in any case; a metric whose plugin is not
 * loaded is looked for in the plugin of its name in small letters. */
#ifndef RECNN_KIND_METRIC_H
#define RECNN_KIND_METRIC_H

#include <recnn/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a metric looks at. */
#define RECNN_METRIC_RANK 0      /* the ranks of a user's relevant items; the mean over users */
#define RECNN_METRIC_LIST 1      /* the k items that a user is shown; the mean over users */
#define RECNN_METRIC_CATALOGUE 2 /* how often each item is shown, over all users */
#define RECNN_METRIC_VALUE 3     /* predictions against ratings or labels, over rows */

/* A user's ranking, as the metrics see it. */
typedef struct RecnnRanking {
  size_t struct_size;
  /* Of the relevant items among the candidates, from 1, strictly ascending.  Whole numbers, but for
   * the tie policy "mean". */
  const double *ranks;
  int64_t n_relevant; /* > 0 */
  int64_t n_candidates;
  double mean_rank_sum; /* of the ranks by the tie policy "mean", whatever the policy */
} RecnnRanking;

/* What metrics of lists may know of the items: counts in the train part, and features. */
typedef struct RecnnItemFacts {
  size_t struct_size;
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
  size_t struct_size;
  const int64_t *items; /* the best first */
  int64_t n;            /* at most k; fewer where there are not k candidates */
  const RecnnItemFacts *facts;
} RecnnShown;

/* How often each item is shown, over all users. */
typedef struct RecnnShownCounts {
  size_t struct_size;
  const int64_t *count; /* n_items */
  int64_t n_items;
  int64_t n_users; /* that were shown something */
  int64_t total;   /* the sum of the counts, > 0 */
} RecnnShownCounts;

/* All rows that a value metric looks at. */
typedef struct RecnnValues {
  size_t struct_size;
  const float *predictions; /* as the model gives them: of a logit, the logit */
  const float *targets;
  const int32_t *users;
  int64_t n; /* > 0 */
} RecnnValues;

#define RECNN_METRIC_KIND "recnn.metric/1"
typedef struct RecnnMetric {
  size_t struct_size;
  const char *name;    /* as printed: "NDCG", [A-Za-z][A-Za-z0-9_]* */
  const char *aliases; /* separated by spaces: "HR HitRatio", or NULL */
  const char *doc;     /* the formula */
  /* NULL: the definition that is ours.  Otherwise the profiles, separated by spaces, that call
   * something else by this name. */
  const char *profiles;
  int32_t kind;   /* RECNN_METRIC_RANK, ... */
  uint32_t flags; /* zero */
  bool higher_is_better;
  bool whole;         /* RANK: of the whole ranking, without a cut-off */
  bool labels;        /* VALUE: compares with labels, 0 and 1, rather than with ratings */
  bool probabilities; /* VALUE: and the prediction is to be a probability */
  bool features;      /* LIST: needs features of items */

  /* RANK; k > 0, or 0 for a whole one. */
  double (*rank)(const RecnnRanking *ranking, int64_t k);
  /* RANK: what a user counts in the mean; NULL: 1.  At least 0. */
  double (*weight)(const RecnnRanking *ranking);
  double (*list)(const RecnnShown *shown, int64_t k); /* LIST; of no items: 0 */
  /* CATALOGUE; `sorted` is scratch for n_items numbers. */
  double (*catalogue)(const RecnnShownCounts *shown, int64_t *sorted);
  /* VALUE, one of: a sum over rows (of probabilities, where they are asked for) ... */
  double (*row)(double prediction, double target);
  double (*finish)(double sum, int64_t n); /* ... of which this is the result; n > 0; or ... */
  /* ... all at once.  NaN is a result: that of data for which there is none. */
  RecnnStatus (*all)(const RecnnValues *values, double *ret_value, RecnnError *error);
} RecnnMetric;

/* How many of the relevant items stand among the first k: what most rank metrics begin with. */
static inline int64_t recnn_ranking_hits(const RecnnRanking *ranking, int64_t k) {
  int64_t hits = 0;
  while (hits < ranking->n_relevant && ranking->ranks[hits] <= (double)k)
    hits++;
  return hits;
}

/* For metrics that are the mean of something over the rows. */
static inline double recnn_metric_mean(double sum, int64_t n) { return sum / (double)n; }

#ifdef __cplusplus
}
#endif

#endif
