/* The kind "recnn.model/1", and model classes by name. */
#include <string.h>

#include "base/error.h"
#include "base/where.h"
#include "model/model.h"
#include "plugin/plugin-private.h"

typedef struct Entry {
  const RecnnModelClass *model_class;
  const RecnnPlugin *plugin;
} Entry;

static GArray *entries; /* of Entry, in the order of loading; under the loader's lock */

/* Under the lock. */
static const Entry *find(const char *name) {
  for (guint i = 0; entries != NULL && i < entries->len; i++)
    if (strcmp(g_array_index(entries, Entry, i).model_class->name, name) == 0)
      return &g_array_index(entries, Entry, i);
  return NULL;
}

static bool check(const void *descriptor, const char *owner, GError **error) {
  const RecnnModelClass *model_class = descriptor;
  (void)owner; /* the class has a name of its own */
  if (!recnn_model_class_check(model_class, error))
    return false;
  const Entry *other = find(model_class->name);
  if (other != NULL)
    return recnn_error_set(error, RECNN_ERROR_PLUGIN_FEATURE,
                           "field name is \"%s\", a model that plugin %s offers already; rename it",
                           model_class->name, other->plugin->path);
  return true;
}

static const char *name(const void *descriptor) {
  return ((const RecnnModelClass *)descriptor)->name;
}

static bool add(const void *descriptor, const RecnnPlugin *plugin, GError **error) {
  Entry entry = {descriptor, plugin};
  (void)error;
  if (entries == NULL)
    entries = g_array_new(FALSE, FALSE, sizeof(Entry));
  g_array_append_val(entries, entry);
  recnn_where_set_owner(descriptor, plugin->manifest->name, plugin->manifest->version);
  recnn_model_class_set_origin(descriptor, plugin->manifest->name, plugin->manifest->version);
  return true;
}

RECNN_KIND(model) = {
    RECNN_MODEL_KIND, check, name, add, NULL, RECNN_KIND_SIZES(RecnnModelClass, fit)};

static const RecnnModelClass *find_loaded(const char *wanted) {
  recnn__plugin_lock();
  const Entry *entry = find(wanted);
  const RecnnModelClass *model_class = entry != NULL ? entry->model_class : NULL;
  recnn__plugin_unlock();
  return model_class;
}

static int compare(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* What could have been meant: the loaded classes, and the files in the folders. */
static void not_found(const char *wanted, GError **error) {
  char **files = recnn_plugin_names();
  GPtrArray *known = g_ptr_array_new();
  recnn__plugin_lock();
  for (guint i = 0; entries != NULL && i < entries->len; i++)
    g_ptr_array_add(known, (void *)g_array_index(entries, Entry, i).model_class->name);
  recnn__plugin_unlock(); /* the names outlive the process */
  for (int i = 0; files[i] != NULL; i++)
    if (!g_ptr_array_find_with_equal_func(known, files[i], g_str_equal, NULL))
      g_ptr_array_add(known, files[i]);
  g_ptr_array_sort(known, compare);
  g_ptr_array_add(known, NULL);
  recnn__plugin_not_found("model", wanted, (const char *const *)known->pdata, error);
  g_ptr_array_free(known, TRUE);
  g_strfreev(files);
}

/* The plugin is there, but offers no model of its own name. */
static void not_offered(const RecnnPlugin *plugin, const char *wanted, GError **error) {
  GString *offers = g_string_new(NULL);
  for (const RecnnFeature *f = plugin->features; f->kind != NULL; f++)
    g_string_append_printf(offers, "%s%s (%s)", offers->len > 0 ? ", " : "", recnn_feature_name(f),
                           f->kind);
  recnn_error_set(error, RECNN_ERROR_NOT_FOUND,
                  "no model \"%s\": plugin %s has that name, but offers %s", wanted, plugin->path,
                  offers->str);
  g_string_free(offers, TRUE);
}

const RecnnModelClass *recnn_model_class_find(const char *wanted, GError **error) {
  const RecnnModelClass *model_class = find_loaded(wanted);
  if (model_class != NULL)
    return model_class;
  char *path = recnn_plugin_find_file(wanted);
  if (path == NULL) {
    not_found(wanted, error);
    return NULL;
  }
  g_free(path);
  const RecnnPlugin *plugin = recnn_plugin_require(wanted, error);
  if (plugin == NULL)
    return NULL;
  model_class = find_loaded(wanted);
  if (model_class == NULL)
    not_offered(plugin, wanted, error);
  return model_class;
}
