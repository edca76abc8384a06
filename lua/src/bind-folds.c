/* data:folds: k splits, each of which tests on another part of the data. */
#include "bind.h"

/* The splits are made one by one into the list, so none is lost when one fails. */
int recnn__lua_dataset_folds(lua_State *l) {
  RecnnDataset *dataset = recnn__lua_check_dataset(l, 1);
  RecnnLuaScope *scope = recnn__lua_scope(l, 2);
  RecnnOptions *options = recnn__lua_options(l, scope, 2, recnn_fold_options(), "folds", NULL);
  int64_t k = recnn_options_int(options, "k");
  lua_createtable(l, (int)k, 0);
  for (int64_t fold = 0; fold < k; fold++) {
    RecnnSplit **split = recnn__lua_new_box(l, RECNN_LUA_SPLIT, 0);
    *split = recnn_split_new_fold(dataset, options, fold, &scope->error);
    if (*split == NULL) {
      return recnn__lua_raise(l, scope);
    }
    lua_rawseti(l, -2, fold + 1);
    recnn__lua_weigh(l, (uint64_t)dataset->n * 24);
  }
  return 1;
}
