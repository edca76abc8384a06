/* Data sets: recnn.dataset, recnn.synthetic, and what can be asked of one. */
#include "config.h"

#include <math.h>
#include <string.h>
#include <time.h>

#include "bind.h"
#include "data/dataset.h"
#include "data/format.h"
#include "data/sources.h"
#include "data/synthetic.h"

static RecnnDataset **box(lua_State *l, int arg) {
  return luaL_checkudata(l, arg, RECNN_LUA_DATASET);
}

RecnnDataset *recnn__lua_check_dataset(lua_State *l, int arg) {
  RecnnDataset *dataset = *box(l, arg);
  luaL_argcheck(l, dataset != NULL, arg, "the data set is closed");
  return dataset;
}

static int dataset_close(lua_State *l) {
  RecnnDataset **dataset = box(l, 1);
  *dataset = recnn_dataset_unref(*dataset);
  return 0;
}

static RecnnDataset **new_box(lua_State *l) { return recnn__lua_new_box(l, RECNN_LUA_DATASET, 0); }

void recnn__lua_push_dataset(lua_State *l, RecnnDataset *dataset) {
  RecnnDataset **box_of_it = new_box(l);
  *box_of_it = recnn_dataset_ref(dataset);
}

static int finish(lua_State *l, RecnnLuaScope *scope, RecnnDataset *dataset) {
  if (dataset == NULL) {
    return recnn__lua_raise(l, scope);
  }
  recnn__lua_weigh(l, (uint64_t)dataset->n * 20);
  return 1;
}

/* The text of field `name` of the options' table at `index`, or the first of a list; "" when there
 * is none, or something else, which is told when the options are read. */
static const char *text_field(lua_State *l, int index, const char *name) {
  if (lua_isnoneornil(l, index)) {
    return "";
  }
  int type = lua_getfield(l, index, name);
  if (type == LUA_TTABLE) {
    type = lua_rawgeti(l, -1, 1);
  }
  return type == LUA_TSTRING ? lua_tostring(l, -1) : ""; /* stays on the stack */
}

static const RecnnOption no_options[] = {{NULL, 0, NULL, NULL, NULL}};

/* Reads `path` with the options in the table at `index`, if there is one. */
static int read_dataset(lua_State *l, RecnnLuaScope *scope, const char *path, int index) {
  static const char *const extra[] = {"path", "format", NULL};
  luaL_checkstack(l, 8, NULL);
  const char *format = text_field(l, index, "format");
  const char *files = text_field(l, index, "files"), *train = text_field(l, index, "train");
  char *first = recnn_sources_first(path, files, train, &scope->error);
  recnn__lua_own(scope, first, g_free);
  const RecnnFormat *reader =
      first != NULL ? recnn_format_for(first, format[0] != '\0' ? format : NULL, &scope->error)
                    : NULL;
  if (reader == NULL) {
    return recnn__lua_raise(l, scope);
  }
  char *owner = recnn__lua_own(scope, g_strdup_printf("format %s", reader->name), g_free);
  RecnnOptions *options = recnn__lua_options(
      l, scope, index, reader->options != NULL ? reader->options : no_options, owner, extra);
  RecnnDataset **dataset = new_box(l);
  *dataset =
      recnn_format_read(reader, path, reader->options != NULL ? options : NULL, &scope->error);
  return finish(l, scope, *dataset);
}

/* recnn.dataset (path [, options] | {path =, options} | data) */
static int new_dataset(lua_State *l) {
  int type = lua_type(l, 1);
  if (luaL_testudata(l, 1, RECNN_LUA_DATASET) != NULL) {
    (void)recnn__lua_check_dataset(l, 1);
    luaL_argcheck(l, lua_isnoneornil(l, 2), 2, "a data set that is already read has no format");
    lua_settop(l, 1);
    return 1;
  }
  if (type != LUA_TSTRING && type != LUA_TTABLE) {
    return luaL_typeerror(l, 1, "path or data set");
  }
  if (type == LUA_TSTRING && !lua_isnoneornil(l, 2)) {
    luaL_checktype(l, 2, LUA_TTABLE);
  }
  RecnnLuaScope *scope = recnn__lua_scope(l, 2);
  if (type == LUA_TSTRING) {
    return read_dataset(l, scope, recnn__lua_text(l, 1), 2);
  }
  luaL_argcheck(l, lua_getfield(l, 1, "path") == LUA_TSTRING, 1, "expected path = a text");
  return read_dataset(l, scope, recnn__lua_text(l, -1), 1);
}

