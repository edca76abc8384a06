/* A model instance: made of a class, options and the sizes of the data.  What its create() asks of
 * the host (options, counts, parameters) is answered here. */
#include "model/model-private.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/where.h"
#include "tensor/tensor.h"

void recnn_model_free(RecnnModel *model) {
  if (model == NULL)
    return;
  if (model->created && model->model_class->destroy != NULL)
    model->model_class->destroy(model->self);
  recnn_memory_free(model->self);
  g_ptr_array_unref(model->params);
  recnn_options_free(model->options);
  recnn_inputs_unref(model->inputs);
  for (int32_t i = 0; i < model->n_counts; i++)
    g_free((char *)model->counts[i].name);
  g_free(model->counts);
  g_clear_error(&model->wrong);
  g_free(model);
}

/* Runs the class's create(). */
static bool create(RecnnModel *model, GError **error) {
  const RecnnModelClass *model_class = model->model_class;
  model->self = recnn_memory_new0(1, model_class->instance_size, "a model's state", error);
  if (model->self == NULL)
    return false;
  RecnnError why = RECNN_ERROR_INIT;
  model->creating = true;
  model->created = true; /* destroy() cleans up after a create() that failed half way, too */
  RecnnWhere before = recnn_where_enter("create()", model_class->name, model_class);
  RecnnStatus status = model_class->create(model->self, model, &why);
  recnn_where_leave(before);
  model->creating = false;
  if (model->wrong != NULL) {
    g_propagate_prefixed_error(error, g_steal_pointer(&model->wrong),
                               "model %s: ", model_class->name);
    return false;
  }
  if (status == RECNN_OK)
    return true;
  char *where = g_strdup_printf("model %s", model_class->name);
  recnn_error_from_plugin(error, status, &why, where);
  g_free(where);
  return false;
}

RecnnModel *recnn_model_new(const RecnnModelClass *model_class, const RecnnOptions *options,
                            const RecnnCount *counts, int32_t n_counts, uint64_t seed,
                            GError **error) {
  RecnnOptions *own;
  if (options != NULL) {
    own = recnn_options_copy(options);
  } else {
    char *owner = g_strdup_printf("model %s", model_class->name);
    own = recnn_options_new(model_class->options, owner, error);
    g_free(owner);
    if (own == NULL)
      return NULL;
  }
  if (!recnn_options_complete(own, error)) {
    recnn_options_free(own);
    return NULL;
  }
  RecnnModel *model = g_new0(RecnnModel, 1);
  model->model_class = model_class;
  model->options = own;
  model->seed = seed;
  model->params = g_ptr_array_new_with_free_func((GDestroyNotify)recnn_param_free);
  model->counts = g_new0(RecnnCount, MAX(n_counts, 1));
  model->n_counts = n_counts;
  for (int32_t i = 0; i < n_counts; i++)
    model->counts[i] = (RecnnCount){g_strdup(counts[i].name), counts[i].value};
  if (!create(model, error)) {
    recnn_model_free(model);
    return NULL;
  }
  return model;
}

const RecnnModelClass *recnn_model_get_class(const RecnnModel *model) { return model->model_class; }

const RecnnOptions *recnn_model_get_options(const RecnnModel *model) { return model->options; }

int32_t recnn_model_counts(const RecnnModel *model, const RecnnCount **ret_counts) {
  *ret_counts = model->counts;
  return model->n_counts;
}

int64_t recnn_model_get_count(const RecnnModel *model, const char *what) {
  for (int32_t i = 0; i < model->n_counts; i++)
    if (strcmp(model->counts[i].name, what) == 0)
      return model->counts[i].value;
  return -1;
}

int32_t recnn_model_params(const RecnnModel *model, RecnnParam *const **ret_params) {
  *ret_params = (RecnnParam *const *)model->params->pdata;
  return (int32_t)model->params->len;
}

RecnnParam *recnn_model_find_param(const RecnnModel *model, const char *name) {
  for (guint i = 0; i < model->params->len; i++) {
    RecnnParam *param = model->params->pdata[i];
    if (strcmp(param->name, name) == 0)
      return param;
  }
  return NULL;
}

int64_t recnn_model_param_count(const RecnnModel *model) {
  int64_t n = 0;
  for (guint i = 0; i < model->params->len; i++) {
    const RecnnParam *param = model->params->pdata[i];
    if (param->trainable)
      n += recnn_tensor_count(&param->value);
  }
  return n;
}

uint64_t recnn_model_version(const RecnnModel *model) { return model->version; }

void recnn_model_touch(RecnnModel *model) { model->version++; }

/* Where to put the first mistake of a create(); NULL when there is one already. */
static GError **wrong(RecnnModel *model) { return model->wrong == NULL ? &model->wrong : NULL; }

RecnnParam *recnn_model_declare_param(RecnnModel *model, const char *name, int32_t rank,
                                      const int64_t *shape, RecnnInit init, uint32_t flags) {
  const uint32_t known = RECNN_PARAM_BUFFER | RECNN_PARAM_INT64 | RECNN_PARAM_TRANSPOSED;
  bool transposed = (flags & RECNN_PARAM_TRANSPOSED) != 0;
  if (!model->creating) {
    recnn_error_set(wrong(model), RECNN_ERROR_ARGUMENT,
                    "parameter %s is declared outside create(), expected inside", name);
    return NULL;
  }
  if (name == NULL || name[0] == '\0' || recnn_model_find_param(model, name) != NULL) {
    recnn_error_set(wrong(model), RECNN_ERROR_ARGUMENT,
                    "a parameter is declared as \"%s\", expected a name of its own",
                    name != NULL ? name : "(null)");
    return NULL;
  }
  if ((flags & ~known) != 0 || flags == RECNN_PARAM_INT64 || (transposed && rank != 2)) {
    recnn_error_set(wrong(model), RECNN_ERROR_ARGUMENT,
                    "parameter %s: flags 0x%x for rank %d, expected RECNN_PARAM_BUFFER, with it "
                    "RECNN_PARAM_INT64, or for a matrix RECNN_PARAM_TRANSPOSED",
                    name, (unsigned)flags, (int)rank);
    return NULL;
  }
  const int64_t swapped[2] = {transposed ? shape[1] : 0, transposed ? shape[0] : 0};
  RecnnParam *param = recnn_param_new(
      name, (flags & RECNN_PARAM_INT64) != 0 ? RECNN_INT64 : RECNN_FLOAT32, rank,
      transposed ? swapped : shape, (flags & RECNN_PARAM_BUFFER) == 0, wrong(model));
  if (param == NULL)
    return NULL;
  param->index = (int32_t)model->params->len;
  param->transposed = transposed;
  if (!recnn_param_fill(param, init, model->seed, wrong(model))) {
    recnn_param_free(param);
    return NULL;
  }
  g_ptr_array_add(model->params, param);
  return param;
}

RecnnValue recnn_model_config_option(RecnnModel *model, const char *name) {
  const RecnnValue *value = recnn_options_get(model->options, name);
  if (value != NULL)
    return *value;
  recnn_error_set(wrong(model), RECNN_ERROR_OPTION,
                  "create() asks for option %s, which the class does not declare", name);
  return (RecnnValue){RECNN_OPTION_INT, 0, {0}};
}

int64_t recnn_model_config_count(RecnnModel *model, const char *what) {
  int64_t n = recnn_model_get_count(model, what);
  if (n >= 0)
    return n;
  recnn_error_set(wrong(model), RECNN_ERROR_NOT_FOUND,
                  "create() asks for the number of \"%s\", which the data does not have", what);
  return 1;
}
