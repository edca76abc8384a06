/* Has no name. */
#define ZOO_NAME NULL
#define ZOO_FEATURES features
#include "zoo-kit.h"

static const RecnnFeature features[] = {{NULL, NULL}};
#include "zoo.h"