/* recnn.synthetic {options} */
static int new_synthetic(lua_State *l) {
  RecnnLuaScope *scope = recnn__lua_scope(l, 1);
  RecnnOptions *options =
      recnn__lua_options(l, scope, 1, recnn_synthetic_options(), "synthetic", NULL);
  RecnnDataset **dataset = new_box(l);
  *dataset = recnn_synthetic_new(options, &scope->error);
  return finish(l, scope, *dataset);
}

/* data:split {options} */
static int dataset_split(lua_State *l) {
  RecnnDataset *dataset = recnn__lua_check_dataset(l, 1);
  RecnnLuaScope *scope = recnn__lua_scope(l, 2);
  RecnnOptions *options = recnn__lua_options(l, scope, 2, recnn_split_options(), "split", NULL);
  RecnnSplit **split = recnn__lua_new_box(l, RECNN_LUA_SPLIT, 0);
  *split = recnn_split_new(dataset, options, &scope->error);
  if (*split == NULL) {
    return recnn__lua_raise(l, scope);
  }
  recnn__lua_weigh(l, (uint64_t)dataset->n * 24);
  return 1;
}

/* data:write (folder) */
static int dataset_write(lua_State *l) {
  RecnnDataset *dataset = recnn__lua_check_dataset(l, 1);
  const char *folder = recnn__lua_text(l, 2);
  RecnnLuaScope *scope = recnn__lua_scope(l, 2);
  if (!recnn_dataset_write_atomic(dataset, folder, &scope->error)) {
    return recnn__lua_raise(l, scope);
  }
  lua_settop(l, 1);
  return 1;
}

static int push_tokens(lua_State *l, const RecnnIdMap *map) {
  int32_t n = recnn_id_map_size(map);
  lua_createtable(l, n, 0);
  for (int32_t i = 0; i < n; i++) {
    lua_pushstring(l, recnn_id_map_token(map, i));
    lua_rawseti(l, -2, i + 1);
  }
  return 1;
}

static int dataset_users(lua_State *l) {
  return push_tokens(l, recnn__lua_check_dataset(l, 1)->users);
}

static int dataset_items(lua_State *l) {
  return push_tokens(l, recnn__lua_check_dataset(l, 1)->items);
}

/* Pushes value number `at` of a feature column. */
static void push_feature_value(lua_State *l, const RecnnFeatureColumn *column, int64_t at) {
  if (column->tokens != NULL) {
    lua_pushstring(l, recnn_id_map_token(column->tokens, column->ids[at]));
  } else {
    lua_pushnumber(l, column->values[at]);
  }
}

/* Pushes {feature = value or list} of the entity whose token is argument 2; nil and a text for a
 * token that the data does not have. */
static int push_features(lua_State *l, const char *kind, const RecnnIdMap *map,
                         const GPtrArray *features) {
  size_t length;
  const char *token = recnn__lua_token(l, 2, &length);
  if (token == NULL) {
    return luaL_typeerror(l, 2, "token");
  }
  int32_t entity = recnn_id_map_find(map, token, length);
  if (entity < 0) {
    lua_pushnil(l);
    lua_pushfstring(l, "no %s '%s' in the data", kind, token);
    return 2;
  }
  lua_newtable(l);
  for (guint f = 0; features != NULL && f < features->len; f++) {
    const RecnnFeatureColumn *column = g_ptr_array_index(features, f);
    int64_t first = column->first[entity], end = column->first[entity + 1];
    bool is_list =
        column->type == RECNN_FEATURE_TOKEN_SEQ || column->type == RECNN_FEATURE_FLOAT_SEQ;
    if (is_list) {
      lua_newtable(l);
      for (int64_t at = first; at < end; at++) {
        push_feature_value(l, column, at);
        lua_rawseti(l, -2, at - first + 1);
      }
    } else if (first < end) {
      push_feature_value(l, column, first);
    } else {
      continue;
    }
    lua_setfield(l, -2, column->name);
  }
  return 1;
}

static int dataset_user(lua_State *l) {
  RecnnDataset *dataset = recnn__lua_check_dataset(l, 1);
  return push_features(l, "user", dataset->users, dataset->user_features);
}

static int dataset_item(lua_State *l) {
  RecnnDataset *dataset = recnn__lua_check_dataset(l, 1);
  return push_features(l, "item", dataset->items, dataset->item_features);
}

