/* Built for the next major version. */
#define ZOO_NAME "zoo_major"
#define ZOO_MAJOR (RECNN_ABI_MAJOR + 1)
#include "zoo.h"
