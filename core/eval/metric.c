/* The registry of metrics: looking one up by its name or alias in any case, and reading "NAME@k".
 */
#include <string.h>

#include <glib.h>

#include "base/error.h"
#include "base/options.h"
#include "base/registry.h"
#include "eval/metric.h"

extern const RecnnMetric *const recnn__metric_table[];

static const char *name_of(const void *descriptor) {
  return ((const RecnnMetric *)descriptor)->name;
}

static RecnnRegistry registry = RECNN_REGISTRY("metric", recnn__metric_table, name_of);

const RecnnMetric *const *recnn_metric_all(void) {
  return (const RecnnMetric *const *)recnn_registry_all(&registry);
}

static int by_name(const void *a, const void *b) {
  const char *const *x = a;
  const char *const *y = b;
  return g_ascii_strcasecmp(*x, *y);
}

const char **recnn_metric_names(void) {
  const char **names = recnn_registry_names(&registry);
  size_t n = 0, kept = 0;
  while (names[n] != NULL)
    n++;
  qsort(names, n, sizeof *names, by_name);
  for (size_t i = 0; i < n; i++)
    if (kept == 0 || g_ascii_strcasecmp(names[kept - 1], names[i]) != 0)
      names[kept++] = names[i];
  names[kept] = NULL;
  return names;
}

static bool has_word(const char *words, const char *word) {
  size_t length = strlen(word);
  while (words != NULL && *words != '\0') {
    size_t span = strcspn(words, " ");
    if (span == length && g_ascii_strncasecmp(words, word, length) == 0)
      return true;
    words += span + strspn(words + span, " ");
  }
  return false;
}

static bool is_called(const RecnnMetric *metric, const char *name) {
  return g_ascii_strcasecmp(metric->name, name) == 0 || has_word(metric->aliases, name);
}

/* Those that are known. */
static const RecnnMetric *find_known(const char *profile, const char *name) {
  const RecnnMetric *ours = NULL;
  for (const RecnnMetric *const *m = recnn_metric_all(); *m != NULL; m++) {
    if (!is_called(*m, name))
      continue;
    if ((*m)->profiles == NULL)
      ours = *m;
    else if (profile != NULL && has_word((*m)->profiles, profile))
      return *m;
  }
  return ours;
}

const RecnnMetric *recnn_metric_find_in(const char *profile, const char *name, GError **error) {
  const RecnnMetric *metric = find_known(profile, name);
  if (metric != NULL)
    return metric;
  if (!recnn_registry_miss(name, error))
    return NULL;
  metric = find_known(profile, name);
  if (metric != NULL)
    return metric;
  const char **names = recnn_metric_names();
  char *hint = recnn_registry_suggest(name, names);
  recnn_error_set(error, RECNN_ERROR_NOT_FOUND, "metric \"%s\" is not known%s", name, hint);
  g_free(hint);
  g_free(names);
  return NULL;
}

const RecnnMetric *recnn_metric_find(const char *name, GError **error) {
  return recnn_metric_find_in(NULL, name, error);
}

bool recnn_metric_has_cutoff(const RecnnMetric *metric) {
  return metric->kind != RECNN_METRIC_VALUE && !metric->whole;
}

const RecnnMetric *recnn_metric_parse_open(const char *profile, const char *text, int64_t *ret_k,
                                           GError **error) {
  const char *at = strchr(text, '@');
  char *name = at != NULL ? g_strndup(text, (size_t)(at - text)) : g_strdup(text);
  int64_t k = 0;
  const RecnnMetric *metric = recnn_metric_find_in(profile, name, error);
  g_free(name);
  if (metric == NULL)
    return NULL;
  if (at == NULL) {
    *ret_k = 0;
    return metric;
  }
  if (!recnn_metric_has_cutoff(metric)) {
    recnn_error_set(
        error, RECNN_ERROR_ARGUMENT,
        "metric \"%s\": %s is taken over %s and has no cut-off; write \"%s\"", text, metric->name,
        metric->kind == RECNN_METRIC_VALUE ? "all rows" : "the whole ranking", metric->name);
    return NULL;
  }
  if (!recnn_parse_int(at + 1, strlen(at + 1), &k) || k < 1) {
    recnn_error_set(error, RECNN_ERROR_ARGUMENT,
                    "metric \"%s\": the cut-off behind '@' must be a whole number from 1 up", text);
    return NULL;
  }
  *ret_k = k;
  return metric;
}

const RecnnMetric *recnn_metric_parse(const char *text, int64_t *ret_k, GError **error) {
  int64_t k = 0;
  const RecnnMetric *metric = recnn_metric_parse_open(NULL, text, &k, error);
  if (metric != NULL && recnn_metric_has_cutoff(metric) && k == 0) {
    recnn_error_set(error, RECNN_ERROR_ARGUMENT, "metric \"%s\" needs a cut-off, such as \"%s@10\"",
                    text, metric->name);
    return NULL;
  }
  if (metric != NULL)
    *ret_k = k;
  return metric;
}

char *recnn_metric_label(const RecnnMetric *metric, int64_t k) {
  return k > 0 ? g_strdup_printf("%s@%" G_GINT64_FORMAT, metric->name, (gint64)k)
               : g_strdup(metric->name);
}

/* Whether one of the metric's names, its aliases included, is one of the other's. */
static bool shares_name(const RecnnMetric *metric, const RecnnMetric *other) {
  if (is_called(other, metric->name))
    return true;
  char **aliases = g_strsplit(metric->aliases != NULL ? metric->aliases : "", " ", -1);
  bool shared = false;
  for (int i = 0; aliases[i] != NULL; i++)
    shared = shared || (aliases[i][0] != '\0' && is_called(other, aliases[i]));
  g_strfreev(aliases);
  return shared;
}

static bool shares_profile(const RecnnMetric *metric, const RecnnMetric *other) {
  if (metric->profiles == NULL || other->profiles == NULL)
    return metric->profiles == other->profiles;
  char **profiles = g_strsplit(metric->profiles, " ", -1);
  bool shared = false;
  for (int i = 0; profiles[i] != NULL; i++)
    shared = shared || (profiles[i][0] != '\0' && has_word(other->profiles, profiles[i]));
  g_strfreev(profiles);
  return shared;
}

bool recnn_metric_clashes(const RecnnMetric *a, const RecnnMetric *b) {
  return shares_name(a, b) && shares_profile(a, b);
}

void recnn_metric_register(const RecnnMetric *metric) { recnn_registry_add(&registry, metric); }
