/* The kind "recnn.op/1": an op that a plugin brings joins the built-in ones. */
#include <recnn/kind/op.h>

#include "graph/graph.h"
#include "plugin/plugin-private.h"

static bool check(const void *descriptor, const char *owner, GError **error) {
  return recnn_op_check(descriptor, owner, error);
}

static const char *name(const void *descriptor) { return ((const RecnnOp *)descriptor)->name; }

static bool add(const void *descriptor, const RecnnPlugin *plugin, GError **error) {
  return recnn_op_register(descriptor, plugin->manifest->name, error);
}

RECNN_KIND(op) = {RECNN_OP_KIND, check, name, add, NULL, RECNN_KIND_SIZES(RecnnOp, samples)};
