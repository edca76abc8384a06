/* Samplers by name: the built-in ones, and those that plugins bring. */
#include "base/error.h"
#include "base/registry.h"
#include "data/sampler.h"

extern const RecnnSamplerClass *const recnn__sampler_table[];

static const char *name_of(const void *descriptor) {
  return ((const RecnnSamplerClass *)descriptor)->name;
}

static RecnnRegistry registry = RECNN_REGISTRY("sampler", recnn__sampler_table, name_of);

const RecnnSamplerClass *recnn_sampler_find(const char *name) {
  return recnn_registry_find(&registry, name);
}

const char **recnn_sampler_names(void) { return recnn_registry_names(&registry); }

const RecnnSamplerClass *recnn_sampler_ask(const char *name, GError **error) {
  return recnn_registry_ask(&registry, name, NULL, error);
}

bool recnn_sampler_check(const RecnnSamplerClass *c, GError **error) {
  const RecnnDescriptorHead head = RECNN_DESCRIPTOR_HEAD(c);
  if (!recnn_registry_check(&registry, &head, error))
    return false;
  if (!recnn_descriptor_check_bits(registry.what, c->name, "flags", c->flags, 0, error) ||
      !recnn_descriptor_check_bits(registry.what, c->name, "reserved", c->reserved, 0, error))
    return false;
  if (c->draw == NULL)
    return recnn_error_set(error, RECNN_ERROR_PLUGIN_FEATURE,
                           "sampler %s: field draw is NULL, expected a function", c->name);
  if (c->create == NULL && c->destroy != NULL)
    return recnn_error_set(error, RECNN_ERROR_PLUGIN_FEATURE,
                           "sampler %s: it has destroy without create, expected both or neither",
                           c->name);
  return true;
}

void recnn_sampler_register(const RecnnSamplerClass *c) { recnn_registry_add(&registry, c); }
