/* Two models of one name. */
#define ZOO_NAME "zoo_twice"
#define ZOO_FEATURES features
#include "zoo-kit.h"

static const RecnnModelClass first = ZOO_CLASS("zoo_twice", ZOO_NO_OPTIONS);
static const RecnnModelClass second = ZOO_CLASS("zoo_twice", ZOO_NO_OPTIONS);
static const RecnnFeature features[] = {
    {RECNN_MODEL_KIND, &first}, {RECNN_MODEL_KIND, &second}, {NULL, NULL}};
#include "zoo.h"
