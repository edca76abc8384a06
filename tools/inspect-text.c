/* recnn-inspect's answers as text for people. */
#include <string.h>

#include <recnn/host.h>

#include "base/parallel.h"
#include "inspect.h"

#define LINE_WIDTH 96

/* Lines of cells, padded so that columns align. */
typedef struct Table {
  GPtrArray *cells; /* of owned text, row by row */
  guint columns;
} Table;

static void table_add(Table *table, const char *cell) {
  g_ptr_array_add(table->cells, g_strdup(cell != NULL ? cell : ""));
}

static void table_print(Table *table, GString *out, const char *indent) {
  const guint rows = table->cells->len / table->columns;
  for (guint row = 0; row < rows; row++) {
    g_string_append(out, indent);
    glong gap = 0;
    for (guint column = 0; column < table->columns; column++) {
      glong width = 0;
      for (guint i = column; i < table->cells->len; i += table->columns)
        width = MAX(width, g_utf8_strlen(g_ptr_array_index(table->cells, i), -1));
      const char *cell = g_ptr_array_index(table->cells, row * table->columns + column);
      if (cell[0] != '\0') {
        g_string_append_printf(out, "%*s%s", (int)gap, "", cell);
        gap = 0;
      }
      gap += width > 0 ? width + 2 - g_utf8_strlen(cell, -1) : 0;
    }
    g_string_append_c(out, '\n');
  }
  g_ptr_array_free(table->cells, TRUE);
}

static Table table_new(guint columns) {
  return (Table){g_ptr_array_new_with_free_func(g_free), columns};
}

static void options_print(GString *out, const RecnnOption *options) {
  Table table = table_new(5);
  for (const RecnnOption *o = options; o->name != NULL; o++) {
    char *value = g_strdup_printf("= %s", o->default_value);
    table_add(&table, o->name);
    table_add(&table, inspect_type_name(o->type));
    table_add(&table, o->range);
    table_add(&table, o->default_value != NULL ? value : "(must be given)");
    table_add(&table, o->doc);
    g_free(value);
  }
  table_print(&table, out, "  ");
}

/* Words with a space before each, wrapped; further lines begin below the first word. */
static void words_print(GString *out, const char *title, const char *const *words) {
  g_string_append(out, title);
  glong column = g_utf8_strlen(title, -1);
  const glong indent = column;
  for (int i = 0; words[i] != NULL; i++) {
    const glong width = g_utf8_strlen(words[i], -1) + 1;
    if (column + width > LINE_WIDTH && column > indent) {
      g_string_append_printf(out, "\n%*s", (int)indent, "");
      column = indent;
    }
    g_string_append_printf(out, " %s", words[i]);
    column += width;
  }
  g_string_append_c(out, '\n');
}

static void paragraph_print(GString *out, const char *title, const char *text) {
  char **words = g_strsplit(text != NULL ? text : "", " ", -1);
  words_print(out, title, (const char *const *)words);
  g_strfreev(words);
}

static void features_print(GString *out, const char *indent, const RecnnPlugin *plugin) {
  for (const RecnnFeature *f = plugin->features; f->kind != NULL; f++)
    g_string_append_printf(out, "%s%s %s\n", indent, f->kind, recnn_feature_name(f));
}

void inspect_text_plugin(GString *out, const RecnnPlugin *plugin) {
  const RecnnManifest *m = plugin->manifest;
  g_string_append_printf(out, "plugin %s %s: %s\n", m->name, m->version, m->summary);
  g_string_append_printf(out, "  file     %s\n  licence  %s\n  ABI      %u.%u\n  offers\n",
                         plugin->path, m->licence, m->abi_major, m->abi_minor);
  features_print(out, "    ", plugin);
}

void inspect_text_overview(GString *out, const GPtrArray *plugins) {
  g_string_append_printf(out, "recnn %s, plugin ABI %d.%d\n\nPlugins\n", recnn_host()->version,
                         RECNN_ABI_MAJOR, RECNN_ABI_MINOR);
  guint refused = 0;
  for (guint i = 0; i < plugins->len; i++) {
    const InspectPlugin *found = g_ptr_array_index(plugins, i);
    refused += found->plugin == NULL ? 1 : 0;
    if (found->plugin == NULL)
      continue;
    const RecnnManifest *m = found->plugin->manifest;
    g_string_append_printf(out, "  %s %s (%s): %s\n      %s\n", m->name, m->version, m->licence,
                           m->summary, found->plugin->path);
    features_print(out, "      ", found->plugin);
  }
  if (refused == plugins->len)
    g_string_append(out, "  none\n");
  if (refused > 0)
    g_string_append(out, "\nRefused\n");
  for (guint i = 0; i < plugins->len; i++) {
    const InspectPlugin *found = g_ptr_array_index(plugins, i);
    if (found->plugin == NULL)
      g_string_append_printf(out, "  %s\n      %s\n", found->name, found->refusal);
  }

  g_string_append(out, "\nFolders searched\n");
  char **folders = recnn_plugin_folders();
  for (int i = 0; folders[i] != NULL; i++)
    g_string_append_printf(out, "  %s\n", folders[i]);
  g_strfreev(folders);

  g_string_append(out, "\nFor plugins\n");
  const char **kinds = recnn_kind_ids();
  words_print(out, "  kinds     ", kinds);
  g_free(kinds);
  const char **services = recnn_service_ids();
  words_print(out, "  services  ", services);
  g_free(services);

  g_string_append(out, "\nBuilt in\n");
  for (const InspectGroup *group = inspect_groups; group->title != NULL; group++) {
    const char **names = group->names();
    char *title = g_strdup_printf("  %-10s", group->title);
    words_print(out, title, names);
    g_free(title);
    g_free(names);
  }
}

