/* The kind "recnn.format/1": a format that a plugin brings joins the built-in ones. */
#include <recnn/kind/format.h>

#include "base/where.h"
#include "data/format.h"
#include "plugin/plugin-private.h"

static bool check(const void *descriptor, const char *owner, GError **error) {
  (void)owner; /* the class has a name of its own */
  return recnn_format_check(descriptor, error);
}

static const char *name(const void *descriptor) {
  return ((const RecnnFormatClass *)descriptor)->name;
}

static bool add(const void *descriptor, const RecnnPlugin *plugin, GError **error) {
  (void)error;
  recnn_where_set_owner(descriptor, plugin->manifest->name, plugin->manifest->version);
  recnn_format_register(descriptor);
  return true;
}

RECNN_KIND(format) = {
    RECNN_FORMAT_KIND, check, name, add, NULL, RECNN_KIND_SIZES(RecnnFormatClass, samples)};
