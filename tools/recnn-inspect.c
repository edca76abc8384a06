/* recnn-inspect: shows what this recnn is made of: plugins, models and their options, ops, the
 * machine.  Reads the command line and decides what is shown; inspect-text.c and inspect-json.c
 * show it.  Exit status: 0, 1 when something cannot be shown, 2 for a command line that makes no
 * sense. */
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <recnn/host.h>

#include "base/error.h"
#include "base/log.h"
#include "data/format.h"
#include "data/sampler.h"
#include "eval/metric.h"
#include "graph/graph.h"
#include "inspect.h"
#include "optim/optimizer.h"

enum { EXIT_USAGE = 2 };

const InspectGroup inspect_groups[] = {
    {"ops", recnn_op_names},         {"optimizers", recnn_optimizer_names},
    {"formats", recnn_format_names}, {"samplers", recnn_sampler_names},
    {"metrics", recnn_metric_names}, {NULL, NULL},
};

const char *inspect_type_name(int32_t type) {
  static const char *const names[] = {
      [RECNN_OPTION_BOOL] = "bool",
      [RECNN_OPTION_INT] = "int",
      [RECNN_OPTION_FLOAT] = "float",
      [RECNN_OPTION_STRING] = "string",
      [RECNN_OPTION_CHOICE] = "choice",
      [RECNN_OPTION_INT_LIST] = "list of int",
      [RECNN_OPTION_FLOAT_LIST] = "list of float",
  };
  return type > 0 && type < (int32_t)G_N_ELEMENTS(names) ? names[type] : "unknown";
}

const GPtrArray *inspect_plugins(void) {
  static GPtrArray *plugins;
  if (plugins != NULL)
    return plugins;
  plugins = g_ptr_array_new();
  char **names = recnn_plugin_names();
  for (int i = 0; names[i] != NULL; i++) {
    InspectPlugin *found = g_new0(InspectPlugin, 1);
    GError *error = NULL;
    found->name = g_strdup(names[i]);
    found->path = recnn_plugin_find_file(names[i]);
    found->plugin = recnn_plugin_require(names[i], &error);
    if (found->plugin == NULL)
      found->refusal = g_strdup(error->message);
    g_clear_error(&error);
    g_ptr_array_add(plugins, found);
  }
  g_strfreev(names);
  return plugins;
}

char **inspect_functions(const RecnnModelClass *model_class) {
  GPtrArray *names = g_ptr_array_new();
  const struct {
    const char *name;
    bool there;
  } functions[] = {
      {"loss", model_class->loss != NULL},
      {"predict", model_class->predict != NULL},
      {"encode_items", model_class->encode_items != NULL},
      {"score_items", model_class->score_items != NULL},
      {"fit", model_class->fit != NULL},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(functions); i++)
    if (functions[i].there)
      g_ptr_array_add(names, g_strdup(functions[i].name));
  g_ptr_array_add(names, NULL);
  return (char **)g_ptr_array_free(names, FALSE);
}

static void show_overview(GString *out, JsonBuilder *json) {
  if (json != NULL)
    inspect_json_overview(json, inspect_plugins());
  else
    inspect_text_overview(out, inspect_plugins());
}

static void show_ops(GString *out, JsonBuilder *json) {
  (void)inspect_plugins(); /* theirs are shown too */
  const char **names = recnn_op_names();
  if (json != NULL)
    json_builder_begin_array(json);
  for (int i = 0; names[i] != NULL; i++)
    if (json != NULL) {
      inspect_json_op(json, recnn_op_find(names[i]));
    } else {
      inspect_text_op(out, recnn_op_find(names[i]));
      g_string_append(out, names[i + 1] != NULL ? "\n" : "");
    }
  if (json != NULL)
    json_builder_end_array(json);
  g_free(names);
}

static bool show_system(GString *out, JsonBuilder *json) {
  InspectSystem system = {0};
  GError *error = NULL;
  if (!recnn_blas_info(&system.blas, &error))
    system.blas_error = error->message;
  if (json != NULL)
    inspect_json_system(json, &system);
  else
    inspect_text_system(out, &system);
  g_clear_error(&error);
  return system.blas_error == NULL;
}

