/* Trainers: checked options and a callback, and the fitting itself. */
#include <string.h>

#include "base/error.h"
#include "bind.h"

enum { HOOKS_VALUE = 1, LOSS_VALUE = 2, N_VALUES = 2 };

static const char *const hooks[] = {"on_start", "on_batch", "on_validation",
                                    "on_epoch", "on_end",   NULL};

static RecnnOptions **box(lua_State *l, int arg) {
  return luaL_checkudata(l, arg, RECNN_LUA_TRAINER);
}

static RecnnOptions *check_trainer(lua_State *l, int arg) {
  RecnnOptions *options = *box(l, arg);
  luaL_argcheck(l, options != NULL, arg, "the trainer is closed");
  return options;
}

static int trainer_close(lua_State *l) {
  RecnnOptions **options = box(l, 1);
  recnn_options_free(*options);
  *options = NULL;
  return 0;
}

/* Replaces the table at `index` by a copy in which described things are texts.  Pushes the function
 * among them, the loss, or nil. */
static void write_specs(lua_State *l, int index) {
  static const struct {
    const char *name;
    const char *owner;
  } specs[] = {{"learner", "trainer: option learner"},
               {"groups", "trainer: option groups"},
               {"sampler", "trainer: option sampler"},
               {"loss", "trainer: option loss"},
               {"schedule", "trainer: option schedule"}};
  lua_newtable(l);
  for (lua_pushnil(l); lua_next(l, index) != 0;) {
    lua_pushvalue(l, -2);
    lua_insert(l, -2);
    lua_rawset(l, -4);
  }
  lua_replace(l, index);
  int is_integer = 0;
  lua_getfield(l, index, "memory_limit");
  lua_Integer bytes = lua_type(l, -1) == LUA_TNUMBER ? lua_tointegerx(l, -1, &is_integer) : 0;
  if (is_integer) {
    lua_pushfstring(l, "%I", (LUAI_UACINT)bytes);
    lua_setfield(l, index, "memory_limit");
  }
  lua_pop(l, 1);
  recnn__lua_take_loss(l, index);
  for (size_t i = 0; i < G_N_ELEMENTS(specs); i++) {
    if (lua_getfield(l, index, specs[i].name) == LUA_TTABLE) {
      recnn__lua_spec_text(l, -1, specs[i].owner);
      lua_setfield(l, index, specs[i].name);
    }
    lua_pop(l, 1);
  }
}

/* Gives the trainer at the top the functions of the options' table, in a table of their own; where
 * there are none, none. */
static void take_hooks(lua_State *l, int index) {
  bool any = false;
  lua_newtable(l);
  for (const char *const *hook = hooks; *hook != NULL; hook++) {
    int type = lua_getfield(l, index, *hook);
    if (type != LUA_TNIL && type != LUA_TFUNCTION) {
      luaL_error(l, "trainer: option %s: got a %s, expected a function", *hook,
                 luaL_typename(l, -1));
    }
    any = any || type == LUA_TFUNCTION;
    lua_setfield(l, -2, *hook);
  }
  if (!any) {
    lua_pop(l, 1);
    lua_pushnil(l);
  }
  lua_setiuservalue(l, -2, HOOKS_VALUE);
}

/* Pushes a trainer with the options of the table at `index` (which may be absent). */
static RecnnOptions *push_trainer(lua_State *l, int index, RecnnLuaScope *scope) {
  luaL_checkstack(l, 16, NULL);
  if (lua_istable(l, index)) {
    write_specs(l, index);
  } else {
    lua_pushnil(l);
  }
  RecnnOptions **options = recnn__lua_new_box(l, RECNN_LUA_TRAINER, N_VALUES);
  lua_insert(l, -2);
  lua_setiuservalue(l, -2, LOSS_VALUE);
  *options = recnn__lua_options(l, scope, index, recnn_trainer_options(), "trainer", hooks);
  recnn__lua_disown(scope, *options);
  if (lua_istable(l, index)) {
    take_hooks(l, index);
  }
  return *options;
}

/* recnn.trainer {options} */
static int new_trainer(lua_State *l) {
  RecnnLuaScope *scope = recnn__lua_scope(l, 1);
  (void)push_trainer(l, 1, scope);
  return 1;
}

