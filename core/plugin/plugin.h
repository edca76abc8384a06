/* Plugins: where they are looked for, how one is checked and loaded, and what they offer.  The only
 * room that sees all others.  All of it may be called from any thread. */
#ifndef RECNN_CORE_PLUGIN_PLUGIN_H
#define RECNN_CORE_PLUGIN_PLUGIN_H

#include <glib.h>

#include <recnn/kind/model.h>

/* The folders that are searched, in order: those added here (the last added first), those of
 * RECNN_PLUGIN_PATH (separated by ':'), the user's own ($XDG_DATA_HOME/recnn/plugins-MAJOR) and the
 * installation's.  Absolute, each once.  NULL at the end; caller frees with g_strfreev. */
char **recnn_plugin_folders(void);
void recnn_plugin_add_folder(const char *folder); /* a relative one is of the folder it is now */

/* The base names of the .so files in those folders, sorted, each once; runs no plugin's code.  NULL
 * at the end; caller frees with g_strfreev. */
char **recnn_plugin_names(void);
/* The file that NAME stands for, from the first folder that has one; NULL when none has, or when it
 * is no possible name.  Runs no plugin's code.  Caller frees. */
char *recnn_plugin_find_file(const char *name);

typedef struct RecnnPlugin {
  char *path; /* absolute */
  const RecnnManifest *manifest;
  /* The manifest's features, with descriptors as long as today's, whatever version they are of;
   * ends with a NULL kind. */
  const RecnnFeature *features;
} RecnnPlugin;

/* Loads a file after all checks, in this order: open, symbol, magic, version, struct size,
 * fingerprint, services, name, features, enter.  A refused plugin leaves nothing behind: it is
 * closed again and registers nothing (only one whose enter() refused stays mapped, since its code
 * has run). Loading the same file again returns the first result.  The plugin, and what is
 * returned, stay until the process ends. */
const RecnnPlugin *recnn_plugin_load(const char *path, GError **error);
/* The plugin NAME, loaded already or found in the folders.  RECNN_ERROR_NOT_FOUND names the folders
 * and what was found there. */
const RecnnPlugin *recnn_plugin_require(const char *name, GError **error);

/* A model class by name: of a loaded plugin, or of the plugin of that name, which is then loaded.
 */
const RecnnModelClass *recnn_model_class_find(const char *name, GError **error);
/* From now on an optimizer, metric, sampler or format that is asked for by a name which is not
 * known, in any of the rooms below, is looked for in the plugin of that name (in small letters).
 * For programs, at their start. */
void recnn_plugin_serve_names(void);

/* The plugin that a class, an op or another descriptor came from; NULL for none. */
const RecnnPlugin *recnn_plugin_of(const void *descriptor);

/* The host as plugins see it. */
const RecnnHost *recnn_host(void);
/* The ids of the services that it lends and of the kinds that it takes, sorted, NULL at the end;
 * caller frees the array. */
const char **recnn_service_ids(void);
const char **recnn_kind_ids(void);
/* The name in a loaded plugin's feature, such as a model class's. */
const char *recnn_feature_name(const RecnnFeature *feature);

#endif
