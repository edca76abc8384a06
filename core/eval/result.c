/* Results: looking a value up, and the table for people. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "eval/result.h"

void recnn_details_free(RecnnDetails *details) {
  if (details == NULL)
    return;
  recnn_dataset_unref(details->dataset);
  recnn_memory_free(details->users);
  recnn_memory_free(details->rows);
  recnn_memory_free(details->values);
  recnn_memory_free(details->first);
  recnn_memory_free(details->ranks);
  recnn_memory_free(details->items);
  recnn_memory_free(details->lists);
  g_free(details);
}

void recnn_result_free(RecnnResult *result) {
  if (result == NULL)
    return;
  for (int32_t i = 0; i < result->n_values; i++)
    g_free(result->values[i].name);
  g_free(result->values);
  g_free(result->model);
  g_free(result->part);
  g_free(result->profile);
  g_free(result->candidates);
  g_free(result->leaks);
  recnn_details_free(result->details);
  for (int32_t i = 0; i < result->n_slices; i++)
    g_free(result->slices[i].values);
  g_free(result->slices);
  g_free(result);
}

/* The value's index; -1: none; -2: several, as the cut-off was left open. */
static int32_t find(const RecnnResult *result, const RecnnMetric *metric, int64_t k) {
  int32_t found = -1;
  for (int32_t i = 0; i < result->n_values; i++) {
    if (result->values[i].metric != metric || (k != 0 && result->values[i].k != k))
      continue;
    if (found >= 0)
      return -2;
    found = i;
  }
  return found;
}

int32_t recnn_result_find(const RecnnResult *result, const char *name, GError **error) {
  int64_t k = 0;
  const RecnnMetric *metric = recnn_metric_parse_open(result->profile, name, &k, error);
  if (metric == NULL)
    return -1;
  int32_t at = find(result, metric, k);
  if (at >= 0)
    return at;
  GString *known = g_string_new(NULL);
  for (int32_t i = 0; i < result->n_values; i++)
    g_string_append_printf(known, "%s%s", i > 0 ? ", " : "", result->values[i].name);
  recnn_error_set(error, RECNN_ERROR_NOT_FOUND, "%s %s; there are: %s", name,
                  at == -1 ? "was not computed" : "needs a cut-off, as it was computed at several",
                  known->str);
  g_string_free(known, TRUE);
  return -1;
}

double recnn_result_get(const RecnnResult *result, const char *name, GError **error) {
  int32_t at = recnn_result_find(result, name, error);
  return at >= 0 ? result->values[at].value : NAN;
}

static int by_size(const void *a, const void *b) {
  const int64_t *x = a;
  const int64_t *y = b;
  return (*x > *y) - (*x < *y);
}

/* The distinct cut-offs, ascending.  Caller frees. */
static int64_t *cut_offs(const RecnnResult *result, int32_t *ret_n) {
  int64_t *all = g_new(int64_t, result->n_values + 1);
  int32_t n = 0;
  for (int32_t i = 0; i < result->n_values; i++)
    if (result->values[i].k > 0)
      all[n++] = result->values[i].k;
  qsort(all, (size_t)n, sizeof *all, by_size);
  *ret_n = 0;
  for (int32_t i = 0; i < n; i++)
    if (i == 0 || all[i] != all[i - 1])
      all[(*ret_n)++] = all[i];
  return all;
}

/* The width of the column of names. */
static int name_width(const RecnnResult *result) {
  int width = 12;
  for (int32_t i = 0; i < result->n_values; i++)
    width = MAX(width, (int)strlen(result->values[i].metric->name));
  return width;
}

static void add_rows_by_cutoff(GString *text, const RecnnResult *result, int width) {
  int32_t n_columns;
  int64_t *columns = cut_offs(result, &n_columns);
  if (n_columns > 0)
    g_string_append_printf(text, "%-*s", width, "");
  for (int32_t c = 0; c < n_columns; c++) {
    char head[24];
    g_snprintf(head, sizeof head, "@%" G_GINT64_FORMAT, (gint64)columns[c]);
    g_string_append_printf(text, " %8s", head);
  }
  if (n_columns > 0)
    g_string_append_c(text, '\n');
  for (int32_t i = 0; i < result->n_values; i++) {
    const RecnnMetric *metric = result->values[i].metric;
    bool first = result->values[i].k > 0;
    for (int32_t j = 0; j < i; j++)
      first = first && result->values[j].metric != metric;
    if (!first)
      continue;
    g_string_append_printf(text, "%-*s", width, metric->name);
    for (int32_t c = 0; c < n_columns; c++) {
      int32_t at = find(result, metric, columns[c]);
      if (at >= 0)
        g_string_append_printf(text, " %8.4f", result->values[at].value);
      else
        g_string_append_printf(text, " %8s", "-");
    }
    g_string_append_c(text, '\n');
  }
  g_free(columns);
}

/* "943 users, full ranking of 1682 items (3 users with ties, counted against)" */
static void add_ranking(GString *text, const RecnnResult *result) {
  bool given = g_str_equal(result->candidates, "given");
  const char *who = given ? "rows" : "users";
  g_string_append_printf(text, "%" G_GINT64_FORMAT " %s, ", (gint64)result->n_users, who);
  if (given)
    g_string_append(text, "each ranked among its own candidates");
  else if (g_str_equal(result->candidates, "all"))
    g_string_append_printf(text, "full ranking of %" G_GINT64_FORMAT " items",
                           (gint64)result->n_items);
  else
    g_string_append_printf(text, "ranking among %s of %" G_GINT64_FORMAT " items",
                           result->candidates, (gint64)result->n_items);
  if (result->tied_users > 0)
    g_string_append_printf(
        text, " (%" G_GINT64_FORMAT " %s with ties, %s)", (gint64)result->tied_users, who,
        g_str_equal(result->ties, "pessimistic") ? "counted against" : result->ties);
}

char *recnn_result_text(const RecnnResult *result) {
  GString *text = g_string_new(NULL);
  int width = name_width(result);
  g_string_append_printf(text, "%s on %s", result->model, result->part);
  const char *separator = ": ";
  if (result->n_users > 0) {
    g_string_append(text, separator);
    add_ranking(text, result);
    separator = ", ";
  }
  if (result->n_rows > 0) {
    bool labels = false;
    for (int32_t i = 0; i < result->n_values; i++)
      labels = labels || result->values[i].metric->labels;
    g_string_append_printf(text, "%s%" G_GINT64_FORMAT " %s", separator, (gint64)result->n_rows,
                           labels ? "labels" : "ratings");
    separator = ", ";
  }
  if (result->profile != NULL)
    g_string_append_printf(text, "%sas %s has it", separator, result->profile);
  g_string_append_c(text, '\n');
  add_rows_by_cutoff(text, result, width);
  for (int32_t i = 0; i < result->n_values; i++)
    if (result->values[i].k == 0)
      g_string_append_printf(text, "%-*s %8.4f\n", width, result->values[i].name,
                             result->values[i].value);
  if (result->leaks != NULL)
    g_string_append_printf(text, "audit: %s\n", result->leaks);
  return g_string_free(text, FALSE);
}
