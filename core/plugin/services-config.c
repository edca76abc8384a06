/* The service "recnn.config/1". */
#include <recnn/service/config.h>

#include "model/model.h"
#include "plugin/plugin-private.h"

static const RecnnConfigApi api = {
    .struct_size = sizeof(RecnnConfigApi),
    .option = recnn_model_config_option,
    .count = recnn_model_config_count,
};

RECNN_SERVICE(config) = {RECNN_CONFIG_SERVICE, &api};
