/* What a plugin gets from its host: one function that hands out services by name. */
#ifndef RECNN_HOST_H
#define RECNN_HOST_H

#include <recnn/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

struct RecnnHost {
  size_t struct_size;
  const char *version; /* of recnn, such as "0.1.0"; lives as long as the process */
  /* The vtable of the service `id`, or NULL when this host has none of that id or only one smaller
   * than `min_size`.  `id` is read during the call only; the vtable is constant and lives as long
   * as the process.  Any thread. */
  const void *(*get_service)(const char *id, size_t min_size);
};

#ifdef __cplusplus
}
#endif

#endif
