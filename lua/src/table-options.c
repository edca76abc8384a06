/* Options from Lua tables and back.  Whatever an option's value can be checked for is checked by
 * core (base/options.h); here Lua's types become the values that core knows. */
#include <string.h>

#include "base/error.h"
#include "bind.h"

static const char *expected(int32_t type) {
  switch (type) {
  case RECNN_OPTION_BOOL:
    return "true or false";
  case RECNN_OPTION_INT:
    return "an integer";
  case RECNN_OPTION_FLOAT:
    return "a number";
  case RECNN_OPTION_INT_LIST:
    return "a list of integers";
  case RECNN_OPTION_FLOAT_LIST:
    return "a list of numbers";
  default:
    return "a text";
  }
}

static bool is_known(const char *key, const RecnnOption *table, const char *const *extra) {
  for (; table->name != NULL; table++) {
    if (strcmp(key, table->name) == 0) {
      return true;
    }
  }
  return extra != NULL && g_strv_contains(extra, key);
}

static bool fail_unknown(const char *key, const RecnnOption *table, const char *owner,
                         const char *const *extra, GError **error) {
  GPtrArray *names = g_ptr_array_new();
  for (; table->name != NULL; table++) {
    g_ptr_array_add(names, (gpointer)table->name);
  }
  for (; extra != NULL && *extra != NULL; extra++) {
    g_ptr_array_add(names, (gpointer)*extra);
  }
  g_ptr_array_add(names, NULL);
  char *hint = recnn_suggest(key, (const char *const *)names->pdata);
  recnn_error_set(error, RECNN_ERROR_OPTION, "%s: option %.100s is not known%s", owner, key, hint);
  g_free(hint);
  g_ptr_array_unref(names);
  return false;
}

/* Of several unknown keys the first in the alphabet is named, so that the text is always the same.
 */
static bool check_keys(lua_State *l, int index, const RecnnOption *table, const char *owner,
                       const char *const *extra, GError **error) {
  const char *unknown = NULL;
  for (lua_pushnil(l); lua_next(l, index) != 0; lua_pop(l, 1)) {
    if (lua_type(l, -2) != LUA_TSTRING) {
      const char *key = luaL_tolstring(l, -2, NULL);
      return recnn_error_set(error, RECNN_ERROR_OPTION,
                             "%s: options are written name = value, got a value for [%s]", owner,
                             key);
    }
    const char *key = lua_tostring(l, -2);
    if (!is_known(key, table, extra) && (unknown == NULL || strcmp(key, unknown) < 0)) {
      unknown = key;
    }
  }
  return unknown == NULL || fail_unknown(unknown, table, owner, extra, error);
}

static bool fail_type(const RecnnOption *option, const char *owner, const char *got,
                      GError **error) {
  return recnn_error_set(error, RECNN_ERROR_OPTION, "%s: option %s: got %s, expected %s", owner,
                         option->name, got, expected(option->type));
}

/* The list at the top of the stack, in a userdata that replaces it. */
static bool read_list(lua_State *l, const RecnnOption *option, const char *owner,
                      RecnnValue *ret_value, GError **error) {
  int list = lua_gettop(l);
  lua_Unsigned n = lua_rawlen(l, list), entries = 0;
  for (lua_pushnil(l); lua_next(l, list) != 0; lua_pop(l, 1)) {
    entries++;
  }
  if (entries != n || n > INT32_MAX) {
    return fail_type(option, owner, "a table that is not a list", error);
  }
  bool integers = true;
  for (lua_Unsigned i = 1; i <= n; i++, lua_pop(l, 1)) {
    if (lua_rawgeti(l, list, (lua_Integer)i) != LUA_TNUMBER) {
      const char *got = lua_pushfstring(l, "a %s (element %d)", luaL_typename(l, -1), (int)i);
      return fail_type(option, owner, got, error);
    }
    integers = integers && lua_isinteger(l, -1);
  }
  void *numbers = lua_newuserdatauv(l, (size_t)MAX(n, 1) * 8, 0);
  for (lua_Unsigned i = 0; i < n; i++, lua_pop(l, 1)) {
    lua_rawgeti(l, list, (lua_Integer)i + 1);
    if (integers) {
      ((int64_t *)numbers)[i] = lua_tointeger(l, -1);
    } else {
      ((double *)numbers)[i] = lua_tonumber(l, -1);
    }
  }
  lua_replace(l, list);
  ret_value->type = integers ? RECNN_OPTION_INT_LIST : RECNN_OPTION_FLOAT_LIST;
  ret_value->count = (int32_t)n;
  if (integers) {
    ret_value->as.ints = numbers;
  } else {
    ret_value->as.floats = numbers;
  }
  return true;
}

/* Names of columns, files and the like: the list at the top of the stack as one text, with commas,
 * in its place. */