static void fields_print(GString *out, const char *title, const char *const *fields,
                         const char *otherwise) {
  char *list = fields != NULL ? g_strjoinv(", ", (char **)fields) : NULL;
  g_string_append_printf(out, "  %-12s  %s\n", title, list != NULL ? list : otherwise);
  g_free(list);
}

void inspect_text_model(GString *out, const RecnnModelClass *model_class) {
  const RecnnPlugin *plugin = recnn_plugin_of(model_class);
  const RecnnManifest *m = plugin->manifest;
  char **functions = inspect_functions(model_class);
  g_string_append_printf(out, "model %s: %s\n", model_class->name,
                         model_class->summary != NULL ? model_class->summary : "");
  paragraph_print(out, "  paper        ", model_class->paper != NULL ? model_class->paper : "none");
  g_string_append_printf(out, "  %-12s  %s %s (%s), %s\n", "plugin", m->name, m->version,
                         m->licence, plugin->path);
  fields_print(out, "trained on", model_class->train_fields, "nothing: computed from the data");
  fields_print(out, "queried with", model_class->query_fields, "nothing: scored pair by pair");
  if (model_class->train_fields != NULL)
    g_string_append_printf(out, "  %-12s  %s\n", "loss",
                           model_class->loss != NULL ? "its own" : model_class->default_loss);
  if ((model_class->flags & RECNN_MODEL_BATCH_NORM) != 0)
    g_string_append_printf(out, "  %-12s  %s\n", "needs", "2 rows or more in a training batch");
  fields_print(out, "functions", (const char *const *)functions, "");
  g_strfreev(functions);
  g_string_append(out, model_class->options[0].name != NULL ? "\nOptions\n" : "\nNo options\n");
  options_print(out, model_class->options);
}

static char *bytes_text(int64_t bytes) { return g_format_size((guint64)bytes); }

void inspect_text_size(GString *out, const InspectSize *size) {
  Table table = table_new(3);
  char *weights = bytes_text(size->weights), *training = bytes_text(size->training);
  g_string_append(out, "\nParameters\n");
  for (guint i = 0; i < size->params->len; i++) {
    const InspectParam *param = &g_array_index(size->params, InspectParam, i);
    table_add(&table, param->name);
    table_add(&table, param->shape);
    table_add(&table, param->trainable ? "" : "buffer");
  }
  table_print(&table, out, "  ");
  g_string_append_printf(out, "  %" G_GINT64_FORMAT " numbers to train\n", (gint64)size->trainable);
  g_string_append_printf(out,
                         "\nMemory\n  weights   %s\n  training  %s, with dense gradients and "
                         "Adam's state, without a batch's temporaries\n",
                         weights, training);
  g_free(weights);
  g_free(training);
}

void inspect_text_thing(GString *out, const InspectThing *thing) {
  g_string_append_printf(out, "%s %s\n", thing->kind, thing->name);
  paragraph_print(out, " ", thing->doc);
  if (thing->options != NULL && thing->options[0].name != NULL) {
    g_string_append(out, "\nOptions\n");
    options_print(out, thing->options);
  }
}

void inspect_text_op(GString *out, const RecnnOp *op) {
  const RecnnPlugin *plugin = recnn_plugin_of(op);
  char *up_to = op->max_inputs < 0                ? g_strdup(" or more")
                : op->max_inputs > op->min_inputs ? g_strdup_printf(" to %d", op->max_inputs)
                                                  : g_strdup("");
  g_string_append_printf(out, "%s: %d%s input%s%s%s%s", op->name, op->min_inputs, up_to,
                         op->min_inputs == 1 && op->max_inputs == 1 ? "" : "s",
                         op->backward == NULL && (op->flags & RECNN_OP_VIEW) == 0 ? ", no gradient"
                                                                                  : "",
                         (op->flags & RECNN_OP_STOCHASTIC) != 0 ? ", stochastic" : "",
                         (op->flags & RECNN_OP_VIEW) != 0 ? ", a view" : "");
  if (plugin != NULL)
    g_string_append_printf(out, ", of plugin %s", plugin->manifest->name);
  g_string_append_c(out, '\n');
  g_free(up_to);
  paragraph_print(out, " ", op->doc);
  if (op->attrs != NULL)
    options_print(out, op->attrs);
}

void inspect_text_system(GString *out, const InspectSystem *system) {
  g_string_append_printf(out, "recnn         %s, plugin ABI %d.%d\n", recnn_host()->version,
                         RECNN_ABI_MAJOR, RECNN_ABI_MINOR);
  g_string_append_printf(out, "CPU           %s\n", recnn_cpu_name());
  g_string_append_printf(out, "features      %s\n", recnn_cpu_features());
  g_string_append_printf(out, "threads       %d\n", recnn_parallel_threads());
  if (system->blas_error != NULL) {
    g_string_append_printf(out, "BLAS          none: %s\n", system->blas_error);
    return;
  }
  g_string_append_printf(out, "BLAS          %s\n", system->blas.library);
  g_string_append_printf(out, "BLAS build    %s\n", system->blas.config);
  g_string_append_printf(out, "core type     %s, chosen by %s\n", system->blas.core_type,
                         system->blas.chosen_by);
}
