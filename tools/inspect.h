/* What the files of recnn-inspect share: what is shown, and the two ways of showing it.  Everything
 * is written into a string first, so that a failure leaves no half of an answer behind. */
#ifndef RECNN_TOOLS_INSPECT_H
#define RECNN_TOOLS_INSPECT_H

#include <glib.h>

#include <json-glib/json-glib.h>

#include <recnn/kind/op.h>

#include "kernels/blas.h"
#include "plugin/plugin.h"

/* A plugin that was found, and what became of it. */
typedef struct InspectPlugin {
  char *name;
  char *path;
  const RecnnPlugin *plugin; /* NULL: refused */
  char *refusal;             /* why; NULL: loaded */
} InspectPlugin;

/* Every plugin that is found, in the order of their names; the first call loads them.  Of
 * InspectPlugin. */
const GPtrArray *inspect_plugins(void);

/* The built-in things that have names, such as the metrics. */
typedef struct InspectGroup {
  const char *title;
  const char **(*names)(void);
} InspectGroup;
extern const InspectGroup inspect_groups[]; /* ends with a NULL title */

typedef struct InspectSystem {
  RecnnBlasInfo blas;
  char *blas_error; /* NULL: it could be loaded */
} InspectSystem;

/* "int", "list of float", ... */
const char *inspect_type_name(int32_t type);
/* The functions that a model class has, such as "loss predict"; caller frees with g_strfreev. */
char **inspect_functions(const RecnnModelClass *model_class);

void inspect_text_overview(GString *out, const GPtrArray *plugins);
void inspect_text_model(GString *out, const RecnnModelClass *model_class);
void inspect_text_plugin(GString *out, const RecnnPlugin *plugin);
void inspect_text_op(GString *out, const RecnnOp *op);
void inspect_text_system(GString *out, const InspectSystem *system);

void inspect_json_overview(JsonBuilder *json, const GPtrArray *plugins);
void inspect_json_model(JsonBuilder *json, const RecnnModelClass *model_class);
void inspect_json_plugin(JsonBuilder *json, const RecnnPlugin *plugin);
void inspect_json_op(JsonBuilder *json, const RecnnOp *op);
void inspect_json_system(JsonBuilder *json, const InspectSystem *system);

#endif
