/* Its class ends earlier than today's: what lies behind is none of the host's business. */
#define ZOO_NAME "zoo_class_earlier"
#include "zoo-kit.h"

static RecnnStatus never(RecnnMigration *migration, RecnnError *error) {
  (void)migration;
  zoo_trace("ZOO_MIGRATED");
  return recnn_fail(error, RECNN_ERROR_FAILED, "nobody may call this");
}
static const RecnnModelClass earlier = {
    .struct_size = offsetof(RecnnModelClass, migrate),
    .name = ZOO_NAME,
    .summary = "An animal",
    .paper = "none",
    .options = ZOO_NO_OPTIONS,
    .instance_size = sizeof(ZooModel),
    .create = zoo_create,
    .predict = zoo_predict,
    .fit = zoo_fit,
    .migrate = never,
};
static const RecnnFeature features[] = {{RECNN_MODEL_KIND, &earlier}, {NULL, NULL}};
#define ZOO_FEATURES features
#include "zoo.h"
