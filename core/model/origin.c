/* Whose a model class is.  Plugins are above this room; what it has to know of them, which files
 * remember, it is told. */
#include <string.h>

#include "model/model.h"

typedef struct Entry {
  const RecnnModelClass *model_class;
  RecnnModelOrigin origin;
} Entry;

static GMutex lock;
static GArray *entries; /* of Entry, never shrinks */

void recnn_model_class_set_origin(const RecnnModelClass *model_class, const char *plugin,
                                  const char *version) {
  Entry entry = {model_class, {plugin, version}};
  g_mutex_lock(&lock);
  if (entries == NULL)
    entries = g_array_new(FALSE, FALSE, sizeof(Entry));
  g_array_append_val(entries, entry);
  g_mutex_unlock(&lock);
}

bool recnn_model_class_origin(const RecnnModelClass *model_class, RecnnModelOrigin *ret_origin) {
  bool found = false;
  g_mutex_lock(&lock);
  for (guint i = entries != NULL ? entries->len : 0; i > 0 && !found; i--) {
    const Entry *entry = &g_array_index(entries, Entry, i - 1);
    if ((found = entry->model_class == model_class))
      *ret_origin = entry->origin;
  }
  g_mutex_unlock(&lock);
  return found;
}
