/* Splits and their parts.  A part keeps its split alive, and a split its data set. */
#include <string.h>

#include "bind.h"

static RecnnSplit **box(lua_State *l, int arg) { return luaL_checkudata(l, arg, RECNN_LUA_SPLIT); }

RecnnSplit *recnn__lua_check_split(lua_State *l, int arg) {
  RecnnSplit *split = *box(l, arg);
  luaL_argcheck(l, split != NULL, arg, "the split is closed");
  return split;
}

static int split_close(lua_State *l) {
  RecnnSplit **split = box(l, 1);
  *split = recnn_split_unref(*split);
  return 0;
}

static int push_part(lua_State *l, int part) {
  RecnnSplit *split = recnn__lua_check_split(l, 1);
  RecnnLuaPart *handle = recnn__lua_new(l, RECNN_LUA_PART, sizeof *handle, 0);
  handle->split = recnn_split_ref(split);
  handle->part = part;
  return 1;
}

static int split_train(lua_State *l) { return push_part(l, RECNN_TRAIN); }

static int split_valid(lua_State *l) { return push_part(l, RECNN_VALID); }

static int split_test(lua_State *l) { return push_part(l, RECNN_TEST); }

static int split_fold_in(lua_State *l) { return push_part(l, RECNN_FOLD_IN); }

static int split_data(lua_State *l) {
  recnn__lua_push_dataset(l, recnn__lua_check_split(l, 1)->dataset);
  return 1;
}

static int split_description(lua_State *l) {
  lua_pushstring(l, recnn__lua_check_split(l, 1)->description);
  return 1;
}

static int split_tostring(lua_State *l) {
  RecnnSplit *split = *box(l, 1);
  if (split == NULL) {
    lua_pushliteral(l, "recnn.split (closed)");
    return 1;
  }
  lua_pushfstring(l, "%s: train %I, valid %I, test %I (%s)", split->dataset->name,
                  (LUAI_UACINT)split->part[RECNN_TRAIN].rows.n,
                  (LUAI_UACINT)split->part[RECNN_VALID].rows.n,
                  (LUAI_UACINT)split->part[RECNN_TEST].rows.n, split->description);
  return 1;
}

/* ---- parts */

RecnnLuaPart *recnn__lua_check_part(lua_State *l, int arg) {
  RecnnLuaPart *part = luaL_checkudata(l, arg, RECNN_LUA_PART);
  luaL_argcheck(l, part->split != NULL, arg, "the part is closed");
  return part;
}

static int part_close(lua_State *l) {
  RecnnLuaPart *part = luaL_checkudata(l, 1, RECNN_LUA_PART);
  part->split = recnn_split_unref(part->split);
  return 0;
}

static const RecnnPart *rows_of(const RecnnLuaPart *part) {
  const RecnnSplit *split = part->split;
  return part->part == RECNN_FOLD_IN ? &split->fold_in : &split->part[part->part];
}

static int64_t count_users(const RecnnPart *part) {
  int64_t n = 0;
  for (int64_t user = 0; user < part->rows.n_users; user++) {
    n += part->first[user + 1] > part->first[user] ? 1 : 0;
  }
  return n;
}

static int part_name(lua_State *l) {
  lua_pushstring(l, recnn_part_name(recnn__lua_check_part(l, 1)->part));
  return 1;
}

static int part_n_users(lua_State *l) {
  lua_pushinteger(l, count_users(rows_of(recnn__lua_check_part(l, 1))));
  return 1;
}

static int part_len(lua_State *l) {
  lua_pushinteger(l, rows_of(recnn__lua_check_part(l, 1))->rows.n);
  return 1;
}

static int part_tostring(lua_State *l) {
  RecnnLuaPart *part = luaL_checkudata(l, 1, RECNN_LUA_PART);
  if (part->split == NULL) {
    lua_pushliteral(l, "recnn.part (closed)");
    return 1;
  }
  lua_pushfstring(l, "%s of %s: %I interactions of %I users", recnn_part_name(part->part),
                  part->split->dataset->name, (LUAI_UACINT)rows_of(part)->rows.n,
                  (LUAI_UACINT)count_users(rows_of(part)));
  return 1;
}

void recnn__lua_open_split(lua_State *l) {
  static const luaL_Reg no_methods[] = {{NULL, NULL}};
  static const luaL_Reg split_methods[] = {{"audit", recnn__lua_split_audit}, {NULL, NULL}};
  static const luaL_Reg split_metamethods[] = {{"__tostring", split_tostring}, {NULL, NULL}};
  static const RecnnLuaField split_fields[] = {{"train", split_train},
                                               {"valid", split_valid},
                                               {"test", split_test},
                                               {"fold_in", split_fold_in},
                                               {"data", split_data},
                                               {"description", split_description},
                                               {NULL, NULL}};
  static const RecnnLuaClass split_class = {.name = RECNN_LUA_SPLIT,
                                            .close = split_close,
                                            .methods = split_methods,
                                            .metamethods = split_metamethods,
                                            .fields = split_fields};
  static const luaL_Reg part_metamethods[] = {
      {"__len", part_len}, {"__tostring", part_tostring}, {NULL, NULL}};
  static const RecnnLuaField part_fields[] = {
      {"name", part_name}, {"n_users", part_n_users}, {NULL, NULL}};
  static const RecnnLuaClass part_class = {.name = RECNN_LUA_PART,
                                           .close = part_close,
                                           .methods = no_methods,
                                           .metamethods = part_metamethods,
                                           .fields = part_fields};
  recnn__lua_class(l, &split_class);
  recnn__lua_class(l, &part_class);
}
