/* The module recnn.core: all bindings in one table.  lua/recnn/init.lua makes the module recnn of
 * it; what only that needs is in the field `internal`. */
#include <gmodule.h>

#include "bind.h"
#include "module.h"
#include "plugin/plugin.h"

G_MODULE_EXPORT int luaopen_recnn_core(lua_State *l) {
  luaL_checkversion(l);
  recnn_plugin_serve_names();
  lua_newtable(l);
  recnn__lua_open_dataset(l);
  recnn__lua_open_split(l);
  recnn__lua_open_model(l);
  recnn__lua_open_trainer(l);
  recnn__lua_open_run(l);
  recnn__lua_open_result(l);
  recnn__lua_open_system(l);
  recnn__lua_open_terminal(l);
  recnn__lua_open_plan(l); /* adds to what the terminal has made */
  recnn__lua_open_value(l);
  recnn__lua_open_graph(l);
  return 1;
}
