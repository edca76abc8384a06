/* data:filter: a data set from a part of another one's interactions. */
#include "bind.h"
#include "data/filter.h"

/* The tokens of the list in field `name` of the table at `index`, with NULL at their end; NULL when
 * there is no such field.  What they live in stays on the stack. */
static const char *const *push_tokens(lua_State *l, int index, const char *name) {
  if (lua_isnoneornil(l, index) || lua_getfield(l, index, name) == LUA_TNIL) {
    return NULL;
  }
  int list = lua_gettop(l);
  if (!lua_istable(l, list)) {
    luaL_error(l, "filter: option %s: got a %s, expected a list of tokens", name,
               luaL_typename(l, list));
  }
  lua_Integer n = luaL_len(l, list);
  luaL_argcheck(l, n >= 0 && n < INT32_MAX, index, "a list of tokens expected");
  lua_createtable(l, (int)n, 0);
  const char **tokens = lua_newuserdatauv(l, (size_t)(n + 1) * sizeof *tokens, 0);
  for (lua_Integer i = 1; i <= n; i++) {
    size_t length;
    lua_geti(l, list, i);
    tokens[i - 1] = recnn__lua_token(l, -1, &length);
    if (tokens[i - 1] == NULL) {
      luaL_error(l, "filter: option %s[%I]: got a %s, expected a token", name, (LUAI_UACINT)i,
                 luaL_typename(l, -1));
    }
    lua_rawseti(l, list + 1, i);
    lua_pop(l, 1);
  }
  tokens[n] = NULL;
  return tokens;
}

int recnn__lua_dataset_filter(lua_State *l) {
  static const char *const extra[] = {"users", "items", NULL};
  RecnnDataset *dataset = recnn__lua_check_dataset(l, 1);
  RecnnLuaScope *scope = recnn__lua_scope(l, 2);
  RecnnOptions *options = recnn__lua_options(l, scope, 2, recnn_filter_options(), "filter", extra);
  const char *const *users = push_tokens(l, 2, "users");
  const char *const *items = push_tokens(l, 2, "items");
  RecnnDataset **filtered = recnn__lua_new_box(l, RECNN_LUA_DATASET, 0);
  *filtered = recnn_dataset_filter(dataset, options, users, items, &scope->error);
  if (*filtered == NULL) {
    return recnn__lua_raise(l, scope);
  }
  recnn__lua_weigh(l, (uint64_t)(*filtered)->n * 20);
  return 1;
}
