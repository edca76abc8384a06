/* Tables without a header: the user, the item, and what else the option `columns` names, separated
 * by blanks, tabs, commas or whatever is said. */
#include <string.h>

#include "base/error.h"
#include "base/options.h"
#include "data/format.h"
#include "data/header-private.h"

static const RecnnOption options_table[] = {
    RECNN_SOURCE_OPTIONS,
    {"columns", RECNN_OPTION_STRING, "", NULL,
     "The names of the columns, separated by commas; - for one that is passed over; empty: user, "
     "item, rating, timestamp, as many of them as there are."},
    {"delimiter", RECNN_OPTION_STRING, "", NULL,
     "What is between two fields; empty: tab, comma, semicolon or ::, the first that the first "
     "line has, or else blanks; a blank: any number of blanks and tabs."},
    RECNN_COLUMN_OPTIONS,
    {"ordered", RECNN_OPTION_BOOL, "false", NULL,
     "The file has each user's interactions in the order of time."},
    {NULL, 0, NULL, NULL, NULL},
};

enum { USUAL = 4, LOOKED_AT = 50 };
static const char *const usual[USUAL] = {"user", "item", "rating", "timestamp"};

/* The delimiter that the first line has, and how many fields that makes. */
static const char *find_delimiter(const char *path, GError **error) {
  static const char *const delimiters[] = {"::", ";", ",", "\t"};
  RecnnText *text = recnn_text_open(path, '\x01', error);
  if (!text)
    return NULL;
  const RecnnField *fields;
  int32_t n;
  GError *problem = NULL;
  const char *found = " ";
  if (recnn_text_next(text, &fields, &n, &problem)) {
    g_autofree char *line = g_strndup(fields[0].text, fields[0].length);
    for (size_t i = 0; i < G_N_ELEMENTS(delimiters); i++)
      if (strstr(line, delimiters[i]))
        found = delimiters[i];
  }
  recnn_text_close(text);
  if (!problem)
    return found;
  g_propagate_error(error, problem);
  return NULL;
}

static char **names_of(const char *columns, const RecnnText *text, int32_t n, GError **error) {
  if (*columns) {
    char **names = g_strsplit(columns, ",", -1);
    for (char **name = names; *name; name++)
      if (strcmp(g_strstrip(*name), "-") == 0)
        **name = '\0';
    return names;
  }
  if (n >= 2 && n <= USUAL) {
    char **names = g_new0(char *, (gsize)n + 1);
    for (int32_t i = 0; i < n; i++)
      names[i] = g_strdup(usual[i]);
    return names;
  }
  recnn_error_set(error, RECNN_ERROR_FORMAT,
                  "%s:%" G_GINT64_FORMAT ": %d columns: expected 2 to 4 (user, item, rating, "
                  "timestamp), or the option columns, which names them",
                  recnn_text_path(text), recnn_text_line(text), n);
  return NULL;
}

/* The first line, which says how many columns there are, is also a row. */
static bool read_lines(RecnnRows *rows, RecnnText *text, int part, const RecnnOptions *options,
                       GError **error) {
  const RecnnField *fields;
  int32_t n;
  GError *problem = NULL;
  if (!recnn_text_next(text, &fields, &n, &problem)) {
    if (problem)
      g_propagate_error(error, problem);
    else
      recnn_error_set(error, RECNN_ERROR_FORMAT, "%s: the file is empty, expected interactions",
                      recnn_text_path(text));
    return false;
  }
  char **names = names_of(recnn_options_string(options, "columns"), text, n, error);
  if (!names)
    return false;
  int32_t n_names = (int32_t)g_strv_length(names);
  RecnnColumns columns = RECNN_NO_COLUMNS;
  bool ok =
      recnn__columns_find(&columns, text, (const char *const *)names, n_names, options, error) &&
      recnn__rows_begin(rows, text, &columns, part, error) &&
      recnn_text_count(text, fields, n, (const char *const *)names, n_names, error) &&
      recnn__rows_add(rows, fields, error) && recnn__rows_add_all(rows, text, error);
  recnn__columns_clear(&columns);
  g_strfreev(names);
  return ok;
}

static bool read_file(RecnnRows *rows, const char *path, int part, const RecnnOptions *options,
                      GError **error) {
  const char *delimiter = recnn_options_string(options, "delimiter");
  if (!*delimiter && !(delimiter = find_delimiter(path, error)))
    return false;
  RecnnText *text = recnn_text_new(path, &(RecnnTextForm){delimiter, false}, error);
  bool ok = text && read_lines(rows, text, part, options, error);
  recnn_text_close(text);
  return ok;
}

static RecnnDataset *read(const char *path, const RecnnOptions *options, GError **error) {
  RecnnSources s;
  RecnnRows *rows = NULL;
  bool ok = recnn_sources_find(&s, path, options, NULL, error);
  if (ok)
    rows = recnn__rows_new(s.name, path, recnn__time_unit(options));
  for (guint i = 0; ok && i < s.paths->len; i++)
    ok = read_file(rows, s.paths->pdata[i], g_array_index(s.parts, int, i), options, error);
  recnn_sources_clear(&s);
  if (ok) {
    recnn__rows_peek(rows)->ordered = recnn_options_bool(options, "ordered");
    return recnn__rows_finish(rows, error);
  }
  recnn__rows_free(rows);
  return NULL;
}

/* Lines of the same number of fields, 2 to 4, that end in numbers. */
static bool looks_right(RecnnText *text) {
  const RecnnField *fields;
  int32_t n, n_first = 0;
  GError *problem = NULL;
  bool ok = true;
  for (int i = 0; ok && i < LOOKED_AT && recnn_text_next(text, &fields, &n, &problem); i++) {
    n_first = i == 0 ? n : n_first;
    double number;
    ok = n == n_first && n >= 2 && n <= USUAL;
    for (int32_t f = 0; ok && f < n; f++)
      ok = fields[f].length > 0 &&
           (f < 2 || recnn_parse_double(fields[f].text, fields[f].length, &number));
    /* Two columns are a table when both are whole numbers, else they may be any text. */
    int64_t whole;
    for (int32_t f = 0; ok && n == 2 && f < n; f++)
      ok = recnn_parse_int(fields[f].text, fields[f].length, &whole);
  }
  ok = ok && !problem && n_first > 0;
  g_clear_error(&problem);
  return ok;
}

static int recognise(const char *path) {
  const char *delimiter =
      g_file_test(path, G_FILE_TEST_IS_REGULAR) ? find_delimiter(path, NULL) : NULL;
  RecnnText *text =
      delimiter ? recnn_text_new(path, &(RecnnTextForm){delimiter, false}, NULL) : NULL;
  bool ok = text && looks_right(text);
  recnn_text_close(text);
  return ok ? 30 : 0;
}

RECNN_FORMAT(plain) = {
    .name = "plain",
    .doc = "Tables without a header: user, item, and perhaps rating and timestamp.",
    .looks_for = "lines of 2 to 4 fields: user, item, rating, timestamp",
    .options = options_table,
    .recognise = recognise,
    .read = read,
};
