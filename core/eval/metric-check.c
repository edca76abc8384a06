/* Whether a metric that a plugin brings can be one of ours. */
#include <string.h>

#include "base/error.h"
#include "base/registry.h"
#include "eval/metric.h"
#include "eval/profile.h"

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

static bool check_name(const char *field, const char *name, GError **error) {
  if (name != NULL && g_ascii_isalpha(name[0]) && name[strspn(name, LETTERS "0123456789_")] == '\0')
    return true;
  return recnn_error_set(error, RECNN_ERROR_PLUGIN_FEATURE,
                         "field %s is \"%s\", expected letters, digits and underscores, a letter "
                         "first",
                         field, name != NULL ? name : "(null)");
}

static bool check_aliases(const RecnnMetric *metric, GError **error) {
  char **aliases = g_strsplit(metric->aliases != NULL ? metric->aliases : "", " ", -1);
  bool ok = true;
  for (int i = 0; ok && aliases[i] != NULL; i++)
    ok = aliases[i][0] == '\0' || check_name("aliases", aliases[i], error);
  g_strfreev(aliases);
  return ok;
}

static bool check_profiles(const RecnnMetric *metric, GError **error) {
  char **profiles = g_strsplit(metric->profiles != NULL ? metric->profiles : "", " ", -1);
  bool ok = true;
  for (int i = 0; ok && profiles[i] != NULL; i++)
    ok = profiles[i][0] == '\0' || recnn_profile_find(profiles[i], error) != NULL;
  g_strfreev(profiles);
  return ok;
}

/* The functions that a metric of this kind is, and those of the other kinds, which it has not. */
static bool check_functions(const RecnnMetric *metric, GError **error) {
  const struct {
    const char *kind;
    const char *functions;
    bool there;
    bool some; /* at least one of them is there */
  } kinds[] = {
      {"RANK", "rank, perhaps weight", metric->rank != NULL,
       metric->rank != NULL || metric->weight != NULL},
      {"LIST", "list", metric->list != NULL, metric->list != NULL},
      {"CATALOGUE", "catalogue", metric->catalogue != NULL, metric->catalogue != NULL},
      {"VALUE", "all, or row and finish",
       metric->all != NULL ? metric->row == NULL && metric->finish == NULL
                           : metric->row != NULL && metric->finish != NULL,
       metric->all != NULL || metric->row != NULL || metric->finish != NULL},
  };
  if (metric->kind < 0 || metric->kind >= (int32_t)G_N_ELEMENTS(kinds))
    return recnn_error_set(error, RECNN_ERROR_PLUGIN_FEATURE,
                           "metric %s: field kind is %d, expected 0 to %zu (RECNN_METRIC_RANK ...)",
                           metric->name, metric->kind, G_N_ELEMENTS(kinds) - 1);
  bool others = false;
  for (int32_t kind = 0; kind < (int32_t)G_N_ELEMENTS(kinds); kind++)
    others = others || (kind != metric->kind && kinds[kind].some);
  if (kinds[metric->kind].there && !others)
    return true;
  return recnn_error_set(error, RECNN_ERROR_PLUGIN_FEATURE,
                         "metric %s: of kind RECNN_METRIC_%s, expected the functions %s and no "
                         "others",
                         metric->name, kinds[metric->kind].kind, kinds[metric->kind].functions);
}

bool recnn_metric_check(const RecnnMetric *metric, GError **error) {
  bool whole = metric->struct_size >= sizeof *metric;
  const RecnnDescriptorHead head = {metric->struct_size, sizeof *metric,
                                    whole ? metric->name : NULL, whole ? metric->doc : NULL, NULL};
  if (!recnn_descriptor_check_head(&head, error) || !check_name("name", metric->name, error) ||
      !check_aliases(metric, error) || !check_profiles(metric, error) ||
      !check_functions(metric, error))
    return false;
  if (!recnn_descriptor_check_bits("metric", metric->name, "flags", metric->flags, 0, error))
    return false;
  for (const RecnnMetric *const *m = recnn_metric_all(); *m != NULL; m++)
    if (recnn_metric_clashes(metric, *m))
      return recnn_error_set(error, RECNN_ERROR_PLUGIN_FEATURE,
                             "field name is \"%s\"%s%s, but there is a metric %s already%s%s; "
                             "rename it",
                             metric->name, metric->aliases != NULL ? " with aliases " : "",
                             metric->aliases != NULL ? metric->aliases : "", (*m)->name,
                             (*m)->aliases != NULL ? " with aliases " : "",
                             (*m)->aliases != NULL ? (*m)->aliases : "");
  return true;
}
