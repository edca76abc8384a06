/* Lua functions as losses: what the trainer's option says, and the call for each batch.
 *
 * recnn_train knows nothing of Lua, so the call is protected, and what it raises is kept until the
 * training has ended.  Signals wait until the function has returned: what is broken off is a
 * training between two batches, never a batch. */
#include <signal.h>
#include <string.h>

#include "base/crc32c.h"
#include "base/error.h"
#include "loss-private.h"
#include "losses/losses.h"

enum { FUNCTION = 1, FORM = 2, SAMPLES = 3 };

static int add_bytes(lua_State *l, const void *bytes, size_t size, void *crc) {
  (void)l;
  *(uint32_t *)crc = recnn_crc32c(*(uint32_t *)crc, bytes, size);
  return 0;
}

/* Checks the form at the top, and pops it; 0 for none. */
static uint32_t take_form(lua_State *l) {
  uint32_t form = 0;
  if (!lua_isnil(l, -1)) {
    const char *name = luaL_tolstring(l, -1, NULL);
    form = recnn_loss_form(name);
    if (form == 0) {
      char *hint = recnn_suggest(name, recnn_loss_forms);
      lua_pushfstring(l, "trainer: option loss: form \"%s\" is not known%s", name, hint);
      g_free(hint);
      luaL_where(l, 1);
      lua_insert(l, -2);
      lua_concat(l, 2);
      lua_error(l);
    }
    lua_pop(l, 1);
  }
  lua_pop(l, 1);
  return form;
}

static lua_Integer take_samples(lua_State *l) {
  int is_integer = 1;
  lua_Integer samples = lua_isnil(l, -1) ? 0 : lua_tointegerx(l, -1, &is_integer);
  if (!is_integer || samples < 0 || samples > 16777216) {
    luaL_error(l, "trainer: option loss: samples: got %s, expected an integer from 0 to 16777216",
               luaL_tolstring(l, -1, NULL));
  }
  lua_pop(l, 1);
  return samples;
}

static void check_keys(lua_State *l, int table) {
  for (lua_pushnil(l); lua_next(l, table) != 0; lua_pop(l, 1)) {
    const char *key = lua_type(l, -2) == LUA_TSTRING ? lua_tostring(l, -2) : "";
    if (!g_str_equal(key, "fn") && !g_str_equal(key, "form") && !g_str_equal(key, "samples")) {
      luaL_error(l, "trainer: option loss: key %s is not known; with fn there are form and samples",
                 luaL_tolstring(l, -2, NULL));
    }
  }
}

void recnn__lua_take_loss(lua_State *l, int options) {
  int loss = lua_gettop(l) + 1;
  luaL_checkstack(l, 12, NULL);
  int type = lua_getfield(l, options, "loss");
  bool described = type == LUA_TTABLE && lua_getfield(l, loss, "fn") != LUA_TNIL;
  if (type != LUA_TFUNCTION && !described) {
    lua_settop(l, loss - 1);
    lua_pushnil(l);
    return;
  }
  lua_settop(l, loss);
  uint32_t form = 0, crc = 0;
  lua_Integer samples = 0;
  if (described) {
    check_keys(l, loss);
    lua_getfield(l, loss, "form");
    form = take_form(l);
    lua_getfield(l, loss, "samples");
    samples = take_samples(l);
    lua_getfield(l, loss, "fn");
    lua_replace(l, loss);
  }
  if (!lua_isfunction(l, loss) || lua_iscfunction(l, loss)) {
    luaL_error(l, "trainer: option loss: fn: got a %s, expected a function written in Lua",
               lua_iscfunction(l, loss) ? "function of C" : luaL_typename(l, loss));
  }
  (void)lua_dump(l, add_bytes, &crc, 1);
  const char *name = recnn_loss_form_name(form);
  char text[96];
  (void)g_snprintf(text, sizeof text, "function crc32c=%08x%s%s", crc, name != NULL ? " form=" : "",
                   name != NULL ? name : "");
  if (samples > 0) {
    size_t length = strlen(text);
    (void)g_snprintf(text + length, sizeof text - length, " samples=%d", (int)samples);
  }
  lua_pushstring(l, text);
  lua_setfield(l, options, "loss");
  lua_createtable(l, 3, 0);
  lua_insert(l, loss);
  lua_rawseti(l, loss, FUNCTION);
  lua_pushinteger(l, form);
  lua_rawseti(l, loss, FORM);
  lua_pushinteger(l, samples);
  lua_rawseti(l, loss, SAMPLES);
}

/* ---- the call */

typedef struct Call {
  RecnnLuaLoss *loss;
  const RecnnLossInput *input;
  RecnnVar *result; /* out */
} Call;

static void set_value(lua_State *l, const char *name, RecnnVar *var) {
  if (var != NULL) {
    (void)recnn__lua_push_value(l, 3, var);
    lua_setfield(l, -2, name);
  }
}

/* The batch's fields, by their names. */
static void push_batch(lua_State *l, RecnnGraph *graph, const RecnnBatch *batch) {
  lua_createtable(l, 0, batch->n_fields);
  for (int32_t i = 0; i < batch->n_fields; i++) {
    set_value(l, batch->fields[i].name, recnn_graph_constant(graph, &batch->fields[i].tensor));
  }
}

