/* Descriptions of data sets.  Knows no file format. */
#include <math.h>
#include <stdlib.h>
#include <time.h>

#include "base/memory.h"
#include "data/describe.h"
#include "data/feature.h"
#include "data/group-private.h"
#include "data/split-private.h"

static const double quantiles[] = {0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1};

static int compare(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

/* A row of the table of degrees; `degrees` is sorted by this. */
static void add_degrees(GString *text, const char *what, int64_t *degrees, int32_t n, int64_t sum) {
  qsort(degrees, (size_t)n, sizeof *degrees, compare);
  g_string_append_printf(text, "%-22s", what);
  for (size_t q = 0; q < G_N_ELEMENTS(quantiles); q++) {
    int64_t at = (int64_t)ceil(quantiles[q] * n) - 1; /* the least with so large a share below */
    g_string_append_printf(text, " %8" G_GINT64_FORMAT, degrees[MAX(at, 0)]);
  }
  g_string_append_printf(text, " %10.1f\n", (double)sum / n);
}

static void add_time(GString *text, double seconds) {
  time_t whole = (time_t)floor(seconds);
  struct tm day;
  char buffer[40] = "?";
  if (gmtime_r(&whole, &day))
    (void)strftime(buffer, sizeof buffer, "%Y-%m-%d %H:%M:%S", &day);
  g_string_append(text, buffer);
}

static void add_values(GString *text, const RecnnDataset *d) {
  if (d->rating) {
    double low = INFINITY, high = -INFINITY, sum = 0;
    for (int64_t r = 0; r < d->n; r++) {
      low = MIN(low, (double)d->rating[r]);
      high = MAX(high, (double)d->rating[r]);
      sum += (double)d->rating[r];
    }
    g_string_append_printf(text, "ratings        %g to %g, mean %.4g\n", low, high,
                           sum / (double)d->n);
  }
  if (d->label) {
    int64_t ones = 0;
    for (int64_t r = 0; r < d->n; r++)
      ones += d->label[r] > 0;
    g_string_append_printf(
        text, "labels         %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " are 1\n", ones, d->n);
  }
  if (d->timestamp) {
    double low = INFINITY, high = -INFINITY;
    for (int64_t r = 0; r < d->n; r++) {
      low = MIN(low, d->timestamp[r]);
      high = MAX(high, d->timestamp[r]);
    }
    g_string_append(text, "times          ");
    add_time(text, low);
    g_string_append(text, " to ");
    add_time(text, high);
    g_string_append_printf(text, " UTC, %.4g days\n", (high - low) / 86400);
  } else {
    g_string_append_printf(text, "times          none%s\n",
                           d->ordered ? "; each user's interactions are in order" : "");
  }
}

static void add_features(GString *text, const char *what, const GPtrArray *features) {
  for (guint f = 0; f < features->len; f++) {
    const RecnnFeatureColumn *column = features->pdata[f];
    int32_t with = 0;
    for (int32_t e = 0; e < column->n_entities; e++)
      with += column->first[e + 1] > column->first[e];
    g_string_append_printf(text, "%-14s %s:%s", f == 0 ? what : "", column->name,
                           recnn_feature_type_name(column->type));
    if (column->tokens)
      g_string_append_printf(text, ", %d words", recnn_id_map_size(column->tokens));
    if (with < column->n_entities)
      g_string_append_printf(text, ", missing for %d of %d", column->n_entities - with,
                             column->n_entities);
    g_string_append_c(text, '\n');
  }
}

static void add_parts(GString *text, const RecnnDataset *d) {
  if (!d->given_part)
    return;
  int64_t n[RECNN_N_PARTS] = {0};
  for (int64_t r = 0; r < d->n; r++)
    n[d->given_part[r]]++;
  g_string_append_printf(text,
                         "parts          train %" G_GINT64_FORMAT ", valid %" G_GINT64_FORMAT
                         ", test %" G_GINT64_FORMAT "\n",
                         n[RECNN_TRAIN], n[RECNN_VALID], n[RECNN_TEST]);
}

/* Rows by user and item; counts those that repeat another. */
static void count_repeats(const RecnnDataset *d, int64_t *order, int64_t *scratch,
                          int64_t *ret_repeated, int64_t *ret_identical) {
  *ret_repeated = *ret_identical = 0;
  for (int64_t i = 0, end; i < d->n; i = end) {
    for (end = i + 1; end < d->n && d->user[order[end]] == d->user[order[i]] &&
                      d->item[order[end]] == d->item[order[i]];)
      end++;
    *ret_repeated += end - i - 1;
    if (!d->timestamp || end == i + 1)
      continue;
    recnn__sort_by_time(order + i, end - i, d->timestamp, scratch);
    for (int64_t j = i + 1; j < end; j++)
      *ret_identical += d->timestamp[order[j]] == d->timestamp[order[j - 1]];
  }
}

static bool all_same(const RecnnDataset *d, bool times) {
  for (int64_t r = 1; r < d->n; r++)
    if (times ? d->timestamp[r] != d->timestamp[0] : d->rating[r] != d->rating[0])
      return false;
  return d->n > 1;
}

typedef struct Degrees {
  int64_t *user, *item;
  int64_t *first, *by_item, *order;
} Degrees;

static void add_remark(GString *text, bool *any, const char *format, ...) G_GNUC_PRINTF(3, 4);
static void add_remark(GString *text, bool *any, const char *format, ...) {
  va_list args;
  va_start(args, format);
  g_string_append(text, *any ? "               " : "remarks        ");
  g_string_append_vprintf(text, format, args);
  g_string_append_c(text, '\n');
  *any = true;
  va_end(args);
}

static void add_remarks(GString *text, const RecnnDataset *d, const Degrees *degrees) {
  int64_t repeated, identical, single = 0, unused = 0, idle = 0;
  bool any = false;
  count_repeats(d, degrees->order, degrees->by_item, &repeated, &identical);
  for (int32_t u = 0; u < recnn_dataset_n_users(d); u++) {
    single += degrees->user[u] == 1;
    idle += degrees->user[u] == 0;
  }
  for (int32_t i = 0; i < recnn_dataset_n_items(d); i++)
    unused += degrees->item[i] == 0;
  if (repeated > 0)
    add_remark(text, &any,
               "%" G_GINT64_FORMAT " interactions repeat a pair of user and item (filter "
               "duplicates)",
               repeated);
  if (identical > 0)
    add_remark(text, &any, "%" G_GINT64_FORMAT " of these have the same time too", identical);
  if (single > 0)
    add_remark(text, &any, "%" G_GINT64_FORMAT " users have a single interaction (filter min_user)",
               single);
  if (idle > 0)
    add_remark(text, &any, "%" G_GINT64_FORMAT " users have none", idle);
  if (unused > 0)
    add_remark(text, &any, "%" G_GINT64_FORMAT " items have none", unused);
  if (d->rating && all_same(d, false))
    add_remark(text, &any, "all ratings are the same");
  if (d->timestamp && all_same(d, true))
    add_remark(text, &any, "all times are the same: nothing can be split by them");
}

static void describe(GString *text, const RecnnDataset *d, Degrees *degrees) {
  int32_t n_users = recnn_dataset_n_users(d), n_items = recnn_dataset_n_items(d);
  g_string_append_printf(text, "name           %s\nsource         %s\n", d->name, d->source);
  if (d->filter)
    g_string_append_printf(text, "filter         %s\n", d->filter);
  g_string_append_printf(text,
                         "users          %d\nitems          %d\ninteractions   %" G_GINT64_FORMAT
                         "\ndensity        %.4g %%\n",
                         n_users, n_items, d->n,
                         100 * (double)d->n / ((double)n_users * (double)n_items));
  add_values(text, d);
  add_parts(text, d);
  if (d->candidates)
    g_string_append_printf(text, "candidates     %d lists\n", d->candidates->n_lists);
  add_features(text, "of users", d->user_features);
  add_features(text, "of items", d->item_features);
  add_features(text, "interactions", d->interaction_features);
  for (int64_t r = 0; r < d->n; r++) {
    degrees->user[d->user[r]]++;
    degrees->item[d->item[r]]++;
  }
  recnn__group_rows(d->item, NULL, d->n, n_items, degrees->first, degrees->by_item);
  recnn__group_rows(d->user, degrees->by_item, d->n, n_users, degrees->first, degrees->order);
  add_remarks(text, d, degrees);
  g_string_append_printf(text, "\n%-22s %8s %8s %8s %8s %8s %8s %8s %8s %10s\n", "interactions",
                         "least", "10 %", "25 %", "median", "75 %", "90 %", "99 %", "most", "mean");
  add_degrees(text, "of a user", degrees->user, n_users, d->n);
  add_degrees(text, "of an item", degrees->item, n_items, d->n);
}

char *recnn_dataset_describe(const RecnnDataset *d, GError **error) {
  size_t n = (size_t)d->n, n_users = (size_t)recnn_dataset_n_users(d),
         n_items = (size_t)recnn_dataset_n_items(d);
  static const char what[] = "a description's counts";
  Degrees a = {0};
  a.user = recnn_memory_new0(n_users, sizeof *a.user, what, error);
  a.item = a.user ? recnn_memory_new0(n_items, sizeof *a.item, what, error) : NULL;
  a.first =
      a.item ? recnn_memory_new(MAX(n_users, n_items) + 1, sizeof *a.first, what, error) : NULL;
  a.by_item = a.first ? recnn_memory_new(n, sizeof *a.by_item, what, error) : NULL;
  a.order = a.by_item ? recnn_memory_new(n, sizeof *a.order, what, error) : NULL;
  GString *text = a.order ? g_string_new(NULL) : NULL;
  if (text)
    describe(text, d, &a);
  recnn_memory_free(a.user);
  recnn_memory_free(a.item);
  recnn_memory_free(a.first);
  recnn_memory_free(a.by_item);
  recnn_memory_free(a.order);
  return text ? g_string_free(text, FALSE) : NULL;
}
