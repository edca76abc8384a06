/* A name that no file should have. */
#define ZOO_NAME "../Zoo-Bad"
#include "zoo.h"
