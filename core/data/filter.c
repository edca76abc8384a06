/* Filters: the options, their checks, the steps in their order, and what is remembered of them. */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "data/filter-private.h"
#include "data/quote-private.h"

static const RecnnOption options_table[] = {
    {"duplicates", RECNN_OPTION_CHOICE, "all", "all|first|last|sum",
     "Repeated pairs of user and item: all stay, the first or the last by time, or one with the "
     "sum of the ratings (without ratings, their number)."},
    {"rating", RECNN_OPTION_STRING, "", NULL,
     "An interval such as [4,inf): only interactions with a rating in it."},
    {"timestamp", RECNN_OPTION_STRING, "", NULL,
     "An interval: only interactions with a time in it."},
    {"min_user", RECNN_OPTION_INT, "0", "[0,inf)",
     "Only users (sessions) with so many interactions; with min_item, to a fixed point."},
    {"min_item", RECNN_OPTION_INT, "0", "[0,inf)",
     "Only items with so many interactions; with min_user, to a fixed point."},
    {"label_threshold", RECNN_OPTION_FLOAT, "0", NULL,
     "Label 1 for ratings from here on, 0 for others; not set: labels stay as they are."},
    {NULL, 0, NULL, NULL, NULL},
};

const RecnnOption *recnn_filter_options(void) { return options_table; }

typedef struct Interval {
  double low, high;
  bool low_open, high_open;
} Interval;

static bool inside(const Interval *in, double x) {
  return (in->low_open ? x > in->low : x >= in->low) &&
         (in->high_open ? x < in->high : x <= in->high);
}

/* Rows whose value is outside go. */
static bool filter_values(const RecnnDataset *d, const RecnnOptions *options, const char *name,
                          RecnnFilterRows *rows, GError **error) {
  const char *text = recnn_options_string(options, name);
  bool is_rating = strcmp(name, "rating") == 0;
  const float *rating = rows->rating ? rows->rating : d->rating;
  if (*text == '\0')
    return true;
  Interval in;
  if (!recnn_interval_parse(text, &in.low, &in.low_open, &in.high, &in.high_open)) {
    g_autofree char *quoted = recnn__quote(text, strlen(text));
    return recnn_error_set(error, RECNN_ERROR_OPTION,
                           "filter: %s %s: expected an interval such as [4,inf) or (0,5]", name,
                           quoted);
  }
  if (is_rating ? !rating : !d->timestamp)
    return recnn_error_set(error, RECNN_ERROR_DATA,
                           "filter: %s %s: expected data with %ss, %s has none", name, text, name,
                           d->source);
  for (int64_t r = 0; r < d->n; r++)
    rows->keep[r] &= inside(&in, is_rating ? (double)rating[r] : d->timestamp[r]);
  return true;
}

/* Rows whose user (item) is not on the list go. */
static bool filter_tokens(const RecnnIdMap *ids, const char *what, const char *source,
                          const int32_t *key, const char *const *tokens, int64_t n, uint8_t *keep,
                          GError **error) {
  if (!tokens)
    return true;
  size_t n_ids = (size_t)recnn_id_map_size(ids);
  uint8_t *wanted = recnn_memory_new0(n_ids, 1, "a filter's ids", error);
  if (!wanted)
    return false;
  bool ok = true;
  for (; ok && *tokens; tokens++) {
    int32_t id = recnn_id_map_find(ids, *tokens, strlen(*tokens));
    g_autofree char *quoted = id < 0 ? recnn__quote(*tokens, strlen(*tokens)) : NULL;
    if (id >= 0)
      wanted[id] = 1;
    else
      ok = recnn_error_set(error, RECNN_ERROR_DATA, "filter: %ss: %s is no %s of %s", what, quoted,
                           what, source);
  }
  for (int64_t r = 0; ok && r < n; r++)
    keep[r] &= wanted[key[r]];
  recnn_memory_free(wanted);
  return ok;
}

