/* The kind "recnn.optimizer/1": an optimizer that a plugin brings joins the built-in ones. */
#include <recnn/kind/optimizer.h>

#include "base/where.h"
#include "optim/optimizer.h"
#include "plugin/plugin-private.h"

static bool check(const void *descriptor, const char *owner, GError **error) {
  (void)owner; /* the class has a name of its own */
  return recnn_optimizer_check(descriptor, error);
}

static const char *name(const void *descriptor) {
  return ((const RecnnOptimizerClass *)descriptor)->name;
}

static bool add(const void *descriptor, const RecnnPlugin *plugin, GError **error) {
  (void)error;
  recnn_where_set_owner(descriptor, plugin->manifest->name, plugin->manifest->version);
  recnn_optimizer_register(descriptor);
  return true;
}

RECNN_KIND(optimizer) = {
    RECNN_OPTIMIZER_KIND, check, name, add, NULL, RECNN_KIND_SIZES(RecnnOptimizerClass, update)};
