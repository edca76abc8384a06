/* Tables that describe things with options of their own, as the texts that core reads
 * (base/spec.h): {"sgd", momentum = 0.9} is "sgd momentum=0.9", and a list of such is a chain. */
#include <string.h>

#include "bind.h"

static int fail(lua_State *l, const char *owner, const char *expected) {
  return luaL_error(l, "%s: expected %s, got a %s", owner, expected, luaL_typename(l, -1));
}

/* The shortest text that reads back to the same number, in any locale. */
static void push_number(lua_State *l, double x) {
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  for (int digits = 15; digits <= 17; digits++) {
    char format[8] = {'%', '.', '1', (char)('0' + digits - 10), 'g', '\0'};
    if (g_ascii_strtod(g_ascii_formatd(text, sizeof text, format, x), NULL) == x) {
      break;
    }
  }
  lua_pushstring(l, text);
}

/* Adds the value at the top of the stack, which may be a list of numbers, and pops it. */
static void add_value(lua_State *l, luaL_Buffer *text, const char *owner, const char *key) {
  int value = lua_gettop(l);
  if (lua_istable(l, value)) {
    lua_pushliteral(l, "");
    for (lua_Unsigned i = 1, n = lua_rawlen(l, value); i <= n; i++) {
      if (lua_rawgeti(l, value, (lua_Integer)i) != LUA_TNUMBER) {
        luaL_error(l, "%s: %s: expected a list of numbers, got a %s in it", owner, key,
                   luaL_typename(l, -1));
      }
      lua_pushstring(l, i > 1 ? "," : "");
      lua_insert(l, -2);
      lua_concat(l, 3);
    }
    lua_replace(l, value);
  } else if (lua_isboolean(l, value)) {
    lua_pushstring(l, lua_toboolean(l, value) ? "true" : "false");
    lua_replace(l, value);
  } else if (lua_type(l, value) == LUA_TNUMBER && !lua_isinteger(l, value)) {
    push_number(l, lua_tonumber(l, value));
    lua_replace(l, value);
  } else if (!lua_isstring(l, value)) {
    luaL_error(l, "%s: %s: expected a number, a text, true or false, got a %s", owner, key,
               luaL_typename(l, value));
  }
  luaL_addvalue(text);
}

/* The least key behind `after` (NULL: of all), so that a table always gives the same text. */
static const char *next_key(lua_State *l, int table, const char *owner, const char *after) {
  const char *next = NULL;
  for (lua_pushnil(l); lua_next(l, table) != 0; lua_pop(l, 1)) {
    if (lua_isinteger(l, -2) && lua_tointeger(l, -2) == 1) {
      continue;
    }
    if (lua_type(l, -2) != LUA_TSTRING) {
      luaL_error(l, "%s: options are written name = value, got a value for [%s]", owner,
                 luaL_tolstring(l, -2, NULL));
    }
    const char *key = lua_tostring(l, -2);
    if ((after == NULL || strcmp(key, after) > 0) && (next == NULL || strcmp(key, next) < 0)) {
      next = key; /* alive as long as the table */
    }
  }
  return next;
}

/* Pushes the text of one item: a text as it is, or {NAME, key = value, ...}. */
static void push_item(lua_State *l, int index, const char *owner) {
  if (lua_type(l, index) == LUA_TSTRING) {
    lua_pushvalue(l, index);
    return;
  }
  lua_pushvalue(l, index);
  if (!lua_istable(l, index)) {
    fail(l, owner, "a name or a table such as { \"name\", option = value }");
  }
  lua_pop(l, 1);
  if (lua_rawgeti(l, index, 1) != LUA_TSTRING) {
    fail(l, owner, "a name as the first entry of a table");
  }
  lua_pop(l, 1);
  luaL_Buffer text;
  luaL_buffinit(l, &text);
  lua_rawgeti(l, index, 1);
  luaL_addvalue(&text);
  for (const char *key = next_key(l, index, owner, NULL); key != NULL;
       key = next_key(l, index, owner, key)) {
    luaL_addchar(&text, ' ');
    luaL_addstring(&text, key);
    luaL_addchar(&text, '=');
    lua_getfield(l, index, key);
    add_value(l, &text, owner, key);
  }
  luaL_pushresult(&text);
}

void recnn__lua_spec_text(lua_State *l, int index, const char *owner) {
  index = lua_absindex(l, index);
  luaL_checkstack(l, 12, NULL);
  bool is_list = lua_istable(l, index) && (lua_rawlen(l, index) > 1);
  if (lua_istable(l, index) && !is_list) {
    is_list = lua_rawgeti(l, index, 1) == LUA_TTABLE;
    lua_pop(l, 1);
  }
  if (!is_list) {
    push_item(l, index, owner);
    return;
  }
  lua_pushliteral(l, "");
  for (lua_Unsigned i = 1, n = lua_rawlen(l, index); i <= n; i++) {
    lua_pushstring(l, i > 1 ? "; " : "");
    lua_rawgeti(l, index, (lua_Integer)i);
    push_item(l, lua_gettop(l), owner);
    lua_remove(l, -2);
    lua_concat(l, 3);
  }
}
