/* What the binding files share: userdata that own C objects, temporaries that outlive no error,
 * errors, and options read from Lua tables.  Nothing here computes: a binding checks its arguments,
 * calls one of core's doors, and hands back what it got.
 *
 * Lua's errors are longjmps, so no C object may be held in a C variable alone while Lua is called:
 * it belongs to a userdata (made first) or to the call's scope. */
#ifndef RECNN_LUA_BIND_H
#define RECNN_LUA_BIND_H

#include <lauxlib.h>
#include <lua.h>

#include <glib.h>

#include "base/options.h"
#include "data/split.h"
#include "eval/evaluator.h"
#include "eval/ranker.h"
#include "model/model.h"
#include "train/plan.h"
#include "train/trainer.h"

/* ---- scope.c: what one C function owns while it runs */

/* A to-be-closed userdata on the stack: when the function returns or fails, what it owns is freed,
 * the last first. */
typedef struct RecnnLuaScope {
  GError *error; /* for core's `GError **` */
  int32_t n;
  struct {
    void *object;
    GDestroyNotify destroy;
  } owned[6];
} RecnnLuaScope;

/* Sets the stack to the function's `n_args` arguments (nil for those left out) and pushes a scope.
 */
RecnnLuaScope *recnn__lua_scope(lua_State *l, int n_args);
/* Takes over `object` (which may be NULL) and returns it. */
void *recnn__lua_own(RecnnLuaScope *scope, void *object, GDestroyNotify destroy);
/* Takes `object` out again, for its next owner. */
void recnn__lua_disown(RecnnLuaScope *scope, const void *object);
/* Raises scope->error with the script's position before its text.  Never returns. */
int recnn__lua_raise(lua_State *l, RecnnLuaScope *scope);
/* The message handler of callbacks: adds a traceback to a text that has none yet; other values stay
 * as they are. */
int recnn__lua_traceback(lua_State *l);

/* ---- class.c: userdata classes */

/* A field that is computed when it is read: pushes one value for the userdata at index 1. */
typedef struct RecnnLuaField {
  const char *name; /* NULL ends a list */
  lua_CFunction get;
} RecnnLuaField;

typedef struct RecnnLuaClass {
  const char *name;            /* "recnn.dataset": the metatable's name */
  lua_CFunction close;         /* __gc and __close; idempotent */
  const luaL_Reg *methods;     /* without metamethods */
  const luaL_Reg *metamethods; /* __len, __tostring, ...; may be NULL */
  const RecnnLuaField *fields; /* may be NULL */
  lua_CFunction other;         /* __index for keys that are neither; may be NULL: an error */
} RecnnLuaClass;

void recnn__lua_class(lua_State *l, const RecnnLuaClass *lua_class);
/* Pushes a zeroed userdata of the class, ready to own something. */
void *recnn__lua_new(lua_State *l, const char *class_name, size_t size, int n_values);
/* The same for the classes whose userdata is one pointer: its place. */
void *recnn__lua_new_box(lua_State *l, const char *class_name, int n_values);
/* Lets the collector know of `bytes` that Lua does not see. */
void recnn__lua_weigh(lua_State *l, uint64_t bytes);

/* ---- args.c: arguments */

/* A text without zero bytes. */
const char *recnn__lua_text(lua_State *l, int arg);
/* A token: a text, or an integer that stands for its digits. */
const char *recnn__lua_token(lua_State *l, int index, size_t *ret_length);
/* Pushes a list of the texts; NULL ends them. */
void recnn__lua_push_texts(lua_State *l, const char *const *texts);

/* ---- table-options.c: options from tables and back */

/* The options of `table` (whose owner, "trainer", goes into error texts) as the Lua table at
 * `index` sets them; none or nil there sets nothing.  Keys in `extra` (NULL at the end; may be
 * NULL) are the caller's own and are passed over.  The scope owns the result; errors are raised. */
