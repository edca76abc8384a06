/* Its class ends before what every version has. */
#define ZOO_NAME "zoo_class_short"
#include "zoo-kit.h"

static const RecnnModelClass too_short = {.struct_size = offsetof(RecnnModelClass, create),
                                          .name = ZOO_NAME};
static const RecnnFeature features[] = {{RECNN_MODEL_KIND, &too_short}, {NULL, NULL}};
#define ZOO_FEATURES features
#include "zoo.h"
