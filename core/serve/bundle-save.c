/* Writing a bundle: into a folder beside the one that is asked for, which then takes its place. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/options-json.h"
#include "model/weights-file.h"
#include "serve/bundle-private.h"

static void set_text(JsonObject *object, const char *name, const char *text) {
  json_object_set_string_member(object, name, text);
}

static JsonObject *about(const RecnnModel *model, const RecnnSplit *split) {
  const RecnnModelClass *model_class = recnn_model_get_class(model);
  RecnnModelOrigin origin;
  const RecnnInputs *inputs = recnn_model_get_inputs(model);
  JsonObject *object = json_object_new(), *of_plugin = json_object_new(),
             *counts = json_object_new(), *data = json_object_new();
  const RecnnCount *list;
  int32_t n = recnn_model_counts(model, &list);
  set_text(object, "format", BUNDLE_FORMAT);
  json_object_set_int_member(object, "version", BUNDLE_VERSION);
  set_text(object, "recnn", PACKAGE_VERSION);
  set_text(object, "model", model_class->name);
  if (recnn_model_class_origin(model_class, &origin)) {
    set_text(of_plugin, "name", origin.plugin);
    set_text(of_plugin, "version", origin.version);
  }
  json_object_set_object_member(object, "plugin", of_plugin);
  json_object_set_object_member(object, "options",
                                recnn_options_to_json(recnn_model_get_options(model)));
  json_object_set_object_member(object, "inputs", recnn_options_to_json(inputs->options));
  for (int32_t i = 0; i < n; i++)
    json_object_set_int_member(counts, list[i].name, list[i].value);
  json_object_set_object_member(object, "counts", counts);
  set_text(data, "name", split->dataset->name);
  set_text(data, "source", split->dataset->source);
  if (inputs->condition != NULL)
    set_text(data, "condition", inputs->condition->name);
  json_object_set_object_member(object, "data", data);
  return object;
}

static bool write_about(const char *folder, const RecnnModel *model, const RecnnSplit *split,
                        GError **error) {
  JsonNode *node = json_node_new(JSON_NODE_OBJECT);
  json_node_take_object(node, about(model, split));
  char *text = json_to_string(node, TRUE);
  char *path = g_build_filename(folder, BUNDLE_ABOUT, NULL);
  RecnnFileWriter *writer = recnn_file_writer_new(path, error);
  bool ok = writer != NULL && recnn_file_writer_printf(writer, error, "%s\n", text);
  if (ok)
    ok = recnn_file_writer_commit(writer, error);
  else
    recnn_file_writer_abort(writer);
  g_free(path);
  g_free(text);
  json_node_unref(node);
  return ok;
}

/* Removes a folder and the files in it; what is no file stays, and the folder with it. */
static void remove_folder(const char *folder) {
  GDir *dir = g_dir_open(folder, 0, NULL);
  for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
    char *path = g_build_filename(folder, name, NULL);
    (void)g_unlink(path);
    g_free(path);
  }
  if (dir != NULL)
    g_dir_close(dir);
  (void)g_rmdir(folder);
}

/* Whether what is at `folder` may be replaced: nothing, a bundle, an empty folder. */
static bool may_replace(const char *folder, bool *ret_is_there, GError **error) {
  *ret_is_there = g_file_test(folder, G_FILE_TEST_EXISTS);
  if (!*ret_is_there)
    return true;
  char *path = g_build_filename(folder, BUNDLE_ABOUT, NULL);
  bool is_bundle = g_file_test(path, G_FILE_TEST_IS_REGULAR);
  g_free(path);
  GDir *dir = g_dir_open(folder, 0, NULL);
  bool empty = dir != NULL && g_dir_read_name(dir) == NULL;
  if (dir != NULL)
    g_dir_close(dir);
  return is_bundle || empty ||
         recnn_error_set(error, RECNN_ERROR_IO,
                         "%s: is there and is no bundle of recnn's (it has no " BUNDLE_ABOUT
                         "); it is left alone: choose another folder, or remove it",
                         folder);
}

/* Puts `made` where `folder` is; at no moment is there none, where the system can exchange names.
 */
static bool put(const char *made, const char *folder, bool is_there, GError **error) {
  bool ok = false;
#ifdef RENAME_EXCHANGE
  if (is_there && renameat2(AT_FDCWD, made, AT_FDCWD, folder, RENAME_EXCHANGE) == 0) {
    remove_folder(made); /* the old one */
    return true;
  }
#endif
  char *old = g_strconcat(made, ".old", NULL);
  if (!is_there || g_rename(folder, old) == 0)
    ok = g_rename(made, folder) == 0;
  if (!ok)
    recnn_error_set(error, RECNN_ERROR_IO, "%s: cannot be written: %s", folder, g_strerror(errno));
  if (ok && is_there)
    remove_folder(old);
  else if (is_there && g_file_test(old, G_FILE_TEST_EXISTS))
    (void)g_rename(old, folder);
  g_free(old);
  return ok;
}

static bool write_all(const RecnnModel *model, const RecnnSplit *split, const char *folder,
                      GError **error) {
  char *weights = g_build_filename(folder, BUNDLE_WEIGHTS, NULL);
  bool ok = recnn__bundle_write_data(folder, model, split, error) &&
            recnn_model_save_weights(model, weights, error) &&
            write_about(folder, model, split, error);
  g_free(weights);
  return ok;
}

bool recnn_bundle_save(const RecnnModel *model, const RecnnSplit *split, const char *folder,
                       GError **error) {
  const RecnnInputs *inputs = recnn_model_get_inputs(model);
  const char *name = recnn_model_get_class(model)->name;
  bool is_there;
  if (inputs == NULL || inputs->dataset != split->dataset)
    return recnn_error_set(error, RECNN_ERROR_ARGUMENT,
                           "model %s was not made for the data of this split (%s)", name,
                           split->dataset->name);
  if (inputs->features != NULL)
    return recnn_error_set(error, RECNN_ERROR_UNSUPPORTED,
                           "model %s reads features, which this version's bundles do not keep",
                           name);
  if (!may_replace(folder, &is_there, error))
    return false;
  char *absolute = g_canonicalize_filename(folder, NULL);
  char *made = g_strconcat(absolute, ".XXXXXX", NULL);
  bool ok = g_mkdtemp_full(made, 0777) != NULL;
  if (!ok)
    recnn_error_set(error, RECNN_ERROR_IO, "%s: cannot make a folder beside it: %s", folder,
                    g_strerror(errno));
  if (ok) {
    ok = write_all(model, split, made, error) && put(made, absolute, is_there, error);
    if (!ok)
      remove_folder(made);
  }
  g_free(made);
  g_free(absolute);
  return ok;
}
