/* Offers nothing. */
#define ZOO_NAME "zoo_empty"
#define ZOO_FEATURES NULL
#include "zoo.h"