static bool filter_labels(const RecnnDataset *d, const RecnnOptions *options, RecnnFilterRows *rows,
                          GError **error) {
  if (!recnn_options_is_set(options, "label_threshold"))
    return true;
  const float *rating = rows->rating ? rows->rating : d->rating;
  double threshold = recnn_options_float(options, "label_threshold");
  if (!rating)
    return recnn_error_set(error, RECNN_ERROR_DATA,
                           "filter: label_threshold %g: expected data with ratings, %s has none",
                           threshold, d->source);
  if (!rows->label && !(rows->label = recnn_memory_new((size_t)d->n, sizeof *rows->label,
                                                       "a filter's labels", error)))
    return false;
  for (int64_t r = 0; r < d->n; r++)
    rows->label[r] = (double)rating[r] >= threshold;
  return true;
}

/* "min_user 5, min_item 5": what is set. */
static char *describe(const RecnnOptions *options, const char *const *users,
                      const char *const *items) {
  GString *text = g_string_new(NULL);
  for (const RecnnOption *o = options_table; o->name; o++) {
    g_autofree char *value = recnn_options_text(options, o->name);
    if (recnn_options_is_set(options, o->name))
      g_string_append_printf(text, "%s%s %s", text->len ? ", " : "", o->name, value);
  }
  const char *const *const lists[] = {users, items};
  for (int i = 0; i < 2; i++)
    if (lists[i])
      g_string_append_printf(text, "%s%d %s", text->len ? ", " : "",
                             (int)g_strv_length((char **)lists[i]), i == 0 ? "users" : "items");
  return g_string_free(text, FALSE);
}

static bool choose(const RecnnDataset *d, const RecnnOptions *options, const char *const *users,
                   const char *const *items, RecnnFilterRows *rows, GError **error) {
  rows->keep = recnn_memory_new((size_t)d->n, 1, "a filter's marks", error);
  if (!rows->keep)
    return false;
  memset(rows->keep, 1, (size_t)d->n);
  RecnnRepeats repeats = (RecnnRepeats)recnn_options_get(options, "duplicates")->as.i;
  return recnn__filter_repeats(d, repeats, rows, error) &&
         filter_tokens(d->users, "user", d->source, d->user, users, d->n, rows->keep, error) &&
         filter_tokens(d->items, "item", d->source, d->item, items, d->n, rows->keep, error) &&
         filter_values(d, options, "rating", rows, error) &&
         filter_values(d, options, "timestamp", rows, error) &&
         recnn__filter_core(d, recnn_options_int(options, "min_user"),
                            recnn_options_int(options, "min_item"), rows->keep, error) &&
         filter_labels(d, options, rows, error);
}

static RecnnDataset *select_rows(const RecnnDataset *d, const RecnnFilterRows *rows,
                                 const char *what, GError **error) {
  if (!memchr(rows->keep, 1, (size_t)d->n)) {
    recnn_error_set(error, RECNN_ERROR_DATA,
                    "filter: %s: nothing is left of the %" G_GINT64_FORMAT " interactions of %s",
                    what, d->n, d->source);
    return NULL;
  }
  RecnnDataset *filtered = recnn__filter_select(d, rows, error);
  if (!filtered)
    return NULL;
  g_autofree char *step =
      g_strdup_printf("%s: %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " interactions",
                      *what ? what : "nothing", filtered->n, d->n);
  filtered->filter = d->filter ? g_strconcat(d->filter, "; ", step, NULL) : g_strdup(step);
  return filtered;
}

RecnnDataset *recnn_dataset_filter(const RecnnDataset *dataset, const RecnnOptions *options,
                                   const char *const *users, const char *const *items,
                                   GError **error) {
  g_autofree char *what = describe(options, users, items);
  RecnnFilterRows rows = {NULL, NULL, NULL};
  RecnnDataset *filtered = choose(dataset, options, users, items, &rows, error)
                               ? select_rows(dataset, &rows, what, error)
                               : NULL;
  recnn_memory_free(rows.keep);
  recnn_memory_free(rows.rating);
  recnn_memory_free(rows.label);
  return filtered;
}
