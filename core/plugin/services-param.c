/* The service "recnn.param/1". */
#include <recnn/service/param.h>

#include "graph/param.h"
#include "model/model.h"
#include "plugin/plugin-private.h"

static const RecnnTensor *value(const RecnnParam *param) {
  return param != NULL ? &param->value : NULL;
}

static const RecnnParamApi api = {
    .struct_size = sizeof(RecnnParamApi),
    .declare = recnn_model_declare_param,
    .tensor = value,
};

RECNN_SERVICE(param) = {RECNN_PARAM_SERVICE, &api};
