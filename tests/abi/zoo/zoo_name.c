/* Is not what its file is named. */
#define ZOO_NAME "zoo_other"
#include "zoo.h"
