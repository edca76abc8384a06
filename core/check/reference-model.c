/* What a reference file's metadata says: which model, made how, trained by which optimizer. */
#include <json-glib/json-glib.h>
#include <string.h>

#include "base/error.h"
#include "base/options-json.h"
#include "check/reference-private.h"
#include "plugin/plugin.h"

typedef struct Making {
  RecnnOptions *options;
  GArray *counts; /* RecnnCount */
} Making;

static bool has_option(const RecnnOptions *options, const char *name) {
  for (const RecnnOption *o = recnn_options_table(options); o->name != NULL; o++)
    if (strcmp(o->name, name) == 0)
      return true;
  return false;
}

static void add_count(Making *making, char *name, int64_t value) {
  RecnnCount count = {name, value};
  g_array_append_val(making->counts, count);
}

/* One hyper-parameter: an option of the class, or a size of the data: n_users is the count "users",
 * feature_dims the counts "features", "features.0", ... */
static bool take(Making *making, const char *name, JsonNode *node, GError **error) {
  if (has_option(making->options, name))
    return recnn_options_set_json(making->options, name, node, error);
  if (g_str_has_prefix(name, "n_") && JSON_NODE_HOLDS_VALUE(node)) {
    add_count(making, g_strdup(name + 2), json_node_get_int(node));
    return true;
  }
  if (strcmp(name, "feature_dims") == 0 && JSON_NODE_HOLDS_ARRAY(node)) {
    JsonArray *sizes = json_node_get_array(node);
    guint n = json_array_get_length(sizes);
    add_count(making, g_strdup("features"), (int64_t)n);
    for (guint i = 0; i < n; i++)
      add_count(making, g_strdup_printf("features.%u", i), json_array_get_int_element(sizes, i));
    return true;
  }
  return recnn_error_set(error, RECNN_ERROR_OPTION,
                         "hyper-parameter %s: the model has no option of that name, and it is no "
                         "size of the data (n_...)",
                         name);
}

/* The weight of a loss of two parts, which is an argument of the original's loss and so stands in
 * the note only: "0.3*mse + 0.7*bce". */
static bool take_note(Making *making, const RecnnSafetensors *file, GError **error) {
  const char *note = recnn_safetensors_metadata(file, "note");
  if (note == NULL || !has_option(making->options, "rating_weight"))
    return true;
  bool ok = true;
  GMatchInfo *match = NULL;
  GRegex *regex = g_regex_new("([0-9.]+)\\s*\\*\\s*mse", 0, 0, NULL);
  if (g_regex_match(regex, note, 0, &match)) {
    char *weight = g_match_info_fetch(match, 1);
    ok = recnn_options_set_text(making->options, "rating_weight", weight, error);
    g_free(weight);
  }
  g_match_info_free(match);
  g_regex_unref(regex);
  return ok;
}

static bool take_all(Making *making, const RecnnSafetensors *file, GError **error) {
  const char *text = recnn_safetensors_metadata(file, "hyper_parameters");
  JsonNode *root = text != NULL ? json_from_string(text, error) : NULL;
  bool ok = root != NULL && JSON_NODE_HOLDS_OBJECT(root);
  if (!ok && error != NULL && *error == NULL)
    recnn_error_set(error, RECNN_ERROR_FORMAT,
                    "%s: the metadata has no hyper_parameters, expected a JSON object",
                    recnn_safetensors_path(file));
  if (ok) {
    JsonObject *object = json_node_get_object(root);
    GList *names = json_object_get_members(object);
    for (GList *n = names; ok && n != NULL; n = n->next)
      ok = take(making, n->data, json_object_get_member(object, n->data), error);
    g_list_free(names);
  }
  if (root != NULL)
    json_node_unref(root);
  return ok && take_note(making, file, error);
}

RecnnModel *recnn__reference_model(const RecnnSafetensors *file, GError **error) {
  const char *name = recnn_safetensors_metadata(file, "model");
  if (name == NULL) {
    recnn_error_set(error, RECNN_ERROR_FORMAT,
                    "%s: the metadata has no \"model\", expected the name of a recnn model",
                    recnn_safetensors_path(file));
    return NULL;
  }
  const RecnnModelClass *model_class = recnn_model_class_find(name, error);
  if (model_class == NULL)
    return NULL;
  char *owner = g_strdup_printf("model %s", name);
  Making making = {recnn_options_new(model_class->options, owner, error),
                   g_array_new(FALSE, FALSE, sizeof(RecnnCount))};
  g_free(owner);
  RecnnModel *model = NULL;
  if (making.options != NULL && take_all(&making, file, error))
    model = recnn_model_new(model_class, making.options, (const RecnnCount *)making.counts->data,
                            (int32_t)making.counts->len, 0, error);
  for (guint i = 0; i < making.counts->len; i++)
    g_free((char *)g_array_index(making.counts, RecnnCount, i).name);
  g_array_unref(making.counts);
  recnn_options_free(making.options);
  return model;
}

/* The text behind `key` in `text`, up to a character of `until`; NULL when there is none. */
static char *behind(const char *text, const char *key, const char *until) {
  const char *at = strstr(text, key);
  if (at == NULL)
    return NULL;
  at += strlen(key);
  return g_strndup(at, strcspn(at, until));
}

/* "Adam lr=0.01 weight_decay=1e-4 betas=0.9,0.999 eps=1e-8, global-norm clip 1.0 before each step"
 */
RecnnOptimizer *recnn__reference_optimizer(const RecnnSafetensors *file, RecnnModel *model,
                                           double *ret_clip, GError **error) {
  static const struct {
    const char *key;
    const char *option;
  } keys[] = {{"lr=", "learning_rate"}, {"weight_decay=", "weight_decay"}, {"eps=", "epsilon"}};
  const char *text = recnn_safetensors_metadata(file, "optimizer");
  char *name = text != NULL ? g_ascii_strdown(text, (gssize)strcspn(text, " ")) : NULL;
  const RecnnOptimizerClass *c = name != NULL ? recnn_optimizer_find(name) : NULL;
  g_free(name);
  if (c == NULL) {
    recnn_error_set(error, RECNN_ERROR_FORMAT,
                    "%s: the metadata's optimizer is \"%s\", expected a text such as \"Adam "
                    "lr=0.01 weight_decay=1e-4\"",
                    recnn_safetensors_path(file), text != NULL ? text : "");
    return NULL;
  }
  RecnnOptions *options = recnn_options_new(c->options, "optimizer", error);
  bool ok = options != NULL;
  for (size_t i = 0; ok && i < G_N_ELEMENTS(keys); i++) {
    char *value = behind(text, keys[i].key, " ,");
    ok = value == NULL || recnn_options_set_text(options, keys[i].option, value, error);
    g_free(value);
  }
  char *betas = behind(text, "betas=", " ");
  char **two = betas != NULL ? g_strsplit(betas, ",", 2) : NULL;
  if (ok && two != NULL && g_strv_length(two) == 2)
    ok = recnn_options_set_text(options, "beta1", two[0], error) &&
         recnn_options_set_text(options, "beta2", two[1], error);
  g_strfreev(two);
  g_free(betas);
  char *clip = behind(text, "clip ", " ,");
  *ret_clip = 0.0;
  if (clip != NULL)
    (void)recnn_parse_double(clip, strlen(clip), ret_clip);
  g_free(clip);
  RecnnParam *const *params;
  int32_t n = recnn_model_params(model, &params);
  RecnnOptimizer *optimizer = ok ? recnn_optimizer_new(c, options, params, n, error) : NULL;
  recnn_options_free(options);
  return optimizer;
}
