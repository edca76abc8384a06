/* Weights on disk.  The format is tensor/safetensors's; here is what of a model goes into it. */
#include "model/weights-file.h"

#include <string.h>

#include "config.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/options-json.h"
#include "tensor/tensor.h"

static void add_json(RecnnSafetensorsWriter *writer, const char *key, JsonObject *object) {
  JsonNode *node = json_node_new(JSON_NODE_OBJECT);
  json_node_take_object(node, object);
  char *text = json_to_string(node, FALSE);
  recnn_safetensors_writer_metadata(writer, key, text);
  g_free(text);
  json_node_unref(node);
}

/* Adds a parameter as it is seen outside; a copy that this needs is kept in `copies`. */
static bool add_param(RecnnSafetensorsWriter *writer, const RecnnParam *param, GPtrArray *copies,
                      GError **error) {
  RecnnTensor outside = recnn_param_outside(param, &param->value);
  RecnnTensor contiguous = outside;
  if (param->transposed) {
    recnn_tensor_set_contiguous(&contiguous);
    contiguous.data = recnn_memory_new(recnn_tensor_bytes(&outside), 1, param->name, error);
    if (contiguous.data == NULL)
      return false;
    g_ptr_array_add(copies, contiguous.data);
    recnn_tensor_copy(&contiguous, &outside);
  }
  recnn_safetensors_writer_add(writer, param->name, &contiguous);
  return true;
}

bool recnn_model_save_weights(const RecnnModel *model, const char *path, const char *plugin_version,
                              GError **error) {
  RecnnParam *const *params;
  int32_t n = recnn_model_params(model, &params);
  RecnnSafetensorsWriter *writer = recnn_safetensors_writer_new();
  recnn_safetensors_writer_metadata(writer, "model", recnn_model_get_class(model)->name);
  add_json(writer, "options", recnn_options_to_json(recnn_model_get_options(model)));
  JsonObject *counts = json_object_new();
  const RecnnCount *list;
  int32_t n_counts = recnn_model_counts(model, &list);
  for (int32_t i = 0; i < n_counts; i++)
    json_object_set_int_member(counts, list[i].name, list[i].value);
  add_json(writer, "counts", counts);
  recnn_safetensors_writer_metadata(writer, "recnn_version", PACKAGE_VERSION);
  if (plugin_version != NULL)
    recnn_safetensors_writer_metadata(writer, "plugin_version", plugin_version);
  GPtrArray *copies = g_ptr_array_new_with_free_func(recnn_memory_free);
  bool ok = true;
  for (int32_t i = 0; ok && i < n; i++)
    ok = add_param(writer, params[i], copies, error);
  if (ok)
    ok = recnn_safetensors_writer_commit(writer, path, error);
  else
    recnn_safetensors_writer_free(writer);
  g_ptr_array_unref(copies);
  return ok;
}

/* Whether the file has a tensor for a parameter, of its shape and dtype. */
static bool fits(const RecnnSafetensors *file, const char *name, const RecnnParam *param,
                 GError **error) {
  RecnnTensor outside = recnn_param_outside(param, &param->value);
  return recnn_safetensors_check(file, name, &outside, error);
}

static bool take_param(const RecnnSafetensors *file, const char *name, RecnnParam *param,
                       GError **error) {
  if (!param->transposed)
    return recnn_safetensors_read(file, name, &param->value, error);
  RecnnTensor outside = recnn_param_outside(param, &param->value);
  recnn_tensor_set_contiguous(&outside);
  outside.data = recnn_memory_new(recnn_tensor_bytes(&outside), 1, name, error);
  bool ok = outside.data != NULL && recnn_safetensors_read(file, name, &outside, error);
  if (ok) { /* turned over twice is as it was */
    RecnnTensor inside = recnn_param_outside(param, &outside);
    recnn_tensor_copy(&param->value, &inside);
  }
  recnn_memory_free(outside.data);
  return ok;
}

bool recnn_model_take_weights(RecnnModel *model, const RecnnSafetensors *file, const char *prefix,
                              GError **error) {
  RecnnParam *const *params;
  int32_t n = recnn_model_params(model, &params);
  bool ok = true;
  for (int32_t i = 0; ok && i < n; i++) {
    char *name = g_strconcat(prefix, params[i]->name, NULL);
    ok = fits(file, name, params[i], error);
    g_free(name);
  }
  for (int64_t i = 0; ok && i < recnn_safetensors_count(file); i++) {
    const char *name = recnn_safetensors_get(file, i)->name;
    if (g_str_has_prefix(name, prefix) &&
        recnn_model_find_param(model, name + strlen(prefix)) == NULL)
      ok =
          recnn_error_set(error, RECNN_ERROR_NOT_FOUND, "%s: tensor %s is no parameter of model %s",
                          recnn_safetensors_path(file), name, recnn_model_get_class(model)->name);
  }
  for (int32_t i = 0; ok && i < n; i++) {
    char *name = g_strconcat(prefix, params[i]->name, NULL);
    ok = take_param(file, name, params[i], error);
    g_free(name);
  }
  if (ok)
    recnn_model_touch(model);
  return ok;
}

bool recnn_model_load_weights(RecnnModel *model, const char *path, GError **error) {
  RecnnSafetensors *file = recnn_safetensors_open(path, error);
  if (file == NULL)
    return false;
  const char *name = recnn_model_get_class(model)->name;
  const char *of = recnn_safetensors_metadata(file, "model");
  bool ok =
      of == NULL || strcmp(of, name) == 0 /* PyTorch's own files do not say */
          ? recnn_model_take_weights(model, file, "", error)
          : recnn_error_set(error, RECNN_ERROR_ARGUMENT,
                            "%s: weights of model %s, expected those of model %s", path, of, name);
  recnn_safetensors_close(file);
  return ok;
}
