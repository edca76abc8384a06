/* A model that wants something of the host that only later ones know. */
#define ZOO_NAME "zoo_class_flags"
#define ZOO_FEATURES features
#include "zoo-kit.h"

static const RecnnModelClass class_flags = {.struct_size = sizeof(RecnnModelClass),
                                            .name = "zoo_class_flags",
                                            .options = ZOO_NO_OPTIONS,
                                            .flags = UINT32_C(0x40000000),
                                            .instance_size = sizeof(ZooModel),
                                            .create = zoo_create,
                                            .predict = zoo_predict,
                                            .fit = zoo_fit};
static const RecnnFeature features[] = {{RECNN_MODEL_KIND, &class_flags}, {NULL, NULL}};
#include "zoo.h"
