/* The host as plugins see it: services by id, out of the generated table.  Knows no service by
 * name. */
#include "config.h"

#include <string.h>

#include <recnn/host.h>

#include "plugin/plugin-private.h"

const RecnnService *recnn__service_find(const char *id) {
  for (int i = 0; id != NULL && recnn__service_table[i] != NULL; i++)
    if (strcmp(recnn__service_table[i]->id, id) == 0)
      return recnn__service_table[i];
  return NULL;
}

size_t recnn__service_size(const RecnnService *service) {
  return *(const size_t *)service->vtable; /* its first member */
}

static const void *get_service(const char *id, size_t min_size) {
  const RecnnService *service = recnn__service_find(id);
  return service != NULL && recnn__service_size(service) >= min_size ? service->vtable : NULL;
}

static const RecnnHost host = {
    .struct_size = sizeof(RecnnHost),
    .version = PACKAGE_VERSION,
    .get_service = get_service,
};

const RecnnHost *recnn_host(void) { return &host; }

const RecnnKind *recnn__kind_find(const char *id) {
  for (int i = 0; id != NULL && recnn__kind_table[i] != NULL; i++)
    if (strcmp(recnn__kind_table[i]->id, id) == 0)
      return recnn__kind_table[i];
  return NULL;
}

static int compare(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char **recnn_service_ids(void) {
  GPtrArray *ids = g_ptr_array_new();
  for (int i = 0; recnn__service_table[i] != NULL; i++)
    g_ptr_array_add(ids, (void *)recnn__service_table[i]->id);
  g_ptr_array_sort(ids, compare);
  g_ptr_array_add(ids, NULL);
  return (const char **)g_ptr_array_free(ids, FALSE);
}

const char **recnn_kind_ids(void) {
  GPtrArray *ids = g_ptr_array_new();
  for (int i = 0; recnn__kind_table[i] != NULL; i++)
    g_ptr_array_add(ids, (void *)recnn__kind_table[i]->id);
  g_ptr_array_sort(ids, compare);
  g_ptr_array_add(ids, NULL);
  return (const char **)g_ptr_array_free(ids, FALSE);
}

const char *recnn_feature_name(const RecnnFeature *feature) {
  const RecnnKind *kind = recnn__kind_find(feature->kind);
  return kind != NULL ? kind->name(feature->descriptor) : NULL;
}
