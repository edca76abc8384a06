/* Lua's memory, and what the bindings do with it.
 *
 * Lua runs out of memory at every allocation that a script makes, one after the other: each time
 * the script ends in Lua's own error, the state closes, and nothing of C is left (the leak checker
 * of a sanitized build sees to that).  This is what the order "userdata first, then the C object"
 * and the scopes are for. */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include <glib.h>

#include "module.h"
#include "plugin/plugin.h"

typedef struct Memory {
  int64_t bytes;    /* held now */
  int64_t left;     /* allocations until the first failure; negative: none fails */
  bool only_once;   /* Lua collects garbage and tries again */
  int64_t failures; /* so far */
  int64_t requests; /* so far */
} Memory;

static void *allocate(void *data, void *old, size_t old_size, size_t size) {
  Memory *memory = data;
  memory->requests += size > 0;
  if (size > 0 && (old == NULL || size > old_size) && memory->left >= 0) {
    if (memory->left > 0) {
      memory->left--;
    } else {
      memory->failures++;
      memory->left = memory->only_once ? -1 : 0;
      return NULL;
    }
  }
  memory->bytes += (int64_t)size - (old != NULL ? (int64_t)old_size : 0);
  if (size == 0) {
    g_free(old);
    return NULL;
  }
  return g_realloc(old, size);
}

static const char script[] =
    "local recnn = ...\n"
    "local data = recnn.synthetic { users = 12, items = 10, seed = 1 }\n"
    "local split = data:split { ratio = { 0.6, 0.2, 0.2 }, seed = 1 }\n"
    "local model = recnn.model('neural_bpr', { embedding_dim = 2, hidden_dims = { 2 } })\n"
    "local trainer = recnn.trainer { epochs = 1, on_epoch = function(e) return e.loss > 0 end }\n"
    "local run = trainer:fit(model, split)\n"
    "local result = run:evaluate(split.test, { topk = { 3, 5 }, metrics = { 'NDCG', 'Hit@2' } })\n"
    "local hits = model:recommend { user = data:users()[1], k = 3 }\n"
    "local texts = { tostring(data), tostring(split), tostring(split.train), tostring(model),\n"
    "  tostring(trainer), tostring(run), tostring(result) }\n"
    "local tables = { data:describe(), data:item(data:items()[1]), data:history(data:users()[1]),\n"
    "  model:options(), model:parameters(), run.history, result:values(), recnn.plugins(),\n"
    "  recnn.plugin_path(), recnn.system() }\n"
    "for name, value in pairs(result) do texts[#texts + 1] = name .. value end\n"
    "local _, e = pcall(recnn.model, 'neural_bpr', { embeding_dim = 2 }); assert(e:find 'did "
    "you')\n"
    "_, e = pcall(function() return data.n_user end); assert(e:find 'n_users')\n"
    "_, e = pcall(data.split, data, { ratio = { 1, 'x' } }); assert(e:find 'element 2')\n"
    "return 'done'\n";

static lua_State *open_state(Memory *memory) {
  lua_State *l = lua_newstate(allocate, memory);
  g_assert_nonnull(l);
  luaL_openlibs(l);
  luaL_requiref(l, "recnn.core", luaopen_recnn_core, 0);
  return l;
}

/* Runs the script with a state of its own; true when it came to its end. */
static bool run_once(Memory *memory) {
  int64_t n = memory->left;
  memory->left = -1;
  lua_State *l = open_state(memory);
  g_assert_cmpint(luaL_loadstring(l, script), ==, LUA_OK);
  lua_insert(l, -2);
  memory->left = n;
  int status = lua_pcall(l, 1, 1, 0);
  memory->left = -1;
  if (status == LUA_OK) {
    g_assert_cmpstr(lua_tostring(l, -1), ==, "done");
  } else if (status != LUA_ERRMEM) {
    /* Whoever catches an error may find that there is no memory to tell of it. */
    g_assert_cmpint(status, ==, LUA_ERRRUN);
    g_assert_cmpint(memory->failures, >, 0);
  }
  lua_close(l);
  g_assert_cmpint(memory->bytes, ==, 0);
  return status == LUA_OK;
}

static void test_fails_from(void) {
  int64_t n = 0;
  for (bool done = false; !done; n++) {
    Memory memory = {.left = n};
    done = run_once(&memory);
    g_assert_true(done == (memory.failures == 0));
  }
  g_assert_cmpint(n, >, 100);
}

/* Lua collects and tries again, unless it is in the midst of collecting: which allocations these
 * are differs between its versions. */
static void test_fails_once(void) {
  int64_t runs = 0, ended = 0;
  for (int64_t n = 0, failures = 1; failures > 0; n += 7, runs++) {
    Memory memory = {.left = n, .only_once = true};
    ended += !run_once(&memory);
    failures = memory.failures;
  }
  g_assert_cmpint(runs, >, 20);
  g_assert_cmpint(ended * 10, <, runs);
}

/* What Lua asks the allocator for in a fit whose progress display wants to see a batch an hour. */
static int64_t requests_of_fit(int batch_size, int64_t *ret_events) {
  static const char fit[] =
      "local recnn, batch_size = ...\n"
      "local data = recnn.synthetic { users = 60, items = 40, seed = 1 }\n"
      "local split = data:split { ratio = { 1, 0, 0 }, seed = 1 }\n"
      "local model = recnn.model('neural_bpr', { embedding_dim = 2, hidden_dims = { 2 } })\n"
      "local events = 0\n"
      "recnn.internal.set_progress(function(event)\n"
      "  events = events + (event == 'batch' and 1 or 0)\n"
      "  return 3600\n"
      "end)\n"
      "model:fit(split, { epochs = 2, train_batch_size = batch_size })\n"
      "return events\n";
  Memory memory = {.left = -1};
  lua_State *l = open_state(&memory);
  lua_gc(l, LUA_GCSTOP);
  g_assert_cmpint(luaL_loadstring(l, fit), ==, LUA_OK);
  lua_insert(l, -2);
  lua_pushinteger(l, batch_size);
  g_assert_cmpint(lua_pcall(l, 2, 1, 0), ==, LUA_OK);
  *ret_events = lua_tointeger(l, -1);
  lua_close(l);
  return memory.requests;
}

static void test_batches(void) {
  int64_t few_events, many_events;
  int64_t few = requests_of_fit(100000, &few_events), many = requests_of_fit(1, &many_events);
  g_assert_cmpint(few_events, ==, 1);
  g_assert_cmpint(many_events, ==, 1);
  g_assert_cmpint(few, ==, many);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/lua/memory/fails-from", test_fails_from);
  g_test_add_func("/lua/memory/fails-once", test_fails_once);
  g_test_add_func("/lua/memory/batches", test_batches);
  return g_test_run();
}
