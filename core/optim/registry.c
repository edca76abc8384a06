/* Optimizers by name: the built-in ones, and those that plugins bring. */
#include <string.h>

#include "base/error.h"
#include "base/registry.h"
#include "optim/optimizer.h"

extern const RecnnOptimizerClass *const recnn__optimizer_table[];

static const char *name_of(const void *descriptor) {
  return ((const RecnnOptimizerClass *)descriptor)->name;
}

static RecnnRegistry registry = RECNN_REGISTRY("optimizer", recnn__optimizer_table, name_of);

const RecnnOptimizerClass *recnn_optimizer_find(const char *name) {
  return recnn_registry_find(&registry, name);
}

const char **recnn_optimizer_names(void) { return recnn_registry_names(&registry); }

const RecnnOptimizerClass *recnn_optimizer_ask(const char *name, const char *what, GError **error) {
  return recnn_registry_ask(&registry, name, what, error);
}

/* The trainer sets it, and reads what it is by default. */
static bool has_learning_rate(const RecnnOptimizerClass *c) {
  for (const RecnnOption *o = c->options; o != NULL && o->name != NULL; o++)
    if (strcmp(o->name, "learning_rate") == 0)
      return o->type == RECNN_OPTION_FLOAT && o->default_value != NULL;
  return false;
}

bool recnn_optimizer_check(const RecnnOptimizerClass *c, GError **error) {
  const RecnnDescriptorHead head = RECNN_DESCRIPTOR_HEAD(c);
  if (!recnn_registry_check(&registry, &head, error))
    return false;
  if (c->n_slots < 0 || c->n_slots > RECNN_OPTIMIZER_MAX_SLOTS)
    return recnn_error_set(error, RECNN_ERROR_PLUGIN_FEATURE,
                           "optimizer %s: field n_slots is %d, expected 0 to %d", c->name,
                           c->n_slots, RECNN_OPTIMIZER_MAX_SLOTS);
  if (!recnn_descriptor_check_bits(registry.what, c->name, "flags", c->flags,
                                   RECNN_OPTIMIZER_ROWS_ONLY, error))
    return false;
  if (c->prepare == NULL || c->update == NULL)
    return recnn_error_set(error, RECNN_ERROR_PLUGIN_FEATURE,
                           "optimizer %s: field %s is NULL, expected a function", c->name,
                           c->prepare == NULL ? "prepare" : "update");
  if (!has_learning_rate(c))
    return recnn_error_set(error, RECNN_ERROR_PLUGIN_FEATURE,
                           "optimizer %s: field options has no learning_rate of type float with a "
                           "default",
                           c->name);
  return true;
}

void recnn_optimizer_register(const RecnnOptimizerClass *c) { recnn_registry_add(&registry, c); }
