/* Files of weights for a model: whose they are, and whether they have to be migrated. */
#include <string.h>

#include "base/error.h"
#include "base/options-json.h"
#include "model/migration.h"
#include "model/weights-private.h"

struct RecnnWeightsFile {
  RecnnSafetensors *file;
  const RecnnModelClass *model_class;
  RecnnModelOrigin from; /* who wrote it; NULLs where it does not say */
  JsonParser *parsers[2];
  JsonObject *options;
  JsonObject *counts;
  RecnnMigration *migration; /* NULL: it is taken as it is */
};

/* An object in the file's metadata; `parser` owns it.  NULL when there is none, or not one. */
static JsonObject *metadata(const RecnnSafetensors *file, const char *key, JsonParser *parser) {
  const char *text = recnn_safetensors_metadata(file, key);
  if (text == NULL || !json_parser_load_from_data(parser, text, -1, NULL))
    return NULL;
  JsonNode *root = json_parser_get_root(parser);
  return root != NULL && JSON_NODE_HOLDS_OBJECT(root) ? json_node_get_object(root) : NULL;
}

/* PyTorch's own files say neither a model nor a plugin. */
static bool check_model(const RecnnWeightsFile *f, GError **error) {
  const char *of = recnn_safetensors_metadata(f->file, "model");
  const char *name = f->model_class->name;
  return of == NULL || strcmp(of, name) == 0 ||
         recnn_error_set(error, RECNN_ERROR_ARGUMENT,
                         "%s: weights of model %s, expected those of model %s",
                         recnn_safetensors_path(f->file), of, name);
}

/* Whether another version wrote it than the one that is there. */
static bool is_foreign(const RecnnWeightsFile *f, RecnnModelOrigin *ret_here) {
  return f->from.plugin != NULL && recnn_model_class_origin(f->model_class, ret_here) &&
         (strcmp(f->from.plugin, ret_here->plugin) != 0 ||
          strcmp(f->from.version, ret_here->version) != 0);
}

static bool migrate(RecnnWeightsFile *f, GError **error) {
  RecnnModelOrigin here;
  if (!is_foreign(f, &here))
    return true;
  if (f->model_class->migrate != NULL) {
    f->migration =
        recnn_migration_run(f->model_class, &f->from, f->file, f->options, f->counts, error);
    return f->migration != NULL;
  }
  return strcmp(f->from.plugin, here.plugin) == 0 ||
         recnn_error_set(error, RECNN_ERROR_ARGUMENT,
                         "%s: weights of plugin %s %s, expected those of plugin %s, which offers "
                         "model %s here and does not say (migrate) that it reads them",
                         recnn_safetensors_path(f->file), f->from.plugin, f->from.version,
                         here.plugin, f->model_class->name);
}

RecnnWeightsFile *recnn_weights_file_open(const char *path, const RecnnModelClass *model_class,
                                          JsonObject *options, GError **error) {
  RecnnSafetensors *file = recnn_safetensors_open(path, error);
  if (file == NULL)
    return NULL;
  RecnnWeightsFile *f = g_new0(RecnnWeightsFile, 1);
  f->file = file;
  f->model_class = model_class;
  f->from.plugin = recnn_safetensors_metadata(file, "plugin");
  f->from.version = recnn_safetensors_metadata(file, "plugin_version");
  if (f->from.plugin == NULL || f->from.version == NULL)
    f->from = (RecnnModelOrigin){NULL, NULL};
  for (int i = 0; i < 2; i++)
    f->parsers[i] = json_parser_new();
  f->options = options != NULL ? options : metadata(file, "options", f->parsers[0]);
  f->counts = metadata(file, "counts", f->parsers[1]);
  if (check_model(f, error) && migrate(f, error))
    return f;
  recnn_weights_file_close(f);
  return NULL;
}

void recnn_weights_file_close(RecnnWeightsFile *f) {
  if (f == NULL)
    return;
  recnn_migration_free(f->migration);
  for (int i = 0; i < 2; i++)
    g_object_unref(f->parsers[i]);
  recnn_safetensors_close(f->file);
  g_free(f);
}

/* Puts behind an error who wrote the file, where that may be the reason. */
static void explain(const RecnnWeightsFile *f, GError **error) {
  RecnnModelOrigin here;
  if (error == NULL || *error == NULL || f->migration != NULL || !is_foreign(f, &here))
    return;
  char *text = g_strdup_printf("%s; plugin %s %s wrote it, this is %s, which does not say "
                               "(migrate) how it would be read",
                               (*error)->message, f->from.plugin, f->from.version, here.version);
  g_free((*error)->message);
  (*error)->message = text;
}

RecnnOptions *recnn_weights_file_options(const RecnnWeightsFile *f, GError **error) {
  char *owner = g_strdup_printf("model %s", f->model_class->name);
  RecnnOptions *options = recnn_options_new(f->model_class->options, owner, error);
  g_free(owner);
  if (options == NULL)
    return NULL;
  bool ok = true;
  if (f->migration != NULL)
    ok = recnn_migration_set_options(f->migration, options, error);
  GList *names =
      f->migration == NULL && f->options != NULL ? json_object_get_members(f->options) : NULL;
  for (GList *n = names; ok && n != NULL; n = n->next)
    ok = recnn_options_set_json(options, n->data, json_object_get_member(f->options, n->data),
                                error);
  g_list_free(names);
  if (ok)
    return options;
  explain(f, error);
  recnn_options_free(options);
  return NULL;
}

static const char *migrated_name(const void *from, int64_t i) {
  return recnn_migration_name(from, i);
}

static bool migrated_check(const void *from, const char *name, const RecnnTensor *to,
                           GError **error) {
  return recnn_migration_check(from, name, to, error);
}

static bool migrated_read(const void *from, const char *name, const RecnnTensor *to,
                          GError **error) {
  return recnn_migration_read(from, name, to, error);
}

bool recnn_weights_file_take(const RecnnWeightsFile *f, RecnnModel *model, GError **error) {
  if (f->migration == NULL) {
    bool ok = recnn_model_take_weights(model, f->file, "", error);
    if (!ok)
      explain(f, error);
    return ok;
  }
  const RecnnWeightsSource source = {.from = f->migration,
                                     .path = recnn_safetensors_path(f->file),
                                     .n = recnn_migration_count(f->migration),
                                     .name = migrated_name,
                                     .check = migrated_check,
                                     .read = migrated_read};
  return recnn__model_take(model, &source, "", error);
}

bool recnn_model_load_weights(RecnnModel *model, const char *path, GError **error) {
  RecnnWeightsFile *file = recnn_weights_file_open(path, recnn_model_get_class(model), NULL, error);
  bool ok = file != NULL && recnn_weights_file_take(file, model, error);
  recnn_weights_file_close(file);
  return ok;
}
