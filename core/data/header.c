/* Tables with a header.  Knows no format by name. */
#include <string.h>

#include "base/error.h"
#include "data/header-private.h"

/* The delimiter that the first line has; NULL where it has none, or the file none. */
static const char *find_delimiter(const char *path, GError **error) {
  static const char *const delimiters[] = {"\t", ",", ";", "|"};
  /* A line that is not cut, but for bytes that no text has. */
  RecnnText *text = recnn_text_open(path, '\x01', error);
  if (!text)
    return NULL;
  const RecnnField *fields;
  int32_t n;
  GError *problem = NULL;
  const char *found = ",";
  if (recnn_text_next(text, &fields, &n, &problem))
    for (size_t i = G_N_ELEMENTS(delimiters); i > 0; i--)
      if (memchr(fields[0].text, *delimiters[i - 1], fields[0].length))
        found = delimiters[i - 1];
  recnn_text_close(text);
  if (!problem)
    return found;
  g_propagate_error(error, problem);
  return NULL;
}

static char **copy_names(const RecnnField *fields, int32_t n) {
  char **names = g_new0(char *, (gsize)n + 1);
  for (int32_t i = 0; i < n; i++)
    names[i] = g_strndup(fields[i].text, fields[i].length);
  return names;
}

RecnnText *recnn__header_open(const char *path, const char *delimiter, char ***ret_names,
                              int32_t *ret_n, GError **error) {
  if (!*delimiter && !(delimiter = find_delimiter(path, error)))
    return NULL;
  RecnnText *text = recnn_text_new(path, &(RecnnTextForm){delimiter, true}, error);
  if (!text)
    return NULL;
  const RecnnField *fields;
  GError *problem = NULL;
  if (recnn_text_next(text, &fields, ret_n, &problem)) {
    *ret_names = copy_names(fields, *ret_n);
    return text;
  }
  if (!problem)
    recnn_error_set(&problem, RECNN_ERROR_FORMAT,
                    "%s: the file is empty, expected a header with the names of the columns", path);
  g_propagate_error(error, problem);
  recnn_text_close(text);
  return NULL;
}

bool recnn__header_recognise(const char *path) {
  char **names = NULL;
  int32_t n = 0;
  RecnnText *text = recnn__header_open(path, "", &names, &n, NULL);
  if (!text)
    return false;
  const char *const *known = (const char *const *)names;
  bool ok =
      recnn__columns_usual(known, n, "user") >= 0 && recnn__columns_usual(known, n, "item") >= 0;
  g_strfreev(names);
  recnn_text_close(text);
  return ok;
}

static bool read_file(RecnnRows *rows, const char *path, int part, const RecnnOptions *options,
                      RecnnAdjustColumns adjust, GError **error) {
  char **names = NULL;
  int32_t n = 0;
  RecnnText *text =
      recnn__header_open(path, recnn_options_string(options, "delimiter"), &names, &n, error);
  if (!text)
    return false;
  RecnnColumns columns = RECNN_NO_COLUMNS;
  bool ok = recnn__columns_find(&columns, text, (const char *const *)names, n, options, error) &&
            (!adjust || adjust(&columns, text, error)) &&
            recnn__rows_begin(rows, text, &columns, part, error) &&
            recnn__rows_add_all(rows, text, error);
  recnn__columns_clear(&columns);
  g_strfreev(names);
  recnn_text_close(text);
  return ok;
}

bool recnn__header_read_rows(RecnnRows *rows, const RecnnSources *sources,
                             const RecnnOptions *options, RecnnAdjustColumns adjust,
                             GError **error) {
  for (guint i = 0; i < sources->paths->len; i++)
    if (!read_file(rows, sources->paths->pdata[i], g_array_index(sources->parts, int, i), options,
                   adjust, error))
      return false;
  return true;
}
