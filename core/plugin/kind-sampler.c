/* The kind "recnn.sampler/1": a sampler that a plugin brings joins the built-in ones. */
#include <recnn/kind/sampler.h>

#include "base/where.h"
#include "data/sampler.h"
#include "plugin/plugin-private.h"

static bool check(const void *descriptor, const char *owner, GError **error) {
  (void)owner; /* the class has a name of its own */
  return recnn_sampler_check(descriptor, error);
}

static const char *name(const void *descriptor) {
  return ((const RecnnSamplerClass *)descriptor)->name;
}

static bool add(const void *descriptor, const RecnnPlugin *plugin, GError **error) {
  (void)error;
  recnn_where_set_owner(descriptor, plugin->manifest->name, plugin->manifest->version);
  recnn_sampler_register(descriptor);
  return true;
}

RECNN_KIND(sampler) = {
    RECNN_SAMPLER_KIND, check, name, add, NULL, RECNN_KIND_SIZES(RecnnSamplerClass, draw)};
