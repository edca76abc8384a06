/* Has no mistake: what the others would be without theirs. */
#define FAULTY "faulty_nothing"
#include "faulty.h"
