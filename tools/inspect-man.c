/* A model, a plugin's op or anything else with options as a manual page: `recnn-inspect --man narm
 * | man -l -`. */
#include "inspect.h"

#include <string.h>

#include <recnn/host.h>

/* Text in which troff sees nothing of its own. */
static void escape(GString *out, const char *text) {
  for (const char *c = text != NULL ? text : ""; *c != '\0'; c++) {
    if (*c == '\\')
      g_string_append(out, "\\e");
    else if (*c == '-')
      g_string_append(out, "\\-");
    else if ((*c == '.' || *c == '\'') && (out->len == 0 || out->str[out->len - 1] == '\n'))
      g_string_append_printf(out, "\\&%c", *c);
    else
      g_string_append_c(out, *c);
  }
}

static void section(GString *out, const char *title, const char *text) {
  g_string_append_printf(out, ".SH %s\n", title);
  escape(out, text);
  g_string_append_c(out, '\n');
}

static void options(GString *out, const char *title, const RecnnOption *table) {
  if (table == NULL || table[0].name == NULL)
    return;
  g_string_append_printf(out, ".SH %s\n", title);
  for (const RecnnOption *o = table; o->name != NULL; o++) {
    g_string_append(out, ".TP\n.B ");
    escape(out, o->name);
    g_string_append(out, "\n.RI ( ");
    escape(out, inspect_type_name(o->type));
    g_string_append(out, " )\n");
    escape(out, o->doc);
    g_string_append(out, ".\n");
    if (o->range != NULL) {
      g_string_append(out, o->type == RECNN_OPTION_CHOICE ? "One of " : "Range ");
      escape(out, o->range);
      g_string_append(out, ".\n");
    }
    g_string_append(out, o->default_value != NULL ? "Default: " : "It must be given");
    escape(out, o->default_value);
    g_string_append(out, ".\n");
  }
}

static void header(GString *out, const char *name, const char *doc) {
  g_string_append_printf(out, ".TH \"%s\" 7 \"\" \"recnn %s\" \"recnn\"\n.SH NAME\n", name,
                         recnn_host()->version);
  escape(out, name);
  g_string_append(out, " \\- ");
  escape(out, doc);
  g_string_append_c(out, '\n');
}

static void fields(GString *out, const char *title, const char *const *names, const char *none) {
  char *list = names != NULL ? g_strjoinv(", ", (char **)names) : g_strdup(none);
  g_string_append_printf(out, ".TP\n%s\n", title);
  escape(out, list);
  g_string_append_c(out, '\n');
  g_free(list);
}

void inspect_man_model(GString *out, const RecnnModelClass *model_class) {
  const RecnnPlugin *plugin = recnn_plugin_of(model_class);
  header(out, model_class->name, model_class->summary);
  if (model_class->paper != NULL && model_class->paper[0] != '\0')
    section(out, "PAPER", model_class->paper);
  g_string_append(out, ".SH DATA\n");
  fields(out, "Trained on", model_class->train_fields, "nothing: computed from the data");
  fields(out, "Queried with", model_class->query_fields, "nothing: scored pair by pair");
  options(out, "OPTIONS", model_class->options);
  g_string_append(out, ".SH PLUGIN\n");
  escape(out, plugin->manifest->name);
  g_string_append_c(out, ' ');
  escape(out, plugin->manifest->version);
  g_string_append(out, ", ");
  escape(out, plugin->manifest->licence);
  g_string_append(out, "\n.SH SEE ALSO\n.BR recnn\\-inspect (1),\n.BR recnn\\-run (1)\n");
}

void inspect_man_thing(GString *out, const InspectThing *thing) {
  char *title = g_strdup_printf("%s of recnn", thing->kind);
  header(out, thing->name, title);
  section(out, "DESCRIPTION", thing->doc);
  options(out, "OPTIONS", thing->options);
  g_free(title);
}
