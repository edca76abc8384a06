/* The service "recnn.dataset/1". */
#include <recnn/service/dataset.h>

#include "data/dataset-service.h"
#include "plugin/plugin-private.h"

static const RecnnDatasetApi api = {
    .struct_size = sizeof(RecnnDatasetApi),
    .open = recnn__dataset_open,
    .next = recnn__dataset_next,
    .close = recnn__dataset_close,
    .number = recnn__dataset_number,
    .fail = recnn__dataset_fail,
    .columns = recnn__dataset_columns,
    .add = recnn__dataset_add,
    .entity = recnn__dataset_entity,
    .feature = recnn__dataset_feature,
    .token = recnn__dataset_token,
    .value = recnn__dataset_value,
    .parse = recnn__dataset_parse,
};

RECNN_SERVICE(dataset) = {RECNN_DATASET_SERVICE, &api};
