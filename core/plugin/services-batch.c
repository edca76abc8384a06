/* The service "recnn.batch/1". */
#include <recnn/service/batch.h>

#include "data/batch.h"
#include "plugin/plugin-private.h"

static const RecnnBatchApi api = {
    .struct_size = sizeof(RecnnBatchApi),
    .size = recnn_batch_size,
    .field = recnn_batch_field,
};

RECNN_SERVICE(batch) = {RECNN_BATCH_SERVICE, &api};