/* __index of what the function gets, for what is not there. */
static int no_such_input(lua_State *l) {
  luaL_Buffer names;
  lua_settop(l, 2);
  luaL_buffinit(l, &names);
  const char *key = luaL_tolstring(l, 2, NULL);
  lua_pop(l, 1);
  lua_getfield(l, lua_upvalueindex(1), "names");
  return luaL_error(l, "the loss has no '%s'; this form has %s", key, lua_tostring(l, -1));
}

static const char *names_of(uint32_t form) {
  static const char *const names[] = {
      "score, target and batch", "positive, negative and batch",
      "score, target, candidates and drawn where items are drawn, and batch",
      "score, row_start, row_item, row_value and batch"};
  return names[form - 1];
}

static void push_input(lua_State *l, const Call *call) {
  const RecnnLossInput *in = call->input;
  lua_createtable(l, 0, 8);
  set_value(l, in->negative != NULL ? "positive" : "score", in->score);
  set_value(l, "negative", in->negative);
  set_value(l, "target", in->target);
  set_value(l, "candidates", in->item);
  set_value(l, "row_start", in->row_start);
  set_value(l, "row_item", in->row_item);
  set_value(l, "row_value", in->row_value);
  if (in->n_drawn > 0) {
    lua_pushinteger(l, in->n_drawn);
    lua_setfield(l, -2, "drawn");
  }
  push_batch(l, call->loss->graph->graph, in->batch);
  lua_setfield(l, -2, "batch");
  lua_createtable(l, 0, 1); /* the metatable */
  lua_createtable(l, 0, 1);
  lua_pushstring(l, names_of(in->negative != NULL                       ? RECNN_LOSS_PAIRWISE
                             : in->row_start != NULL                    ? RECNN_LOSS_ROWS
                             : recnn_graph_tensor(in->score)->rank == 2 ? RECNN_LOSS_LISTWISE
                                                                        : RECNN_LOSS_POINTWISE));
  lua_setfield(l, -2, "names");
  lua_pushcclosure(l, no_such_input, 1);
  lua_setfield(l, -2, "__index");
  lua_setmetatable(l, -2);
}

/* Arguments: the call, the function, the graph. */
static int evaluate(lua_State *l) {
  Call *call = lua_touserdata(l, 1);
  luaL_checkstack(l, 16, NULL);
  lua_pushvalue(l, 2);
  lua_pushvalue(l, 3);
  push_input(l, call);
  lua_call(l, 2, 1);
  if (luaL_testudata(l, -1, RECNN_LUA_VALUE) == NULL) {
    lua_Debug function;
    lua_pushvalue(l, 2);
    lua_getinfo(l, ">S", &function);
    return luaL_error(l, "%s:%d: the loss function returned a %s, expected a value, the loss",
                      function.short_src, function.linedefined, luaL_typename(l, -1));
  }
  lua_replace(l, 1);
  call->result = recnn__lua_check_value(l, 1)->var;
  return 0;
}

static RecnnVar *value(void *data, RecnnGraph *graph, const RecnnLossInput *input) {
  RecnnLuaLoss *loss = data;
  lua_State *l = loss->listener->l;
  Call call = {loss, input, NULL};
  if (loss->listener->failed) {
    return recnn_graph_fail(graph, RECNN_ERROR_FAILED, "the training was broken off before");
  }
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  lua_State *main = loss->listener->main;
  lua_Hook hook = lua_gethook(main); /* one that a signal has set waits, too */
  int mask = lua_gethookmask(main), count = lua_gethookcount(main);
  bool waits = hook != loss->listener->hook;
  if (waits) {
    lua_sethook(main, NULL, 0, 0);
  }
  loss->graph->graph = graph;
  loss->graph->calls++;
  int top = lua_gettop(l);
  lua_pushcfunction(l, recnn__lua_traceback);
  lua_pushcfunction(l, evaluate);
  lua_pushlightuserdata(l, &call);
  lua_pushvalue(l, loss->function);
  lua_pushvalue(l, loss->graph_index);
  if (lua_pcall(l, 3, 0, top + 1) != LUA_OK) {
    lua_replace(l, loss->listener->failure);
    loss->listener->failed = true;
    recnn_graph_fail(graph, RECNN_ERROR_FAILED, "the loss function failed");
  }
  lua_settop(l, top);
  loss->graph->graph = NULL;
  if (waits) {
    lua_sethook(main, hook, mask, count);
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return call.result;
}

void recnn__lua_listen_loss(lua_State *l, RecnnLuaListener *listener, int index,
                            const RecnnLuaModel *model) {
  RecnnLuaLoss *loss = &listener->loss;
  luaL_checkstack(l, 12, NULL);
  loss->listener = listener;
  loss->graph = recnn__lua_new(l, RECNN_LUA_GRAPH, sizeof *loss->graph, 1);
  loss->graph->model = model;
  loss->graph_index = lua_gettop(l);
  lua_newtable(l);
  lua_setiuservalue(l, -2, 1);
  lua_rawgeti(l, index, FUNCTION);
  loss->function = lua_gettop(l);
  lua_rawgeti(l, index, FORM);
  lua_rawgeti(l, index, SAMPLES);
  loss->loss = (RecnnLossFunction){
      .form = (uint32_t)lua_tointeger(l, -2),
      .samples = lua_tointeger(l, -1),
      .value = value,
      .data = loss,
  };
  lua_pop(l, 2);
  listener->listener.loss = &loss->loss;
}
