/* Built for the next minor version. */
#define ZOO_NAME "zoo_minor_later"
#define ZOO_MINOR (RECNN_ABI_MINOR + 1)
#include "zoo.h"
