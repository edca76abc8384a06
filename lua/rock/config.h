/* In the place of configure's: what the bindings need of it when LuaRocks builds them. */
#define _GNU_SOURCE 1
