/* Another magic number. */
#define ZOO_NAME "zoo_magic"
#define ZOO_MAGIC 0x12345678
#include "zoo.h"
