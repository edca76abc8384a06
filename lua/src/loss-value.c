/* Values in a loss function: + - * / between them and with numbers, their shape, and for one number
 * what it is. */
#include "base/error.h"
#include "loss-private.h"
#include "tensor/tensor.h"

RecnnLuaValue *recnn__lua_check_value(lua_State *l, int arg) {
  RecnnLuaValue *value = luaL_checkudata(l, arg, RECNN_LUA_VALUE);
  if (value->owner->graph == NULL || value->call != value->owner->calls) {
    luaL_argerror(l, arg,
                  "a value of an earlier step: values live until the loss function returns");
  }
  return value;
}

int recnn__lua_push_value(lua_State *l, int graph, RecnnVar *var) {
  RecnnLuaGraph *owner = lua_touserdata(l, graph);
  if (var == NULL) {
    GError *error = NULL;
    bool fine = recnn_graph_check(owner->graph, &error);
    luaL_where(l, 1);
    lua_pushstring(l, fine ? "there is no value" : error->message);
    g_clear_error(&error);
    lua_concat(l, 2);
    return lua_error(l);
  }
  RecnnLuaValue *value = lua_newuserdatauv(l, sizeof *value, 1);
  *value = (RecnnLuaValue){owner, var, owner->calls};
  luaL_setmetatable(l, RECNN_LUA_VALUE);
  lua_pushvalue(l, graph);
  lua_setiuservalue(l, -2, 1);
  return 1;
}

int recnn__lua_apply(lua_State *l, int graph, const char *op, RecnnVar *const *inputs, int32_t n,
                     const RecnnAttr *attrs, int32_t n_attrs) {
  RecnnLuaGraph *owner = lua_touserdata(l, graph);
  return recnn__lua_push_value(l, graph,
                               recnn_graph_apply(owner->graph, op, inputs, n, attrs, n_attrs));
}

/* Leaves the arguments alone and pushes the graph of the value at 1 or 2, to index 3. */
static void push_graph(lua_State *l) {
  lua_settop(l, 2);
  int value = lua_type(l, 1) == LUA_TNUMBER ? 2 : 1;
  (void)recnn__lua_check_value(l, value);
  lua_getiuservalue(l, value, 1);
}

static RecnnVar *apply_number(RecnnGraph *graph, const char *op, const char *attr, RecnnVar *x,
                              double number) {
  const RecnnAttr attrs[1] = {recnn_attr_float(attr, number)};
  return recnn_graph_apply(graph, op, &x, 1, attrs, 1);
}

/* Two values, of which the first is a vector for every row of the second where the op allows. */
static int both(lua_State *l, const char *op, bool commutes) {
  RecnnVar *inputs[2] = {recnn__lua_check_value(l, 1)->var, recnn__lua_check_value(l, 2)->var};
  if (commutes && recnn_graph_tensor(inputs[0])->rank < recnn_graph_tensor(inputs[1])->rank) {
    RecnnVar *first = inputs[0];
    inputs[0] = inputs[1];
    inputs[1] = first;
  }
  return recnn__lua_apply(l, 3, op, inputs, 2, NULL, 0);
}

/* The number among the two arguments and the value that goes with it; false: both are values. */
static bool with_number(lua_State *l, double *ret_number, RecnnVar **ret_var) {
  int number = lua_type(l, 1) == LUA_TNUMBER ? 1 : lua_type(l, 2) == LUA_TNUMBER ? 2 : 0;
  push_graph(l);
  if (number == 0) {
    return false;
  }
  *ret_number = lua_tonumber(l, number);
  *ret_var = recnn__lua_check_value(l, 3 - number)->var;
  return true;
}

static RecnnGraph *graph_of(lua_State *l) { return ((RecnnLuaGraph *)lua_touserdata(l, 3))->graph; }

static int add(lua_State *l) {
  double number;
  RecnnVar *x;
  return with_number(l, &number, &x)
             ? recnn__lua_push_value(l, 3, apply_number(graph_of(l), "shift", "offset", x, number))
             : both(l, "add", true);
}

