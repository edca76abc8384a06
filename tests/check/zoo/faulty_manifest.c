/* Its licence is a sentence, where programs look for an SPDX identifier. */
#define FAULTY "faulty_manifest"
#define LICENCE "Free to use, see our web page!"
#include "faulty.h"