static void add_names(GPtrArray *all, const char *const *names) {
  for (int i = 0; names[i] != NULL; i++)
    if (!g_ptr_array_find_with_equal_func(all, names[i], g_str_equal, NULL))
      g_ptr_array_add(all, g_strdup(names[i]));
}

static void not_known(const char *name, GError **error) {
  GPtrArray *all = g_ptr_array_new_with_free_func(g_free);
  const GPtrArray *plugins = inspect_plugins();
  for (guint i = 0; i < plugins->len; i++) {
    const InspectPlugin *found = g_ptr_array_index(plugins, i);
    add_names(all, (const char *const[]){found->name, NULL});
    if (found->plugin == NULL)
      continue;
    for (const RecnnFeature *f = found->plugin->manifest->features; f->kind != NULL; f++)
      add_names(all, (const char *const[]){recnn_feature_name(f), NULL});
  }
  const char **ops = recnn_op_names();
  add_names(all, ops);
  g_ptr_array_add(all, NULL);
  char *suggestion = recnn_suggest(name, (const char *const *)all->pdata);
  char **folders = recnn_plugin_folders();
  char *searched = g_strjoinv(", ", folders);
  recnn_error_set(error, RECNN_ERROR_NOT_FOUND,
                  "no model, plugin or op \"%s\"%s; folders searched: %s", name, suggestion,
                  searched);
  g_free(searched);
  g_strfreev(folders);
  g_free(suggestion);
  g_free(ops);
  g_ptr_array_free(all, TRUE);
}

/* A model by that name, in whichever plugin; NULL without an error when there is none. */
static const RecnnModelClass *find_model(const char *name, GError **error) {
  GError *reason = NULL;
  const RecnnModelClass *model_class = recnn_model_class_find(name, &reason);
  if (model_class == NULL && reason->code == RECNN_ERROR_NOT_FOUND) {
    g_clear_error(&reason);
    (void)inspect_plugins(); /* it may be in a plugin of another name */
    model_class = recnn_model_class_find(name, &reason);
  }
  if (model_class == NULL && reason->code != RECNN_ERROR_NOT_FOUND)
    g_propagate_error(error, reason);
  else
    g_clear_error(&reason);
  return model_class;
}

/* A model before a plugin of that name, and that before an op. */
static bool show_name(GString *out, JsonBuilder *json, const char *name, GError **error) {
  GError *reason = NULL;
  const RecnnModelClass *model_class = find_model(name, &reason);
  if (reason != NULL) {
    g_propagate_error(error, reason);
    return false;
  }
  const RecnnPlugin *plugin = model_class == NULL ? recnn_plugin_require(name, NULL) : NULL;
  const RecnnOp *op = recnn_op_find(name);
  if (model_class != NULL && json != NULL)
    inspect_json_model(json, model_class);
  else if (model_class != NULL)
    inspect_text_model(out, model_class);
  else if (plugin != NULL && json != NULL)
    inspect_json_plugin(json, plugin);
  else if (plugin != NULL)
    inspect_text_plugin(out, plugin);
  else if (op != NULL && json != NULL)
    inspect_json_op(json, op);
  else if (op != NULL)
    inspect_text_op(out, op);
  else
    not_known(name, error);
  return model_class != NULL || plugin != NULL || op != NULL;
}

static void warn(void *data, int32_t level, const char *domain, const char *text) {
  (void)data;
  if (level >= RECNN_LOG_WARNING)
    fprintf(stderr, "recnn-inspect: %s: %s\n", domain, text);
}

typedef struct Arguments {
  gboolean ops;
  gboolean system;
  gboolean json;
  gboolean version;
  char **folders;
  char **names;
} Arguments;