RecnnOptions *recnn__lua_options(lua_State *l, RecnnLuaScope *scope, int index,
                                 const RecnnOption *table, const char *owner,
                                 const char *const *extra);
/* Pushes a table of all values. */
void recnn__lua_push_options(lua_State *l, const RecnnOptions *options);

/* ---- spec-text.c: {"sgd", momentum = 0.9} as the text that core reads */

/* Pushes the text of the table or text at `index`; what is wrong with it is raised. */
void recnn__lua_spec_text(lua_State *l, int index, const char *owner);

/* ---- one noun each */

typedef struct RecnnLuaPart {
  RecnnSplit *split; /* owned reference */
  int part;
} RecnnLuaPart;

typedef struct RecnnLuaModel {
  const RecnnModelClass *model_class;
  RecnnOptions *options;
  RecnnOptions *inputs;  /* how its fields are made of the data */
  RecnnModel *model;     /* NULL until it is built */
  RecnnDataset *dataset; /* that it was built for */
  RecnnSplit *split;     /* that it was fitted on; NULL before */
  RecnnRanker *ranker;   /* made when first needed */
  bool fitted;
  bool busy; /* being fitted: it must not be changed by a callback */
} RecnnLuaModel;

#define RECNN_LUA_DATASET "recnn.dataset"
#define RECNN_LUA_SPLIT "recnn.split"
#define RECNN_LUA_PART "recnn.part"
#define RECNN_LUA_MODEL "recnn.model"
#define RECNN_LUA_TRAINER "recnn.trainer"
#define RECNN_LUA_RUN "recnn.run"
#define RECNN_LUA_RESULT "recnn.result"
#define RECNN_LUA_PROGRESS "recnn.progress" /* in the registry: the progress display's function */

RecnnDataset *recnn__lua_check_dataset(lua_State *l, int arg);
RecnnSplit *recnn__lua_check_split(lua_State *l, int arg);
RecnnLuaPart *recnn__lua_check_part(lua_State *l, int arg);
RecnnLuaModel *recnn__lua_check_model(lua_State *l, int arg);

/* Pushes a data set of the split's own; takes a new reference. */
void recnn__lua_push_dataset(lua_State *l, RecnnDataset *dataset);

/* data:filter (options) */
int recnn__lua_dataset_filter(lua_State *l);

/* data:folds (options) */
int recnn__lua_dataset_folds(lua_State *l);

/* split:audit ([model]) */
int recnn__lua_split_audit(lua_State *l);

/* Makes the parameters for a data set, unless there are some for the same one.  False with
 * scope->error. */
bool recnn__lua_model_build(RecnnLuaModel *model, RecnnDataset *dataset, uint64_t seed,
                            RecnnLuaScope *scope);
RecnnResult *recnn__lua_check_result(lua_State *l, int arg);
/* result-users.c: the methods of results that look at users, and recnn.metrics (). */
int recnn__lua_result_per_user(lua_State *l);
int recnn__lua_result_versus(lua_State *l);
int recnn__lua_result_interval(lua_State *l);
int recnn__lua_result_write(lua_State *l);
int recnn__lua_metrics(lua_State *l);
/* model:evaluate (part, options) with the part at index 2 and the options at 3. */
int recnn__lua_evaluate(lua_State *l, RecnnLuaModel *model);
/* model:recommend (options) */
int recnn__lua_model_recommend(lua_State *l);
/* model:fit (split, options) */
int recnn__lua_model_fit(lua_State *l);
/* model:save (folder), recnn.load (folder) */
int recnn__lua_model_save(lua_State *l);
int recnn__lua_load(lua_State *l);

/* Pushes {epoch =, loss =, ...}. */
void recnn__lua_push_epoch(lua_State *l, const RecnnEpoch *epoch);
/* Pushes a run of the model at `model` that owns nothing yet; its place for the run. */
RecnnRun **recnn__lua_new_run(lua_State *l, int model);

/* ---- listen.c: from recnn_train to Lua */

struct RecnnLuaGraph;

