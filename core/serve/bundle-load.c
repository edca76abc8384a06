/* Reading a bundle. */
#include <json-glib/json-glib.h>
#include <string.h>

#include "base/error.h"
#include "base/options-json.h"
#include "model/weights-file.h"
#include "plugin/plugin.h"
#include "serve/bundle-private.h"

/* bundle.json, while it is read. */
typedef struct About {
  const char *path;
  JsonObject *object;
} About;

static bool damaged(const About *about, const char *what, GError **error) {
  return recnn_error_set(error, RECNN_ERROR_FORMAT, "%s: %s", about->path, what);
}

/* A member of `object`, or NULL with an error. */
static JsonNode *member(const About *about, JsonObject *object, const char *name, JsonNodeType type,
                        GError **error) {
  JsonNode *node = json_object_get_member(object, name);
  if (node != NULL && JSON_NODE_TYPE(node) == type)
    return node;
  char *what = g_strdup_printf("it has no \"%s\" of the kind that is expected", name);
  damaged(about, what, error);
  g_free(what);
  return NULL;
}

static const char *text(const About *about, JsonObject *object, const char *name, GError **error) {
  JsonNode *node = member(about, object, name, JSON_NODE_VALUE, error);
  const char *value = node != NULL ? json_node_get_string(node) : NULL;
  if (node != NULL && value == NULL)
    damaged(about, "a text is expected where something else is", error);
  return value;
}

static JsonObject *object_of(const About *about, const char *name, GError **error) {
  JsonNode *node = member(about, about->object, name, JSON_NODE_OBJECT, error);
  return node != NULL ? json_node_get_object(node) : NULL;
}

static bool check_format(const About *about, GError **error) {
  const char *format = text(about, about->object, "format", error);
  if (format == NULL)
    return false;
  JsonNode *version = member(about, about->object, "version", JSON_NODE_VALUE, error);
  if (version == NULL)
    return false;
  if (strcmp(format, BUNDLE_FORMAT) != 0)
    return damaged(about, "its format is not \"" BUNDLE_FORMAT "\"", error);
  if (json_node_get_int(version) != BUNDLE_VERSION)
    return recnn_error_set(error, RECNN_ERROR_FORMAT,
                           "%s: version %" G_GINT64_FORMAT " of the format, this recnn reads %d",
                           about->path, (gint64)json_node_get_int(version), BUNDLE_VERSION);
  return true;
}

/* How the model's input is made. */
static RecnnOptions *read_inputs(const About *about, GError **error) {
  JsonObject *values = object_of(about, "inputs", error);
  RecnnOptions *options =
      values != NULL ? recnn_options_new(recnn_inputs_options(), "inputs", error) : NULL;
  GList *names = options != NULL ? json_object_get_members(values) : NULL;
  for (GList *n = names; options != NULL && n != NULL; n = n->next)
    if (!recnn_options_set_json(options, n->data, json_object_get_member(values, n->data), error)) {
      g_prefix_error(error, "%s: ", about->path);
      recnn_options_free(options);
      options = NULL;
    }
  g_list_free(names);
  return options;
}

static RecnnDataset *read_dataset(const About *about, const char *folder, GError **error) {
  JsonObject *data = object_of(about, "data", error);
  const char *name = data != NULL ? text(about, data, "name", error) : NULL;
  const char *condition = data != NULL && json_object_has_member(data, "condition")
                              ? json_object_get_string_member(data, "condition")
                              : NULL;
  return name != NULL ? recnn__bundle_read_data(folder, name, folder, condition, error) : NULL;
}

/* The sizes for which the model was made are those that its data gives it again. */
static bool check_counts(const About *about, const RecnnModel *model, GError **error) {
  JsonObject *counts = object_of(about, "counts", error);
  const RecnnCount *list;
  int32_t n = recnn_model_counts(model, &list);
  if (counts == NULL)
    return false;
  for (int32_t i = 0; i < n; i++) {
    JsonNode *node = member(about, counts, list[i].name, JSON_NODE_VALUE, error);
    if (node == NULL)
      return false;
    if (json_node_get_int(node) != list[i].value)
      return recnn_error_set(error, RECNN_ERROR_FORMAT,
                             "%s: the model was made for %" G_GINT64_FORMAT
                             " %s, the bundle's data has %" G_GINT64_FORMAT,
                             about->path, (gint64)json_node_get_int(node), list[i].name,
                             (gint64)list[i].value);
  }
  return true;
}

