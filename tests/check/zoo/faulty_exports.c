/* Exports a helper beside its one symbol. */
#define FAULTY "faulty_exports"
#include "faulty-kit.h"
RECNN_PLUGIN_EXPORT double faulty_helper(double x);
double faulty_helper(double x) { return x + 1.0; }
#include "faulty.h"
