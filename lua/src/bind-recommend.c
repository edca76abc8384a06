/* model:recommend: what somebody would like best, a user of the data or one with a history that is
 * given. */
#include <limits.h>
#include <string.h>

#include "base/error.h"
#include "bind.h"
#include "eval/recommend.h"

static const RecnnOption table[] = {
    {"k", RECNN_OPTION_INT, "10", "[1,inf)", "how many items"},
    {"exclude_seen", RECNN_OPTION_BOOL, "true", NULL,
     "leave out what is in the history, or else what the user has in the train and valid parts"},
    {NULL, 0, NULL, NULL, NULL}};
static const char *const extra[] = {"user",     "history",    "ratings", "condition",
                                    "features", "candidates", NULL};

/* The index of the token at the stack's top, which goes.  `what` and `at` (0: no list) say
 * where it stands. */
static int32_t pop_index(lua_State *l, const RecnnIdMap *map, const char *what, lua_Integer at,
                         const char *kind, const RecnnDataset *dataset) {
  size_t length;
  int top = lua_gettop(l);
  const char *token = recnn__lua_token(l, top, &length);
  char place[32] = "";
  if (at > 0)
    (void)g_snprintf(place, sizeof place, "[%d]", (int)at);
  if (token == NULL)
    return luaL_error(l, "recommend: option %s%s: got %s, expected a token of the data", what,
                      place, lua_isnil(l, -1) ? "none" : luaL_typename(l, -1));
  int32_t index = recnn_id_map_find(map, token, length);
  if (index < 0)
    luaL_error(l, "recommend: option %s%s: no %s '%s' among the %d of %s, whose first is '%s'",
               what, place, kind, token, (int)recnn_id_map_size(map), dataset->name,
               recnn_id_map_token(map, 0));
  lua_settop(l, top - 1);
  return index;
}

/* The field of the table at 2, in a userdata that is pushed (or nil); false when it is absent. */
static bool push_items(lua_State *l, const char *what, const RecnnDataset *dataset,
                       const int32_t **ret_items, int64_t *ret_n) {
  *ret_items = NULL;
  *ret_n = 0;
  if (lua_getfield(l, 2, what) == LUA_TNIL)
    return false;
  if (!lua_istable(l, -1))
    luaL_error(l, "recommend: option %s: got a %s, expected a list of items' tokens", what,
               luaL_typename(l, -1));
  int list = lua_gettop(l);
  lua_Integer n = luaL_len(l, list);
  int32_t *items = lua_newuserdatauv(l, (size_t)(n + 1) * sizeof *items, 0);
  for (lua_Integer i = 1; i <= n; i++) {
    lua_geti(l, list, i);
    items[i - 1] = pop_index(l, dataset->items, what, i, "item", dataset);
  }
  lua_remove(l, list);
  *ret_items = items;
  *ret_n = n;
  return true;
}

/* The ratings that go with the history; pushes a userdata or nil. */
static const float *push_ratings(lua_State *l, int64_t n) {
  if (lua_getfield(l, 2, "ratings") == LUA_TNIL)
    return NULL;
  if (!lua_istable(l, -1) || luaL_len(l, -1) != n)
    luaL_error(l,
               "recommend: option ratings: expected a list of %d numbers, as many as history has",
               (int)n);
  float *ratings = lua_newuserdatauv(l, (size_t)(n + 1) * sizeof *ratings, 0);
  for (int64_t i = 0; i < n; i++) {
    lua_geti(l, -2, i + 1);
    if (!lua_isnumber(l, -1))
      luaL_error(l, "recommend: option ratings[%d]: got %s, expected a number", (int)i + 1,
                 luaL_typename(l, -1));
    ratings[i] = (float)lua_tonumber(l, -1);
    lua_pop(l, 1);
  }
  lua_remove(l, -2);
  return ratings;
}

