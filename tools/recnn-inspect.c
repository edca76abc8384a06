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
#include "losses/losses.h"
#include "optim/optimizer.h"

enum { EXIT_USAGE = 2 };

static bool find_op(const char *name, InspectThing *ret_thing) {
  const RecnnOp *op = recnn_op_find(name);
  if (op != NULL)
    *ret_thing = (InspectThing){"op", op->name, op->doc, op->attrs};
  return op != NULL;
}
static bool find_optimizer(const char *name, InspectThing *ret_thing) {
  const RecnnOptimizerClass *c = recnn_optimizer_find(name);
  if (c != NULL)
    *ret_thing = (InspectThing){"optimizer", c->name, c->doc, c->options};
  return c != NULL;
}
static bool find_loss(const char *name, InspectThing *ret_thing) {
  const RecnnLossClass *c = recnn_loss_find(name);
  if (c != NULL)
    *ret_thing = (InspectThing){"loss", c->name, c->doc, c->options};
  return c != NULL;
}
static bool find_format(const char *name, InspectThing *ret_thing) {
  const RecnnFormat *format = recnn_format_find(name);
  if (format != NULL)
    *ret_thing = (InspectThing){"format", format->name, format->doc, format->options};
  return format != NULL;
}
static bool find_sampler(const char *name, InspectThing *ret_thing) {
  const RecnnSamplerClass *c = recnn_sampler_find(name);
  if (c != NULL)
    *ret_thing = (InspectThing){"sampler", c->name, c->doc, c->options};
  return c != NULL;
}
static bool find_metric(const char *name, InspectThing *ret_thing) {
  const RecnnMetric *metric = recnn_metric_find(name, NULL);
  if (metric != NULL)
    *ret_thing = (InspectThing){"metric", metric->name, metric->doc, NULL};
  return metric != NULL;
}

const InspectGroup inspect_groups[] = {
    {"ops", recnn_op_names, find_op},
    {"optimizers", recnn_optimizer_names, find_optimizer},
    {"losses", recnn_loss_names, find_loss},
    {"formats", recnn_format_names, find_format},
    {"samplers", recnn_sampler_names, find_sampler},
    {"metrics", recnn_metric_names, find_metric},
    {NULL, NULL, NULL},
};

/* The thing of that name in the first group that has it. */
static bool find_thing(const char *name, InspectThing *ret_thing) {
  for (const InspectGroup *group = inspect_groups; group->title != NULL; group++)
    if (group->find(name, ret_thing))
      return true;
  return false;
}

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
      {"shares_prefixes", model_class->shares_prefixes != NULL},
      {"penalty", model_class->penalty != NULL},
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
    for (const RecnnFeature *f = found->plugin->features; f->kind != NULL; f++)
      add_names(all, (const char *const[]){recnn_feature_name(f), NULL});
  }
  for (const InspectGroup *group = inspect_groups; group->title != NULL; group++) {
    const char **names = group->names();
    add_names(all, names);
    g_free(names);
  }
  g_ptr_array_add(all, NULL);
  const char *nearest = recnn_nearest(name, (const char *const *)all->pdata);
  char **folders = recnn_plugin_folders();
  char *searched = g_strjoinv(", ", folders);
  recnn_error_set(error, RECNN_ERROR_NOT_FOUND,
                  "no model, plugin, op, optimizer, loss, format, sampler or metric \"%s\"%s%s%s; "
                  "recnn-inspect without a name lists all; folders searched: %s",
                  name, nearest != NULL ? " (did you mean " : "", nearest != NULL ? nearest : "",
                  nearest != NULL ? "?)" : "", searched);
  g_free(searched);
  g_strfreev(folders);
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

typedef struct Arguments {
  gboolean ops;
  gboolean system;
  gboolean list;
  gboolean json;
  gboolean man;
  gboolean version;
  char **folders;
  char **names;
  InspectCounts counts;
} Arguments;

static bool has_counts(const InspectCounts *counts) {
  return counts->users != 0 || counts->items != 0 || counts->interactions != 0 ||
         counts->conditions != 0 || counts->features != NULL || counts->settings != NULL;
}

static bool show_model(GString *out, JsonBuilder *json, const RecnnModelClass *model_class,
                       const Arguments *args, GError **error) {
  InspectSize size;
  bool sized = has_counts(&args->counts);
  if (sized && !inspect_size(model_class, &args->counts, &size, error))
    return false;
  if (args->man)
    inspect_man_model(out, model_class);
  else if (json != NULL)
    inspect_json_model(json, model_class, sized ? &size : NULL);
  else {
    inspect_text_model(out, model_class);
    if (sized)
      inspect_text_size(out, &size);
  }
  if (sized)
    inspect_size_clear(&size);
  return true;
}

/* What is neither a model nor a plugin. */
static bool show_thing(GString *out, JsonBuilder *json, const char *name, const Arguments *args,
                       GError **error) {
  InspectThing thing;
  const RecnnOp *op = recnn_op_find(name);
  if (!find_thing(name, &thing)) {
    not_known(name, error);
    return false;
  }
  if (args->man)
    inspect_man_thing(out, &thing);
  else if (op != NULL && json != NULL)
    inspect_json_op(json, op);
  else if (op != NULL)
    inspect_text_op(out, op);
  else if (json != NULL)
    inspect_json_thing(json, &thing);
  else
    inspect_text_thing(out, &thing);
  return true;
}

