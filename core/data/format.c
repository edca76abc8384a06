/* Which reader a path is for.  Knows no format by name. */
#include <string.h>

#include "base/error.h"
#include "base/registry.h"
#include "data/foreign-private.h"
#include "data/format.h"

extern const RecnnFormat *const recnn__format_table[];

static const char *name_of(const void *format) { return ((const RecnnFormat *)format)->name; }

static RecnnRegistry registry = RECNN_REGISTRY("format", recnn__format_table, name_of);

static const RecnnFormat *const *all_formats(void) {
  return (const RecnnFormat *const *)recnn_registry_all(&registry);
}

const RecnnFormat *recnn_format_find(const char *name) {
  return recnn_registry_find(&registry, name);
}

const char **recnn_format_names(void) { return recnn_registry_names(&registry); }

bool recnn_format_check(const RecnnFormatClass *c, GError **error) {
  const RecnnDescriptorHead head = RECNN_DESCRIPTOR_HEAD(c);
  if (!recnn_registry_check(&registry, &head, error))
    return false;
  if (!recnn_descriptor_check_bits(registry.what, c->name, "flags", c->flags, 0, error) ||
      !recnn_descriptor_check_bits(registry.what, c->name, "reserved", c->reserved, 0, error))
    return false;
  if (c->read == NULL)
    return recnn_error_set(error, RECNN_ERROR_PLUGIN_FEATURE,
                           "format %s: field read is NULL, expected a function", c->name);
  if (c->looks_for == NULL || c->looks_for[0] == '\0' || !g_utf8_validate(c->looks_for, -1, NULL))
    return recnn_error_set(error, RECNN_ERROR_PLUGIN_FEATURE,
                           "format %s: field looks_for is %s, expected what a file of the format "
                           "has, in UTF-8",
                           c->name, c->looks_for == NULL ? "NULL" : "empty or not UTF-8");
  return true;
}

void recnn_format_register(const RecnnFormatClass *c) {
  RecnnFormat *format = g_new0(RecnnFormat, 1); /* as long as the process, like the class */
  *format = (RecnnFormat){c->name, c->doc, c->looks_for, c->options, NULL, NULL, c};
  recnn_registry_add(&registry, format);
}

static int sureness(const RecnnFormat *format, const char *path) {
  return format->foreign ? recnn__foreign_recognise(format->foreign, path)
                         : format->recognise(path);
}

static RecnnDataset *read_with(const RecnnFormat *format, const char *path,
                               const RecnnOptions *options, GError **error) {
  return format->foreign ? recnn__foreign_read(format->foreign, path, options, error)
                         : format->read(path, options, error);
}

static void refuse_unknown(const char *path, GError **error) {
  GString *looked_for = g_string_new(NULL);
  for (const RecnnFormat *const *f = all_formats(); *f; f++)
    g_string_append_printf(looked_for, "%s%s (%s)", looked_for->len == 0 ? "" : ", or ",
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
  for (const RecnnFormat *const *f = all_formats(); *f; f++) {
    int sure = sureness(*f, path);
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
  const RecnnFormat *format = name ? recnn_registry_ask(&registry, name, NULL, error) : NULL;
  if (name && !format)
    return NULL;
  if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
    recnn_error_set(error, RECNN_ERROR_IO, "%s: no such file or folder", path);
    return NULL;
  }
  return format ? format : recognise(path, error);
}

RecnnDataset *recnn_format_read(const RecnnFormat *format, const char *path,
                                const RecnnOptions *options, GError **error) {
  if (options || !format->options)
    return read_with(format, path, options, error);
  g_autofree char *owner = g_strdup_printf("format %s", format->name);
  RecnnOptions *defaults = recnn_options_new(format->options, owner, error);
  RecnnDataset *dataset = defaults && recnn_options_complete(defaults, error)
                              ? read_with(format, path, defaults, error)
                              : NULL;
  recnn_options_free(defaults);
  return dataset;
}

RecnnDataset *recnn_dataset_read(const char *path, const char *format, GError **error) {
  const RecnnFormat *reader = recnn_format_for(path, format, error);
  return reader ? recnn_format_read(reader, path, NULL, error) : NULL;
}
