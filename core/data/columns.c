/* Columns by name.  Knows no file format. */
#include <string.h>

#include "base/error.h"
#include "data/columns-private.h"
#include "data/feature.h"
#include "data/quote-private.h"

enum { SHOWN = 12, SHOWN_KNOWN = 40, MOST = 4096 };

/* Names in lower case and without separators, the likelier ones first. */
static const char *const user_names[] = {"userid", "user", "uid", "sessionid", "session", NULL};
static const char *const item_names[] = {"itemid",    "item",     "iid",    "movieid",
                                         "productid", "artistid", "bookid", NULL};
static const char *const rating_names[] = {"rating", NULL};
static const char *const time_names[] = {"timestamp", "time", NULL};
static const char *const label_names[] = {"label", "click", NULL};
static const char *const candidates_names[] = {"negitems", NULL};

/* "User_ID" and "userid" are the same. */
static bool is_called(const char *name, const char *usual) {
  for (; *name; name++) {
    if (*name == '_' || *name == '-' || *name == ' ')
      continue;
    if (g_ascii_tolower(*name) != *usual)
      return false;
    usual++;
  }
  return !*usual;
}

static int32_t find_usual(const char *const *names, int32_t n, const char *const *usual) {
  for (; *usual; usual++)
    for (int32_t i = 0; i < n; i++)
      if (is_called(names[i], *usual))
        return i;
  return -1;
}

int32_t recnn__columns_usual(const char *const *names, int32_t n, const char *what) {
  return find_usual(names, n, strcmp(what, "user") == 0 ? user_names : item_names);
}

int32_t recnn__columns_named(const RecnnColumns *columns, const char *name) {
  for (int32_t i = 0; i < columns->n; i++)
    if (strcmp(columns->names[i], name) == 0)
      return i;
  return -1;
}

static char *list_names(const RecnnColumns *columns) {
  GString *found = g_string_new("; found: ");
  for (int32_t i = 0; i < MIN(columns->n, SHOWN); i++) {
    g_autofree char *quoted = recnn__quote(columns->names[i], strlen(columns->names[i]));
    g_string_append_printf(found, "%s%s", i ? ", " : "", quoted);
  }
  if (columns->n > SHOWN)
    g_string_append_printf(found, " and %d more", columns->n - SHOWN);
  return g_string_free(found, FALSE);
}

bool recnn__columns_refuse(const RecnnColumns *columns, const RecnnText *text, const char *what,
                           const char *name, GError **error) {
  g_autofree char *known =
      name ? recnn_suggest(name, (const char *const *)columns->names) : list_names(columns);
  g_autofree char *wanted = name ? g_strdup_printf("column \"%s\"", name) : g_strdup("column");
  g_autofree char *place = recnn_text_place(text);
  return recnn_error_set(error, RECNN_ERROR_FORMAT, "%s: no %s for the %s%s%s", place, wanted, what,
                         known, name ? "" : "; say which it is");
}

/* What an option and usual names say.  An option's column must be there. */
static bool find(const RecnnColumns *columns, const RecnnText *text, const RecnnOptions *options,
                 const char *option, const char *const *usual, int32_t *ret_column,
                 GError **error) {
  const char *name = recnn_options_string(options, option);
  if (*name == '\0') {
    *ret_column = find_usual((const char *const *)columns->names, columns->n, usual);
    return true;
  }
  *ret_column = strcmp(name, "-") == 0 ? -1 : recnn__columns_named(columns, name);
  return *ret_column >= 0 || strcmp(name, "-") == 0 ||
         recnn__columns_refuse(columns, text, option, name, error);
}

static bool find_all(RecnnColumns *c, const RecnnText *text, const RecnnOptions *options,
                     GError **error) {
  if (!find(c, text, options, "user", user_names, &c->user, error) ||
      !find(c, text, options, "item", item_names, &c->item, error))
    return false;
  if (c->user < 0)
    return recnn__columns_refuse(c, text, "user", NULL, error);
  if (c->item < 0)
    return recnn__columns_refuse(c, text, "item", NULL, error);
  return find(c, text, options, "rating", rating_names, &c->rating, error) &&
         find(c, text, options, "timestamp", time_names, &c->timestamp, error) &&
         find(c, text, options, "label", label_names, &c->label, error) &&
         find(c, text, options, "neg_items", candidates_names, &c->candidates, error);
}