static void unref_split(void *split) { recnn_split_unref(split); }

static void free_options(void *options) { recnn_options_free(options); }

/* Makes the parameters if there are none; a model goes on from its weights on its own split only.
 */
static bool prepare(RecnnLuaModel *model, RecnnSplit *split, const RecnnOptions *options,
                    RecnnLuaScope *scope) {
  size_t before;
  if (!recnn_memory_limit_begin(options, &before, &scope->error)) {
    return false;
  }
  bool built = recnn__lua_model_build(model, split->dataset,
                                      (uint64_t)recnn_options_int(options, "seed"), scope);
  recnn_memory_limit_end(options, before, &scope->error);
  if (!built) {
    return false;
  }
  return model->split == NULL || strcmp(model->split->description, split->description) == 0 ||
         recnn_error_set(&scope->error, RECNN_ERROR_ARGUMENT,
                         "fit: model %s was fitted on another split (%s): going on with this one "
                         "(%s) would train it on what it is tested with; make a new model",
                         model->model_class->name, model->split->description, split->description);
}

/* The training itself; from its first line to its last nothing raises.  NULL with scope->error, or
 * with what the listener has caught. */
static RecnnRun *train(RecnnLuaModel *model, RecnnSplit *split, const RecnnOptions *options,
                       RecnnLuaListener *listener, bool was_built, RecnnLuaScope *scope) {
  RecnnRun *run = NULL;
  model->busy = true;
  if (recnn__lua_planning()) {
    (void)recnn__lua_plan_fit(model, split, options, listener, &run, scope);
  } else {
    recnn__lua_listen_begin(listener, model, split, recnn_options_int(options, "epochs"));
    if (!listener->failed) {
      run = recnn_train(model->model, split, options, &listener->listener, &scope->error);
    }
    recnn__lua_listen_end(listener, run);
  }
  model->busy = false;
  if (run != NULL) {
    model->fitted = true;
    RecnnSplit *before = model->split;
    model->split = recnn_split_ref(split);
    recnn_split_unref(before);
  } else if (!was_built) { /* what is left of the weights is not worth going on from */
    recnn_model_free(model->model);
    model->model = NULL;
    model->dataset = recnn_dataset_unref(model->dataset);
  }
  return run;
}

/* Fits the model at index `model_index`; a table of hooks or nil, and the loss that is a function
 * or nil, are at the stack's top.  Pushes the run. */
static int fit(lua_State *l, int model_index, int split_index, const RecnnOptions *trainer_options,
               RecnnLuaScope *scope) {
  RecnnLuaModel *model = recnn__lua_check_model(l, model_index);
  luaL_argcheck(l, !model->busy, model_index, "the model is being fitted");
  int loss_index = lua_isnil(l, -1) ? 0 : lua_gettop(l);
  int hooks_index = lua_isnil(l, -2) ? 0 : lua_gettop(l) - 1;
  /* A callback may close the split and the trainer. */
  RecnnSplit *split =
      recnn__lua_own(scope, recnn_split_ref(recnn__lua_check_split(l, split_index)), unref_split);
  RecnnOptions *options = recnn__lua_own(scope, recnn_options_copy(trainer_options), free_options);

  bool was_built = model->model != NULL;
  if (!prepare(model, split, options, scope)) {
    return recnn__lua_raise(l, scope);
  }
  if (!was_built) {
    recnn__lua_weigh(l, (uint64_t)recnn_model_param_count(model->model) * 4);
  }
  RecnnRun **run = recnn__lua_new_run(l, model_index);
  int run_index = lua_gettop(l);
  RecnnLuaListener listener;
  recnn__lua_listen(l, &listener, hooks_index);
  if (loss_index != 0) {
    recnn__lua_listen_loss(l, &listener, loss_index, model);
  }
  *run = train(model, split, options, &listener, was_built, scope);
  recnn__lua_plan_print(l);
  if (listener.failed) {
    lua_pushvalue(l, listener.failure);
    return lua_error(l);
  }
  if (*run == NULL) {
    return recnn__lua_raise(l, scope);
  }
  lua_pushvalue(l, run_index);
  return 1;
}

