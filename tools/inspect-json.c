/* recnn-inspect's answers as JSON for programs.  Keys stay what they are: scripts read them. */
#include <string.h>

#include <recnn/host.h>

#include "base/options-json.h"
#include "base/parallel.h"
#include "inspect.h"

/* NULL becomes null; bytes that are no UTF-8 (a file's name can have such) become U+FFFD. */
static void text_write(JsonBuilder *json, const char *text) {
  if (text == NULL) {
    json_builder_add_null_value(json);
    return;
  }
  char *valid = g_utf8_make_valid(text, -1);
  json_builder_add_string_value(json, valid);
  g_free(valid);
}

static void member_text(JsonBuilder *json, const char *name, const char *text) {
  json_builder_set_member_name(json, name);
  text_write(json, text);
}

static void member_bool(JsonBuilder *json, const char *name, bool value) {
  json_builder_set_member_name(json, name);
  json_builder_add_boolean_value(json, value);
}

static void member_int(JsonBuilder *json, const char *name, int64_t value) {
  json_builder_set_member_name(json, name);
  json_builder_add_int_value(json, value);
}

/* An array of texts, NULL at the end; NULL becomes null. */
static void member_texts(JsonBuilder *json, const char *name, const char *const *texts) {
  json_builder_set_member_name(json, name);
  if (texts == NULL) {
    json_builder_add_null_value(json);
    return;
  }
  json_builder_begin_array(json);
  for (int i = 0; texts[i] != NULL; i++)
    text_write(json, texts[i]);
  json_builder_end_array(json);
}

/* "default" is typed: 64, true, [128, 64]; null with "required" true where there is none. */
static void member_options(JsonBuilder *json, const char *name, const RecnnOption *table) {
  RecnnOptions *options = table != NULL ? recnn_options_new(table, "inspect", NULL) : NULL;
  JsonObject *defaults = options != NULL ? recnn_options_to_json(options) : NULL;
  json_builder_set_member_name(json, name);
  json_builder_begin_array(json);
  for (const RecnnOption *o = table; defaults != NULL && o->name != NULL; o++) {
    JsonNode *value = json_object_dup_member(defaults, o->name);
    json_builder_begin_object(json);
    member_text(json, "name", o->name);
    member_text(json, "type", inspect_type_name(o->type));
    member_bool(json, "required", value == NULL);
    json_builder_set_member_name(json, "default");
    if (value != NULL)
      json_builder_add_value(json, value);
    else
      json_builder_add_null_value(json);
    if (o->type == RECNN_OPTION_CHOICE) {
      char **words = g_strsplit(o->range, "|", -1);
      member_texts(json, "choices", (const char *const *)words);
      g_strfreev(words);
    } else {
      member_text(json, "range", o->range);
    }
    member_text(json, "doc", o->doc);
    json_builder_end_object(json);
  }
  json_builder_end_array(json);
  if (defaults != NULL)
    json_object_unref(defaults);
  recnn_options_free(options);
}

void inspect_json_plugin(JsonBuilder *json, const RecnnPlugin *plugin) {
  const RecnnManifest *m = plugin->manifest;
  char *abi = g_strdup_printf("%u.%u", m->abi_major, m->abi_minor);
  json_builder_begin_object(json);
  member_text(json, "plugin", m->name);
  member_text(json, "version", m->version);
  member_text(json, "licence", m->licence);
  member_text(json, "summary", m->summary);
  member_text(json, "file", plugin->path);
  member_text(json, "abi", abi);
  json_builder_set_member_name(json, "features");
  json_builder_begin_array(json);
  for (const RecnnFeature *f = m->features; f->kind != NULL; f++) {
    json_builder_begin_object(json);
    member_text(json, "kind", f->kind);
    member_text(json, "name", recnn_feature_name(f));
    json_builder_end_object(json);
  }
  json_builder_end_array(json);
  json_builder_end_object(json);
  g_free(abi);
}

static void member_versions(JsonBuilder *json) {
  char *abi = g_strdup_printf("%d.%d", RECNN_ABI_MAJOR, RECNN_ABI_MINOR);
  member_text(json, "recnn", recnn_host()->version);
  member_text(json, "abi", abi);
  g_free(abi);
}

static void member_plugins(JsonBuilder *json, const GPtrArray *plugins) {
  json_builder_set_member_name(json, "plugins");
  json_builder_begin_array(json);
  for (guint i = 0; i < plugins->len; i++) {
    const InspectPlugin *found = g_ptr_array_index(plugins, i);
    if (found->plugin != NULL)
      inspect_json_plugin(json, found->plugin);
  }
  json_builder_end_array(json);
  json_builder_set_member_name(json, "refused");
  json_builder_begin_array(json);
  for (guint i = 0; i < plugins->len; i++) {
    const InspectPlugin *found = g_ptr_array_index(plugins, i);
    if (found->plugin != NULL)
      continue;
    json_builder_begin_object(json);
    member_text(json, "plugin", found->name);
    member_text(json, "file", found->path);
    member_text(json, "reason", found->refusal);
    json_builder_end_object(json);
  }
  json_builder_end_array(json);
}

