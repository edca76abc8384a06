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
  GError *problem = NULL;
  const RecnnSamplerClass *found = recnn_registry_ask(&registry, name, &problem);
  if (problem) {
    g_propagate_error(error, problem);
  } else if (!found) {
    g_autofree const char **names = recnn_sampler_names();
    g_autofree char *hint = recnn_registry_suggest(name, names);
    recnn_error_set(error, RECNN_ERROR_NOT_FOUND, "unknown sampler \"%s\"%s", name, hint);
  }
  return found;
}

bool recnn_sampler_check(const RecnnSamplerClass *c, GError **error) {
  bool whole = c->struct_size >= sizeof *c;
  const RecnnDescriptorHead head = {c->struct_size, sizeof *c, whole ? c->name : NULL,
                                    whole ? c->doc : NULL, whole ? c->options : NULL};
  if (!recnn_registry_check(&registry, &head, error))
    return false;
  if (c->flags != 0 || c->reserved != 0)
    return recnn_error_set(error, RECNN_ERROR_PLUGIN_FEATURE,
                           "sampler %s: field %s is 0x%x, expected 0: it has bits that this recnn "
                           "does not know",
                           c->name, c->flags != 0 ? "flags" : "reserved",
                           c->flags != 0 ? c->flags : c->reserved);
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
