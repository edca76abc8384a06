/* Userdata classes: one metatable each, whose __index knows methods, computed fields and, for what
 * is neither, the nearest name. */
#include <string.h>

#include "base/error.h"
#include "bind.h"

enum { METHODS = 1, FIELDS = 2, OTHER = 3, NAME = 4 };

static void free_array(void *array) { g_ptr_array_unref(array); }

static int compare_names(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The error for a key that the class does not have; names what there is. */
static int no_such_key(lua_State *l) {
  const char *class_name = lua_tostring(l, lua_upvalueindex(NAME));
  RecnnLuaScope *scope = recnn__lua_scope(l, 2);
  const char *key = luaL_tolstring(l, 2, NULL);
  GPtrArray *names = recnn__lua_own(scope, g_ptr_array_new(), free_array);
  for (int list = METHODS; list <= FIELDS; list++) {
    for (lua_pushnil(l); lua_next(l, lua_upvalueindex(list)) != 0; lua_pop(l, 1)) {
      g_ptr_array_add(names, (gpointer)lua_tostring(l, -2)); /* anchored in the class */
    }
  }
  g_ptr_array_sort(names, compare_names);
  g_ptr_array_add(names, NULL);
  char *hint = recnn__lua_own(scope, recnn_suggest(key, (const char *const *)names->pdata), g_free);
  return luaL_error(l, "%s has no '%s'%s", class_name, key, hint);
}

static int class_index(lua_State *l) {
  luaL_checkudata(l, 1, lua_tostring(l, lua_upvalueindex(NAME)));
  lua_pushvalue(l, 2);
  if (lua_rawget(l, lua_upvalueindex(METHODS)) != LUA_TNIL) {
    return 1;
  }
  lua_pushvalue(l, 2);
  lua_rawget(l, lua_upvalueindex(FIELDS));
  lua_CFunction get = lua_tocfunction(l, -1);
  if (get == NULL) {
    get = lua_tocfunction(l, lua_upvalueindex(OTHER));
  }
  lua_settop(l, 2);
  /* Called in this frame, so that errors get the script's position. */
  return get != NULL ? get(l) : no_such_key(l);
}

void recnn__lua_class(lua_State *l, const RecnnLuaClass *lua_class) {
  luaL_newmetatable(l, lua_class->name);
  if (lua_class->metamethods != NULL) {
    luaL_setfuncs(l, lua_class->metamethods, 0);
  }
  lua_pushcfunction(l, lua_class->close);
  lua_setfield(l, -2, "__gc");
  lua_pushcfunction(l, lua_class->close);
  lua_setfield(l, -2, "__close");
  lua_newtable(l);
  luaL_setfuncs(l, lua_class->methods, 0);
  lua_newtable(l);
  for (const RecnnLuaField *field = lua_class->fields; field != NULL && field->name != NULL;
       field++) {
    lua_pushcfunction(l, field->get);
    lua_setfield(l, -2, field->name);
  }
  if (lua_class->other != NULL) {
    lua_pushcfunction(l, lua_class->other);
  } else {
    lua_pushboolean(l, 0);
  }
  lua_pushstring(l, lua_class->name);
  lua_pushcclosure(l, class_index, 4);
  lua_setfield(l, -2, "__index");
  lua_pop(l, 1);
}

void *recnn__lua_new(lua_State *l, const char *class_name, size_t size, int n_values) {
  void *object = lua_newuserdatauv(l, size, n_values);
  memset(object, 0, size);
  luaL_setmetatable(l, class_name);
  return object;
}

void *recnn__lua_new_box(lua_State *l, const char *class_name, int n_values) {
  return recnn__lua_new(l, class_name, sizeof(void *), n_values);
}

void recnn__lua_weigh(lua_State *l, uint64_t bytes) {
  if (lua_gc(l, LUA_GCISRUNNING)) {
    lua_gc(l, LUA_GCSTEP, (int)MIN(bytes >> 10, (uint64_t)1 << 20));
  }
}
