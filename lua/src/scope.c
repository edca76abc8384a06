/* What one C function owns while it runs, and how errors leave it.  A scope is a to-be-closed
 * userdata, so Lua itself frees what it owns whichever way the function ends. */
#include <string.h>

#include "bind.h"

#define SCOPE "recnn.scope"

static int scope_close(lua_State *l) {
  RecnnLuaScope *scope = luaL_checkudata(l, 1, SCOPE);
  while (scope->n > 0) {
    scope->n--;
    scope->owned[scope->n].destroy(scope->owned[scope->n].object);
  }
  g_clear_error(&scope->error);
  return 0;
}

RecnnLuaScope *recnn__lua_scope(lua_State *l, int n_args) {
  lua_settop(l, n_args);
  luaL_checkstack(l, 8, NULL);
  RecnnLuaScope *scope = lua_newuserdatauv(l, sizeof *scope, 0);
  memset(scope, 0, sizeof *scope);
  if (luaL_newmetatable(l, SCOPE)) {
    lua_pushcfunction(l, scope_close);
    lua_setfield(l, -2, "__close");
    lua_pushcfunction(l, scope_close);
    lua_setfield(l, -2, "__gc");
  }
  lua_setmetatable(l, -2);
  lua_toclose(l, -1);
  return scope;
}

void *recnn__lua_own(RecnnLuaScope *scope, void *object, GDestroyNotify destroy) {
  if (object != NULL) {
    g_assert(scope->n < (int32_t)G_N_ELEMENTS(scope->owned));
    scope->owned[scope->n].object = object;
    scope->owned[scope->n].destroy = destroy;
    scope->n++;
  }
  return object;
}

void recnn__lua_disown(RecnnLuaScope *scope, const void *object) {
  for (int32_t i = 0; i < scope->n; i++) {
    if (scope->owned[i].object == object) {
      scope->n--;
      memmove(&scope->owned[i], &scope->owned[i + 1],
              (size_t)(scope->n - i) * sizeof scope->owned[0]);
      return;
    }
  }
}

int recnn__lua_raise(lua_State *l, RecnnLuaScope *scope) {
  luaL_where(l, 1);
  lua_pushstring(l, scope->error->message);
  lua_concat(l, 2);
  return lua_error(l);
}

int recnn__lua_traceback(lua_State *l) {
  const char *text = lua_tostring(l, 1);
  if (text != NULL && strstr(text, "\nstack traceback:\n") == NULL) {
    luaL_traceback(l, l, text, 1);
  }
  return 1;
}
