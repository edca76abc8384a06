/* What the files of loss functions share: a step's graph as Lua sees it, and the values in it. */
#ifndef RECNN_LUA_LOSS_PRIVATE_H
#define RECNN_LUA_LOSS_PRIVATE_H

#include "bind.h"

#define RECNN_LUA_GRAPH "recnn.graph"
#define RECNN_LUA_VALUE "recnn.value"

/* One for a training; the graph is there while the function runs. */
typedef struct RecnnLuaGraph {
  RecnnGraph *graph;          /* NULL outside the function */
  const RecnnLuaModel *model; /* built by the time it runs */
  uint64_t calls;             /* of the function so far */
} RecnnLuaGraph;

/* A value in the graph; its first user value is the RecnnLuaGraph. */
typedef struct RecnnLuaValue {
  RecnnLuaGraph *owner;
  RecnnVar *var;
  uint64_t call; /* in which it was made, and to the end of which it lives */
} RecnnLuaValue;

/* The graph at `arg`, while it may be used. */
RecnnLuaGraph *recnn__lua_check_graph(lua_State *l, int arg);
/* The value at `arg`, of this call of the function. */
RecnnLuaValue *recnn__lua_check_value(lua_State *l, int arg);
/* Pushes a value of the graph at the absolute index `graph`.  NULL raises what the graph says. */
int recnn__lua_push_value(lua_State *l, int graph, RecnnVar *var);
/* Applies an op of no more than two inputs, and pushes the value. */
int recnn__lua_apply(lua_State *l, int graph, const char *op, RecnnVar *const *inputs, int32_t n,
                     const RecnnAttr *attrs, int32_t n_attrs);

#endif
