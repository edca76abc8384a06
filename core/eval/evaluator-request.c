/* What is asked of an evaluation: names and cut-offs become a list of metrics, and what the model
 * or the data cannot answer is refused before any work is done. */
#include <string.h>

#include "base/error.h"
#include "eval/evaluator-private.h"

#define DEFAULT_K 10 /* or the number of items, where there are fewer */

static const RecnnPart *part_of(const RecnnEvaluator *evaluator) {
  return &evaluator->split->part[evaluator->part];
}

static const char *model_name(const RecnnEvaluator *evaluator) {
  return recnn_model_get_class(evaluator->model)->name;
}

static bool has_labels(const RecnnPart *part) {
  return part->label != NULL || part->rows.rating != NULL;
}

bool recnn_metric_is_usual(const RecnnMetric *metric, const RecnnModel *model,
                           const RecnnPart *part) {
  if (metric->kind == RECNN_METRIC_RANK)
    return recnn_model_ranks(model);
  if (metric->kind != RECNN_METRIC_VALUE)
    return false;
  return metric->labels ? recnn_model_predicts_labels(model) && has_labels(part)
                        : recnn_model_predicts_ratings(model) && part->rows.rating != NULL;
}

static bool check_k(const RecnnEvaluator *evaluator, const RecnnMetric *metric, int64_t k,
                    GError **error) {
  int32_t n_items = recnn_dataset_n_items(evaluator->split->dataset);
  if (k >= 1 && k <= n_items)
    return true;
  return recnn_error_set(error, RECNN_ERROR_ARGUMENT,
                         "%s@%" G_GINT64_FORMAT ": the cut-off must be from 1 to the number of "
                         "items, %d",
                         metric->name, (gint64)k, (int)n_items);
}

static bool check_labels(const RecnnEvaluator *evaluator, const RecnnMetric *metric,
                         GError **error) {
  const char *dataset = evaluator->split->dataset->name;
  if (recnn_model_get_class(evaluator->model)->predict == NULL)
    return recnn_error_set(error, RECNN_ERROR_UNSUPPORTED,
                           "%s compares predictions of rows with labels, and model %s has no "
                           "predict()",
                           metric->name, model_name(evaluator));
  if (metric->probabilities && !recnn_model_predicts_labels(evaluator->model))
    return recnn_error_set(error, RECNN_ERROR_UNSUPPORTED,
                           "%s compares probabilities with labels, and model %s does not predict "
                           "any",
                           metric->name, model_name(evaluator));
  if (!has_labels(part_of(evaluator)))
    return recnn_error_set(error, RECNN_ERROR_DATA,
                           "%s compares labels, and data set %s has none, nor ratings to make some "
                           "of",
                           metric->name, dataset);
  return true;
}

/* A number that was asked for by name. */
static bool check_kind(const RecnnEvaluator *evaluator, const RecnnMetric *metric, GError **error) {
  const RecnnDataset *dataset = evaluator->split->dataset;
  if (metric->kind != RECNN_METRIC_VALUE) {
    if (!recnn_ranker_supports(evaluator->model, error)) {
      g_prefix_error(error, "%s: ", metric->name);
      return false;
    }
    if (metric->features && evaluator->embeddings)
      return recnn_model_get_class(evaluator->model)->encode_items != NULL ||
             recnn_error_set(error, RECNN_ERROR_UNSUPPORTED,
                             "%s compares embeddings of items, and model %s has none", metric->name,
                             model_name(evaluator));
    if (metric->features && !recnn_item_facts_has_features(dataset))
      return recnn_error_set(error, RECNN_ERROR_DATA,
                             "%s compares features of items, and data set %s has none of type "
                             "token, token_seq or float_seq",
                             metric->name, dataset->name);
    return true;
  }
  if (metric->labels)
    return check_labels(evaluator, metric, error);
  if (!recnn_model_predicts_ratings(evaluator->model))
    return recnn_error_set(error, RECNN_ERROR_UNSUPPORTED,
                           "%s compares ratings, and model %s does not predict any", metric->name,
                           model_name(evaluator));
  if (part_of(evaluator)->rows.rating == NULL)
    return recnn_error_set(error, RECNN_ERROR_DATA, "%s compares ratings, and data set %s has none",
                           metric->name, dataset->name);
  return true;
}

