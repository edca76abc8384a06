rockspec_format = "3.0"
package = "recnn"
version = "0.1.0-1"
source = { url = "git+file://." }
description = {
  summary = "Neural recommenders: the Lua module, on top of an installed librecnn",
  detailed = [[
The module `recnn` for a stock lua5.4: it trains, evaluates and serves neural models that recommend.
The library, its plugins and its headers have to be installed first (`make install`, or the packages
librecnn-dev and recnn-plugins), in the same version.]],
  license = "Apache-2.0",
}
dependencies = { "lua ~> 5.4" }
build = {
  type = "make",
  makefile = "lua/rock/Makefile",
  build_target = "recnn_core.so",
  build_variables = { CC = "$(CC)", CFLAGS = "$(CFLAGS)", LUA_INCDIR = "$(LUA_INCDIR)", INST_LUADIR = "$(LUADIR)" },
  install_variables = {
    CC = "$(CC)", CFLAGS = "$(CFLAGS)", LUA_INCDIR = "$(LUA_INCDIR)",
    INST_LIBDIR = "$(LIBDIR)", INST_LUADIR = "$(LUADIR)",
  },
}