/* Sets the conditions that are told, a token or a list of these; pushes a userdata or nil. */
static void push_conditions(lua_State *l, const RecnnLuaModel *model, RecnnSubject *subject) {
  const RecnnInputs *inputs = recnn_model_get_inputs(model->model);
  if (lua_getfield(l, 2, "condition") == LUA_TNIL)
    return;
  if (inputs == NULL || inputs->condition == NULL) {
    luaL_error(l, "recommend: option condition: model %s takes none", model->model_class->name);
    return; /* which it does not reach */
  }
  int value = lua_gettop(l);
  bool list = lua_istable(l, value);
  lua_Integer n = list ? luaL_len(l, value) : 1;
  if (n < 1)
    luaL_error(l, "recommend: option condition: an empty list, expected tokens of %s",
               inputs->condition->name);
  int32_t *conditions = lua_newuserdatauv(l, (size_t)n * sizeof *conditions, 0);
  for (lua_Integer i = 0; i < n; i++) {
    if (list)
      lua_geti(l, value, i + 1);
    else
      lua_pushvalue(l, value);
    conditions[i] = pop_index(l, inputs->condition->tokens, "condition", list ? i + 1 : 0,
                              inputs->condition->name, model->dataset);
  }
  lua_remove(l, value);
  subject->conditions = conditions;
  subject->n_conditions = n;
}

/* Sets what the value at the stack's top, a token, a number or a list of these, tells of a feature.
 */
static void tell(lua_State *l, RecnnLuaScope *scope, const RecnnFeatures *features,
                 const char *name, int32_t *told) {
  int value = lua_gettop(l);
  lua_Integer n = lua_istable(l, value) ? luaL_len(l, value) : 1;
  const char **tokens = lua_newuserdatauv(l, (size_t)(n + 1) * sizeof *tokens, 0);
  size_t *lengths = lua_newuserdatauv(l, (size_t)(n + 1) * sizeof *lengths, 0);
  luaL_checkstack(l, (int)MIN(n, INT_MAX - 8) + 8, "a feature's values");
  for (lua_Integer i = 0; i < n; i++) {
    if (lua_istable(l, value))
      lua_geti(l, value, i + 1);
    else
      lua_pushvalue(l, value);
    tokens[i] = lua_tolstring(l, -1, &lengths[i]); /* stays on the stack */
    if (tokens[i] == NULL)
      luaL_error(l, "recommend: option features: %s: got a %s, expected a token or a number", name,
                 luaL_typename(l, -1));
  }
  bool done = recnn_features_tell(features, name, tokens, lengths, n, told, &scope->error);
  lua_settop(l, value);
  if (!done) {
    g_prefix_error(&scope->error, "recommend: option features: ");
    recnn__lua_raise(l, scope);
  }
}

/* What is told of the subject's features, in a userdata that is pushed (or nil). */
static const int32_t *push_told(lua_State *l, RecnnLuaScope *scope, const RecnnLuaModel *model) {
  const RecnnInputs *inputs = recnn_model_get_inputs(model->model);
  const RecnnFeatures *features = inputs != NULL ? inputs->features : NULL;
  if (lua_getfield(l, 2, "features") == LUA_TNIL)
    return NULL;
  int list = lua_gettop(l);
  if (features == NULL)
    luaL_error(l, "recommend: option features: model %s takes none", model->model_class->name);
  if (!lua_istable(l, list))
    luaL_error(l, "recommend: option features: got a %s, expected { name = value }",
               luaL_typename(l, list));
  /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): luaL_error() does not return */
  int32_t *told = lua_newuserdatauv(l, (size_t)features->n * sizeof *told, 0);
  for (int32_t f = 0; f < features->n; f++)
    told[f] = RECNN_NOT_TOLD;
  for (lua_pushnil(l); lua_next(l, list) != 0; lua_pop(l, 1)) {
    if (lua_type(l, -2) != LUA_TSTRING)
      luaL_error(l, "recommend: option features: got a value for [%s], expected name = value",
                 luaL_tolstring(l, -2, NULL));
    tell(l, scope, features, lua_tostring(l, -2), told);
  }
  lua_remove(l, list);
  return told;
}

static int compare(const void *a, const void *b) {
  int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
  return (x > y) - (x < y);
}

/* The items of `user` in train and valid, ascending, in a userdata that is pushed. */
static const int32_t *push_seen(lua_State *l, const RecnnSplit *split, int64_t user,
                                int64_t *ret_n) {
  const RecnnPart *a = &split->part[RECNN_TRAIN], *b = &split->part[RECNN_VALID];
  const RecnnPart *fold_in = split->part[RECNN_TEST].fold_in;
  if (fold_in != NULL && fold_in->first[user + 1] > fold_in->first[user])
    a = fold_in; /* who is held out has nothing in train */
  int64_t i = a->first[user], i_end = a->first[user + 1];
  int64_t j = b->first[user], j_end = b->first[user + 1];
  int32_t *seen = lua_newuserdatauv(l, (size_t)(i_end - i + j_end - j + 1) * sizeof *seen, 0);
  int64_t n = 0;
  while (i < i_end || j < j_end) {
    int32_t item =
        j >= j_end || (i < i_end && a->items[i] <= b->items[j]) ? a->items[i++] : b->items[j++];
    if (n == 0 || seen[n - 1] != item) {
      seen[n++] = item;
    }
  }
  *ret_n = n;
  return seen;
}