static bool add(RecnnEvaluator *evaluator, const RecnnMetric *metric, int64_t k, GError **error) {
  GArray *to = evaluator->user_requests;
  if (metric->kind == RECNN_METRIC_VALUE)
    to = evaluator->value_requests;
  else if (metric->kind == RECNN_METRIC_CATALOGUE)
    to = evaluator->catalogue_requests;
  if (recnn_metric_has_cutoff(metric) && !check_k(evaluator, metric, k, error))
    return false;
  for (guint i = 0; i < to->len; i++) {
    const RecnnRequest *have = recnn__request(to, i);
    if (have->metric == metric && have->k == k)
      return true;
  }
  RecnnRequest request = {metric, k};
  g_array_append_val(to, request);
  return true;
}

typedef struct CutOffs {
  const int64_t *k;
  int32_t n;
} CutOffs;

/* At each cut-off, or as it is. */
static bool add_at_all(RecnnEvaluator *evaluator, const RecnnMetric *metric, CutOffs cutoffs,
                       GError **error) {
  if (!recnn_metric_has_cutoff(metric))
    return add(evaluator, metric, 0, error);
  for (int32_t i = 0; i < cutoffs.n; i++)
    if (!add(evaluator, metric, cutoffs.k[i], error))
      return false;
  return true;
}

/* Those that are usual, or all that the model and the data can answer. */
static bool add_all(RecnnEvaluator *evaluator, bool usual, CutOffs cutoffs, GError **error) {
  for (const RecnnMetric *const *m = recnn_metric_all(); *m != NULL; m++) {
    if (recnn_metric_find_in(evaluator->profile, (*m)->name, NULL) != *m)
      continue;
    bool wanted = usual ? recnn_metric_is_usual(*m, evaluator->model, part_of(evaluator))
                        : check_kind(evaluator, *m, NULL);
    if (wanted && !add_at_all(evaluator, *m, cutoffs, error))
      return false;
  }
  return true;
}

static bool add_named(RecnnEvaluator *evaluator, const char *name, CutOffs cutoffs,
                      GError **error) {
  if (g_ascii_strcasecmp(name, "all") == 0)
    return add_all(evaluator, false, cutoffs, error);
  int64_t k = 0;
  const RecnnMetric *metric = recnn_metric_parse_open(evaluator->profile, name, &k, error);
  if (metric == NULL || !check_kind(evaluator, metric, error))
    return false;
  return k > 0 ? add(evaluator, metric, k, error) : add_at_all(evaluator, metric, cutoffs, error);
}

bool recnn__evaluator_request(RecnnEvaluator *evaluator, const RecnnEvalSettings *settings,
                              GError **error) {
  int64_t default_k = MIN(DEFAULT_K, recnn_dataset_n_items(evaluator->split->dataset));
  CutOffs cutoffs = {&default_k, 1};
  if (settings->n_topk > 0)
    cutoffs = (CutOffs){settings->topk, settings->n_topk};
  if (part_of(evaluator)->rows.n == 0)
    return recnn_error_set(error, RECNN_ERROR_DATA,
                           "the %s part of the split (%s) has no rows to evaluate on",
                           recnn_part_name(evaluator->part), evaluator->split->description);
  if (settings->metrics == NULL) {
    if (!add_all(evaluator, true, cutoffs, error))
      return false;
  } else {
    for (const char *const *name = settings->metrics; *name != NULL; name++)
      if (!add_named(evaluator, *name, cutoffs, error))
        return false;
  }
  if (evaluator->user_requests->len + evaluator->catalogue_requests->len +
          evaluator->value_requests->len ==
      0)
    return recnn_error_set(error, RECNN_ERROR_UNSUPPORTED,
                           "model %s can be evaluated by no metric here: it neither ranks nor "
                           "predicts ratings or labels that data set %s has",
                           model_name(evaluator), evaluator->split->dataset->name);
  return true;
}
