/* Uses what is reserved. */
#define ZOO_NAME "zoo_reserved"
#define ZOO_RESERVED 7
#include "zoo.h"
