/* Weights of another version: migrate() is called on them, and what it leaves is taken like a file.
 */
#include "model/migration.h"

#include <string.h>

#include "base/error.h"
#include "base/where.h"
#include "model/migration-private.h"
#include "tensor/tensor.h"

/* A JSON value as it would stand on a command line. */
static char *text_of(JsonNode *node) {
  if (JSON_NODE_HOLDS_ARRAY(node)) {
    JsonArray *array = json_node_get_array(node);
    GString *text = g_string_new(NULL);
    for (guint i = 0; i < json_array_get_length(array); i++) {
      char *one = text_of(json_array_get_element(array, i));
      g_string_append_printf(text, "%s%s", i > 0 ? "," : "", one);
      g_free(one);
    }
    return g_string_free(text, FALSE);
  }
  GType type = JSON_NODE_HOLDS_VALUE(node) ? json_node_get_value_type(node) : G_TYPE_NONE;
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  if (type == G_TYPE_STRING)
    return g_strdup(json_node_get_string(node));
  if (type == G_TYPE_BOOLEAN)
    return g_strdup(json_node_get_boolean(node) ? "true" : "false");
  if (type == G_TYPE_DOUBLE)
    return g_strdup(g_ascii_dtostr(number, sizeof number, json_node_get_double(node)));
  if (type == G_TYPE_INT64)
    return g_strdup_printf("%" G_GINT64_FORMAT, (gint64)json_node_get_int(node));
  return g_strdup("");
}

static void take_options(RecnnEditor *editor, JsonObject *options) {
  GList *names = options != NULL ? json_object_get_members(options) : NULL;
  for (GList *n = names; n != NULL; n = n->next) {
    char *text = text_of(json_object_get_member(options, n->data));
    (void)editor->api.set_option(&editor->api, n->data, text);
    g_free(text);
  }
  g_list_free(names);
}

RecnnMigration *recnn_migration_run(const RecnnModelClass *model_class,
                                    const RecnnModelOrigin *from, const RecnnSafetensors *file,
                                    JsonObject *options, JsonObject *counts, GError **error) {
  RecnnEditor *editor = recnn__editor_new(from, file, counts);
  take_options(editor, options);
  RecnnError why = RECNN_ERROR_INIT;
  RecnnWhere before = recnn_where_enter("migrate()", model_class->name, model_class);
  RecnnStatus status = model_class->migrate(&editor->api, &why);
  recnn_where_leave(before);
  if (editor->wrong == NULL && status == RECNN_OK)
    return &editor->api;
  char *where =
      g_strdup_printf("%s, which plugin %s %s wrote: model %s: migrate",
                      recnn_safetensors_path(file), from->plugin, from->version, model_class->name);
  if (editor->wrong != NULL)
    g_propagate_prefixed_error(error, g_steal_pointer(&editor->wrong), "%s: ", where);
  else
    recnn_error_from_plugin(error, status, &why, where);
  g_free(where);
  recnn_migration_free(&editor->api);
  return NULL;
}

void recnn_migration_free(RecnnMigration *migration) {
  if (migration == NULL)
    return;
  RecnnEditor *editor = recnn__editor_of(migration);
  g_ptr_array_unref(editor->tensors);
  g_ptr_array_unref(editor->options);
  g_clear_error(&editor->wrong);
  g_free(editor);
}

bool recnn_migration_set_options(const RecnnMigration *migration, RecnnOptions *options,
                                 GError **error) {
  const RecnnEditor *editor = recnn__editor_of(migration);
  for (guint i = 0; i < editor->options->len; i++) {
    const RecnnMigrationOption *one = editor->options->pdata[i];
    if (!recnn_options_set_text(options, one->name, one->text, error)) {
      g_prefix_error(error, "%s, after its migration: ", recnn_safetensors_path(editor->file));
      return false;
    }
  }
  return true;
}

int64_t recnn_migration_count(const RecnnMigration *migration) {
  return recnn__editor_of(migration)->tensors->len;
}

const char *recnn_migration_name(const RecnnMigration *migration, int64_t i) {
  return migration->tensor_name(migration, (int32_t)i);
}

/* Whether a tensor that migrate() made or looked at is what is expected. */
static bool same_form(const RecnnEditor *editor, const RecnnMigrationTensor *is,
                      const RecnnTensor *to, GError **error) {
  if (is->value.dtype == to->dtype && recnn_tensor_same_shape(&is->value, to))
    return true;
  char *has = recnn_tensor_describe(&is->value), *wanted = recnn_tensor_describe(to);
  recnn_error_set(error, RECNN_ERROR_SHAPE, "%s, after its migration: tensor %s is %s, expected %s",
                  recnn_safetensors_path(editor->file), is->name, has, wanted);
  g_free(has);
  g_free(wanted);
  return false;
}

bool recnn_migration_check(const RecnnMigration *migration, const char *name, const RecnnTensor *to,
                           GError **error) {
  const RecnnEditor *editor = recnn__editor_of(migration);
  const RecnnMigrationTensor *found = recnn__editor_find(editor, name, NULL);
  if (found == NULL)
    return recnn_error_set(error, RECNN_ERROR_NOT_FOUND,
                           "%s, after its migration: there is no tensor %s",
                           recnn_safetensors_path(editor->file), name);
  return found->value.data != NULL
             ? same_form(editor, found, to, error)
             : recnn_safetensors_check(editor->file, found->stored, to, error);
}

bool recnn_migration_read(const RecnnMigration *migration, const char *name, const RecnnTensor *to,
                          GError **error) {
  const RecnnEditor *editor = recnn__editor_of(migration);
  const RecnnMigrationTensor *found = recnn__editor_find(editor, name, NULL);
  if (!recnn_migration_check(migration, name, to, error))
    return false;
  if (found->value.data == NULL)
    return recnn_safetensors_read(editor->file, found->stored, to, error);
  if (recnn_tensor_bytes(to) > 0)
    memcpy(to->data, found->value.data, recnn_tensor_bytes(to));
  return true;
}
