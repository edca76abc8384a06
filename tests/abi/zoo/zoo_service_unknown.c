/* Cannot do without a service of the future. */
#define ZOO_NAME "zoo_service_unknown"
#define ZOO_REQUIREMENTS requirements
#include "zoo-kit.h"

static const RecnnRequirement requirements[] = {
    {RECNN_BATCH_SERVICE, sizeof(RecnnBatchApi)}, {"recnn.graph/2", 64}, {NULL, 0}};
#include "zoo.h"
