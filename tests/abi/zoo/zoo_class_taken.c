/* A model under the name of another plugin's. */
#define ZOO_NAME "zoo_class_taken"
#define ZOO_FEATURES features
#include "zoo-kit.h"

static const RecnnModelClass class_taken = ZOO_CLASS("zoo_good", ZOO_NO_OPTIONS);
static const RecnnFeature features[] = {{RECNN_MODEL_KIND, &class_taken}, {NULL, NULL}};
#include "zoo.h"
