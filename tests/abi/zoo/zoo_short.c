/* A manifest of the frozen prefix and nothing more. */
#define ZOO_NAME "zoo_short"
#define ZOO_SIZE 24
#include "zoo.h"
