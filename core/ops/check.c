/* Checks that every shape() needs, and their error texts.  The driver puts the op's name before
 * them. */
#include <stdarg.h>
#include <string.h>

#include "ops/ops-private.h"

bool recnn__ops_fail(RecnnOpCall *call, RecnnStatus code, const char *format, ...) {
  char text[512];
  va_list args;
  va_start(args, format);
  g_vsnprintf(text, sizeof text, format, args);
  va_end(args);
  return call->host->fail(call, code, text);
}

bool recnn__ops_refuse(RecnnOpCall *call, int32_t input, const char *name, const char *expected,
                       ...) {
  char wanted[256];
  va_list args;
  va_start(args, expected);
  g_vsnprintf(wanted, sizeof wanted, expected, args);
  va_end(args);
  char *is = recnn_tensor_describe(call->inputs[input]);
  recnn__ops_fail(call, RECNN_ERROR_SHAPE, "%s is %s; expected %s", name, is, wanted);
  g_free(is);
  return false;
}

bool recnn__ops_float32(RecnnOpCall *call, int32_t input, const char *name) {
  return call->inputs[input]->dtype == RECNN_FLOAT32 ||
         recnn__ops_refuse(call, input, name, "float32");
}

bool recnn__ops_output(RecnnOpCall *call, int32_t dtype, int32_t rank, const int64_t *shape) {
  call->output->dtype = dtype;
  call->output->rank = rank;
  memcpy(call->output->shape, shape, (size_t)rank * sizeof *shape);
  return true;
}

bool recnn__ops_output_scalar(RecnnOpCall *call) {
  call->output->dtype = RECNN_FLOAT32;
  call->output->rank = 0;
  return true;
}
