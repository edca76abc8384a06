/* Metrics: one file each (metric-*.c), found by name or alias, in any case, in the generated
 * registry, and those of plugins.  What a metric is and sees stands in recnn/kind/metric.h;
 * docs/EVALUATION.md has every definition as a formula. */
#ifndef RECNN_CORE_EVAL_METRIC_H
#define RECNN_CORE_EVAL_METRIC_H

#include <glib.h>

#include <recnn/kind/metric.h>

/* The mark at the end of a metric's file: RECNN_METRIC(ndcg) = {...}; */
#define RECNN_METRIC(id)                                                                           \
  extern const RecnnMetric recnn__metric_##id;                                                     \
  const RecnnMetric recnn__metric_##id

/* Whether a plugin's can be added, and its adding, which does not fail after that. */
bool recnn_metric_check(const RecnnMetric *metric, GError **error);
void recnn_metric_register(const RecnnMetric *metric);
/* Two that cannot be told apart by name. */
bool recnn_metric_clashes(const RecnnMetric *a, const RecnnMetric *b);

/* All metrics that there are now, those of profiles too, NULL at the end. */
const RecnnMetric *const *recnn_metric_all(void);
const char **recnn_metric_names(void); /* sorted, each once, NULL at the end; caller frees it */

/* What `profile` (NULL: none) calls by this name.  Profiles begin with our definitions and have
 * others for some names.  The plugin of that name is loaded for one that is not known. */
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

#endif
