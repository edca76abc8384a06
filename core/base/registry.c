/* The registries: an array that is replaced by a longer one when something is added, so that
 * whoever walks through one is never disturbed. */
#include "base/registry.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

static const RecnnNameHook *name_hook;

/* The lock is held. */
static size_t count(RecnnRegistry *registry) {
  size_t n = 0;
  if (registry->all == NULL) {
    while (registry->builtin[n] != NULL)
      n++;
    registry->all = g_new0(const void *, n + 1);
    memcpy(registry->all, registry->builtin, n * sizeof *registry->all);
    return n;
  }
  while (registry->all[n] != NULL)
    n++;
  return n;
}

const void *const *recnn_registry_all(RecnnRegistry *registry) {
  g_mutex_lock(&registry->lock);
  (void)count(registry);
  const void *const *all = registry->all;
  g_mutex_unlock(&registry->lock);
  return all;
}

void recnn_registry_add(RecnnRegistry *registry, const void *descriptor) {
  g_mutex_lock(&registry->lock);
  size_t n = count(registry);
  const void **all = g_new0(const void *, n + 2);
  memcpy(all, registry->all, n * sizeof *all);
  all[n] = descriptor;
  if (registry->old == NULL)
    registry->old = g_ptr_array_new();
  g_ptr_array_add(registry->old, (gpointer)registry->all);
  registry->all = all;
  g_mutex_unlock(&registry->lock);
}

const void *recnn_registry_find(RecnnRegistry *registry, const char *name) {
  for (const void *const *d = recnn_registry_all(registry); *d != NULL; d++)
    if (strcmp(registry->name(*d), name) == 0)
      return *d;
  return NULL;
}

static int by_name(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char **recnn_registry_names(RecnnRegistry *registry) {
  const void *const *all = recnn_registry_all(registry);
  size_t n = 0;
  while (all[n] != NULL)
    n++;
  const char **names = g_new0(const char *, n + 1);
  for (size_t i = 0; i < n; i++)
    names[i] = registry->name(all[i]);
  qsort(names, n, sizeof *names, by_name);
  return names;
}

void recnn_registry_set_hook(const RecnnNameHook *hook) {
  g_atomic_pointer_set(&name_hook, (gpointer)hook);
}

bool recnn_registry_miss(const char *name, GError **error) {
  const RecnnNameHook *hook = g_atomic_pointer_get(&name_hook);
  return hook == NULL || hook->load(name, error);
}

char *recnn_registry_suggest(const char *name, const char *const *known) {
  const RecnnNameHook *hook = g_atomic_pointer_get(&name_hook);
  char *text = recnn_suggest(name, known);
  if (hook == NULL || recnn_nearest(name, known) != NULL)
    return text;
  char **plugins = hook->names();
  const char *nearest = recnn_nearest(name, (const char *const *)plugins);
  if (nearest != NULL) {
    char *with = g_strdup_printf(" (did you mean plugin %s?)%s", nearest, text);
    g_free(text);
    text = with;
  }
  g_strfreev(plugins);
  return text;
}

static void set_unknown(RecnnRegistry *registry, const char *name, const char *what,
                        GError **error) {
  const char **names = recnn_registry_names(registry);
  char *hint = recnn_registry_suggest(name, names);
  if (what != NULL)
    recnn_error_set(error, RECNN_ERROR_NOT_FOUND, "%s: \"%s\" is not known%s", what, name, hint);
  else
    recnn_error_set(error, RECNN_ERROR_NOT_FOUND, "unknown %s \"%s\"%s", registry->what, name,
                    hint);
  g_free(hint);
  g_free(names);
}

const void *recnn_registry_ask(RecnnRegistry *registry, const char *name, const char *what,
                               GError **error) {
  const void *found = recnn_registry_find(registry, name);
  if (found != NULL)
    return found;
  if (!recnn_registry_miss(name, error)) {
    if (what != NULL)
      g_prefix_error(error, "%s: ", what);
    return NULL;
  }
  found = recnn_registry_find(registry, name);
  if (found == NULL)
    set_unknown(registry, name, what, error);
  return found;
}

bool recnn_descriptor_check_head(const RecnnDescriptorHead *head, GError **error) {
  if (head->struct_size < head->expected_size)
    return recnn_error_set(error, RECNN_ERROR_PLUGIN_FEATURE,
                           "field struct_size is %zu, expected %zu", head->struct_size,
                           head->expected_size);
  if (head->doc == NULL || head->doc[0] == '\0' || !g_utf8_validate(head->doc, -1, NULL))
    return recnn_error_set(error, RECNN_ERROR_PLUGIN_FEATURE,
                           "field doc is %s, expected a sentence in UTF-8",
                           head->doc == NULL      ? "NULL"
                           : head->doc[0] == '\0' ? "empty"
                                                  : "not UTF-8");
  return true;
}

bool recnn_descriptor_check_options(const char *what, const RecnnDescriptorHead *head,
                                    GError **error) {
  if (head->options == NULL)
    return true;
  char *owner = g_strdup_printf("%s %s", what, head->name);
  GError *why = NULL;
  RecnnOptions *options = recnn_options_new(head->options, owner, &why);
  g_free(owner);
  recnn_options_free(options);
  if (options != NULL)
    return true;
  recnn_error_set(error, RECNN_ERROR_PLUGIN_FEATURE, "%s", why->message);
  g_error_free(why);
  return false;
}

bool recnn_descriptor_check_bits(const char *what, const char *name, const char *field,
                                 uint32_t bits, uint32_t known, GError **error) {
  if ((bits & ~known) == 0)
    return true;
  return recnn_error_set(error, RECNN_ERROR_PLUGIN_FEATURE,
                         "%s %s: field %s is 0x%x, expected %s: it has bits that this recnn does "
                         "not know",
                         what, name, field, bits, known == 0 ? "0" : "known bits only");
}

static bool name_is_valid(const char *name) {
  return name != NULL && g_ascii_islower(name[0]) &&
         name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

bool recnn_registry_check(RecnnRegistry *registry, const RecnnDescriptorHead *head,
                          GError **error) {
  if (head->struct_size >= head->expected_size && !name_is_valid(head->name))
    return recnn_error_set(error, RECNN_ERROR_PLUGIN_FEATURE,
                           "field name is \"%s\", expected [a-z][a-z0-9_]*",
                           head->name != NULL ? head->name : "(null)");
  if (!recnn_descriptor_check_head(head, error))
    return false;
  if (recnn_registry_find(registry, head->name) != NULL)
    return recnn_error_set(error, RECNN_ERROR_PLUGIN_FEATURE,
                           "field name is \"%s\", %s %s that there is already; rename it",
                           head->name, strchr("aeiou", registry->what[0]) != NULL ? "an" : "a",
                           registry->what);
  return recnn_descriptor_check_options(registry->what, head, error);
}
