/* A name that nobody knows may be that of a plugin that is not loaded yet. */
#include "base/registry.h"
#include "plugin/plugin-private.h"

static bool load(const char *name, GError **error) {
  char *lower = g_ascii_strdown(name, -1); /* metrics have capitals, plugins have none */
  char *path = recnn_plugin_find_file(lower);
  bool ok = path == NULL || recnn_plugin_require(lower, error) != NULL;
  g_free(path);
  g_free(lower);
  return ok;
}

void recnn_plugin_serve_names(void) {
  static const RecnnNameHook hook = {load, recnn_plugin_names};
  recnn_registry_set_hook(&hook);
}
