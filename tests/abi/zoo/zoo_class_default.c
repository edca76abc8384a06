/* A model with an option whose default is out of its own range. */
#define ZOO_NAME "zoo_class_default"
#define ZOO_FEATURES features
#include "zoo-kit.h"

static const RecnnOption options[] = {
    {"dropout", RECNN_OPTION_FLOAT, "1.5", "[0,1)", "Dropped, of each layer."},
    {NULL, 0, NULL, NULL, NULL}};
static const RecnnModelClass class_default = ZOO_CLASS("zoo_class_default", options);
static const RecnnFeature features[] = {{RECNN_MODEL_KIND, &class_default}, {NULL, NULL}};
#include "zoo.h"