/* A Lua function as the loss (loss-function.c). */
typedef struct RecnnLuaLoss {
  struct RecnnLuaListener *listener;
  struct RecnnLuaGraph *graph;
  int graph_index; /* stack indices of the graph and of the function */
  int function;
  RecnnLossFunction loss; /* for recnn_train */
} RecnnLuaLoss;

typedef struct RecnnLuaListener {
  lua_State *l;
  lua_State *main; /* where signal handlers put their hooks */
  lua_Hook hook;   /* the hook that was there when Lua last ran */
  int progress;    /* stack index of the progress function, or 0 */
  int hooks;       /* stack index of a table of the script's functions, or 0 */
  bool has_on_batch;
  int failure; /* stack index of the value that a callback raised */
  bool failed;
  int64_t interval; /* microseconds between batch events; negative: none are wanted */
  int64_t due;
  double learning_rate; /* that a function has asked for; NAN: none has */
  char *script;         /* the file of the main chunk; NULL: it is none */
  char *plugin;
  RecnnLuaLoss loss;           /* where the script has one */
  RecnnTrainListener listener; /* for recnn_train */
} RecnnLuaListener;

/* Pushes what the listener needs; `hooks` is the stack index of a table with the functions
 * on_start, on_batch, on_validation, on_epoch and on_end, as far as there are any, or 0. */
void recnn__lua_listen(lua_State *l, RecnnLuaListener *listener, int hooks);
/* Takes a function out of the option loss of the trainer's options at `options`, a table that may
 * be changed, and puts a text in its place.  Pushes what it is (nil: it is none). */
void recnn__lua_take_loss(lua_State *l, int options);
/* Makes what was pushed there, now at `index`, the loss of the training that is listened to, of a
 * model that is built by then.  Pushes what that needs. */
void recnn__lua_listen_loss(lua_State *l, RecnnLuaListener *listener, int index,
                            const RecnnLuaModel *model);
/* Tells the progress display about the beginning and the end; the latter never fails. */
void recnn__lua_listen_begin(RecnnLuaListener *listener, const RecnnLuaModel *model,
                             const RecnnSplit *split, int64_t epochs);
void recnn__lua_listen_end(RecnnLuaListener *listener, const RecnnRun *run);

/* ---- bind-plan.c */

bool recnn__lua_planning(void); /* recnn.planning (true) was called */
/* What fit and evaluate do then. */
bool recnn__lua_plan_fit(const RecnnLuaModel *model, const RecnnSplit *split,
                         const RecnnOptions *options, const RecnnLuaListener *listener,
                         RecnnRun **ret_run, RecnnLuaScope *scope);
RecnnResult *recnn__lua_plan_evaluate(RecnnLuaModel *model, const RecnnLuaPart *part,
                                      const RecnnEvalSettings *settings, RecnnLuaScope *scope);
/* Writes what the two have to say to standard output; may raise. */
void recnn__lua_plan_print(lua_State *l);
/* Pushes a table of the plan; takes `text`. */
int recnn__lua_push_plan(lua_State *l, const RecnnPlan *plan, char *text, RecnnLuaScope *scope);

/* ---- bind-terminal.c: the process's standard error */

bool recnn__lua_quiet(void); /* recnn.quiet (true) was called */

/* ---- bind-*.c: each adds its functions to the table at the top of the stack */

void recnn__lua_open_dataset(lua_State *l);
void recnn__lua_open_split(lua_State *l);
void recnn__lua_open_model(lua_State *l);
void recnn__lua_open_trainer(lua_State *l);
void recnn__lua_open_run(lua_State *l);
void recnn__lua_open_result(lua_State *l);
void recnn__lua_open_system(lua_State *l);
void recnn__lua_open_terminal(lua_State *l);
void recnn__lua_open_plan(lua_State *l);
/* The classes that loss functions see (loss-value.c, loss-graph.c); these add no functions. */
void recnn__lua_open_value(lua_State *l);
void recnn__lua_open_graph(lua_State *l);

#endif
