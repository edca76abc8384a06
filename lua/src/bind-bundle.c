/* model:save and recnn.load: a fitted model as a folder, which answers without its data. */
#include "bind.h"
#include "serve/bundle.h"

/* model:save (folder) */
int recnn__lua_model_save(lua_State *l) {
  RecnnLuaModel *model = recnn__lua_check_model(l, 1);
  const char *folder = recnn__lua_text(l, 2);
  luaL_argcheck(l, !model->busy, 1, "the model is being fitted");
  if (!model->fitted)
    return luaL_error(l, "model %s is not trained: call fit before save", model->model_class->name);
  RecnnLuaScope *scope = recnn__lua_scope(l, 2);
  if (!recnn__lua_planning() &&
      !recnn_bundle_save(model->model, model->split, folder, &scope->error))
    return recnn__lua_raise(l, scope);
  lua_settop(l, 1);
  return 1;
}

/* recnn.load (folder) */
int recnn__lua_load(lua_State *l) {
  const char *folder = recnn__lua_text(l, 1);
  RecnnLuaScope *scope = recnn__lua_scope(l, 1);
  RecnnLuaModel *model = recnn__lua_new(l, RECNN_LUA_MODEL, sizeof *model, 0);
  RecnnBundle *bundle = recnn_bundle_load(folder, &scope->error);
  if (bundle == NULL)
    return recnn__lua_raise(l, scope);
  model->model_class = recnn_model_get_class(bundle->model);
  model->options = recnn_options_copy(recnn_model_get_options(bundle->model));
  model->inputs = recnn_options_copy(recnn_model_get_inputs(bundle->model)->options);
  model->model = g_steal_pointer(&bundle->model);
  model->dataset = g_steal_pointer(&bundle->dataset);
  model->split = g_steal_pointer(&bundle->split);
  model->fitted = true;
  recnn_bundle_free(bundle);
  recnn__lua_weigh(l, (uint64_t)recnn_model_param_count(model->model) * 4);
  return 1;
}
