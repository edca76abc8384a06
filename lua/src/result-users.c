/* Results user by user: the numbers, tests of their differences, intervals, and files. */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "bind.h"
#include "eval/result-compare.h"
#include "eval/result-write.h"

/* The numbers of a metric, owned by the scope; raises when there are none. */
static const double *numbers_of(lua_State *l, RecnnLuaScope *scope, const RecnnResult *result,
                                const char *metric, int64_t *ret_n) {
  double *numbers = recnn_result_numbers(result, metric, ret_n, &scope->error);
  recnn__lua_own(scope, numbers, recnn_memory_free);
  if (numbers == NULL) {
    recnn__lua_raise(l, scope);
  }
  return numbers;
}

/* result:per_user (metric): a list of {user =, value =}, with given candidates also row = */
int recnn__lua_result_per_user(lua_State *l) {
  const RecnnResult *result = recnn__lua_check_result(l, 1);
  const char *metric = recnn__lua_text(l, 2);
  RecnnLuaScope *scope = recnn__lua_scope(l, 2);
  int64_t n;
  const double *numbers = numbers_of(l, scope, result, metric, &n);
  const RecnnDetails *details = result->details;
  lua_createtable(l, (int)n, 0);
  for (int64_t q = 0; q < n; q++) {
    lua_createtable(l, 0, 2);
    lua_pushstring(l, recnn_id_map_token(details->dataset->users, (int32_t)details->users[q]));
    lua_setfield(l, -2, "user");
    lua_pushnumber(l, numbers[q]);
    lua_setfield(l, -2, "value");
    if (details->rows != NULL) {
      lua_pushinteger(l, (lua_Integer)details->rows[q] + 1);
      lua_setfield(l, -2, "row");
    }
    lua_rawseti(l, -2, (lua_Integer)q + 1);
  }
  return 1;
}

/* result:versus (other, metric [, {test =}]): {n =, difference =, statistic =, p =, test =} */
int recnn__lua_result_versus(lua_State *l) {
  static const RecnnOption table[] = {
      {"test", RECNN_OPTION_CHOICE, "t", RECNN_TEST_WORDS, "of the differences, user by user"},
      {NULL, 0, NULL, NULL, NULL}};
  const RecnnResult *result = recnn__lua_check_result(l, 1);
  const RecnnResult *other = recnn__lua_check_result(l, 2);
  const char *metric = recnn__lua_text(l, 3);
  RecnnLuaScope *scope = recnn__lua_scope(l, 4);
  RecnnOptions *options = recnn__lua_options(l, scope, 4, table, "versus", NULL);
  int64_t n;
  RecnnTestResult test;
  double *differences = recnn_result_differences(result, other, metric, &n, &scope->error);
  recnn__lua_own(scope, differences, recnn_memory_free);
  if (differences == NULL || !recnn_test_differences((RecnnTest)recnn_options_int(options, "test"),
                                                     differences, n, &test, &scope->error)) {
    return recnn__lua_raise(l, scope);
  }
  lua_createtable(l, 0, 5);
  lua_pushinteger(l, (lua_Integer)test.n);
  lua_setfield(l, -2, "n");
  lua_pushnumber(l, test.mean);
  lua_setfield(l, -2, "difference");
  lua_pushnumber(l, test.statistic);
  lua_setfield(l, -2, "statistic");
  lua_pushnumber(l, test.p);
  lua_setfield(l, -2, "p");
  lua_pushstring(l, recnn__lua_own(scope, recnn_options_text(options, "test"), g_free));
  lua_setfield(l, -2, "test");
  return 1;
}