/* "name" or "name:type". */
static bool add_feature(RecnnColumns *columns, const RecnnText *text, const char *wanted,
                        GError **error) {
  RecnnFeatureSpec spec = {recnn__columns_named(columns, wanted), NULL, RECNN_FEATURE_TOKEN};
  g_autofree char *name = g_strdup(wanted);
  char *colon = strrchr(name, ':');
  if (spec.column < 0 && colon) {
    *colon = '\0';
    const char *type = colon + 1;
    spec.column = recnn__columns_named(columns, name);
    while (spec.type <= RECNN_FEATURE_FLOAT_SEQ &&
           strcmp(type, recnn_feature_type_name(spec.type)) != 0)
      spec.type++;
    if (spec.type > RECNN_FEATURE_FLOAT_SEQ)
      return recnn_error_set(error, RECNN_ERROR_OPTION,
                             "feature \"%s\": type \"%s\": expected token, token_seq, float or "
                             "float_seq",
                             wanted, type);
  }
  if (spec.column < 0)
    return recnn__columns_refuse(columns, text, "feature", name, error);
  for (guint i = 0; i < columns->features->len; i++)
    if (g_array_index(columns->features, RecnnFeatureSpec, i).column == spec.column)
      return recnn_error_set(error, RECNN_ERROR_OPTION, "feature \"%s\": expected it once", name);
  spec.name = g_steal_pointer(&name);
  g_array_append_val(columns->features, spec);
  return true;
}

static void clear_spec(gpointer spec) { g_free(((RecnnFeatureSpec *)spec)->name); }

GArray *recnn__feature_specs_new(void) {
  GArray *specs = g_array_new(FALSE, FALSE, sizeof(RecnnFeatureSpec));
  g_array_set_clear_func(specs, clear_spec);
  return specs;
}

static gint by_column(gconstpointer a, gconstpointer b) {
  const RecnnFeatureSpec *x = a, *y = b;
  return x->column < y->column ? -1 : x->column > y->column;
}

bool recnn__columns_add_features(RecnnColumns *columns, const RecnnText *text, const char *wanted,
                                 const bool *taken, GError **error) {
  columns->features = recnn__feature_specs_new();
  g_auto(GStrv) names = g_strsplit(wanted, ",", -1);
  bool all = false;
  for (char **name = names; *name; name++) {
    g_strstrip(*name);
    if (strcmp(*name, "*") == 0)
      all = true;
    else if (**name && !add_feature(columns, text, *name, error))
      return false;
  }
  guint n_named = columns->features->len;
  for (int32_t i = 0; all && i < columns->n; i++) {
    bool free_one = !taken[i] && *columns->names[i];
    for (guint f = 0; f < n_named; f++)
      free_one = free_one && g_array_index(columns->features, RecnnFeatureSpec, f).column != i;
    RecnnFeatureSpec spec = {i, NULL, RECNN_FEATURE_TOKEN};
    if (free_one) {
      spec.name = g_strdup(columns->names[i]);
      g_array_append_val(columns->features, spec);
    }
  }
  g_array_sort(columns->features, by_column);
  return true;
}

static bool check_names(const RecnnColumns *columns, const RecnnText *text, GError **error) {
  if (columns->n > MOST) {
    g_autofree char *place = recnn_text_place(text);
    return recnn_error_set(error, RECNN_ERROR_FORMAT, "%s: %d columns: expected at most %d", place,
                           columns->n, MOST);
  }
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  for (int32_t i = 0; i < columns->n; i++) {
    if (!*columns->names[i] || g_hash_table_add(seen, columns->names[i]))
      continue; /* columns without a name cannot be asked for */
    RecnnField field = {columns->names[i], strlen(columns->names[i])};
    g_autofree char *expected = g_strdup_printf("each name once, column %d has this one too",
                                                recnn__columns_named(columns, field.text) + 1);
    return recnn_text_fail(text, i + 1, NULL, &field, expected, error);
  }
  return true;
}

bool recnn__columns_find(RecnnColumns *columns, const RecnnText *text, const char *const *names,
                         int32_t n, const RecnnOptions *options, GError **error) {
  *columns = RECNN_NO_COLUMNS;
  columns->n = n;
  columns->names = g_new0(char *, (gsize)n + 1);
  for (int32_t i = 0; i < n; i++)
    columns->names[i] = g_strdup(names[i]);
  if (!check_names(columns, text, error) || !find_all(columns, text, options, error))
    return false;
  g_autofree bool *taken = g_new0(bool, (gsize)n + 1);
  const int32_t used[] = {columns->user,      columns->item,  columns->rating,
                          columns->timestamp, columns->label, columns->candidates};
  for (size_t i = 0; i < G_N_ELEMENTS(used); i++)
    if (used[i] >= 0)
      taken[used[i]] = true;
  return recnn__columns_add_features(columns, text, recnn_options_string(options, "features"),
                                     taken, error);
}

void recnn__columns_clear(RecnnColumns *columns) {
  g_strfreev(columns->names);
  if (columns->features)
    g_array_unref(columns->features);
  *columns = RECNN_NO_COLUMNS;
}

double recnn__time_unit(const RecnnOptions *options) {
  const char *unit = recnn_options_string(options, "time_unit");
  return strcmp(unit, "ms") == 0 ? 1e-3 : strcmp(unit, "us") == 0 ? 1e-6 : 1;
}
