/* Offers a kind of thing that the host does not know. */
#define ZOO_NAME "zoo_kind"
#define ZOO_FEATURES features
#include "zoo-kit.h"

static const RecnnFeature features[] = {{"recnn.modell/1", "?"}, {NULL, NULL}};
#include "zoo.h"
