/* Runs: what a training did, epoch by epoch, and the way to evaluate the model that it made. */
#include "bind.h"

enum { MODEL_VALUE = 1, HISTORY_VALUE = 2, N_VALUES = 2 };

static RecnnRun **box(lua_State *l, int arg) { return luaL_checkudata(l, arg, RECNN_LUA_RUN); }

static RecnnRun *check_run(lua_State *l, int arg) {
  RecnnRun *run = *box(l, arg);
  luaL_argcheck(l, run != NULL, arg, "the run is closed");
  return run;
}

static int run_close(lua_State *l) {
  RecnnRun **run = box(l, 1);
  recnn_run_free(*run);
  *run = NULL;
  return 0;
}

RecnnRun **recnn__lua_new_run(lua_State *l, int model) {
  RecnnRun **run = recnn__lua_new_box(l, RECNN_LUA_RUN, N_VALUES);
  lua_pushvalue(l, model);
  lua_setiuservalue(l, -2, MODEL_VALUE);
  return run;
}

/* run:evaluate (part [, {topk =, metrics =}]) */
static int run_evaluate(lua_State *l) {
  (void)check_run(l, 1);
  lua_getiuservalue(l, 1, MODEL_VALUE);
  RecnnLuaModel *model = luaL_checkudata(l, -1, RECNN_LUA_MODEL);
  luaL_argcheck(l, model->options != NULL, 1, "the run's model is closed");
  lua_pop(l, 1);
  return recnn__lua_evaluate(l, model);
}

static int run_model(lua_State *l) {
  (void)check_run(l, 1);
  lua_getiuservalue(l, 1, MODEL_VALUE);
  return 1;
}

static int run_history(lua_State *l) {
  RecnnRun *run = check_run(l, 1);
  if (lua_getiuservalue(l, 1, HISTORY_VALUE) == LUA_TNIL) {
    lua_createtable(l, run->n_epochs, 0);
    for (int32_t i = 0; i < run->n_epochs; i++) {
      recnn__lua_push_epoch(l, &run->epochs[i]);
      lua_rawseti(l, -2, i + 1);
    }
    lua_pushvalue(l, -1);
    lua_setiuservalue(l, 1, HISTORY_VALUE);
  }
  return 1;
}

static int run_epochs(lua_State *l) {
  lua_pushinteger(l, check_run(l, 1)->n_epochs);
  return 1;
}

static int run_best_epoch(lua_State *l) {
  RecnnRun *run = check_run(l, 1);
  if (run->best >= 0) {
    lua_pushinteger(l, run->epochs[run->best].epoch);
  } else {
    lua_pushnil(l);
  }
  return 1;
}

static int run_best_value(lua_State *l) {
  RecnnRun *run = check_run(l, 1);
  if (run->best >= 0) {
    lua_pushnumber(l, run->epochs[run->best].valid_value);
  } else {
    lua_pushnil(l);
  }
  return 1;
}

static int run_valid_metric(lua_State *l) {
  lua_pushstring(l, check_run(l, 1)->valid_metric);
  return 1;
}

static int run_seconds(lua_State *l) {
  lua_pushnumber(l, check_run(l, 1)->seconds);
  return 1;
}

static int run_seconds_to_first_step(lua_State *l) {
  lua_pushnumber(l, check_run(l, 1)->seconds_to_first_step);
  return 1;
}

static int run_stopped_early(lua_State *l) {
  lua_pushboolean(l, check_run(l, 1)->stopped_early);
  return 1;
}

static int run_stopped_by_callback(lua_State *l) {
  lua_pushboolean(l, check_run(l, 1)->stopped_by_listener);
  return 1;
}

static int run_folder(lua_State *l) {
  lua_pushstring(l, check_run(l, 1)->folder); /* nil where there is none */
  return 1;
}

static int run_resumed(lua_State *l) {
  lua_pushinteger(l, check_run(l, 1)->resumed);
  return 1;
}

static int run_peak_bytes(lua_State *l) {
  lua_pushinteger(l, (lua_Integer)check_run(l, 1)->peak_bytes);
  return 1;
}

static int run_tostring(lua_State *l) {
  RecnnRun *run = *box(l, 1);
  if (run == NULL) {
    lua_pushliteral(l, "recnn.run (closed)");
    return 1;
  }
  char line[256];
  int n = g_snprintf(line, sizeof line, "%d epoch%s in %.2f s", run->n_epochs,
                     run->n_epochs == 1 ? "" : "s", run->seconds);
  if (run->best >= 0) {
    g_snprintf(line + n, sizeof line - (size_t)n, ", best %s %.4f in epoch %d%s", run->valid_metric,
               run->epochs[run->best].valid_value, (int)run->epochs[run->best].epoch,
               run->stopped_early ? ", stopped early" : "");
  }
  lua_pushstring(l, line);
  return 1;
}

void recnn__lua_open_run(lua_State *l) {
  static const luaL_Reg methods[] = {{"evaluate", run_evaluate}, {NULL, NULL}};
  static const luaL_Reg metamethods[] = {{"__tostring", run_tostring}, {NULL, NULL}};
  static const RecnnLuaField fields[] = {{"model", run_model},
                                         {"history", run_history},
                                         {"epochs", run_epochs},
                                         {"best_epoch", run_best_epoch},
                                         {"best_value", run_best_value},
                                         {"valid_metric", run_valid_metric},
                                         {"seconds", run_seconds},
                                         {"seconds_to_first_step", run_seconds_to_first_step},
                                         {"stopped_early", run_stopped_early},
                                         {"stopped_by_callback", run_stopped_by_callback},
                                         {"peak_bytes", run_peak_bytes},
                                         {"folder", run_folder},
                                         {"resumed", run_resumed},
                                         {NULL, NULL}};
  static const RecnnLuaClass class = {.name = RECNN_LUA_RUN,
                                      .close = run_close,
                                      .methods = methods,
                                      .metamethods = metamethods,
                                      .fields = fields};
  recnn__lua_class(l, &class);
}
