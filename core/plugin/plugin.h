/* Plugins: where they are looked for, how one is checked and loaded, and what they offer. */
#ifndef RECNN_CORE_PLUGIN_PLUGIN_H
#define RECNN_CORE_PLUGIN_PLUGIN_H

#include <glib.h>

#include <recnn/kind/model.h>

/* The folders that are searched, in order: those added here (the last added first), those of
 * RECNN_PLUGIN_PATH (separated by ':'), the user's own ($XDG_DATA_HOME/recnn/plugins-MAJOR) and the
 * installation's.  NULL at the end; caller frees with g_strfreev. */
char **recnn_plugin_folders(void);
void recnn_plugin_add_folder(const char *folder);

/* The base names of the .so files in those folders, sorted, each once; runs no plugin's code.  NULL
 * at the end; caller frees with g_strfreev. */
char **recnn_plugin_names(void);

typedef struct RecnnPlugin {
  char *path;
  const RecnnManifest *manifest; /* lives as long as the process */
} RecnnPlugin;

/* Loads a file after all checks, in this order: open, symbol, magic, version, struct size,
 * fingerprint, services, name, features, enter.  A refused plugin leaves nothing behind.  Loading the
 * same file again returns the first result.  The plugin stays until the process ends. */
const RecnnPlugin *recnn_plugin_load(const char *path, GError **error);
/* Finds NAME.so in the folders and loads it.  The error names the folders and what was found. */
const RecnnPlugin *recnn_plugin_require(const char *name, GError **error);

/* A model class by name: of a loaded plugin, or of the plugin of that name, which is then loaded. */
const RecnnModelClass *recnn_model_class_find(const char *name, GError **error);
/* The plugin that a class came from; NULL for none. */
const RecnnPlugin *recnn_model_class_plugin(const RecnnModelClass *model_class);

/* The host as plugins see it. */
const RecnnHost *recnn_host(void);

#endif
