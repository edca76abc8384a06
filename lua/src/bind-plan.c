/* Plans: what memory a training takes, told without it.  While recnn.planning() is on, as it is
 * under recnn-run --plan, fit and evaluate plan and print; what they return has the shape that a
 * script expects and no numbers, and nothing is written that would be made of these. */
#include "base/error.h"
#include "bind.h"

static gint is_planning;

/* Of all plans that were printed. */
static struct {
  int64_t n;
  size_t most;
} printed;

bool recnn__lua_planning(void) { return g_atomic_int_get(&is_planning) != 0; }

/* recnn.planning ([on]) */
static int planning(lua_State *l) {
  if (!lua_isnoneornil(l, 1)) {
    luaL_checktype(l, 1, LUA_TBOOLEAN);
    g_atomic_int_set(&is_planning, lua_toboolean(l, 1));
  }
  lua_pushboolean(l, recnn__lua_planning());
  return 1;
}

/* Texts wait here until Lua may raise. */
static GString *pending;

static void note(char *text) {
  if (pending == NULL) {
    pending = g_string_new(NULL);
  }
  g_string_append(pending, text);
  g_free(text);
}

void recnn__lua_plan_print(lua_State *l) {
  if (pending == NULL || pending->len == 0) {
    return;
  }
  lua_getglobal(l, "io");
  lua_getfield(l, -1, "write");
  lua_pushlstring(l, pending->str, pending->len);
  g_string_truncate(pending, 0);
  lua_call(l, 1, 0);
  lua_pop(l, 1);
}

bool recnn__lua_plan_fit(const RecnnLuaModel *model, const RecnnSplit *split,
                         const RecnnOptions *options, const RecnnLuaListener *listener,
                         RecnnRun **ret_run, RecnnLuaScope *scope) {
  RecnnPlan plan;
  if (!recnn_plan(model->model, split, options, &listener->listener, &plan, ret_run,
                  &scope->error)) {
    return false;
  }
  note(recnn_plan_text(&plan, model->model));
  printed.n++;
  printed.most = MAX(printed.most, MAX(plan.total, plan.before));
  return true;
}

RecnnResult *recnn__lua_plan_evaluate(RecnnLuaModel *model, const RecnnLuaPart *part,
                                      const RecnnEvalSettings *settings, RecnnLuaScope *scope) {
  size_t bytes, total;
  RecnnResult *result = recnn_plan_evaluation(model->model, part->split, part->part, settings,
                                              &bytes, &total, &scope->error);
  if (result == NULL) {
    return NULL;
  }
  char *size = recnn_plan_size(bytes), *all = recnn_plan_size(total);
  note(g_strdup_printf("evaluation of %s on %s: %s; the process meanwhile: %s\n",
                       model->model_class->name, result->part, size, all));
  g_free(all);
  g_free(size);
  printed.most = MAX(printed.most, total);
  return result;
}

/* trainer:plan (model, split): {total =, parts = {{name =, bytes =}, ...}, text =, ...} */
int recnn__lua_push_plan(lua_State *l, const RecnnPlan *plan, char *text, RecnnLuaScope *scope) {
  recnn__lua_own(scope, text, g_free);
  lua_createtable(l, 0, 6);
  lua_pushinteger(l, (lua_Integer)plan->total);
  lua_setfield(l, -2, "total");
  lua_pushinteger(l, (lua_Integer)plan->before);
  lua_setfield(l, -2, "before");
  lua_pushinteger(l, plan->batch_rows);
  lua_setfield(l, -2, "batch_rows");
  lua_pushinteger(l, plan->batches);
  lua_setfield(l, -2, "batches");
  lua_pushstring(l, text);
  lua_setfield(l, -2, "text");
  lua_newtable(l);
  int n = 0;
  for (int i = 0; i < RECNN_PLAN_PARTS; i++) {
    if (plan->bytes[i] == 0) {
      continue;
    }
    lua_createtable(l, 0, 2);
    lua_pushstring(l, recnn_plan_part_name((RecnnPlanPart)i));
    lua_setfield(l, -2, "name");
    lua_pushinteger(l, (lua_Integer)plan->bytes[i]);
    lua_setfield(l, -2, "bytes");
    lua_rawseti(l, -2, ++n);
  }
  lua_setfield(l, -2, "parts");
  return 1;
}

/* internal.plan_summary (): printed, for recnn-run, when the script has ended */
static int plan_summary(lua_State *l) {
  char *most = recnn_plan_size(printed.most);
  if (printed.n > 0) {
    note(g_strdup_printf("trainings planned: %" G_GINT64_FORMAT
                         "; the process at its largest: %s\n",
                         (gint64)printed.n, most));
  } else {
    note(g_strdup("no training to plan\n"));
  }
  g_free(most);
  recnn__lua_plan_print(l);
  return 0;
}

void recnn__lua_open_plan(lua_State *l) {
  static const luaL_Reg functions[] = {{"planning", planning}, {NULL, NULL}};
  luaL_setfuncs(l, functions, 0);
  lua_getfield(l, -1, "internal");
  lua_pushcfunction(l, plan_summary);
  lua_setfield(l, -2, "plan_summary");
  lua_pop(l, 1);
}