static int sub(lua_State *l) {
  double number;
  RecnnVar *x;
  if (!with_number(l, &number, &x)) {
    return both(l, "sub", false);
  }
  if (lua_type(l, 1) == LUA_TNUMBER) {
    x = apply_number(graph_of(l), "scale", "factor", x, -1.0);
  } else {
    number = -number;
  }
  return recnn__lua_push_value(l, 3, apply_number(graph_of(l), "shift", "offset", x, number));
}

static int mul(lua_State *l) {
  double number;
  RecnnVar *x;
  return with_number(l, &number, &x)
             ? recnn__lua_push_value(l, 3, apply_number(graph_of(l), "scale", "factor", x, number))
             : both(l, "mul", true);
}

static int divide(lua_State *l) {
  double number;
  RecnnVar *x;
  if (!with_number(l, &number, &x)) {
    return both(l, "div", false);
  }
  if (lua_type(l, 1) == LUA_TNUMBER) { /* a constant of the shape of x over x */
    RecnnVar *zero = apply_number(graph_of(l), "scale", "factor", x, 0.0);
    RecnnVar *inputs[2] = {apply_number(graph_of(l), "shift", "offset", zero, number), x};
    return recnn__lua_apply(l, 3, "div", inputs, 2, NULL, 0);
  }
  return recnn__lua_push_value(l, 3, apply_number(graph_of(l), "scale", "factor", x, 1.0 / number));
}

static int negate(lua_State *l) {
  push_graph(l);
  RecnnVar *x = recnn__lua_check_value(l, 1)->var;
  return recnn__lua_push_value(l, 3, apply_number(graph_of(l), "scale", "factor", x, -1.0));
}

static int value_shape(lua_State *l) {
  const RecnnTensor *tensor = recnn_graph_tensor(recnn__lua_check_value(l, 1)->var);
  lua_createtable(l, tensor->rank, 0);
  for (int32_t i = 0; i < tensor->rank; i++) {
    lua_pushinteger(l, tensor->shape[i]);
    lua_rawseti(l, -2, i + 1);
  }
  return 1;
}

static int value_dtype(lua_State *l) {
  const RecnnTensor *tensor = recnn_graph_tensor(recnn__lua_check_value(l, 1)->var);
  lua_pushstring(l, tensor->dtype == RECNN_FLOAT32 ? "float32" : "int64");
  return 1;
}

/* value:number (): of a tensor with one element */
static int value_number(lua_State *l) {
  const RecnnTensor *tensor = recnn_graph_tensor(recnn__lua_check_value(l, 1)->var);
  if (recnn_tensor_count(tensor) != 1) {
    char *is = recnn_tensor_describe(tensor);
    lua_pushfstring(l, "number: the value is %s, expected one element", is);
    g_free(is);
    return luaL_argerror(l, 1, lua_tostring(l, -1));
  }
  if (tensor->dtype == RECNN_FLOAT32) {
    lua_pushnumber(l, (double)*(const float *)tensor->data);
  } else {
    lua_pushinteger(l, *(const int64_t *)tensor->data);
  }
  return 1;
}

static int value_tostring(lua_State *l) {
  RecnnLuaValue *value = luaL_checkudata(l, 1, RECNN_LUA_VALUE);
  if (value->owner->graph == NULL || value->call != value->owner->calls) {
    lua_pushliteral(l, "recnn.value (of an earlier step)");
    return 1;
  }
  char *is = recnn_tensor_describe(recnn_graph_tensor(value->var));
  lua_pushstring(l, is);
  g_free(is);
  return 1;
}

static int nothing(lua_State *l) {
  (void)l; /* the graph's arena owns it */
  return 0;
}

void recnn__lua_open_value(lua_State *l) {
  static const luaL_Reg methods[] = {{"number", value_number}, {NULL, NULL}};
  static const luaL_Reg metamethods[] = {{"__add", add},    {"__sub", sub},
                                         {"__mul", mul},    {"__div", divide},
                                         {"__unm", negate}, {"__tostring", value_tostring},
                                         {NULL, NULL}};
  static const RecnnLuaField fields[] = {
      {"shape", value_shape}, {"dtype", value_dtype}, {NULL, NULL}};
  static const RecnnLuaClass class = {.name = RECNN_LUA_VALUE,
                                      .close = nothing,
                                      .methods = methods,
                                      .metamethods = metamethods,
                                      .fields = fields};
  recnn__lua_class(l, &class);
}
