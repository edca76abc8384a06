/* Results of an evaluation: metrics by name, and as a table for people. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "bind.h"

static RecnnResult **box(lua_State *l, int arg) {
  return luaL_checkudata(l, arg, RECNN_LUA_RESULT);
}

RecnnResult *recnn__lua_check_result(lua_State *l, int arg) {
  RecnnResult *result = *box(l, arg);
  luaL_argcheck(l, result != NULL, arg, "the result is closed");
  return result;
}

static int result_close(lua_State *l) {
  RecnnResult **result = box(l, 1);
  recnn_result_free(*result);
  *result = NULL;
  return 0;
}

/* A part of another split may hold what the model was trained on: its numbers would be worthless.
 */
static bool check_split(const RecnnLuaModel *model, const RecnnLuaPart *part, GError **error) {
  if (model->dataset != part->split->dataset) {
    return recnn_error_set(error, RECNN_ERROR_ARGUMENT,
                           "evaluate: the part belongs to the data set %s, but model %s was made "
                           "for another one (%s)",
                           part->split->dataset->name, model->model_class->name,
                           model->dataset->name);
  }
  if (model->split != NULL && model->split != part->split &&
      strcmp(model->split->description, part->split->description) != 0) {
    return recnn_error_set(error, RECNN_ERROR_ARGUMENT,
                           "evaluate: model %s was fitted on another split (%s): the part of this "
                           "one (%s) may hold what it was trained on",
                           model->model_class->name, model->split->description,
                           part->split->description);
  }
  return true;
}

/* The texts of field `field` of the table at `index`, which keeps them alive; NULL when it is not
 * there.  The array is pushed. */
static const char *const *read_texts(lua_State *l, int index, const char *field) {
  if (lua_isnoneornil(l, index) || lua_getfield(l, index, field) == LUA_TNIL) {
    return NULL;
  }
  if (lua_type(l, -1) == LUA_TSTRING) { /* a single one */
    lua_createtable(l, 1, 0);
    lua_insert(l, -2);
    lua_rawseti(l, -2, 1);
  }
  int list = lua_gettop(l);
  lua_Integer n = lua_type(l, list) == LUA_TTABLE ? (lua_Integer)lua_rawlen(l, list) : 0;
  if (n == 0) {
    luaL_error(l, "evaluate: option %s: got %s, expected a list of names", field,
               lua_type(l, list) == LUA_TTABLE ? "an empty list" : luaL_typename(l, list));
  }
  const char **texts = lua_newuserdatauv(l, (size_t)(n + 1) * sizeof *texts, 0);
  for (lua_Integer i = 1; i <= n; i++, lua_pop(l, 1)) {
    if (lua_rawgeti(l, list, i) != LUA_TSTRING) {
      luaL_error(l, "evaluate: option %s: got a %s (element %I), expected a name", field,
                 luaL_typename(l, -1), (LUAI_UACINT)i);
    }
    texts[i - 1] = lua_tostring(l, -1);
  }
  texts[n] = NULL;
  return texts;
}