/* data:history (user): the user's interactions, in the order of the file. */
static int dataset_history(lua_State *l) {
  RecnnDataset *dataset = recnn__lua_check_dataset(l, 1);
  size_t length;
  const char *token = recnn__lua_token(l, 2, &length);
  if (token == NULL) {
    return luaL_typeerror(l, 2, "token");
  }
  int32_t user = recnn_id_map_find(dataset->users, token, length);
  if (user < 0) {
    return luaL_error(l, "data:history: no user '%s' in the data", token);
  }
  lua_newtable(l);
  lua_Integer n = 0;
  for (int64_t i = 0; i < dataset->n; i++) {
    if (dataset->user[i] != user) {
      continue;
    }
    lua_createtable(l, 0, 3);
    lua_pushstring(l, recnn_id_map_token(dataset->items, dataset->item[i]));
    lua_setfield(l, -2, "item");
    if (dataset->rating != NULL) {
      lua_pushnumber(l, dataset->rating[i]);
      lua_setfield(l, -2, "rating");
    }
    if (dataset->timestamp != NULL) {
      lua_pushnumber(l, dataset->timestamp[i]);
      lua_setfield(l, -2, "timestamp");
    }
    lua_rawseti(l, -2, ++n);
  }
  return 1;
}

/* ---- what a data set says of itself */

typedef struct Range {
  double low, high, mean;
} Range;

static Range rating_range(const RecnnDataset *dataset) {
  Range range = {dataset->rating[0], dataset->rating[0], 0.0};
  for (int64_t i = 0; i < dataset->n; i++) {
    range.low = MIN(range.low, (double)dataset->rating[i]);
    range.high = MAX(range.high, (double)dataset->rating[i]);
    range.mean += dataset->rating[i];
  }
  range.mean /= (double)dataset->n;
  return range;
}

static Range time_range(const RecnnDataset *dataset) {
  Range range = {dataset->timestamp[0], dataset->timestamp[0], 0.0};
  for (int64_t i = 0; i < dataset->n; i++) {
    range.low = MIN(range.low, dataset->timestamp[i]);
    range.high = MAX(range.high, dataset->timestamp[i]);
  }
  return range;
}

static double density(const RecnnDataset *dataset) {
  return (double)dataset->n /
         ((double)recnn_dataset_n_users(dataset) * (double)recnn_dataset_n_items(dataset));
}

static void set_number(lua_State *l, const char *name, double value) {
  lua_pushnumber(l, value);
  lua_setfield(l, -2, name);
}

static void set_integer(lua_State *l, const char *name, int64_t value) {
  lua_pushinteger(l, value);
  lua_setfield(l, -2, name);
}

static void set_feature_names(lua_State *l, const char *name, const GPtrArray *features) {
  lua_newtable(l);
  for (guint i = 0; features != NULL && i < features->len; i++) {
    lua_pushstring(l, ((const RecnnFeatureColumn *)g_ptr_array_index(features, i))->name);
    lua_rawseti(l, -2, (lua_Integer)i + 1);
  }
  lua_setfield(l, -2, name);
}

static double mean_label(const RecnnDataset *dataset) {
  double sum = 0.0;
  for (int64_t i = 0; i < dataset->n; i++) {
    sum += dataset->label[i];
  }
  return sum / (double)dataset->n;
}

/* How many interactions each part has, where the data came in parts. */
static void set_parts(lua_State *l, const RecnnDataset *dataset) {
  if (dataset->given_part == NULL) {
    return;
  }
  int64_t counts[RECNN_N_PARTS] = {0};
  for (int64_t i = 0; i < dataset->n; i++) {
    counts[dataset->given_part[i]]++;
  }
  lua_createtable(l, 0, RECNN_N_PARTS);
  for (int p = 0; p < RECNN_N_PARTS; p++) {
    set_integer(l, recnn_part_name(p), counts[p]);
  }
  lua_setfield(l, -2, "parts");
}

/* data:describe () */
static int dataset_describe(lua_State *l) {
  RecnnDataset *dataset = recnn__lua_check_dataset(l, 1);
  lua_newtable(l);
  lua_pushstring(l, dataset->name);
  lua_setfield(l, -2, "name");
  lua_pushstring(l, dataset->source);
  lua_setfield(l, -2, "source");
  if (dataset->filter != NULL) {
    lua_pushstring(l, dataset->filter);
    lua_setfield(l, -2, "filter");
  }
  set_integer(l, "users", recnn_dataset_n_users(dataset));
  set_integer(l, "items", recnn_dataset_n_items(dataset));
  set_integer(l, "interactions", dataset->n);
  set_number(l, "density", density(dataset));
  if (dataset->rating != NULL) {
    Range range = rating_range(dataset);
    lua_createtable(l, 0, 3);
    set_number(l, "min", range.low);
    set_number(l, "max", range.high);
    set_number(l, "mean", range.mean);
    lua_setfield(l, -2, "rating");
  }
  if (dataset->timestamp != NULL) {
    Range range = time_range(dataset);
    lua_createtable(l, 0, 2);
    set_number(l, "first", range.low);
    set_number(l, "last", range.high);
    lua_setfield(l, -2, "timestamp");
  }
  set_feature_names(l, "user_features", dataset->user_features);
  set_feature_names(l, "item_features", dataset->item_features);
  set_feature_names(l, "interaction_features", dataset->interaction_features);
  set_parts(l, dataset);
  if (dataset->label != NULL) {
    set_number(l, "clicked", mean_label(dataset));
  }
  if (dataset->candidates != NULL) {
    set_integer(l, "candidate_lists", dataset->candidates->n_lists);
  }
  lua_pushboolean(l, dataset->ordered || dataset->timestamp != NULL);
  lua_setfield(l, -2, "ordered");
  return 1;
}

