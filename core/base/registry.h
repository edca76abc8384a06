/* Descriptors by name: those that are built in, from a generated table, and those that plugins add.
 * Each room that has such things keeps one registry of them; nothing is ever taken out again.  Any
 * thread. */
#ifndef RECNN_CORE_BASE_REGISTRY_H
#define RECNN_CORE_BASE_REGISTRY_H

#include <glib.h>

#include "base/options.h"

typedef struct RecnnRegistry {
  const char *what;           /* "optimizer", for error texts */
  const void *const *builtin; /* the generated table, NULL at the end */
  const char *(*name)(const void *descriptor);
  /* The registry's own. */
  GMutex lock;
  const void **all; /* NULL at the end; what it was before is in `old` */
  GPtrArray *old;
} RecnnRegistry;
#define RECNN_REGISTRY(what, table, name)                                                          \
  { (what), (const void *const *)(table), (name), {0}, NULL, NULL }

/* All of them, built-in ones first, NULL at the end; the array stays as it is for good, and does
 * not show what is added later. */
const void *const *recnn_registry_all(RecnnRegistry *registry);
void recnn_registry_add(RecnnRegistry *registry, const void *descriptor);
/* The one of that name, or NULL. */
const void *recnn_registry_find(RecnnRegistry *registry, const char *name);
/* Sorted, NULL at the end; caller frees the array. */
const char **recnn_registry_names(RecnnRegistry *registry);

/* What else a name can stand for: a plugin that is not loaded yet. */
typedef struct RecnnNameHook {
  /* Loads the plugin `name`; true where there is none, too: then nothing has changed. */
  bool (*load)(const char *name, GError **error);
  /* Those that there are, NULL at the end; the caller frees them with g_strfreev. */
  char **(*names)(void);
} RecnnNameHook;
/* Constant and for good.  Before the first search; programs that load no plugins have none. */
void recnn_registry_set_hook(const RecnnNameHook *hook);
/* Asks the hook for a name that is not known: false when that failed, with the error set. */
bool recnn_registry_miss(const char *name, GError **error);
/* What recnn_suggest() says of `name`, and where no known name is near one of a plugin.  Caller
 * frees. */
char *recnn_registry_suggest(const char *name, const char *const *known);

/* The one of that name, for which the plugin of that name is loaded where it is not known.  NULL
 * with an error that begins with `what` ("option learner"; NULL: with what the registry holds): the
 * plugin is refused, or there is none still, and the nearest name is told. */
const void *recnn_registry_ask(RecnnRegistry *registry, const char *name, const char *what,
                               GError **error);

/* What all descriptors of plugins have in common: the size that a host of this version reads, a
 * name [a-z][a-z0-9_]* that is free, a sentence, and options (NULL: none) that are well formed. */
typedef struct RecnnDescriptorHead {
  size_t struct_size;
  size_t expected_size;
  const char *name; /* this and what follows: NULL where the descriptor is too short to have it */
  const char *doc;
  const RecnnOption *options;
} RecnnDescriptorHead;
/* Of a descriptor `d` (a pointer to a struct) that has all these members. */
#define RECNN_DESCRIPTOR_HEAD(d)                                                                   \
  ((RecnnDescriptorHead){(d)->struct_size, sizeof *(d),                                            \
                         (d)->struct_size >= sizeof *(d) ? (d)->name : NULL,                       \
                         (d)->struct_size >= sizeof *(d) ? (d)->doc : NULL,                        \
                         (d)->struct_size >= sizeof *(d) ? (d)->options : NULL})
bool recnn_registry_check(RecnnRegistry *registry, const RecnnDescriptorHead *head, GError **error);
/* The parts of it: "field struct_size is 8, expected 80"; the same of doc; of a table of options.
 */
bool recnn_descriptor_check_head(const RecnnDescriptorHead *head, GError **error);
bool recnn_descriptor_check_options(const char *what, const RecnnDescriptorHead *head,
                                    GError **error);
/* False where `bits` has some that are not among `known`; "sampler uniform: field flags is ...". */
bool recnn_descriptor_check_bits(const char *what, const char *name, const char *field,
                                 uint32_t bits, uint32_t known, GError **error);

#endif