int recnn__lua_evaluate(lua_State *l, RecnnLuaModel *model) {
  static const RecnnOption table[] = {
      {"topk", RECNN_OPTION_INT_LIST, "10", "[1,inf)", "cut-offs of the metrics of rankings"},
      {"ties", RECNN_OPTION_CHOICE, "pessimistic", RECNN_TIES_WORDS,
       "where a relevant item stands among others of the same score"},
      {"candidates", RECNN_OPTION_STRING, "all", NULL, "all, given, uniN or popN"},
      {"profile", RECNN_OPTION_STRING, "recnn", NULL, "whose definitions of metrics"},
      {"diversity", RECNN_OPTION_CHOICE, "features", "features|embeddings",
       "what Diversity compares: the items' features, or the model's embeddings of them"},
      {"seed", RECNN_OPTION_INT, "42", "[0,inf)", "of candidates and of random ties"},
      {"label_threshold", RECNN_OPTION_FLOAT, "4", "(-inf,inf)",
       "a rating from here on is label 1, where the data has no labels"},
      {"per_user", RECNN_OPTION_BOOL, "true", NULL, "keep the numbers of every user"},
      {"ranks", RECNN_OPTION_BOOL, "false", NULL, "keep the ranks of every user's relevant items"},
      {"lists", RECNN_OPTION_INT, "0", "[0,inf)", "keep the first so many items of every user"},
      {NULL, 0, NULL, NULL, NULL}};
  static const char *const extra[] = {"metrics", "slices", NULL};
  RecnnLuaPart *part = recnn__lua_check_part(l, 2);
  luaL_argcheck(
      l, part->part != RECNN_FOLD_IN, 2,
      "the fold_in part is what is known of held-out users: expected train, valid or test");
  RecnnLuaScope *scope = recnn__lua_scope(l, 3);
  RecnnOptions *options = recnn__lua_options(l, scope, 3, table, "evaluate", extra);
  if (model->model == NULL) {
    return luaL_error(l, "model %s is not trained: call fit before evaluate",
                      model->model_class->name);
  }
  if (!check_split(model, part, &scope->error)) {
    return recnn__lua_raise(l, scope);
  }
  const RecnnValue *topk = recnn_options_get(options, "topk");
  if (topk->count == 0) {
    return luaL_error(l, "evaluate: option topk: got an empty list, expected a cut-off");
  }
  const char *profile = recnn_options_string(options, "profile");
  RecnnEvalSettings settings = {
      .topk = topk->as.ints,
      .n_topk = topk->count,
      .metrics = read_texts(l, 3, "metrics"),
      .slices = read_texts(l, 3, "slices"),
      .ties = (RecnnTies)recnn_options_int(options, "ties"),
      .candidates = recnn_options_is_set(options, "candidates")
                        ? recnn_options_string(options, "candidates")
                        : NULL,
      .profile = strcmp(profile, "recnn") != 0 ? profile : NULL,
      .seed = (uint64_t)recnn_options_int(options, "seed"),
      .embeddings = recnn_options_int(options, "diversity") == 1,
      .keep_users = recnn_options_bool(options, "per_user"),
      .keep_ranks = recnn_options_bool(options, "ranks"),
      .keep_lists = recnn_options_int(options, "lists"),
      .has_label_threshold = recnn_options_is_set(options, "label_threshold"),
      .label_threshold = (float)recnn_options_float(options, "label_threshold"),
  };
  RecnnResult **result = recnn__lua_new_box(l, RECNN_LUA_RESULT, 0);
  *result = recnn__lua_planning()
                ? recnn__lua_plan_evaluate(model, part, &settings, scope)
                : recnn_evaluate(model->model, part->split, part->part, &settings, &scope->error);
  recnn__lua_plan_print(l);
  return *result != NULL ? 1 : recnn__lua_raise(l, scope);
}

/* result:values (): {["NDCG@10"] = ...} */
static int result_values(lua_State *l) {
  RecnnResult *result = recnn__lua_check_result(l, 1);
  lua_createtable(l, 0, result->n_values);
  for (int32_t i = 0; i < result->n_values; i++) {
    lua_pushnumber(l, result->values[i].value);
    lua_setfield(l, -2, result->values[i].name);
  }
  return 1;
}

/* result:slices (): a list of {by =, name =, n_users =, values =} */
static int result_slices(lua_State *l) {
  RecnnResult *result = recnn__lua_check_result(l, 1);
  lua_createtable(l, result->n_slices, 0);
  for (int32_t s = 0; s < result->n_slices; s++) {
    const RecnnSliceResult *slice = &result->slices[s];
    lua_createtable(l, 0, 4);
    lua_pushstring(l, slice->by);
    lua_setfield(l, -2, "by");
    lua_pushstring(l, slice->name);
    lua_setfield(l, -2, "name");
    lua_pushinteger(l, slice->n_users);
    lua_setfield(l, -2, "n_users");
    lua_newtable(l);
    for (int32_t i = 0; i < result->n_sliced_values; i++) {
      if (!isnan(slice->values[i])) {
        lua_pushnumber(l, slice->values[i]);
        lua_setfield(l, -2, result->values[i].name);
      }
    }
    lua_setfield(l, -2, "values");
    lua_rawseti(l, -2, s + 1);
  }
  return 1;
}

static int result_next(lua_State *l) {
  RecnnResult *result = recnn__lua_check_result(l, 1);
  lua_Integer at = lua_tointeger(l, lua_upvalueindex(1));
  if (at >= result->n_values) {
    return 0;
  }
  lua_pushinteger(l, at + 1);
  lua_replace(l, lua_upvalueindex(1));
  lua_pushstring(l, result->values[at].name);
  lua_pushnumber(l, result->values[at].value);
  return 2;
}

