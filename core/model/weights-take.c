/* A model takes weights: from a file, or from what a migration has made of one.  All is checked
 * before anything is taken. */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "model/weights-private.h"
#include "tensor/tensor.h"

/* Whether there is a tensor for a parameter, of its shape and dtype. */
static bool fits(const RecnnWeightsSource *source, const char *name, const RecnnParam *param,
                 GError **error) {
  RecnnTensor outside = recnn_param_outside(param, &param->value);
  return source->check(source->from, name, &outside, error);
}

static bool take_param(const RecnnWeightsSource *source, const char *name, RecnnParam *param,
                       GError **error) {
  if (!param->transposed)
    return source->read(source->from, name, &param->value, error);
  RecnnTensor outside = recnn_param_outside(param, &param->value);
  recnn_tensor_set_contiguous(&outside);
  outside.data = recnn_memory_new(recnn_tensor_bytes(&outside), 1, name, error);
  bool ok = outside.data != NULL && source->read(source->from, name, &outside, error);
  if (ok) { /* turned over twice is as it was */
    RecnnTensor inside = recnn_param_outside(param, &outside);
    recnn_tensor_copy(&param->value, &inside);
  }
  recnn_memory_free(outside.data);
  return ok;
}

bool recnn__model_take(RecnnModel *model, const RecnnWeightsSource *source, const char *prefix,
                       GError **error) {
  RecnnParam *const *params;
  int32_t n = recnn_model_params(model, &params);
  bool ok = true;
  for (int32_t i = 0; ok && i < n; i++) {
    char *name = g_strconcat(prefix, params[i]->name, NULL);
    ok = fits(source, name, params[i], error);
    g_free(name);
  }
  for (int64_t i = 0; ok && i < source->n; i++) {
    const char *name = source->name(source->from, i);
    if (g_str_has_prefix(name, prefix) &&
        recnn_model_find_param(model, name + strlen(prefix)) == NULL)
      ok =
          recnn_error_set(error, RECNN_ERROR_NOT_FOUND, "%s: tensor %s is no parameter of model %s",
                          source->path, name, recnn_model_get_class(model)->name);
  }
  for (int32_t i = 0; ok && i < n; i++) {
    char *name = g_strconcat(prefix, params[i]->name, NULL);
    ok = take_param(source, name, params[i], error);
    g_free(name);
  }
  if (ok)
    recnn_model_touch(model);
  return ok;
}

static const char *file_name(const void *from, int64_t i) {
  return recnn_safetensors_get(from, i)->name;
}

static bool file_check(const void *from, const char *name, const RecnnTensor *to, GError **error) {
  return recnn_safetensors_check(from, name, to, error);
}

static bool file_read(const void *from, const char *name, const RecnnTensor *to, GError **error) {
  return recnn_safetensors_read(from, name, to, error);
}

bool recnn_model_take_weights(RecnnModel *model, const RecnnSafetensors *file, const char *prefix,
                              GError **error) {
  const RecnnWeightsSource source = {.from = file,
                                     .path = recnn_safetensors_path(file),
                                     .n = recnn_safetensors_count(file),
                                     .name = file_name,
                                     .check = file_check,
                                     .read = file_read};
  return recnn__model_take(model, &source, prefix, error);
}
