/* Built for the minor version before: as long as the major number is 0, that is another ABI. */
#define ZOO_NAME "zoo_minor_earlier"
#define ZOO_MINOR (RECNN_ABI_MINOR - 1)
#include "zoo.h"
