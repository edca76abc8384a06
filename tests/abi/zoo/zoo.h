/* A plugin written out by hand, so that each animal of the zoo can be wrong in one way and right in
 * all others: it defines what it wants otherwise, includes this file last, and gets the rest. */
#ifndef ZOO_H
#define ZOO_H

#include "zoo-kit.h"

#ifndef ZOO_CONST
#define ZOO_CONST const
#endif
#ifndef ZOO_MAGIC
#define ZOO_MAGIC RECNN_ABI_MAGIC
#endif
#ifndef ZOO_SIZE
#define ZOO_SIZE ((uint32_t)sizeof(RecnnManifest))
#endif
#ifndef ZOO_MAJOR
#define ZOO_MAJOR RECNN_ABI_MAJOR
#endif
#ifndef ZOO_MINOR
#define ZOO_MINOR RECNN_ABI_MINOR
#endif
#ifndef ZOO_FINGERPRINT
#define ZOO_FINGERPRINT RECNN_ABI_FINGERPRINT
#endif
#ifndef ZOO_RESERVED
#define ZOO_RESERVED 0
#endif
#ifndef ZOO_VERSION
#define ZOO_VERSION "1.0.0"
#endif
#ifndef ZOO_REQUIREMENTS
#define ZOO_REQUIREMENTS NULL
#endif

#ifndef ZOO_ENTER
#define ZOO_ENTER zoo_enter
static RecnnStatus zoo_enter(const RecnnHost *host, RecnnError *error) {
  (void)host;
  (void)error;
  zoo_trace("ZOO_ENTERED");
  return RECNN_OK;
}
#endif

#ifndef ZOO_FEATURES
#define ZOO_FEATURES zoo_features
static const RecnnModelClass zoo_class = ZOO_CLASS(ZOO_NAME, ZOO_NO_OPTIONS);
static const RecnnFeature zoo_features[] = {{RECNN_MODEL_KIND, &zoo_class}, {NULL, NULL}};
#endif

static ZOO_CONST RecnnManifest zoo_manifest = {
    .magic = ZOO_MAGIC,
    .struct_size = ZOO_SIZE,
    .abi_major = ZOO_MAJOR,
    .abi_minor = ZOO_MINOR,
    .fingerprint = ZOO_FINGERPRINT,
    .reserved = ZOO_RESERVED,
    .name = ZOO_NAME,
    .version = ZOO_VERSION,
    .licence = "Apache-2.0",
    .summary = "An animal of the zoo",
    .requirements = ZOO_REQUIREMENTS,
    .features = ZOO_FEATURES,
    .enter = ZOO_ENTER,
};

RECNN_PLUGIN_EXPORT const RecnnManifest *recnn_plugin_query(void);
const RecnnManifest *recnn_plugin_query(void) { return &zoo_manifest; }

#endif
