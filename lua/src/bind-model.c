/* Models: a class with checked options, whose parameters are made when the data is known. */
#include <string.h>

#include "base/error.h"
#include "bind.h"
#include "plugin/plugin.h"

RecnnLuaModel *recnn__lua_check_model(lua_State *l, int arg) {
  RecnnLuaModel *model = luaL_checkudata(l, arg, RECNN_LUA_MODEL);
  luaL_argcheck(l, model->options != NULL, arg, "the model is closed");
  return model;
}

static RecnnLuaModel *check_idle(lua_State *l) {
  RecnnLuaModel *model = recnn__lua_check_model(l, 1);
  luaL_argcheck(l, !model->busy, 1, "the model is being fitted");
  return model;
}

static int model_close(lua_State *l) {
  RecnnLuaModel *model = luaL_checkudata(l, 1, RECNN_LUA_MODEL);
  luaL_argcheck(l, !model->busy, 1, "the model is being fitted");
  recnn_ranker_free(model->ranker);
  recnn_model_free(model->model);
  recnn_options_free(model->options);
  recnn_options_free(model->inputs);
  model->inputs = NULL;
  model->split = recnn_split_unref(model->split);
  model->dataset = recnn_dataset_unref(model->dataset);
  model->ranker = NULL;
  model->model = NULL;
  model->options = NULL;
  return 0;
}

/* recnn.model (name [, options [, inputs]]) */
static int new_model(lua_State *l) {
  const char *name = recnn__lua_text(l, 1);
  RecnnLuaScope *scope = recnn__lua_scope(l, 3);
  RecnnLuaModel *model = recnn__lua_new(l, RECNN_LUA_MODEL, sizeof *model, 0);
  model->model_class = recnn_model_class_find(name, &scope->error);
  if (model->model_class == NULL) {
    return recnn__lua_raise(l, scope);
  }
  const char *owner = lua_pushfstring(l, "model %s", name);
  model->options = recnn__lua_options(l, scope, 2, model->model_class->options, owner, NULL);
  recnn__lua_disown(scope, model->options);
  lua_pop(l, 1);
  owner = lua_pushfstring(l, "inputs of model %s", name);
  model->inputs = recnn__lua_options(l, scope, 3, recnn_inputs_options(), owner, NULL);
  recnn__lua_disown(scope, model->inputs);
  lua_pop(l, 1);
  return 1;
}

bool recnn__lua_model_build(RecnnLuaModel *model, RecnnDataset *dataset, uint64_t seed,
                            RecnnLuaScope *scope) {
  if (model->model != NULL) {
    return model->dataset == dataset ||
           recnn_error_set(&scope->error, RECNN_ERROR_ARGUMENT,
                           "model %s: its parameters were made for another data set (%s); make a "
                           "new model for this one (%s)",
                           model->model_class->name, model->dataset->name, dataset->name);
  }
  model->model = recnn_model_new_for(model->model_class, model->options, dataset, model->inputs,
                                     seed, &scope->error);
  if (model->model == NULL) {
    return false;
  }
  model->dataset = recnn_dataset_ref(dataset);
  return true;
}

static RecnnModel *check_built(lua_State *l, const RecnnLuaModel *model, const char *what) {
  if (model->model == NULL) {
    luaL_error(l, "model %s is not trained: call fit before %s", model->model_class->name, what);
  }
  return model->model;
}

/* model:build (data | split [, {seed =}]) */
static int model_build(lua_State *l) {
  static const RecnnOption table[] = {
      {"seed", RECNN_OPTION_INT, "42", "[0,inf)", "of the initial weights"},
      {NULL, 0, NULL, NULL, NULL}};
  RecnnLuaModel *model = check_idle(l);
  RecnnDataset *dataset = luaL_testudata(l, 2, RECNN_LUA_SPLIT) != NULL
                              ? recnn__lua_check_split(l, 2)->dataset
                              : recnn__lua_check_dataset(l, 2);
  RecnnLuaScope *scope = recnn__lua_scope(l, 3);
  RecnnOptions *options = recnn__lua_options(l, scope, 3, table, "build", NULL);
  if (!recnn__lua_model_build(model, dataset, (uint64_t)recnn_options_int(options, "seed"),
                              scope)) {
    return recnn__lua_raise(l, scope);
  }
  recnn__lua_weigh(l, (uint64_t)recnn_model_param_count(model->model) * 4);
  lua_settop(l, 1);
  return 1;
}

static int model_inputs(lua_State *l) {
  recnn__lua_push_options(l, recnn__lua_check_model(l, 1)->inputs);
  return 1;
}

static int model_options(lua_State *l) {
  recnn__lua_push_options(l, recnn__lua_check_model(l, 1)->options);
  return 1;
}

