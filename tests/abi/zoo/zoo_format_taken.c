/* A format with a name that a built-in one has. */
#define ZOO_NAME "zoo_format_taken"
#define ZOO_FEATURES features
#include "zoo-kit.h"

static RecnnStatus read(RecnnReading *reading, const char *path, const RecnnValue *options,
                        RecnnError *error) {
  (void)reading;
  (void)path;
  (void)options;
  (void)error;
  return RECNN_OK;
}

static const RecnnFormatClass format = {
    .struct_size = sizeof(RecnnFormatClass),
    .name = "csv",
    .doc = "Commas",
    .looks_for = "commas",
    .read = read,
};
static const RecnnFeature features[] = {{RECNN_FORMAT_KIND, &format}, {NULL, NULL}};
#include "zoo.h"