/* pairs (result): names and values in the order of computation. */
static int result_pairs(lua_State *l) {
  (void)recnn__lua_check_result(l, 1);
  lua_pushinteger(l, 0);
  lua_pushcclosure(l, result_next, 1);
  lua_pushvalue(l, 1);
  return 2;
}

/* result ["NDCG@10"] */
static int result_metric(lua_State *l) {
  RecnnResult *result = recnn__lua_check_result(l, 1);
  const char *name = luaL_checkstring(l, 2);
  RecnnLuaScope *scope = recnn__lua_scope(l, 2);
  double value = recnn_result_get(result, name, &scope->error);
  if (scope->error != NULL) {
    return recnn__lua_raise(l, scope);
  }
  lua_pushnumber(l, value);
  return 1;
}

static int result_tostring(lua_State *l) {
  RecnnResult *result = *box(l, 1);
  if (result == NULL) {
    lua_pushliteral(l, "recnn.result (closed)");
    return 1;
  }
  RecnnLuaScope *scope = recnn__lua_scope(l, 1);
  lua_pushstring(l, recnn__lua_own(scope, recnn_result_text(result), g_free));
  return 1;
}

static int result_model(lua_State *l) {
  lua_pushstring(l, recnn__lua_check_result(l, 1)->model);
  return 1;
}

static int result_part(lua_State *l) {
  lua_pushstring(l, recnn__lua_check_result(l, 1)->part);
  return 1;
}

static int result_ties(lua_State *l) {
  lua_pushstring(l, recnn__lua_check_result(l, 1)->ties);
  return 1;
}

static int result_candidates(lua_State *l) {
  lua_pushstring(l, recnn__lua_check_result(l, 1)->candidates);
  return 1;
}

static int result_n_users(lua_State *l) {
  lua_pushinteger(l, recnn__lua_check_result(l, 1)->n_users);
  return 1;
}

static int result_n_items(lua_State *l) {
  lua_pushinteger(l, recnn__lua_check_result(l, 1)->n_items);
  return 1;
}

static int result_peak_bytes(lua_State *l) {
  lua_pushinteger(l, (lua_Integer)recnn__lua_check_result(l, 1)->peak_bytes);
  return 1;
}

static int result_n_rows(lua_State *l) {
  lua_pushinteger(l, recnn__lua_check_result(l, 1)->n_rows);
  return 1;
}

static int result_tied_users(lua_State *l) {
  lua_pushinteger(l, recnn__lua_check_result(l, 1)->tied_users);
  return 1;
}

static int result_leaks(lua_State *l) {
  lua_pushstring(l, recnn__lua_check_result(l, 1)->leaks); /* nil where there are none */
  return 1;
}

static int result_seconds(lua_State *l) {
  lua_pushnumber(l, recnn__lua_check_result(l, 1)->seconds);
  return 1;
}

void recnn__lua_open_result(lua_State *l) {
  static const luaL_Reg functions[] = {{"metrics", recnn__lua_metrics}, {NULL, NULL}};
  static const luaL_Reg methods[] = {{"values", result_values},
                                     {"slices", result_slices},
                                     {"per_user", recnn__lua_result_per_user},
                                     {"versus", recnn__lua_result_versus},
                                     {"interval", recnn__lua_result_interval},
                                     {"write", recnn__lua_result_write},
                                     {NULL, NULL}};
  static const luaL_Reg metamethods[] = {
      {"__tostring", result_tostring}, {"__pairs", result_pairs}, {NULL, NULL}};
  static const RecnnLuaField fields[] = {{"model", result_model},
                                         {"part", result_part},
                                         {"ties", result_ties},
                                         {"candidates", result_candidates},
                                         {"n_users", result_n_users},
                                         {"n_items", result_n_items},
                                         {"n_rows", result_n_rows},
                                         {"peak_bytes", result_peak_bytes},
                                         {"tied_users", result_tied_users},
                                         {"leaks", result_leaks},
                                         {"seconds", result_seconds},
                                         {NULL, NULL}};
  static const RecnnLuaClass class = {.name = RECNN_LUA_RESULT,
                                      .close = result_close,
                                      .methods = methods,
                                      .metamethods = metamethods,
                                      .fields = fields,
                                      .other = result_metric};
  recnn__lua_class(l, &class);
  luaL_setfuncs(l, functions, 0);
}