/* model:parameters () */
static int model_parameters(lua_State *l) {
  RecnnModel *model = check_built(l, recnn__lua_check_model(l, 1), "parameters");
  RecnnParam *const *params;
  int32_t n = recnn_model_params(model, &params);
  lua_createtable(l, n, 0);
  for (int32_t i = 0; i < n; i++) {
    const RecnnTensor *value = &params[i]->value;
    int64_t count = 1;
    lua_createtable(l, 0, 4);
    lua_pushstring(l, params[i]->name);
    lua_setfield(l, -2, "name");
    lua_createtable(l, value->rank, 0);
    for (int32_t axis = 0; axis < value->rank; axis++) {
      count *= value->shape[axis];
      lua_pushinteger(l, value->shape[axis]);
      lua_rawseti(l, -2, axis + 1);
    }
    lua_setfield(l, -2, "shape");
    lua_pushinteger(l, count);
    lua_setfield(l, -2, "count");
    lua_pushboolean(l, params[i]->trainable);
    lua_setfield(l, -2, "trainable");
    lua_rawseti(l, -2, i + 1);
  }
  return 1;
}

/* model:evaluate (part [, {topk =, metrics =}]) */
static int model_evaluate(lua_State *l) {
  RecnnLuaModel *model = recnn__lua_check_model(l, 1);
  return recnn__lua_evaluate(l, model);
}

static int model_name(lua_State *l) {
  lua_pushstring(l, recnn__lua_check_model(l, 1)->model_class->name);
  return 1;
}

static int model_summary(lua_State *l) {
  lua_pushstring(l, recnn__lua_check_model(l, 1)->model_class->summary);
  return 1;
}

static int model_paper(lua_State *l) {
  lua_pushstring(l, recnn__lua_check_model(l, 1)->model_class->paper);
  return 1;
}

static int model_fitted(lua_State *l) {
  lua_pushboolean(l, recnn__lua_check_model(l, 1)->fitted);
  return 1;
}

static int model_n_parameters(lua_State *l) {
  RecnnModel *model = check_built(l, recnn__lua_check_model(l, 1), "n_parameters");
  lua_pushinteger(l, recnn_model_param_count(model));
  return 1;
}

static int model_tostring(lua_State *l) {
  RecnnLuaModel *model = luaL_checkudata(l, 1, RECNN_LUA_MODEL);
  if (model->options == NULL) {
    lua_pushliteral(l, "recnn.model (closed)");
    return 1;
  }
  RecnnLuaScope *scope = recnn__lua_scope(l, 1);
  GString *text = g_string_new(model->model_class->name);
  const char *before = " (";
  for (const RecnnOption *option = recnn_options_table(model->options); option->name != NULL;
       option++) {
    char *value = recnn_options_text(model->options, option->name);
    if (value != NULL) {
      g_string_append_printf(text, "%s%s = %s", before, option->name, value);
      before = ", ";
    }
    g_free(value);
  }
  if (before[0] == ',') {
    g_string_append_c(text, ')');
  }
  if (model->model != NULL) {
    g_string_append_printf(text, ", %" G_GINT64_FORMAT " parameters",
                           recnn_model_param_count(model->model));
  }
  g_string_append(text, model->fitted ? ", fitted" : ", not fitted");
  char *line = recnn__lua_own(scope, g_string_free(text, FALSE), g_free);
  lua_pushstring(l, line);
  return 1;
}

void recnn__lua_open_model(lua_State *l) {
  static const luaL_Reg methods[] = {{"build", model_build},
                                     {"evaluate", model_evaluate},
                                     {"fit", recnn__lua_model_fit},
                                     {"inputs", model_inputs},
                                     {"options", model_options},
                                     {"parameters", model_parameters},
                                     {"recommend", recnn__lua_model_recommend},
                                     {"save", recnn__lua_model_save},
                                     {NULL, NULL}};
  static const luaL_Reg metamethods[] = {{"__tostring", model_tostring}, {NULL, NULL}};
  static const RecnnLuaField fields[] = {
      {"name", model_name},     {"summary", model_summary},           {"paper", model_paper},
      {"fitted", model_fitted}, {"n_parameters", model_n_parameters}, {NULL, NULL}};
  static const RecnnLuaClass class = {.name = RECNN_LUA_MODEL,
                                      .close = model_close,
                                      .methods = methods,
                                      .metamethods = metamethods,
                                      .fields = fields};
  static const luaL_Reg functions[] = {
      {"load", recnn__lua_load}, {"model", new_model}, {NULL, NULL}};
  recnn__lua_class(l, &class);
  luaL_setfuncs(l, functions, 0);
}
