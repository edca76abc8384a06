/* Runs code as soon as it is opened: the test sees whether it was. */
#define ZOO_NAME "zoo_constructor"
#include "zoo.h"

__attribute__((constructor)) static void constructed(void) { zoo_trace("ZOO_CONSTRUCTED"); }
