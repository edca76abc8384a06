/* Nothing is wrong with this one. */
#define ZOO_NAME "zoo_good"
#include "zoo.h"