static void add_day(luaL_Buffer *text, double seconds) {
  time_t time = (time_t)floor(seconds);
  struct tm day;
  char buffer[32] = "?";
  if (gmtime_r(&time, &day) != NULL) {
    (void)strftime(buffer, sizeof buffer, "%Y-%m-%d", &day);
  }
  luaL_addstring(text, buffer);
}

static int dataset_tostring(lua_State *l) {
  RecnnDataset *dataset = *box(l, 1);
  if (dataset == NULL) {
    lua_pushliteral(l, "recnn.dataset (closed)");
    return 1;
  }
  char line[128];
  luaL_Buffer text;
  luaL_buffinit(l, &text);
  luaL_addstring(&text, dataset->name);
  g_snprintf(line, sizeof line, ": %d users, %d items, %" G_GINT64_FORMAT " interactions (%.3g %%)",
             recnn_dataset_n_users(dataset), recnn_dataset_n_items(dataset), dataset->n,
             100.0 * density(dataset));
  luaL_addstring(&text, line);
  if (dataset->rating != NULL) {
    Range range = rating_range(dataset);
    g_snprintf(line, sizeof line, ", ratings %g to %g (mean %.2f)", range.low, range.high,
               range.mean);
    luaL_addstring(&text, line);
  }
  if (dataset->timestamp != NULL) {
    Range range = time_range(dataset);
    luaL_addstring(&text, ", ");
    add_day(&text, range.low);
    luaL_addstring(&text, " to ");
    add_day(&text, range.high);
  }
  luaL_pushresult(&text);
  return 1;
}

static int dataset_len(lua_State *l) {
  lua_pushinteger(l, recnn__lua_check_dataset(l, 1)->n);
  return 1;
}

static int dataset_name(lua_State *l) {
  lua_pushstring(l, recnn__lua_check_dataset(l, 1)->name);
  return 1;
}

static int dataset_source(lua_State *l) {
  lua_pushstring(l, recnn__lua_check_dataset(l, 1)->source);
  return 1;
}

static int dataset_n_users(lua_State *l) {
  lua_pushinteger(l, recnn_dataset_n_users(recnn__lua_check_dataset(l, 1)));
  return 1;
}

static int dataset_n_items(lua_State *l) {
  lua_pushinteger(l, recnn_dataset_n_items(recnn__lua_check_dataset(l, 1)));
  return 1;
}

void recnn__lua_open_dataset(lua_State *l) {
  static const luaL_Reg methods[] = {{"describe", dataset_describe},
                                     {"filter", recnn__lua_dataset_filter},
                                     {"folds", recnn__lua_dataset_folds},
                                     {"history", dataset_history},
                                     {"item", dataset_item},
                                     {"items", dataset_items},
                                     {"split", dataset_split},
                                     {"user", dataset_user},
                                     {"users", dataset_users},
                                     {"write", dataset_write},
                                     {NULL, NULL}};
  static const luaL_Reg metamethods[] = {
      {"__len", dataset_len}, {"__tostring", dataset_tostring}, {NULL, NULL}};
  static const RecnnLuaField fields[] = {{"name", dataset_name},
                                         {"source", dataset_source},
                                         {"n_users", dataset_n_users},
                                         {"n_items", dataset_n_items},
                                         {NULL, NULL}};
  static const RecnnLuaClass class = {.name = RECNN_LUA_DATASET,
                                      .close = dataset_close,
                                      .methods = methods,
                                      .metamethods = metamethods,
                                      .fields = fields};
  static const luaL_Reg functions[] = {
      {"dataset", new_dataset}, {"synthetic", new_synthetic}, {NULL, NULL}};
  recnn__lua_class(l, &class);
  luaL_setfuncs(l, functions, 0);
}
