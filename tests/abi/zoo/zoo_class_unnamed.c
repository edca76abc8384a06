/* A model without a name. */
#define ZOO_NAME "zoo_class_unnamed"
#define ZOO_FEATURES features
#include "zoo-kit.h"

static const RecnnModelClass class_unnamed = ZOO_CLASS(NULL, ZOO_NO_OPTIONS);
static const RecnnFeature features[] = {{RECNN_MODEL_KIND, &class_unnamed}, {NULL, NULL}};
#include "zoo.h"
