/* Crashes while it is opened. */
#define FAULTY "faulty_constructor_crash"
#include "faulty-kit.h"
#include <signal.h>
__attribute__((constructor)) static void crash(void) { (void)raise(SIGSEGV); }
#include "faulty.h"