/* trainer:fit (model, split) */
static int trainer_fit(lua_State *l) {
  RecnnOptions *options = check_trainer(l, 1);
  (void)recnn__lua_check_model(l, 2);
  (void)recnn__lua_check_split(l, 3);
  RecnnLuaScope *scope = recnn__lua_scope(l, 3);
  lua_getiuservalue(l, 1, HOOKS_VALUE);
  lua_getiuservalue(l, 1, LOSS_VALUE);
  return fit(l, 2, 3, options, scope);
}

int recnn__lua_model_fit(lua_State *l) {
  (void)recnn__lua_check_model(l, 1);
  (void)recnn__lua_check_split(l, 2);
  RecnnLuaScope *scope = recnn__lua_scope(l, 3);
  RecnnOptions *options = push_trainer(l, 3, scope);
  int trainer = lua_gettop(l);
  lua_getiuservalue(l, trainer, HOOKS_VALUE);
  lua_getiuservalue(l, trainer, LOSS_VALUE);
  return fit(l, 1, 2, options, scope);
}

/* trainer:plan (model, split) */
static int trainer_plan(lua_State *l) {
  RecnnOptions *options = check_trainer(l, 1);
  RecnnLuaModel *model = recnn__lua_check_model(l, 2);
  RecnnSplit *split = recnn__lua_check_split(l, 3);
  RecnnLuaScope *scope = recnn__lua_scope(l, 3);
  RecnnPlan plan;
  luaL_argcheck(l, !model->busy, 2, "the model is being fitted");
  lua_getiuservalue(l, 1, HOOKS_VALUE);
  RecnnLuaListener listener;
  recnn__lua_listen(l, &listener, lua_isnil(l, -1) ? 0 : lua_gettop(l));
  if (lua_getiuservalue(l, 1, LOSS_VALUE) != LUA_TNIL) {
    recnn__lua_listen_loss(l, &listener, lua_gettop(l), model);
  }
  bool done =
      prepare(model, split, options, scope) &&
      recnn_plan(model->model, split, options, &listener.listener, &plan, NULL, &scope->error);
  if (listener.failed) {
    lua_pushvalue(l, listener.failure);
    return lua_error(l);
  }
  if (!done) {
    return recnn__lua_raise(l, scope);
  }
  return recnn__lua_push_plan(l, &plan, recnn_plan_text(&plan, model->model), scope);
}

static int trainer_options(lua_State *l) {
  recnn__lua_push_options(l, check_trainer(l, 1));
  return 1;
}

static int trainer_tostring(lua_State *l) {
  RecnnOptions *options = *box(l, 1);
  if (options == NULL) {
    lua_pushliteral(l, "recnn.trainer (closed)");
    return 1;
  }
  RecnnLuaScope *scope = recnn__lua_scope(l, 1);
  GString *text = g_string_new("trainer (");
  const char *before = "";
  for (const RecnnOption *option = recnn_options_table(options); option->name != NULL; option++) {
    char *value = recnn_options_text(options, option->name);
    if (value != NULL) {
      g_string_append_printf(text, "%s%s = %s", before, option->name, value);
      before = ", ";
    }
    g_free(value);
  }
  g_string_append_c(text, ')');
  lua_pushstring(l, recnn__lua_own(scope, g_string_free(text, FALSE), g_free));
  return 1;
}

void recnn__lua_open_trainer(lua_State *l) {
  static const luaL_Reg methods[] = {
      {"fit", trainer_fit}, {"options", trainer_options}, {"plan", trainer_plan}, {NULL, NULL}};
  static const luaL_Reg metamethods[] = {{"__tostring", trainer_tostring}, {NULL, NULL}};
  static const RecnnLuaClass class = {.name = RECNN_LUA_TRAINER,
                                      .close = trainer_close,
                                      .methods = methods,
                                      .metamethods = metamethods};
  static const luaL_Reg functions[] = {{"trainer", new_trainer}, {NULL, NULL}};
  recnn__lua_class(l, &class);
  luaL_setfuncs(l, functions, 0);
}