static bool read_texts(lua_State *l, const RecnnOption *option, const char *owner,
                       RecnnValue *ret_value, GError **error) {
  int list = lua_gettop(l);
  lua_Unsigned n = lua_rawlen(l, list), entries = 0;
  for (lua_pushnil(l); lua_next(l, list) != 0; lua_pop(l, 1)) {
    entries++;
  }
  if (entries != n || n > INT32_MAX) {
    return fail_type(option, owner, "a table that is not a list", error);
  }
  lua_pushliteral(l, "");
  for (lua_Unsigned i = 1; i <= n; i++) {
    size_t length;
    if (lua_rawgeti(l, list, (lua_Integer)i) != LUA_TSTRING) {
      const char *got = lua_pushfstring(l, "a %s (element %d)", luaL_typename(l, -1), (int)i);
      return fail_type(option, owner, got, error);
    }
    const char *text = lua_tolstring(l, -1, &length);
    if (strlen(text) != length || strchr(text, ',') != NULL) {
      const char *got =
          lua_pushfstring(l, "a text with a comma or a zero byte (element %d)", (int)i);
      return fail_type(option, owner, got, error);
    }
    if (i > 1) {
      lua_pushliteral(l, ",");
      lua_insert(l, -2);
    }
    lua_concat(l, i > 1 ? 3 : 2);
  }
  lua_replace(l, list);
  ret_value->type = RECNN_OPTION_STRING;
  ret_value->as.s = lua_tostring(l, list);
  return true;
}

/* The value at the top of the stack; valid as long as what is there then. */
static bool read_value(lua_State *l, const RecnnOption *option, const char *owner,
                       RecnnValue *ret_value, GError **error) {
  memset(ret_value, 0, sizeof *ret_value);
  switch (lua_type(l, -1)) {
  case LUA_TBOOLEAN:
    ret_value->type = RECNN_OPTION_BOOL;
    ret_value->as.i = lua_toboolean(l, -1);
    return true;
  case LUA_TNUMBER:
    if (lua_isinteger(l, -1)) {
      ret_value->type = RECNN_OPTION_INT;
      ret_value->as.i = lua_tointeger(l, -1);
    } else {
      ret_value->type = RECNN_OPTION_FLOAT;
      ret_value->as.f = lua_tonumber(l, -1);
    }
    return true;
  case LUA_TSTRING: {
    size_t length;
    ret_value->type = RECNN_OPTION_STRING;
    ret_value->as.s = lua_tolstring(l, -1, &length);
    return strlen(ret_value->as.s) == length ||
           fail_type(option, owner, "a text with a zero byte", error);
  }
  case LUA_TTABLE:
    if (option->type == RECNN_OPTION_STRING) {
      return read_texts(l, option, owner, ret_value, error);
    }
    return read_list(l, option, owner, ret_value, error);
  default: {
    const char *got = lua_pushfstring(l, "a %s", luaL_typename(l, -1));
    return fail_type(option, owner, got, error);
  }
  }
}

/* In the table's order, so that of several mistakes the same one is always named. */
static bool set_all(lua_State *l, int index, RecnnOptions *options, const char *owner,
                    const char *const *extra, GError **error) {
  const RecnnOption *option = recnn_options_table(options);
  if (!check_keys(l, index, option, owner, extra, error)) {
    return false;
  }
  for (; option->name != NULL; option++, lua_pop(l, 1)) {
    RecnnValue value;
    lua_pushstring(l, option->name);
    if (lua_rawget(l, index) != LUA_TNIL &&
        !(read_value(l, option, owner, &value, error) &&
          recnn_options_set(options, option->name, &value, error))) {
      return false;
    }
  }
  return true;
}

static void free_options(void *options) { recnn_options_free(options); }

RecnnOptions *recnn__lua_options(lua_State *l, RecnnLuaScope *scope, int index,
                                 const RecnnOption *table, const char *owner,
                                 const char *const *extra) {
  if (!lua_isnoneornil(l, index)) {
    luaL_checktype(l, index, LUA_TTABLE);
  }
  luaL_checkstack(l, 8, NULL);
  RecnnOptions *options = recnn_options_new(table, owner, &scope->error);
  recnn__lua_own(scope, options, free_options);
  if (options == NULL ||
      (!lua_isnoneornil(l, index) &&
       !set_all(l, lua_absindex(l, index), options, owner, extra, &scope->error)) ||
      !recnn_options_complete(options, &scope->error)) {
    recnn__lua_raise(l, scope);
  }
  return options;
}

/* The word number `index` of "a|b|c". */
static void push_word(lua_State *l, const char *words, int64_t index) {
  for (; index > 0; index--) {
    words = strchr(words, '|') + 1;
  }
  lua_pushlstring(l, words, strcspn(words, "|"));
}

void recnn__lua_push_options(lua_State *l, const RecnnOptions *options) {
  lua_newtable(l);
  for (const RecnnOption *option = recnn_options_table(options); option->name != NULL; option++) {
    const RecnnValue *value = recnn_options_get(options, option->name);
    if (value == NULL) {
      continue;
    }
    switch (value->type) {
    case RECNN_OPTION_BOOL:
      lua_pushboolean(l, value->as.i != 0);
      break;
    case RECNN_OPTION_INT:
      lua_pushinteger(l, value->as.i);
      break;
    case RECNN_OPTION_FLOAT:
      lua_pushnumber(l, value->as.f);
      break;
    case RECNN_OPTION_CHOICE:
      push_word(l, option->range, value->as.i);
      break;
    case RECNN_OPTION_INT_LIST:
    case RECNN_OPTION_FLOAT_LIST:
      lua_createtable(l, value->count, 0);
      for (int32_t i = 0; i < value->count; i++) {
        if (value->type == RECNN_OPTION_INT_LIST) {
          lua_pushinteger(l, value->as.ints[i]);
        } else {
          lua_pushnumber(l, value->as.floats[i]);
        }
        lua_rawseti(l, -2, i + 1);
      }
      break;
    default:
      lua_pushstring(l, value->as.s);
      break;
    }
    lua_setfield(l, -2, option->name);
  }
}
