/* Does not say its version. */
#define ZOO_NAME "zoo_version_null"
#define ZOO_VERSION NULL
#include "zoo.h"
