/* The graph in a loss function: every op by its name, g.sigmoid (x), with a table of attributes
 * behind its inputs, g.scale (x, {factor = 2}); parameters, parts of the loss, the step. */
#include "base/error.h"
#include "loss-private.h"

#define MAX_INPUTS 16
#define MAX_ATTRS 16

RecnnLuaGraph *recnn__lua_check_graph(lua_State *l, int arg) {
  RecnnLuaGraph *graph = luaL_checkudata(l, arg, RECNN_LUA_GRAPH);
  luaL_argcheck(l, graph->graph != NULL, arg,
                "the graph is there while the loss function runs, and not after that");
  return graph;
}

/* The same for the graph of a closure. */
static RecnnLuaGraph *own_graph(lua_State *l) {
  RecnnLuaGraph *graph = lua_touserdata(l, lua_upvalueindex(1));
  if (graph->graph == NULL) {
    luaL_error(l, "the graph is there while the loss function runs, and not after that");
  }
  return graph;
}

/* A list of numbers at the top of the stack; its memory is a userdata that takes its place. */
static RecnnValue list_value(lua_State *l, const char *op, const char *name) {
  RecnnValue value = {RECNN_OPTION_INT_LIST, (int32_t)lua_rawlen(l, -1), {0}};
  int list = lua_gettop(l);
  for (int32_t i = 0; i < value.count; i++) {
    if (lua_rawgeti(l, list, i + 1) != LUA_TNUMBER) {
      luaL_error(l, "op %s: %s: expected a list of numbers, got a %s in it", op, name,
                 luaL_typename(l, -1));
    }
    value.type = lua_isinteger(l, -1) ? value.type : RECNN_OPTION_FLOAT_LIST;
    lua_pop(l, 1);
  }
  int64_t *ints = lua_newuserdatauv(l, (size_t)MAX(value.count, 1) * sizeof *ints, 0);
  double *floats = (double *)(void *)ints; /* of the same size */
  for (int32_t i = 0; i < value.count; i++) {
    lua_rawgeti(l, list, i + 1);
    if (value.type == RECNN_OPTION_INT_LIST) {
      ints[i] = lua_tointeger(l, -1);
    } else {
      floats[i] = lua_tonumber(l, -1);
    }
    lua_pop(l, 1);
  }
  lua_replace(l, list);
  if (value.type == RECNN_OPTION_INT_LIST) {
    value.as.ints = ints;
  } else {
    value.as.floats = floats;
  }
  return value;
}

static RecnnAttr attribute(lua_State *l, const char *op, const char *name) {
  RecnnAttr attr = {name, {RECNN_OPTION_INT, 0, {0}}};
  switch (lua_type(l, -1)) {
  case LUA_TBOOLEAN:
    return recnn_attr_bool(name, lua_toboolean(l, -1));
  case LUA_TSTRING:
    return recnn_attr_string(name, lua_tostring(l, -1));
  case LUA_TNUMBER:
    return lua_isinteger(l, -1) ? recnn_attr_int(name, lua_tointeger(l, -1))
                                : recnn_attr_float(name, lua_tonumber(l, -1));
  case LUA_TTABLE:
    attr.value = list_value(l, op, name);
    return attr;
  default:
    luaL_error(l, "op %s: %s: got a %s, expected a number, a text, true or false, or a list", op,
               name, luaL_typename(l, -1));
    return attr;
  }
}

/* The attributes of the table at `index`; their texts and lists stay on the stack. */
static int32_t take_attrs(lua_State *l, int index, const char *op, RecnnAttr *attrs) {
  int32_t n = 0;
  luaL_checkstack(l, 2 * MAX_ATTRS + 8, NULL);
  for (lua_pushnil(l); lua_next(l, index) != 0;) {
    if (lua_type(l, -2) != LUA_TSTRING) {
      luaL_error(l, "op %s: attributes are written name = value, got a value for [%s]", op,
                 luaL_tolstring(l, -2, NULL));
    }
    if (n == MAX_ATTRS) {
      luaL_error(l, "op %s: more than %d attributes", op, MAX_ATTRS);
    }
    attrs[n] = attribute(l, op, lua_tostring(l, -2));
    n++;
    lua_pushvalue(l, -2); /* the key again, above what has to stay */
  }
  return n;
}

