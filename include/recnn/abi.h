/* The ground that host and plugins share: basic types, status codes, errors, and the manifest by
 * which a plugin introduces itself.  Needs nothing but the C library's own headers.
 *
 * The first 24 bytes of RecnnManifest never change, whatever the ABI version: they are what lets a
 * host refuse a plugin politely.  How the rest may grow, and every check in its order, stands in
 * docs/PLUGIN-ABI.md.  In short: a struct that begins with struct_size grows at its end; one
 * without (RecnnRequirement, RecnnFeature, RecnnOption, RecnnValue, RecnnTensor, ...) lies in
 * arrays or goes by value, and never changes within a major version. */
#ifndef RECNN_ABI_H
#define RECNN_ABI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RECNN_ABI_MAGIC UINT32_C(0x4e434552) /* "RECN", little endian */
/* While the major number is 0 the ABI may change from one minor version to the next, and a host
 * takes plugins of its own minor version only.  1.0 will be the promise: from then on, minor
 * versions of one major number only add, and a host takes its own and all earlier ones. */
#define RECNN_ABI_MAJOR 0
#define RECNN_ABI_MINOR 1

/* What the compiler thinks of the basic types, four bits each: sizes, the alignment of the widest
 * members (which compiler flags can change), and the byte order.  Where it differs, calling each
 * other would crash. */
typedef struct RecnnAlignment {
  char before_int64;
  int64_t int64;
  char before_double;
  double float64;
} RecnnAlignment;
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define RECNN_ABI_BYTE_ORDER 2u
#else
#define RECNN_ABI_BYTE_ORDER 1u
#endif
#define RECNN_ABI_FINGERPRINT                                                                      \
  ((uint32_t)sizeof(void *) | (uint32_t)sizeof(size_t) << 4 | (uint32_t)sizeof(long) << 8 |        \
   (uint32_t)sizeof(int) << 12 | (uint32_t)sizeof(bool) << 16 |                                    \
   (uint32_t)offsetof(RecnnAlignment, int64) << 20 |                                               \
   (uint32_t)(offsetof(RecnnAlignment, float64) - offsetof(RecnnAlignment, before_double)) << 24 | \
   RECNN_ABI_BYTE_ORDER << 28)

/* What a call across the border returns.  Zero is success. */
typedef int32_t RecnnStatus;
#define RECNN_OK 0
#define RECNN_ERROR_FAILED 1       /* anything without a code of its own */
#define RECNN_ERROR_ARGUMENT 2     /* a value the caller should not have passed */
#define RECNN_ERROR_SHAPE 3        /* a tensor of the wrong rank, shape or dtype */
#define RECNN_ERROR_OPTION 4       /* an option: unknown, of the wrong type, out of range */
#define RECNN_ERROR_MEMORY 5       /* an allocation failed */
#define RECNN_ERROR_IO 6           /* a file could not be read or written */
#define RECNN_ERROR_FORMAT 7       /* a file's content is not what it should be */
#define RECNN_ERROR_DATA 8         /* well-formed data that cannot be used so */
#define RECNN_ERROR_NOT_FOUND 9    /* a name that nothing is known by */
#define RECNN_ERROR_NUMERIC 10     /* NaN or infinity where a number is needed */
#define RECNN_ERROR_UNSUPPORTED 11 /* a request that this model or build cannot serve */
#define RECNN_ERROR_INTERRUPTED 12 /* the user or a hook asked to stop */
/* Refusals of a plugin, in the order of the checks (docs/PLUGIN-ABI.md). */
#define RECNN_ERROR_PLUGIN_OPEN 20
#define RECNN_ERROR_PLUGIN_SYMBOL 21
#define RECNN_ERROR_PLUGIN_MAGIC 22
#define RECNN_ERROR_PLUGIN_VERSION 23
#define RECNN_ERROR_PLUGIN_SIZE 24
#define RECNN_ERROR_PLUGIN_FINGERPRINT 25
#define RECNN_ERROR_PLUGIN_SERVICE 26
#define RECNN_ERROR_PLUGIN_NAME 27
#define RECNN_ERROR_PLUGIN_FEATURE 28
#define RECNN_ERROR_PLUGIN_ENTER 29

/* Where an error's text goes.  The caller owns it, on its stack as a rule, and sets struct_size
 * (RECNN_ERROR_INIT does); the callee writes code and message only when it fails, and keeps no
 * pointer to it.  The message is UTF-8 and always terminated. */
typedef struct RecnnError {
  uint32_t struct_size;
  RecnnStatus code;
  char message[1016];
} RecnnError;
#define RECNN_ERROR_INIT                                                                           \
  { (uint32_t)sizeof(RecnnError), RECNN_OK, "" }

typedef struct RecnnHost RecnnHost; /* recnn/host.h */

/* A service that a plugin cannot do without.  A service that it would merely like is asked for in
 * enter(), with host->get_service. */
typedef struct RecnnRequirement {
  const char *id;  /* such as "recnn.graph/1"; NULL ends the list */
  size_t min_size; /* how much of the service's struct the plugin was compiled to use */
} RecnnRequirement;

/* One thing that a plugin offers: a descriptor of a kind ("recnn.model/1", "recnn.op/1").  A kind
 * that the host does not know refuses the plugin. */
typedef struct RecnnFeature {
  const char *kind;       /* NULL ends the list */
  const void *descriptor; /* a constant RecnnModelClass, RecnnOp, ... in the plugin's image */
} RecnnFeature;

/* All of it is constant data in the plugin's image: the host keeps pointers to it and frees
 * nothing. */
typedef struct RecnnManifest {
  /* The frozen prefix. */
  uint32_t magic;       /* RECNN_ABI_MAGIC */
  uint32_t struct_size; /* sizeof (RecnnManifest) in the plugin */
  uint32_t abi_major;   /* RECNN_ABI_MAJOR as compiled */
  uint32_t abi_minor;   /* RECNN_ABI_MINOR as compiled */
  uint32_t fingerprint; /* RECNN_ABI_FINGERPRINT as compiled */
  uint32_t reserved;    /* zero */

  const char *name;                     /* the file's base name without ".so": [a-z][a-z0-9_]* */
  const char *version;                  /* the plugin's own, such as "1.0.2" */
  const char *licence;                  /* an SPDX identifier, such as "Apache-2.0" */
  const char *summary;                  /* one line */
  const RecnnRequirement *requirements; /* NULL: none */
  const RecnnFeature *features;         /* at least one */
  /* Called after all checks, on the thread that loads, while no other plugin is being loaded;
   * `host` lives as long as the process.  Not RECNN_OK refuses the load, with the reason in
   * `error`; the plugin's image then stays mapped (its code has run) but offers nothing, and a
   * later attempt calls enter() again.  Before it, nothing of the plugin runs but constructors that
   * the author put there. May be NULL. */
  RecnnStatus (*enter)(const RecnnHost *host, RecnnError *error);
  /* Reserved for hosts that unload; today's never does.  May be NULL. */
  void (*leave)(void);
} RecnnManifest;

/* The one symbol that a plugin exports.  It returns a constant and does nothing else. */
typedef const RecnnManifest *(*RecnnPluginQuery)(void);
#define RECNN_PLUGIN_QUERY_SYMBOL "recnn_plugin_query"

/* True when `api`, a pointer to a struct that begins with struct_size, is new enough to hold
 * `member`.  `api` is evaluated more than once. */
#define RECNN_HAS(api, type, member)                                                               \
  ((api) != NULL &&                                                                                \
   (api)->struct_size >= offsetof(type, member) + sizeof(((const type *)0)->member))

#ifdef __cplusplus
}
#endif

#endif
