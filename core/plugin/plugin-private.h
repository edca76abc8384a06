/* What the files of this room share: the tables of services and kinds, and the steps of loading. */
#ifndef RECNN_CORE_PLUGIN_PLUGIN_PRIVATE_H
#define RECNN_CORE_PLUGIN_PLUGIN_PRIVATE_H

#include <gmodule.h>

#include "plugin/plugin.h"

/* A service: its id, and the vtable, which begins with its size.  One file each (services-*.c). */
typedef struct RecnnService {
  const char *id;
  const void *vtable;
} RecnnService;
#define RECNN_SERVICE(n) const RecnnService recnn__service_##n
extern const RecnnService *const recnn__service_table[];

/* NULL for an id that the host does not have. */
const RecnnService *recnn__service_find(const char *id);
size_t recnn__service_size(const RecnnService *service);

/* A kind of feature.  One file each (kind-*.c).  check and add are called under the loader's lock.
 */
typedef struct RecnnKind {
  const char *id;
  /* Whether the descriptor (not NULL) can be added: well formed, and its name free.  `owner` is the
   * plugin's name, for error texts. */
  bool (*check)(const void *descriptor, const char *owner, GError **error);
  /* The name of a descriptor that check() found good. */
  const char *(*name)(const void *descriptor);
  /* Adds it; does not fail after a check(). */
  bool (*add)(const void *descriptor, const RecnnPlugin *plugin, GError **error);
  /* Whether two good ones of one plugin cannot be told apart; NULL: when they have one name. */
  bool (*clash)(const void *a, const void *b);
  /* The size of its descriptor, today and in ABI 1.0 (RECNN_KIND_SIZES): see whole.c. */
  size_t size;
  size_t least;
} RecnnKind;
/* `last` is the last member that ABI 1.0 has. */
#define RECNN_KIND_SIZES(type, last)                                                               \
  sizeof(type), offsetof(type, last) + sizeof(((const type *)0)->last)
#define RECNN_KIND(n) const RecnnKind recnn__kind_##n
extern const RecnnKind *const recnn__kind_table[];
const RecnnKind *recnn__kind_find(const char *id);

/* [a-z][a-z0-9_]* */
bool recnn__plugin_name_valid(const char *name);

/* RECNN_ERROR_NOT_FOUND: the name, the nearest in `known`, and the folders that were searched. */
void recnn__plugin_not_found(const char *what, const char *name, const char *const *known,
                             GError **error);

/* Looks at a file before it is opened as a library, since opening runs its constructors: whether it
 * is a complete ELF shared object for this machine.  The device and inode tell files apart. */
bool recnn__plugin_look(const char *path, uint64_t *ret_device, uint64_t *ret_inode,
                        GError **error);

/* A manifest on trial. */
typedef struct RecnnCandidate {
  const char *path;
  const RecnnManifest *manifest;
  RecnnFeature *features; /* its features, whole; set by the check of these */
} RecnnCandidate;
/* A copy of a list of features, in which descriptors of earlier versions are as long as today's. */
RecnnFeature *recnn__features_whole(const RecnnFeature *features);
/* Frees it and the copies in it; `features` is what it was made of.  Takes NULL. */
void recnn__features_free(RecnnFeature *all, const RecnnFeature *features);
/* All checks from magic to features, in their order. */
bool recnn__manifest_check(RecnnCandidate *candidate, GError **error);

/* Guards what is loaded, and all that plugins registered. */
void recnn__plugin_lock(void);
void recnn__plugin_unlock(void);
/* Under the lock: the loaded plugin of that name, or NULL. */
const RecnnPlugin *recnn__plugin_loaded(const char *name);

#endif
