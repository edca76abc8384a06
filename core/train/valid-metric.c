/* Reading and working out the sums of valid-metric.h. */
#include "train/valid-metric.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/options.h"

void recnn_valid_metric_free(RecnnValidMetric *metric) {
  if (metric == NULL)
    return;
  for (int32_t i = 0; i < metric->n_terms; i++)
    g_free(metric->terms[i].name);
  g_free(metric->terms);
  g_free(metric->label);
  g_free(metric);
}

/* "0.5*NDCG@10": `text` is stripped. */
static bool parse_term(RecnnValidTerm *term, const char *text, GError **error) {
  const char *star = strchr(text, '*');
  const char *name = text;
  term->weight = 1.0;
  if (star != NULL) {
    char *weight = g_strstrip(g_strndup(text, (gsize)(star - text)));
    bool ok = recnn_parse_double(weight, strlen(weight), &term->weight) && term->weight > 0.0 &&
              isfinite(term->weight);
    if (!ok)
      recnn_error_set(error, RECNN_ERROR_OPTION, "weight \"%s\": expected a number above 0",
                      weight);
    g_free(weight);
    if (!ok)
      return false;
    name = star + 1 + strspn(star + 1, " ");
  }
  if (g_ascii_strcasecmp(name, "loss") == 0) {
    term->kind = RECNN_TERM_LOSS;
    term->name = g_strdup("loss");
    return true;
  }
  if (g_ascii_strcasecmp(name, "loss_batches") == 0) {
    term->kind = RECNN_TERM_LOSS_BATCHES;
    term->name = g_strdup("loss_batches");
    return true;
  }
  term->kind = RECNN_TERM_METRIC;
  term->metric = recnn_metric_parse(name, &term->k, error);
  if (term->metric != NULL)
    term->name = recnn_metric_label(term->metric, term->k);
  return term->metric != NULL;
}

static bool is_higher_better(const RecnnValidTerm *term) {
  return term->kind == RECNN_TERM_METRIC && term->metric->higher_is_better;
}

static char *label_of(const RecnnValidMetric *metric) {
  GString *label = g_string_new(NULL);
  for (int32_t i = 0; i < metric->n_terms; i++) {
    const RecnnValidTerm *term = &metric->terms[i];
    char weight[G_ASCII_DTOSTR_BUF_SIZE];
    g_string_append(label, i > 0 ? " + " : "");
    if (term->weight != 1.0)
      g_string_append_printf(label, "%s*",
                             g_ascii_formatd(weight, sizeof weight, "%.12g", term->weight));
    g_string_append(label, term->name);
  }
  return g_string_free(label, FALSE);
}

RecnnValidMetric *recnn_valid_metric_parse(const char *text, GError **error) {
  RecnnValidMetric *metric = g_new0(RecnnValidMetric, 1);
  char **words = g_strsplit(text, "+", -1);
  metric->terms = g_new0(RecnnValidTerm, MAX(g_strv_length(words), 1));
  bool ok = true;
  for (char **word = words; ok && *word != NULL; word++) {
    RecnnValidTerm *term = &metric->terms[metric->n_terms++];
    ok = parse_term(term, g_strstrip(*word), error);
    if (ok && is_higher_better(term) != is_higher_better(&metric->terms[0]))
      ok = recnn_error_set(error, RECNN_ERROR_OPTION,
                           "%s and %s make no sum: one is better when it is higher, the other when "
                           "it is lower",
                           metric->terms[0].name, term->name);
    if (ok && term->kind != RECNN_TERM_METRIC)
      metric->has_loss = true;
  }
  if (ok && metric->n_terms == 0)
    ok = recnn_error_set(error, RECNN_ERROR_OPTION, "\"%s\": expected a metric", text);
  g_strfreev(words);
  if (!ok) {
    recnn_valid_metric_free(metric);
    return NULL;
  }
  metric->higher_is_better = is_higher_better(&metric->terms[0]);
  metric->label = label_of(metric);
  return metric;
}

double recnn_valid_metric_value(const RecnnValidMetric *metric, const RecnnResult *result,
                                RecnnValidLoss loss) {
  double sum = 0.0;
  for (int32_t i = 0; i < metric->n_terms; i++) {
    const RecnnValidTerm *term = &metric->terms[i];
    double value = term->kind == RECNN_TERM_LOSS ? loss.samples
                   : term->kind == RECNN_TERM_LOSS_BATCHES
                       ? loss.batches
                       : recnn_result_get(result, term->name, NULL);
    sum = i == 0 ? term->weight * value : sum + term->weight * value;
  }
  return sum;
}