/* How many interactions the model was made for: the bundle keeps those that are known. */
static bool read_interactions(const About *about, const RecnnDataset *dataset, int64_t *ret_n,
                              GError **error) {
  JsonObject *counts = object_of(about, "counts", error);
  JsonNode *node =
      counts != NULL ? member(about, counts, "interactions", JSON_NODE_VALUE, error) : NULL;
  if (node == NULL)
    return false;
  *ret_n = json_node_get_int(node);
  return *ret_n >= dataset->n ||
         recnn_error_set(error, RECNN_ERROR_FORMAT,
                         "%s: the model was made for %" G_GINT64_FORMAT
                         " interactions, the bundle's data has %" G_GINT64_FORMAT,
                         about->path, (gint64)*ret_n, (gint64)dataset->n);
}

/* The model's options are those of bundle.json, as its plugin of today has them. */
static RecnnModel *make_model(const About *about, const RecnnWeightsFile *weights,
                              const RecnnModelClass *model_class, RecnnDataset *dataset,
                              GError **error) {
  RecnnOptions *options = recnn_weights_file_options(weights, error);
  if (options == NULL) {
    g_prefix_error(error, "%s: ", about->path);
    return NULL;
  }
  RecnnOptions *inputs = read_inputs(about, error);
  int64_t n = 0;
  RecnnModel *model =
      inputs != NULL && read_interactions(about, dataset, &n, error)
          ? recnn_model_new_for_part(model_class, options, dataset, n, inputs, 0, error)
          : NULL;
  if (model != NULL &&
      (!check_counts(about, model, error) || !recnn_weights_file_take(weights, model, error))) {
    recnn_model_free(model);
    model = NULL;
  }
  recnn_options_free(options);
  recnn_options_free(inputs);
  return model;
}

static RecnnModel *read_model(const About *about, const char *folder, RecnnDataset *dataset,
                              GError **error) {
  const char *name = text(about, about->object, "model", error);
  const RecnnModelClass *model_class = name != NULL ? recnn_model_class_find(name, error) : NULL;
  JsonObject *options = model_class != NULL ? object_of(about, "options", error) : NULL;
  if (options == NULL)
    return NULL;
  char *path = g_build_filename(folder, BUNDLE_WEIGHTS, NULL);
  RecnnWeightsFile *weights = recnn_weights_file_open(path, model_class, options, error);
  RecnnModel *model =
      weights != NULL ? make_model(about, weights, model_class, dataset, error) : NULL;
  recnn_weights_file_close(weights);
  g_free(path);
  return model;
}

static RecnnBundle *load(const About *about, const char *folder, GError **error) {
  if (!check_format(about, error))
    return NULL;
  RecnnBundle *bundle = g_new0(RecnnBundle, 1);
  bundle->dataset = read_dataset(about, folder, error);
  if (bundle->dataset != NULL)
    bundle->split = recnn_split_new(bundle->dataset, NULL, error); /* the parts it came in */
  if (bundle->split != NULL)
    bundle->model = read_model(about, folder, bundle->dataset, error);
  if (bundle->model != NULL)
    return bundle;
  recnn_bundle_free(bundle);
  return NULL;
}

RecnnBundle *recnn_bundle_load(const char *folder, GError **error) {
  char *path = g_build_filename(folder, BUNDLE_ABOUT, NULL);
  GError *reason = NULL;
  JsonParser *parser = json_parser_new();
  RecnnBundle *bundle = NULL;
  if (!json_parser_load_from_file(parser, path, &reason)) {
    recnn_error_set(error,
                    reason->domain == JSON_PARSER_ERROR ? RECNN_ERROR_FORMAT : RECNN_ERROR_IO,
                    "%s: %s", path, reason->message);
    g_error_free(reason);
  } else {
    JsonNode *root = json_parser_get_root(parser);
    About about = {path, NULL};
    if (root != NULL && JSON_NODE_HOLDS_OBJECT(root)) {
      about.object = json_node_get_object(root);
      bundle = load(&about, folder, error);
    } else {
      damaged(&about, "it is no JSON object", error);
    }
  }
  g_object_unref(parser);
  g_free(path);
  return bundle;
}

void recnn_bundle_free(RecnnBundle *bundle) {
  if (bundle == NULL)
    return;
  recnn_model_free(bundle->model);
  recnn_split_unref(bundle->split);
  recnn_dataset_unref(bundle->dataset);
  g_free(bundle);
}

RecnnModel *recnn_bundle_copy_model(const RecnnBundle *bundle, GError **error) {
  const RecnnModel *from = bundle->model;
  RecnnModel *to = recnn_model_new_for_part(
      recnn_model_get_class(from), recnn_model_get_options(from), bundle->dataset,
      recnn_model_get_count(from, "interactions"), recnn_model_get_inputs(from)->options, 0, error);
  RecnnWeights *weights = to != NULL ? recnn_weights_new(from, error) : NULL;
  if (weights == NULL) {
    recnn_model_free(to);
    return NULL;
  }
  recnn_weights_restore(weights, to);
  recnn_weights_free(weights);
  return to;
}