static bool parse(Arguments *args, char ***argv, GError **error) {
  const GOptionEntry entries[] = {
      {"plugins", 'p', 0, G_OPTION_ARG_FILENAME_ARRAY, &args->folders,
       "Look for plugins in DIR first; may be given several times, the first folder that has a "
       "plugin wins",
       "DIR"},
      {"ops", 0, 0, G_OPTION_ARG_NONE, &args->ops, "Show all ops and their attributes", NULL},
      {"system", 0, 0, G_OPTION_ARG_NONE, &args->system,
       "Show the CPU, the BLAS library and threads", NULL},
      {"json", 0, 0, G_OPTION_ARG_NONE, &args->json, "Write JSON", NULL},
      {"version", 'V', 0, G_OPTION_ARG_NONE, &args->version, "Print the version and exit", NULL},
      {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &args->names, NULL, "[NAME]"},
      {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL},
  };
  GOptionContext *context = g_option_context_new(NULL);
  g_option_context_set_summary(
      context,
      "Shows what recnn is made of: without NAME the plugins and all that is built in, with\n"
      "the NAME of a model its options, of a plugin what it offers, of an op what it does.");
  g_option_context_set_description(
      context, "Exit status: 0; 1 when something cannot be shown; 2 for a wrong command line.\n");
  g_option_context_add_main_entries(context, entries, NULL);
  bool ok = g_option_context_parse_strv(context, argv, error);
  g_option_context_free(context);
  if (!ok)
    return false;
  const char *name = args->names != NULL ? args->names[0] : NULL;
  if (name != NULL && args->names[1] != NULL)
    return recnn_error_set(error, RECNN_ERROR_ARGUMENT,
                           "one NAME is shown at a time, got \"%s\" too", args->names[1]);
  if (args->ops + args->system + (name != NULL) > 1)
    return recnn_error_set(error, RECNN_ERROR_ARGUMENT,
                           "only one of --ops, --system and NAME can be shown at a time");
  return true;
}

static void print_json(GString *out, JsonBuilder *json) {
  JsonNode *root = json_builder_get_root(json);
  if (root == NULL) /* nothing was shown */
    return;
  char *text = json_to_string(root, TRUE);
  g_string_append_printf(out, "%s\n", text);
  g_free(text);
  json_node_unref(root);
}

static bool show(const Arguments *args, GString *out, GError **error) {
  const guint n = args->folders != NULL ? g_strv_length(args->folders) : 0;
  for (guint i = n; i > 0; i--) /* the last one added is searched first */
    recnn_plugin_add_folder(args->folders[i - 1]);
  JsonBuilder *json = args->json ? json_builder_new() : NULL;
  bool ok = true;
  if (args->names != NULL)
    ok = show_name(out, json, args->names[0], error);
  else if (args->system)
    ok = show_system(out, json);
  else if (args->ops)
    show_ops(out, json);
  else
    show_overview(out, json);
  if (json != NULL) {
    print_json(out, json);
    g_object_unref(json);
  }
  return ok;
}

int main(int argc, char **argv) {
  (void)argc;
  Arguments args = {0};
  GError *error = NULL;
  GString *out = g_string_new(NULL);
  char **arguments = g_strdupv(argv);
  int status = EXIT_SUCCESS;
  setlocale(LC_CTYPE, ""); /* for --help; numbers keep their point */
  recnn_log_set_sink(warn, NULL);
  if (!parse(&args, &arguments, &error)) {
    fprintf(stderr, "recnn-inspect: %s\nTry recnn-inspect --help\n", error->message);
    status = EXIT_USAGE;
  } else if (args.version) {
    g_string_append_printf(out, "recnn-inspect %s\n", recnn_host()->version);
  } else if (!show(&args, out, &error)) {
    if (error != NULL)
      fprintf(stderr, "recnn-inspect: %s\n", error->message);
    status = EXIT_FAILURE;
  }
  if (fwrite(out->str, 1, out->len, stdout) != out->len || fflush(stdout) != 0) {
    fprintf(stderr, "recnn-inspect: cannot write: %s\n", strerror(errno));
    status = EXIT_FAILURE;
  }
  g_string_free(out, TRUE);
  g_clear_error(&error);
  g_strfreev(arguments);
  g_strfreev(args.folders);
  g_strfreev(args.names);
  return status;
}