/* result:interval (metric [, {level =, samples =, seed =, other =}]): low, high */
int recnn__lua_result_interval(lua_State *l) {
  static const RecnnOption table[] = {
      {"level", RECNN_OPTION_FLOAT, "0.95", "(0,1)", "the probability of the interval"},
      {"samples", RECNN_OPTION_INT, "1000", "[10,1000000]", "draws of all users with replacement"},
      {"seed", RECNN_OPTION_INT, "42", "[0,inf)", "of the draws"},
      {NULL, 0, NULL, NULL, NULL}};
  static const char *const extra[] = {"other", NULL};
  const RecnnResult *result = recnn__lua_check_result(l, 1);
  const char *metric = recnn__lua_text(l, 2);
  RecnnLuaScope *scope = recnn__lua_scope(l, 3);
  RecnnOptions *options = recnn__lua_options(l, scope, 3, table, "interval", extra);
  const RecnnResult *other = NULL;
  if (!lua_isnil(l, 3) && lua_getfield(l, 3, "other") != LUA_TNIL) {
    other = recnn__lua_check_result(l, -1);
  }
  int64_t n;
  const double *numbers;
  if (other == NULL) {
    numbers = numbers_of(l, scope, result, metric, &n);
  } else {
    double *differences = recnn_result_differences(result, other, metric, &n, &scope->error);
    numbers = recnn__lua_own(scope, differences, recnn_memory_free);
  }
  double low, high;
  if (numbers == NULL || !recnn_bootstrap_mean(numbers, n, recnn_options_float(options, "level"),
                                               recnn_options_int(options, "samples"),
                                               (uint64_t)recnn_options_int(options, "seed"), &low,
                                               &high, &scope->error)) {
    return recnn__lua_raise(l, scope);
  }
  lua_pushnumber(l, low);
  lua_pushnumber(l, high);
  return 2;
}

/* result:write {values =, per_user =, ranks =, lists =}: each a path */
int recnn__lua_result_write(lua_State *l) {
  static const RecnnOption table[] = {
      [RECNN_RESULT_VALUES] = {"values", RECNN_OPTION_STRING, "", NULL, "metric and value"},
      [RECNN_RESULT_PER_USER] = {"per_user", RECNN_OPTION_STRING, "", NULL,
                                 "a line a user, a column a metric"},
      [RECNN_RESULT_RANKS] = {"ranks", RECNN_OPTION_STRING, "", NULL,
                              "the rank of every relevant item"},
      [RECNN_RESULT_LISTS] = {"lists", RECNN_OPTION_STRING, "", NULL,
                              "the first items of every user"},
      {NULL, 0, NULL, NULL, NULL}};
  const RecnnResult *result = recnn__lua_check_result(l, 1);
  luaL_checktype(l, 2, LUA_TTABLE);
  RecnnLuaScope *scope = recnn__lua_scope(l, 2);
  RecnnOptions *options = recnn__lua_options(l, scope, 2, table, "write", NULL);
  int written = 0;
  for (int i = 0; table[i].name != NULL; i++) {
    const char *path = recnn_options_string(options, table[i].name);
    if (*path == '\0') {
      continue;
    }
    if (!recnn__lua_planning() &&
        !recnn_result_write(result, (RecnnResultTable)i, path, &scope->error)) {
      return recnn__lua_raise(l, scope);
    }
    written++;
  }
  if (written == 0) {
    return luaL_error(l, "write: expected a path for at least one of values, per_user, ranks, "
                         "lists, such as { values = \"result.tsv\" }");
  }
  lua_settop(l, 1);
  return 1;
}

static const char *kind_name(int32_t kind) {
  static const char *const names[] = {"rank", "list", "catalogue", "value"};
  return names[kind];
}

/* recnn.metrics (): {["NDCG"] = {doc =, kind =, higher_is_better =, ...}} */
int recnn__lua_metrics(lua_State *l) {
  lua_newtable(l);
  for (const RecnnMetric *const *m = recnn_metric_all(); *m != NULL; m++) {
    if ((*m)->profiles != NULL) {
      continue;
    }
    lua_newtable(l);
    lua_pushstring(l, (*m)->doc);
    lua_setfield(l, -2, "doc");
    lua_pushstring(l, (*m)->aliases);
    lua_setfield(l, -2, "aliases");
    lua_pushstring(l, kind_name((*m)->kind));
    lua_setfield(l, -2, "kind");
    lua_pushboolean(l, (*m)->higher_is_better);
    lua_setfield(l, -2, "higher_is_better");
    lua_pushboolean(l, recnn_metric_has_cutoff(*m));
    lua_setfield(l, -2, "has_cutoff");
    lua_setfield(l, -2, (*m)->name);
  }
  return 1;
}
