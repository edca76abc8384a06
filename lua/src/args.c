/* Arguments and results of several bindings. */
#include <string.h>

#include "bind.h"

const char *recnn__lua_text(lua_State *l, int arg) {
  size_t length;
  const char *text = luaL_checklstring(l, arg, &length);
  luaL_argcheck(l, strlen(text) == length, arg, "a text without zero bytes expected");
  return text;
}

const char *recnn__lua_token(lua_State *l, int index, size_t *ret_length) {
  if (lua_type(l, index) == LUA_TSTRING || lua_isinteger(l, index)) {
    return luaL_tolstring(l, index, ret_length); /* a copy: the caller's number stays one */
  }
  return NULL;
}

void recnn__lua_push_texts(lua_State *l, const char *const *texts) {
  lua_newtable(l);
  for (lua_Integer i = 0; texts[i] != NULL; i++) {
    lua_pushstring(l, texts[i]);
    lua_rawseti(l, -2, i + 1);
  }
}
