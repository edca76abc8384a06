/* Wrong in many ways at once: from the check whose code is in the variable ZOO_FAULTS_FROM on, all
 * checks have something to refuse.  The first of them must be the one that does. */
#define ZOO_NAME "zoo_order"
#define ZOO_CONST
#define ZOO_ENTER enter
#include "zoo-kit.h"

static bool faulty(RecnnStatus check) {
  const char *from = getenv("ZOO_FAULTS_FROM");
  return from != NULL && atoi(from) <= check;
}

static RecnnStatus enter(const RecnnHost *host, RecnnError *error) {
  (void)host;
  return faulty(RECNN_ERROR_PLUGIN_ENTER) ? recnn_fail(error, RECNN_ERROR_FAILED, "faulty")
                                          : RECNN_OK;
}
#include "zoo.h"

static const RecnnRequirement requirements[] = {{"zoo.peace/1", 8}, {NULL, 0}};
static const RecnnFeature features[] = {{"zoo.quiet/1", requirements}, {NULL, NULL}};

__attribute__((constructor)) static void spoil(void) {
  if (faulty(RECNN_ERROR_PLUGIN_MAGIC))
    zoo_manifest.magic++;
  if (faulty(RECNN_ERROR_PLUGIN_VERSION))
    zoo_manifest.abi_major++;
  if (faulty(RECNN_ERROR_PLUGIN_SIZE))
    zoo_manifest.struct_size--;
  if (faulty(RECNN_ERROR_PLUGIN_FINGERPRINT))
    zoo_manifest.fingerprint++;
  if (faulty(RECNN_ERROR_PLUGIN_SERVICE))
    zoo_manifest.requirements = requirements;
  if (faulty(RECNN_ERROR_PLUGIN_NAME))
    zoo_manifest.name = "zoo_disorder";
  if (faulty(RECNN_ERROR_PLUGIN_FEATURE))
    zoo_manifest.features = features;
}
