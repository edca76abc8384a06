/* A manifest that claims more than this ABI's has. */
#define ZOO_NAME "zoo_long"
#define ZOO_SIZE 4096
#include "zoo.h"
