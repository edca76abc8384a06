/* The door of the Lua room: what `require "recnn.core"` calls, from a stock Lua or from a program
 * that puts it into package.preload. */
#ifndef RECNN_LUA_MODULE_H
#define RECNN_LUA_MODULE_H

#include <lua.h>

int luaopen_recnn_core(lua_State *l);

#endif
