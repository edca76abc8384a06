/* The kind "recnn.loss/1": a loss that a plugin brings joins the built-in ones. */
#include <recnn/kind/loss.h>

#include "base/where.h"
#include "losses/losses.h"
#include "plugin/plugin-private.h"

static bool check(const void *descriptor, const char *owner, GError **error) {
  (void)owner; /* the class has a name of its own */
  return recnn_loss_check(descriptor, error);
}

static const char *name(const void *descriptor) {
  return ((const RecnnLossClass *)descriptor)->name;
}

static bool add(const void *descriptor, const RecnnPlugin *plugin, GError **error) {
  (void)error;
  recnn_where_set_owner(descriptor, plugin->manifest->name, plugin->manifest->version);
  recnn_loss_register(descriptor);
  return true;
}

RECNN_KIND(loss) = {
    RECNN_LOSS_KIND, check, name, add, NULL, RECNN_KIND_SIZES(RecnnLossClass, value)};
