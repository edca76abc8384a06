/* Metrics: one file each (metric-*.c), found by name or alias, in any case, in the generated
 * registry.  A metric knows ranks and predictions; it knows no model, no data and no tie policy. */
#ifndef RECNN_CORE_EVAL_METRIC_H
#define RECNN_CORE_EVAL_METRIC_H

#include <glib.h>

#include <recnn/abi.h>

typedef enum {
  RECNN_METRIC_RANK, /* of a user's ranking, at a cut-off k; the mean over users is reported */
  RECNN_METRIC_VALUE /* of predictions against ratings; over all rows */
} RecnnMetricKind;

/* A user's ranking, as the metrics see it. */
typedef struct RecnnRanking {
  const int64_t *ranks; /* of the relevant items among the candidates, from 1, strictly ascending */
  int64_t n_relevant;   /* > 0 */
  int64_t n_candidates;
} RecnnRanking;

typedef struct RecnnMetric {
  const char *name;    /* as printed: "NDCG" */
  const char *aliases; /* separated by spaces: "HR HitRatio", or NULL */
  const char *doc;     /* the formula */
  RecnnMetricKind kind;
  bool higher_is_better;
  double (*rank)(const RecnnRanking *ranking, int64_t k); /* RANK; k > 0.  Any thread. */
  double (*row)(double prediction, double target);        /* VALUE: summed over rows, then ... */
  double (*finish)(double sum, int64_t n);                /* ... this; n > 0 */
} RecnnMetric;

/* The mark at the end of a metric's file: RECNN_METRIC(ndcg) = {...}; */
#define RECNN_METRIC(id)                                                                           \
  extern const RecnnMetric recnn__metric_##id;                                                     \
  const RecnnMetric recnn__metric_##id

/* All metrics, NULL at the end. */
const RecnnMetric *const *recnn_metric_all(void);
const RecnnMetric *recnn_metric_find(const char *name, GError **error);
const char **recnn_metric_names(void); /* sorted, NULL at the end; caller frees the array */

/* Takes "NDCG@10" apart; `*ret_k` is 0 for a value metric.  A RANK metric without a cut-off, a
 * VALUE metric with one and a cut-off below 1 are errors. */
const RecnnMetric *recnn_metric_parse(const char *text, int64_t *ret_k, GError **error);
/* The same, but a RANK metric may come without a cut-off: `*ret_k` is 0 then, too. */
const RecnnMetric *recnn_metric_parse_open(const char *text, int64_t *ret_k, GError **error);

/* "NDCG@10", or "RMSE" for k == 0.  Caller frees. */
char *recnn_metric_label(const RecnnMetric *metric, int64_t k);

/* How many of the relevant items stand among the first k: what most rank metrics begin with. */
static inline int64_t recnn_ranking_hits(const RecnnRanking *ranking, int64_t k) {
  int64_t hits = 0;
  while (hits < ranking->n_relevant && ranking->ranks[hits] <= k)
    hits++;
  return hits;
}

#endif