static void exclude_seen(lua_State *l, const RecnnLuaModel *model, RecnnWish *wish) {
  if (!wish->has_history && wish->subject.user < 0) {
    return; /* somebody of whom nothing is known but features */
  }
  if (!wish->has_history) {
    wish->exclude = push_seen(l, model->split, wish->subject.user, &wish->n_exclude);
    return;
  }
  size_t bytes = (size_t)wish->subject.n * sizeof(int32_t);
  int32_t *seen = lua_newuserdatauv(l, bytes + sizeof *seen, 0);
  memcpy(seen, wish->subject.items, bytes);
  qsort(seen, (size_t)wish->subject.n, sizeof *seen, compare);
  wish->exclude = seen;
  wish->n_exclude = wish->subject.n;
}

/* Reads who is meant; what it points to is left on the stack. */
static void read_subject(lua_State *l, RecnnLuaScope *scope, const RecnnLuaModel *model,
                         RecnnWish *wish) {
  wish->subject = (RecnnSubject){.user = -1};
  wish->has_history =
      push_items(l, "history", model->dataset, &wish->subject.items, &wish->subject.n);
  wish->subject.ratings = push_ratings(l, wish->subject.n);
  wish->subject.told = push_told(l, scope, model);
  if (lua_getfield(l, 2, "user") != LUA_TNIL || (!wish->has_history && !wish->subject.told))
    wish->subject.user = pop_index(l, model->dataset->users, "user", 0, "user", model->dataset);
  push_conditions(l, model, &wish->subject);
}

static bool make_ranker(RecnnLuaModel *model, RecnnLuaScope *scope) {
  if (model->ranker != NULL)
    return true;
  model->ranker = recnn_ranker_new(model->model, 0, &scope->error);
  if (model->ranker == NULL)
    return false;
  recnn_ranker_set_names(model->ranker, model->dataset);
  if (recnn_ranker_set_history(model->ranker, model->split, RECNN_TEST, &scope->error))
    return true;
  g_clear_pointer(&model->ranker, recnn_ranker_free);
  return false;
}

static void push_hits(lua_State *l, const RecnnDataset *dataset, const int64_t *items,
                      const float *scores, int64_t n) {
  lua_createtable(l, (int)n, 0);
  for (int64_t i = 0; i < n; i++) {
    lua_createtable(l, 0, 2);
    lua_pushstring(l, recnn_id_map_token(dataset->items, (int32_t)items[i]));
    lua_setfield(l, -2, "item");
    lua_pushnumber(l, scores[i]);
    lua_setfield(l, -2, "score");
    lua_rawseti(l, -2, i + 1);
  }
}

/* model:recommend {user = | history = | features = [, ratings =, condition =, candidates =, k = 10,
 * exclude_seen = true]} */
int recnn__lua_model_recommend(lua_State *l) {
  RecnnLuaModel *model = recnn__lua_check_model(l, 1);
  luaL_checktype(l, 2, LUA_TTABLE);
  RecnnLuaScope *scope = recnn__lua_scope(l, 2);
  RecnnOptions *options = recnn__lua_options(l, scope, 2, table, "recommend", extra);
  if (!model->fitted) {
    return luaL_error(l, "model %s is not trained: call fit before recommend",
                      model->model_class->name);
  }
  RecnnWish wish = {.k = recnn_options_int(options, "k")};
  luaL_checkstack(l, 16, NULL);
  read_subject(l, scope, model, &wish);
  (void)push_items(l, "candidates", model->dataset, &wish.candidates, &wish.n_candidates);
  if (recnn_options_bool(options, "exclude_seen"))
    exclude_seen(l, model, &wish);
  size_t room = (size_t)MIN(wish.k, recnn_dataset_n_items(model->dataset));
  int64_t *items = lua_newuserdatauv(l, room * sizeof *items, 0);
  float *scores = lua_newuserdatauv(l, room * sizeof *scores, 0);
  int64_t n = make_ranker(model, scope)
                  ? recnn_recommend(model->ranker, &wish, items, scores, &scope->error)
                  : -1;
  if (n < 0) {
    return recnn__lua_raise(l, scope);
  }
  push_hits(l, model->dataset, items, scores, n);
  return 1;
}