/* A closure over the graph and the op's name: its inputs, and a table of attributes or nothing. */
static int call_op(lua_State *l) {
  const char *op = lua_tostring(l, lua_upvalueindex(2));
  RecnnVar *inputs[MAX_INPUTS];
  RecnnAttr attrs[MAX_ATTRS];
  int32_t n = 0, n_attrs = 0;
  int top = lua_gettop(l);
  (void)own_graph(l);
  for (int i = 1; i <= top; i++) {
    if (i == top && lua_istable(l, i)) {
      n_attrs = take_attrs(l, i, op, attrs);
      break;
    }
    if (n == MAX_INPUTS) {
      return luaL_error(l, "op %s: more than %d inputs", op, MAX_INPUTS);
    }
    if (luaL_testudata(l, i, RECNN_LUA_VALUE) == NULL) {
      return luaL_error(l, "op %s: argument %d is a %s, expected a value%s", op, i,
                        luaL_typename(l, i), i > 1 ? ", or last a table of attributes" : "");
    }
    inputs[n++] = recnn__lua_check_value(l, i)->var;
  }
  lua_pushvalue(l, lua_upvalueindex(1));
  return recnn__lua_apply(l, lua_gettop(l), op, inputs, n, attrs, n_attrs);
}

/* g.part (name, value): a scalar that is reported beside the loss */
static int graph_part(lua_State *l) {
  const char *name = luaL_checkstring(l, 1);
  RecnnLuaValue *value = recnn__lua_check_value(l, 2);
  recnn_graph_part(value->owner->graph, name, value->var);
  lua_getiuservalue(l, 2, 1);
  if (!recnn_graph_check(value->owner->graph, NULL)) {
    return recnn__lua_push_value(l, lua_gettop(l), NULL);
  }
  return 0;
}

/* g.param (name): a parameter of the model */
static int graph_param(lua_State *l) {
  RecnnLuaGraph *graph = own_graph(l);
  const char *name = luaL_checkstring(l, 1);
  RecnnParam *param = recnn_model_find_param(graph->model->model, name);
  if (param == NULL) {
    return luaL_error(l, "param: model %s has no parameter \"%s\"; model:parameters() lists them",
                      graph->model->model_class->name, name);
  }
  lua_pushvalue(l, lua_upvalueindex(1));
  return recnn__lua_push_value(l, lua_gettop(l), recnn_graph_param(graph->graph, param));
}

static int no_such_op(lua_State *l, const char *name) {
  RecnnLuaScope *scope = recnn__lua_scope(l, 2);
  const char **names = recnn__lua_own(scope, recnn_op_names(), g_free);
  char *hint = recnn__lua_own(scope, recnn_suggest(name, names), g_free);
  return luaL_error(l, "no op is named %s%s", name, hint);
}

static int graph_index(lua_State *l) {
  RecnnLuaGraph *graph = recnn__lua_check_graph(l, 1);
  const char *name = luaL_checkstring(l, 2);
  if (g_str_equal(name, "training")) {
    lua_pushboolean(l, recnn_graph_training(graph->graph));
    return 1;
  }
  if (g_str_equal(name, "step")) {
    lua_pushinteger(l, (lua_Integer)recnn_graph_step(graph->graph));
    return 1;
  }
  lua_getiuservalue(l, 1, 1); /* what was asked for before */
  if (lua_getfield(l, -1, name) != LUA_TNIL) {
    return 1;
  }
  lua_pop(l, 1);
  bool is_part = g_str_equal(name, "part"), is_param = g_str_equal(name, "param");
  if (!is_part && !is_param && recnn_op_find(name) == NULL) {
    return no_such_op(l, name);
  }
  lua_pushvalue(l, 1);
  lua_pushvalue(l, 2);
  lua_pushcclosure(l, is_part ? graph_part : is_param ? graph_param : call_op, 2);
  lua_pushvalue(l, -1);
  lua_setfield(l, -3, name);
  return 1;
}

void recnn__lua_open_graph(lua_State *l) {
  luaL_newmetatable(l, RECNN_LUA_GRAPH);
  lua_pushcfunction(l, graph_index);
  lua_setfield(l, -2, "__index");
  lua_pop(l, 1);
}
