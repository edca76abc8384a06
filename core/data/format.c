/* Which reader a path is for.  Knows no format by name. */
#include <string.h>

#include "base/error.h"
#include "data/format.h"

extern const RecnnFormat *const recnn__format_table[];

const RecnnFormat *recnn_format_find(const char *name) {
  for (const RecnnFormat *const *f = recnn__format_table; *f; f++)
    if (strcmp((*f)->name, name) == 0)
      return *f;
  return NULL;
}

const char **recnn_format_names(void) {
  GPtrArray *names = g_ptr_array_new();
  for (const RecnnFormat *const *f = recnn__format_table; *f; f++)
    g_ptr_array_add(names, (gpointer)(*f)->name);
  g_ptr_array_add(names, NULL);
  return (const char **)g_ptr_array_free(names, FALSE);
}

static void refuse_unknown(const char *path, GError **error) {
  GString *looked_for = g_string_new(NULL);
  for (const RecnnFormat *const *f = recnn__format_table; *f; f++)
    g_string_append_printf(looked_for, "%s%s (%s)", f == recnn__format_table ? "" : ", or ",
                           (*f)->looks_for, (*f)->name);
  bool folder = g_file_test(path, G_FILE_TEST_IS_DIR);
  recnn_error_set(error, RECNN_ERROR_FORMAT, "%s: %s; looked for %s", path,
                  folder ? "no known data set in this folder" : "a file of no known format",
                  looked_for->str);
  g_string_free(looked_for, TRUE);
}

/* The one reader that is surest. */
static const RecnnFormat *recognise(const char *path, GError **error) {
  const RecnnFormat *best = NULL, *other = NULL;
  int best_sure = 0;
  for (const RecnnFormat *const *f = recnn__format_table; *f; f++) {
    int sure = (*f)->recognise(path);
    if (sure > best_sure) {
      best = *f;
      best_sure = sure;
      other = NULL;
    } else if (sure == best_sure && best) {
      other = *f;
    }
  }
  if (!best)
    refuse_unknown(path, error);
  if (!best || !other)
    return best;
  recnn_error_set(error, RECNN_ERROR_FORMAT,
                  "%s: could be read as %s (%s) or as %s (%s); say which format it is", path,
                  best->name, best->looks_for, other->name, other->looks_for);
  return NULL;
}

const RecnnFormat *recnn_format_for(const char *path, const char *name, GError **error) {
  const RecnnFormat *format = name ? recnn_format_find(name) : NULL;
  if (name && !format) {
    g_autofree const char **names = recnn_format_names();
    g_autofree char *hint = recnn_suggest(name, names);
    recnn_error_set(error, RECNN_ERROR_NOT_FOUND, "unknown format \"%s\"%s", name, hint);
    return NULL;
  }
  if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
    recnn_error_set(error, RECNN_ERROR_IO, "%s: no such file or folder", path);
    return NULL;
  }
  return format ? format : recognise(path, error);
}

RecnnDataset *recnn_format_read(const RecnnFormat *format, const char *path,
                                const RecnnOptions *options, GError **error) {
  if (options || !format->options)
    return format->read(path, options, error);
  g_autofree char *owner = g_strdup_printf("format %s", format->name);
  RecnnOptions *defaults = recnn_options_new(format->options, owner, error);
  RecnnDataset *dataset = defaults && recnn_options_complete(defaults, error)
                              ? format->read(path, defaults, error)
                              : NULL;
  recnn_options_free(defaults);
  return dataset;
}

RecnnDataset *recnn_dataset_read(const char *path, const char *format, GError **error) {
  const RecnnFormat *reader = recnn_format_for(path, format, error);
  return reader ? recnn_format_read(reader, path, NULL, error) : NULL;
}
