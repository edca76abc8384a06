/* What is not about any one object: the version, threads, plugins, the machine. */
#include <string.h>

#include <recnn/host.h>

#include "base/file.h"
#include "bind.h"

#include "base/parallel.h"
#include "kernels/blas.h"
#include "plugin/plugin.h"

static void free_texts(void *texts) { g_strfreev(texts); }

/* recnn.threads ([n]) */
static int threads(lua_State *l) {
  if (!lua_isnoneornil(l, 1)) {
    lua_Integer n = luaL_checkinteger(l, 1);
    RecnnLuaScope *scope = recnn__lua_scope(l, 1);
    if (!recnn_parallel_set_threads((int)CLAMP(n, -1, G_MAXINT), &scope->error)) {
      return recnn__lua_raise(l, scope);
    }
  }
  lua_pushinteger(l, recnn_parallel_threads());
  return 1;
}

/* recnn.plugin_path ([folder]): the folders searched, after adding one in front. */
static int plugin_path(lua_State *l) {
  if (!lua_isnoneornil(l, 1)) {
    const char *folder = recnn__lua_text(l, 1);
    if (!g_file_test(folder, G_FILE_TEST_IS_DIR)) {
      return luaL_error(l, "plugin_path: %s: no such folder", folder);
    }
    recnn_plugin_add_folder(folder);
  }
  RecnnLuaScope *scope = recnn__lua_scope(l, 1);
  char **folders = recnn__lua_own(scope, recnn_plugin_folders(), free_texts);
  recnn__lua_push_texts(l, (const char *const *)folders);
  return 1;
}

/* recnn.plugins (): the names that can be asked for. */
static int plugins(lua_State *l) {
  RecnnLuaScope *scope = recnn__lua_scope(l, 0);
  char **names = recnn__lua_own(scope, recnn_plugin_names(), free_texts);
  recnn__lua_push_texts(l, (const char *const *)names);
  return 1;
}

static void set_text(lua_State *l, const char *name, const char *value) {
  lua_pushstring(l, value);
  lua_setfield(l, -2, name);
}

/* A plugin as a table: {name =, version =, licence =, summary =, file =, features = {{kind =, name
 * =}, ...}}. */
static void push_plugin(lua_State *l, const RecnnPlugin *plugin) {
  const RecnnManifest *m = plugin->manifest;
  lua_createtable(l, 0, 6);
  set_text(l, "name", m->name);
  set_text(l, "version", m->version);
  set_text(l, "licence", m->licence);
  set_text(l, "summary", m->summary);
  set_text(l, "file", plugin->path);
  lua_newtable(l);
  for (int i = 0; m->features[i].kind != NULL; i++) {
    lua_createtable(l, 0, 2);
    set_text(l, "kind", m->features[i].kind);
    set_text(l, "name", recnn_feature_name(&m->features[i]));
    lua_rawseti(l, -2, i + 1);
  }
  lua_setfield(l, -2, "features");
}

/* recnn.plugin (name): loads it, or the file that it names, and tells what it is. */
static int plugin(lua_State *l) {
  const char *name = recnn__lua_text(l, 1);
  RecnnLuaScope *scope = recnn__lua_scope(l, 1);
  bool is_file = strchr(name, '/') != NULL || g_str_has_suffix(name, ".so");
  const RecnnPlugin *loaded =
      is_file ? recnn_plugin_load(name, &scope->error) : recnn_plugin_require(name, &scope->error);
  if (loaded == NULL) {
    return recnn__lua_raise(l, scope);
  }
  push_plugin(l, loaded);
  return 1;
}

/* recnn.system (): what the machine and the libraries are. */
static int system_info(lua_State *l) {
  RecnnLuaScope *scope = recnn__lua_scope(l, 0);
  RecnnBlasInfo blas;
  if (!recnn_blas_info(&blas, &scope->error)) {
    return recnn__lua_raise(l, scope);
  }
  lua_newtable(l);
  set_text(l, "version", recnn_host()->version);
  set_text(l, "lua", LUA_RELEASE);
  set_text(l, "cpu", recnn_cpu_name());
  set_text(l, "features", recnn_cpu_features());
  lua_pushinteger(l, recnn_parallel_threads());
  lua_setfield(l, -2, "threads");
  lua_createtable(l, 0, 4);
  set_text(l, "library", blas.library);
  set_text(l, "config", blas.config);
  set_text(l, "core_type", blas.core_type);
  set_text(l, "chosen_by", blas.chosen_by);
  lua_setfield(l, -2, "blas");
  return 1;
}

/* recnn.write_file (path, text): all or nothing; while planning nothing */
static int write_file(lua_State *l) {
  size_t length;
  const char *path = recnn__lua_text(l, 1);
  const char *text = luaL_checklstring(l, 2, &length);
  if (recnn__lua_planning()) {
    return 0;
  }
  RecnnLuaScope *scope = recnn__lua_scope(l, 2);
  RecnnFileWriter *writer = recnn_file_writer_new(path, &scope->error);
  if (writer == NULL) {
    return recnn__lua_raise(l, scope);
  }
  if (!recnn_file_writer_write(writer, text, length, &scope->error)) {
    recnn_file_writer_abort(writer);
    return recnn__lua_raise(l, scope);
  }
  return recnn_file_writer_commit(writer, &scope->error) ? 0 : recnn__lua_raise(l, scope);
}

void recnn__lua_open_system(lua_State *l) {
  static const luaL_Reg functions[] = {
      {"threads", threads}, {"plugin_path", plugin_path}, {"plugin", plugin},
      {"plugins", plugins}, {"system", system_info},      {"write_file", write_file},
      {NULL, NULL}};
  luaL_setfuncs(l, functions, 0);
  set_text(l, "version", recnn_host()->version);
}
