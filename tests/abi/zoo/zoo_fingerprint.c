/* Another compiler's idea of the basic types. */
#define ZOO_NAME "zoo_fingerprint"
#define ZOO_FINGERPRINT (RECNN_ABI_FINGERPRINT ^ 0x30000000)
#include "zoo.h"
