/* The kind "recnn.metric/1": a metric that a plugin brings joins the built-in ones. */
#include <recnn/kind/metric.h>

#include "base/where.h"
#include "eval/metric.h"
#include "plugin/plugin-private.h"

static bool check(const void *descriptor, const char *owner, GError **error) {
  (void)owner; /* the metric has a name of its own */
  return recnn_metric_check(descriptor, error);
}

static const char *name(const void *descriptor) { return ((const RecnnMetric *)descriptor)->name; }

static bool clashes(const void *a, const void *b) { return recnn_metric_clashes(a, b); }

static bool add(const void *descriptor, const RecnnPlugin *plugin, GError **error) {
  (void)error;
  recnn_where_set_owner(descriptor, plugin->manifest->name, plugin->manifest->version);
  recnn_metric_register(descriptor);
  return true;
}

RECNN_KIND(metric) = {
    RECNN_METRIC_KIND, check, name, add, clashes, RECNN_KIND_SIZES(RecnnMetric, all)};
