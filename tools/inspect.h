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

/* One of the things that have a name, a text and perhaps options: an op, an optimizer, ... */
typedef struct InspectThing {
  const char *kind; /* "optimizer" */
  const char *name;
  const char *doc;
  const RecnnOption *options; /* NULL: none */
} InspectThing;

/* The things of one kind, such as the metrics. */
typedef struct InspectGroup {
  const char *title;
  const char **(*names)(void);
  bool (*find)(const char *name, InspectThing *ret_thing);
} InspectGroup;
extern const InspectGroup inspect_groups[]; /* ends with a NULL title */

typedef struct InspectSystem {
  RecnnBlasInfo blas;
  char *blas_error; /* NULL: it could be loaded */
} InspectSystem;

/* Sizes of the data, and options, for which a model's size is asked. */
typedef struct InspectCounts {
  gint64 users; /* 0: not given */
  gint64 items;
  gint64 interactions;
  gint64 conditions;
  char *features;  /* "7,6,5" */
  char **settings; /* "OPTION=VALUE", NULL at the end, or NULL */
} InspectCounts;

typedef struct InspectParam {
  char *name;
  char *shape;
  int64_t count;
  bool trainable;
} InspectParam;

/* In bytes, but for trainable. */
typedef struct InspectSize {
  GArray *params; /* of InspectParam */
  int64_t trainable;
  int64_t weights;
  int64_t training; /* with dense gradients and Adam's state; without a batch's temporaries */
} InspectSize;
bool inspect_size(const RecnnModelClass *model_class, const InspectCounts *given,
                  InspectSize *ret_size, GError **error);
void inspect_size_clear(InspectSize *size);

/* "int", "list of float", ... */
const char *inspect_type_name(int32_t type);
/* The functions that a model class has, such as "loss predict"; caller frees with g_strfreev. */
char **inspect_functions(const RecnnModelClass *model_class);

void inspect_text_overview(GString *out, const GPtrArray *plugins);
void inspect_text_model(GString *out, const RecnnModelClass *model_class);
void inspect_text_size(GString *out, const InspectSize *size);
void inspect_text_thing(GString *out, const InspectThing *thing);
void inspect_text_plugin(GString *out, const RecnnPlugin *plugin);
void inspect_text_op(GString *out, const RecnnOp *op);
void inspect_text_system(GString *out, const InspectSystem *system);

void inspect_json_overview(JsonBuilder *json, const GPtrArray *plugins);
/* `size` may be NULL. */
void inspect_json_model(JsonBuilder *json, const RecnnModelClass *model_class,
                        const InspectSize *size);
void inspect_json_thing(JsonBuilder *json, const InspectThing *thing);
void inspect_json_plugin(JsonBuilder *json, const RecnnPlugin *plugin);
void inspect_json_op(JsonBuilder *json, const RecnnOp *op);
void inspect_json_system(JsonBuilder *json, const InspectSystem *system);

void inspect_man_model(GString *out, const RecnnModelClass *model_class);
void inspect_man_thing(GString *out, const InspectThing *thing);

#endif
