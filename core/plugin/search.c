/* Where plugins are looked for.  Reads folders' names and nothing else: no file is opened here. */
#include <string.h>

#include "base/error.h"
#include "plugin/plugin-private.h"

static GMutex folders_lock;
static GPtrArray *added; /* absolute paths, the last added at the end */

bool recnn__plugin_name_valid(const char *name) {
  if (name == NULL || !g_ascii_islower(name[0]))
    return false;
  return name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

void recnn_plugin_add_folder(const char *folder) {
  char *path = g_canonicalize_filename(folder, NULL);
  g_mutex_lock(&folders_lock);
  if (added == NULL)
    added = g_ptr_array_new_with_free_func(g_free);
  g_ptr_array_add(added, path);
  g_mutex_unlock(&folders_lock);
}

/* Consumes `path`. */
static void take_folder(GPtrArray *folders, char *path) {
  if (g_ptr_array_find_with_equal_func(folders, path, g_str_equal, NULL))
    g_free(path);
  else
    g_ptr_array_add(folders, path);
}

char **recnn_plugin_folders(void) {
  GPtrArray *folders = g_ptr_array_new();
  g_mutex_lock(&folders_lock);
  for (guint i = added != NULL ? added->len : 0; i > 0; i--)
    take_folder(folders, g_strdup(g_ptr_array_index(added, i - 1)));
  g_mutex_unlock(&folders_lock);

  const char *variable = g_getenv("RECNN_PLUGIN_PATH");
  char **parts = g_strsplit(variable != NULL ? variable : "", G_SEARCHPATH_SEPARATOR_S, -1);
  for (int i = 0; parts[i] != NULL; i++)
    if (parts[i][0] != '\0') /* an empty part is nobody's wish for the current folder */
      take_folder(folders, g_canonicalize_filename(parts[i], NULL));
  g_strfreev(parts);

  take_folder(folders, g_build_filename(g_get_user_data_dir(), "recnn",
                                        "plugins-" G_STRINGIFY(RECNN_ABI_MAJOR), NULL));
  take_folder(folders, g_strdup(RECNN_PLUGIN_DIR));
  g_ptr_array_add(folders, NULL);
  return (char **)g_ptr_array_free(folders, FALSE);
}

static void add_names(GHashTable *names, const char *folder) {
  GDir *dir = g_dir_open(folder, 0, NULL); /* a folder that is not there has no plugins */
  if (dir == NULL)
    return;
  for (const char *file; (file = g_dir_read_name(dir)) != NULL;)
    if (file[0] != '.' && g_str_has_suffix(file, ".so"))
      g_hash_table_add(names, g_strndup(file, strlen(file) - strlen(".so")));
  g_dir_close(dir);
}

static int compare(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

char **recnn_plugin_names(void) {
  GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  char **folders = recnn_plugin_folders();
  for (int i = 0; folders[i] != NULL; i++)
    add_names(names, folders[i]);
  g_strfreev(folders);
  guint n;
  char **list = (char **)g_hash_table_get_keys_as_array(names, &n);
  g_hash_table_steal_all(names); /* the names live on in the list */
  g_hash_table_destroy(names);
  qsort(list, n, sizeof *list, compare);
  return list;
}

char *recnn_plugin_find_file(const char *name) {
  if (!recnn__plugin_name_valid(name))
    return NULL;
  char *file = g_strconcat(name, ".so", NULL);
  char *found = NULL;
  char **folders = recnn_plugin_folders();
  for (int i = 0; folders[i] != NULL && found == NULL; i++) {
    found = g_build_filename(folders[i], file, NULL);
    if (!g_file_test(found, G_FILE_TEST_EXISTS))
      g_clear_pointer(&found, g_free);
  }
  g_strfreev(folders);
  g_free(file);
  return found;
}

void recnn__plugin_not_found(const char *what, const char *name, const char *const *known,
                             GError **error) {
  char **folders = recnn_plugin_folders();
  char *searched = g_strjoinv(", ", folders);
  char *suggestion = recnn_suggest(name, known);
  recnn_error_set(error, RECNN_ERROR_NOT_FOUND,
                  "no %s \"%s\"%s; folders searched: %s (recnn_plugin_add_folder, -p or "
                  "RECNN_PLUGIN_PATH adds one)",
                  what, name, suggestion, searched);
  g_free(suggestion);
  g_free(searched);
  g_strfreev(folders);
}
