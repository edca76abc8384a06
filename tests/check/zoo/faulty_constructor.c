/* Runs code when it is opened. */
#define FAULTY "faulty_constructor"
#include "faulty-kit.h"
static volatile int opened;
__attribute__((constructor)) static void count(void) { opened = opened + 1; }
#include "faulty.h"