/* A model before a plugin of that name, and that before an op or whatever else has it. */
static bool show_name(GString *out, JsonBuilder *json, const Arguments *args, GError **error) {
  const char *name = args->names[0];
  GError *reason = NULL;
  const RecnnModelClass *model_class = find_model(name, &reason);
  if (reason != NULL) {
    g_propagate_error(error, reason);
    return false;
  }
  if (model_class != NULL)
    return show_model(out, json, model_class, args, error);
  if (has_counts(&args->counts))
    return recnn_error_set(error, RECNN_ERROR_NOT_FOUND,
                           "no model \"%s\", and only models have a size", name);
  const RecnnPlugin *plugin = recnn_plugin_require(name, NULL);
  if (plugin == NULL)
    return show_thing(out, json, name, args, error);
  if (args->man)
    return recnn_error_set(error, RECNN_ERROR_UNSUPPORTED,
                           "plugin %s has no manual page, only what it offers has", name);
  if (json != NULL)
    inspect_json_plugin(json, plugin);
  else
    inspect_text_plugin(out, plugin);
  return true;
}

/* Every name that can be shown, one a line, for completion; runs no plugin's code. */
static void show_list(GString *out) {
  char **plugins = recnn_plugin_names();
  for (int i = 0; plugins[i] != NULL; i++)
    g_string_append_printf(out, "%s\n", plugins[i]);
  g_strfreev(plugins);
  for (const InspectGroup *group = inspect_groups; group->title != NULL; group++) {
    const char **names = group->names();
    for (int i = 0; names[i] != NULL; i++)
      g_string_append_printf(out, "%s\n", names[i]);
    g_free(names);
  }
}

static void warn(void *data, int32_t level, const char *domain, const char *text) {
  (void)data;
  if (level >= RECNN_LOG_WARNING)
    fprintf(stderr, "recnn-inspect: %s: %s\n", domain, text);
}

static bool parse(Arguments *args, char ***argv, GError **error) {
  const GOptionEntry entries[] = {
      {"plugins", 'p', 0, G_OPTION_ARG_FILENAME_ARRAY, &args->folders,
       "Look for plugins in DIR first; may be given several times, the first folder that has a "
       "plugin wins",
       "DIR"},
      {"ops", 0, 0, G_OPTION_ARG_NONE, &args->ops, "Show all ops and their attributes", NULL},
      {"system", 0, 0, G_OPTION_ARG_NONE, &args->system,
       "Show the CPU, the BLAS library and threads", NULL},
      {"list", 0, 0, G_OPTION_ARG_NONE, &args->list,
       "List all names that can be shown, one a line; runs no plugin's code", NULL},
      {"users", 0, 0, G_OPTION_ARG_INT64, &args->counts.users,
       "Show a model's parameters and memory for N users", "N"},
      {"items", 0, 0, G_OPTION_ARG_INT64, &args->counts.items, "... and N items", "N"},
      {"interactions", 0, 0, G_OPTION_ARG_INT64, &args->counts.interactions,
       "... and N interactions", "N"},
      {"conditions", 0, 0, G_OPTION_ARG_INT64, &args->counts.conditions, "... and N conditions",
       "N"},
      {"features", 0, 0, G_OPTION_ARG_STRING, &args->counts.features,
       "... and features with so many values each", "N,N..."},
      {"set", 's', 0, G_OPTION_ARG_STRING_ARRAY, &args->counts.settings,
       "... with this option of the model; may be given several times", "OPTION=VALUE"},
      {"json", 0, 0, G_OPTION_ARG_NONE, &args->json, "Write JSON", NULL},
      {"man", 0, 0, G_OPTION_ARG_NONE, &args->man,
       "Write a manual page (recnn-inspect --man narm | man -l -)", NULL},
      {"version", 'V', 0, G_OPTION_ARG_NONE, &args->version, "Print the version and exit", NULL},
      {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &args->names, NULL, "[NAME]"},
      {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL},
  };
  GOptionContext *context = g_option_context_new(NULL);
  g_option_context_set_summary(
      context,
      "Shows what recnn is made of: without NAME the plugins and all that is built in, with\n"
      "the NAME of a model its options, of a plugin what it offers, of an op, an optimizer, a "
      "loss,\n"
      "a format, a sampler or a metric what it does.");
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
  if (args->ops + args->system + args->list + (name != NULL) > 1)
    return recnn_error_set(error, RECNN_ERROR_ARGUMENT,
                           "only one of --ops, --system, --list and NAME can be shown at a time");
  if (args->man && (args->json || name == NULL))
    return recnn_error_set(error, RECNN_ERROR_ARGUMENT, "--man needs a NAME, and no --json");
  if (name == NULL && has_counts(&args->counts))
    return recnn_error_set(error, RECNN_ERROR_ARGUMENT, "sizes and --set need the NAME of a model");
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
    ok = show_name(out, json, args, error);
  else if (args->list)
    show_list(out);
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
  recnn_plugin_serve_names();
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
  g_strfreev(args.counts.settings);
  g_free(args.counts.features);
  return status;
}
