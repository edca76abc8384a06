/* Loading: open, check, keep, enter, register.  One lock guards what is loaded and what plugins
 * registered; it is held while a plugin is loaded, so a plugin is loaded by one thread only. */
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "plugin/plugin-private.h"

typedef struct Loaded {
  RecnnPlugin plugin;
  uint64_t device;
  uint64_t inode;
} Loaded;

static GMutex lock;
static GPtrArray *loaded; /* of Loaded, never shrinks */

void recnn__plugin_lock(void) { g_mutex_lock(&lock); }
void recnn__plugin_unlock(void) { g_mutex_unlock(&lock); }

const RecnnPlugin *recnn__plugin_loaded(const char *name) {
  for (guint i = 0; loaded != NULL && i < loaded->len; i++) {
    const Loaded *entry = g_ptr_array_index(loaded, i);
    if (strcmp(entry->plugin.manifest->name, name) == 0)
      return &entry->plugin;
  }
  return NULL;
}

/* The same file under the same name: another name for it (a link) is a mistake to be told. */
static const RecnnPlugin *loaded_from(const char *path, uint64_t device, uint64_t inode) {
  char *file = g_path_get_basename(path);
  const RecnnPlugin *found = NULL;
  for (guint i = 0; loaded != NULL && i < loaded->len && found == NULL; i++) {
    const Loaded *entry = g_ptr_array_index(loaded, i);
    char *its = g_path_get_basename(entry->plugin.path);
    if (entry->device == device && entry->inode == inode && strcmp(its, file) == 0)
      found = &entry->plugin;
    g_free(its);
  }
  g_free(file);
  return found;
}

static GModule *open_module(const char *path, GError **error) {
  /* Local: plugins do not see each other's symbols.  Not lazy: a missing symbol shows here and not
   * in the middle of an experiment. */
  GModule *module = g_module_open(path, G_MODULE_BIND_LOCAL);
  if (module == NULL)
    recnn_error_set(error, RECNN_ERROR_PLUGIN_OPEN,
                    "plugin %s: cannot be opened: %s (`ldd -r` on the file lists what it lacks)",
                    path, g_module_error());
  return module;
}

static bool find_query(GModule *module, const char *path, RecnnPluginQuery *ret_query,
                       GError **error) {
  void *symbol = NULL;
  if (!g_module_symbol(module, RECNN_PLUGIN_QUERY_SYMBOL, &symbol) || symbol == NULL)
    return recnn_error_set(error, RECNN_ERROR_PLUGIN_SYMBOL,
                           "plugin %s: has no symbol " RECNN_PLUGIN_QUERY_SYMBOL
                           ": it is no recnn plugin, or RECNN_PLUGIN is missing at the end of one "
                           "of its source files",
                           path);
  memcpy(ret_query, &symbol, sizeof symbol); /* C has no cast from object to function pointer */
  return true;
}

static bool enter(const RecnnCandidate *candidate, GError **error) {
  RecnnError reason = RECNN_ERROR_INIT;
  if (candidate->manifest->enter == NULL)
    return true;
  RecnnStatus status = candidate->manifest->enter(recnn_host(), &reason);
  if (status == RECNN_OK)
    return true;
  reason.message[sizeof reason.message - 1] = '\0';
  char *text =
      g_utf8_make_valid(reason.message[0] != '\0' ? reason.message : "no reason given", -1);
  recnn_error_set(error, RECNN_ERROR_PLUGIN_ENTER,
                  "plugin %s: its enter() returned status %d, expected %d: %s", candidate->path,
                  status, RECNN_OK, text);
  g_free(text);
  return false;
}

/* All features were checked under the lock that is still held, so all of them go in. */
static bool add_features(const RecnnPlugin *plugin, GError **error) {
  for (const RecnnFeature *f = plugin->features; f->kind != NULL; f++)
    if (!recnn__kind_find(f->kind)->add(f->descriptor, plugin, error))
      return false;
  return true;
}

/* Everything from the manifest on; on failure the module is the caller's to close. */
static const RecnnPlugin *admit(GModule *module, const char *path, uint64_t device, uint64_t inode,
                                GError **error) {
  RecnnPluginQuery query = NULL;
  if (!find_query(module, path, &query, error))
    return NULL;
  RecnnCandidate candidate = {path, query(), NULL};
  if (!recnn__manifest_check(&candidate, error)) {
    if (candidate.features != NULL)
      recnn__features_free(candidate.features, candidate.manifest->features);
    return NULL;
  }
  /* From here on code of the author's runs, which may have left its address anywhere (atexit, a
   * thread): the image stays, come what may. */
  g_module_make_resident(module);
  if (!enter(&candidate, error)) {
    recnn__features_free(candidate.features, candidate.manifest->features);
    return NULL;
  }
  Loaded *entry = g_new0(Loaded, 1);
  entry->plugin.path = g_strdup(path);
  entry->plugin.manifest = candidate.manifest;
  entry->plugin.features = candidate.features;
  entry->device = device;
  entry->inode = inode;
  if (!add_features(&entry->plugin, error)) {
    g_free(entry->plugin.path);
    g_free(entry);
    return NULL;
  }
  if (loaded == NULL)
    loaded = g_ptr_array_new();
  g_ptr_array_add(loaded, entry);
  return &entry->plugin;
}

static const RecnnPlugin *load_locked(const char *path, GError **error) {
  uint64_t device = 0, inode = 0;
  if (!recnn__plugin_look(path, &device, &inode, error))
    return NULL;
  const RecnnPlugin *plugin = loaded_from(path, device, inode);
  if (plugin != NULL)
    return plugin;
  GModule *module = open_module(path, error);
  if (module == NULL)
    return NULL;
  plugin = admit(module, path, device, inode, error);
  if (plugin == NULL)
    g_module_close(module); /* unmaps it, unless it was made resident */
  return plugin;
}

const RecnnPlugin *recnn_plugin_load(const char *path, GError **error) {
  char *absolute = g_canonicalize_filename(path, NULL);
  recnn__plugin_lock();
  guint before = loaded != NULL ? loaded->len : 0;
  const RecnnPlugin *plugin = load_locked(absolute, error);
  bool is_new = loaded != NULL && loaded->len > before;
  recnn__plugin_unlock();
  if (is_new)
    recnn_log(RECNN_LOG_DEBUG, "plugin", "loaded %s %s from %s", plugin->manifest->name,
              plugin->manifest->version, plugin->path);
  g_free(absolute);
  return plugin;
}

const RecnnPlugin *recnn_plugin_require(const char *name, GError **error) {
  const RecnnPlugin *plugin = NULL;
  recnn__plugin_lock();
  plugin = recnn__plugin_loaded(name);
  recnn__plugin_unlock();
  if (plugin != NULL)
    return plugin;
  char *path = recnn_plugin_find_file(name);
  if (path != NULL) {
    plugin = recnn_plugin_load(path, error);
  } else {
    char **names = recnn_plugin_names();
    recnn__plugin_not_found("plugin", name, (const char *const *)names, error);
    g_strfreev(names);
  }
  g_free(path);
  return plugin;
}

const RecnnPlugin *recnn_plugin_of(const void *descriptor) {
  const RecnnPlugin *owner = NULL;
  recnn__plugin_lock();
  for (guint i = 0; loaded != NULL && i < loaded->len && owner == NULL; i++) {
    const Loaded *entry = g_ptr_array_index(loaded, i);
    for (const RecnnFeature *f = entry->plugin.features; f->kind != NULL; f++)
      if (f->descriptor == descriptor)
        owner = &entry->plugin;
  }
  recnn__plugin_unlock();
  return owner;
}
