#include "base/error.h"
GQuark recnn_error_quark(void) { return g_quark_from_static_string("recnn-error"); }