static void member_names(JsonBuilder *json, const char *name, const char **names) {
  member_texts(json, name, names);
  g_free(names);
}

void inspect_json_overview(JsonBuilder *json, const GPtrArray *plugins) {
  char **folders = recnn_plugin_folders();
  json_builder_begin_object(json);
  member_versions(json);
  member_plugins(json, plugins);
  member_texts(json, "folders", (const char *const *)folders);
  member_names(json, "kinds", recnn_kind_ids());
  member_names(json, "services", recnn_service_ids());
  for (const InspectGroup *group = inspect_groups; group->title != NULL; group++)
    member_names(json, group->title, group->names());
  json_builder_end_object(json);
  g_strfreev(folders);
}

static void member_size(JsonBuilder *json, const InspectSize *size) {
  json_builder_set_member_name(json, "parameters");
  json_builder_begin_array(json);
  for (guint i = 0; i < size->params->len; i++) {
    const InspectParam *param = &g_array_index(size->params, InspectParam, i);
    json_builder_begin_object(json);
    member_text(json, "name", param->name);
    member_text(json, "shape", param->shape);
    member_int(json, "count", param->count);
    member_bool(json, "trainable", param->trainable);
    json_builder_end_object(json);
  }
  json_builder_end_array(json);
  member_int(json, "trainable", size->trainable);
  member_int(json, "weights_bytes", size->weights);
  member_int(json, "training_bytes", size->training);
}

void inspect_json_thing(JsonBuilder *json, const InspectThing *thing) {
  json_builder_begin_object(json);
  member_text(json, thing->kind, thing->name);
  member_text(json, "doc", thing->doc);
  member_options(json, "options", thing->options);
  json_builder_end_object(json);
}

void inspect_json_model(JsonBuilder *json, const RecnnModelClass *model_class,
                        const InspectSize *size) {
  char **functions = inspect_functions(model_class);
  json_builder_begin_object(json);
  member_text(json, "model", model_class->name);
  member_text(json, "summary", model_class->summary);
  member_text(json, "paper", model_class->paper);
  json_builder_set_member_name(json, "plugin");
  inspect_json_plugin(json, recnn_plugin_of(model_class));
  member_texts(json, "train_fields", model_class->train_fields);
  member_texts(json, "query_fields", model_class->query_fields);
  member_text(json, "default_loss", model_class->default_loss);
  member_int(json, "min_batch", (model_class->flags & RECNN_MODEL_BATCH_NORM) != 0 ? 2 : 1);
  member_texts(json, "functions", (const char *const *)functions);
  member_options(json, "options", model_class->options);
  if (size != NULL)
    member_size(json, size);
  json_builder_end_object(json);
  g_strfreev(functions);
}

void inspect_json_op(JsonBuilder *json, const RecnnOp *op) {
  const RecnnPlugin *plugin = recnn_plugin_of(op);
  json_builder_begin_object(json);
  member_text(json, "op", op->name);
  member_text(json, "doc", op->doc);
  member_int(json, "min_inputs", op->min_inputs);
  member_int(json, "max_inputs", op->max_inputs); /* -1: any number */
  member_bool(json, "gradient", op->backward != NULL || (op->flags & RECNN_OP_VIEW) != 0);
  member_bool(json, "stochastic", (op->flags & RECNN_OP_STOCHASTIC) != 0);
  member_bool(json, "view", (op->flags & RECNN_OP_VIEW) != 0);
  member_text(json, "plugin", plugin != NULL ? plugin->manifest->name : NULL);
  member_options(json, "attributes", op->attrs);
  json_builder_end_object(json);
}

void inspect_json_system(JsonBuilder *json, const InspectSystem *system) {
  char **features = g_strsplit(recnn_cpu_features(), " ", -1);
  json_builder_begin_object(json);
  member_versions(json);
  member_text(json, "cpu", recnn_cpu_name());
  member_texts(json, "cpu_features", (const char *const *)features);
  member_int(json, "threads", recnn_parallel_threads());
  member_text(json, "blas_error", system->blas_error);
  if (system->blas_error == NULL) {
    member_text(json, "blas", system->blas.library);
    member_text(json, "blas_build", system->blas.config);
    member_text(json, "blas_core_type", system->blas.core_type);
    member_text(json, "blas_core_type_chosen_by", system->blas.chosen_by);
  }
  json_builder_end_object(json);
  g_strfreev(features);
}
