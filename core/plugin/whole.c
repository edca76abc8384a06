/* Descriptors of earlier minor versions are shorter than today's.  They are made as long once, when
 * the plugin is loaded, with zero for what they do not have; nobody behind here has to ask how long
 * a descriptor is. */
#include <string.h>

#include "plugin/plugin-private.h"

/* The descriptor itself where it is long enough, or too short for any version: that is refused by
 * its kind's check. */
static const void *whole(const RecnnKind *kind, const void *descriptor) {
  if (kind == NULL || descriptor == NULL)
    return descriptor;
  size_t size = *(const size_t *)descriptor; /* its first member */
  if (size < kind->least || size >= kind->size)
    return descriptor;
  void *copy = g_malloc0(kind->size);
  memcpy(copy, descriptor, size);
  *(size_t *)copy = kind->size;
  return copy;
}

RecnnFeature *recnn__features_whole(const RecnnFeature *features) {
  guint n = 0;
  while (features[n].kind != NULL)
    n++;
  RecnnFeature *all = g_new0(RecnnFeature, n + 1);
  for (guint i = 0; i < n; i++)
    all[i] = (RecnnFeature){features[i].kind,
                            whole(recnn__kind_find(features[i].kind), features[i].descriptor)};
  return all;
}

void recnn__features_free(RecnnFeature *all, const RecnnFeature *features) {
  for (guint i = 0; all != NULL && all[i].kind != NULL; i++)
    if (all[i].descriptor != features[i].descriptor)
      g_free((void *)all[i].descriptor);
  g_free(all);
}
