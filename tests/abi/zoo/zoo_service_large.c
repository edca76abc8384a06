/* Wants more of a service than there is. */
#define ZOO_NAME "zoo_service_large"
#define ZOO_REQUIREMENTS requirements
#include "zoo-kit.h"

static const RecnnRequirement requirements[] = {
    {RECNN_BATCH_SERVICE, sizeof(RecnnBatchApi) + sizeof(void (*)(void))}, {NULL, 0}};
#include "zoo.h"
