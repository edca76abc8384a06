/* From recnn_train to Lua: the progress display, the script's on_epoch, and Ctrl-C.
 *
 * recnn_train knows nothing of Lua, so nothing may jump over it: every call into Lua is protected,
 * and what it raises is kept until the training has ended.  Batches come by the thousand a second;
 * those that nobody wants to see do not enter Lua and allocate nothing. */
#include <math.h>
#include <string.h>

#include "bind.h"
#include "plugin/plugin.h"
#include "train/epoch-fields.h"

enum { BEGIN, BATCH, EPOCH, END };

/* What a protected call gets to work with. */
typedef struct Event {
  RecnnLuaListener *listener;
  int kind;
  const RecnnLuaModel *model;
  const RecnnSplit *split;
  int64_t epochs;
  const RecnnTrainProgress *batch;
  const RecnnEpoch *epoch;
  const RecnnRun *run;
  bool silent; /* nothing to show */
  bool stop;   /* out: the callback wants no more */
} Event;

static void set_integer(lua_State *l, const char *name, int64_t value) {
  lua_pushinteger(l, value);
  lua_setfield(l, -2, name);
}

static void set_number(lua_State *l, const char *name, double value) {
  if (!isnan(value) || recnn__lua_planning()) { /* what is not there is nil */
    lua_pushnumber(l, value);
    lua_setfield(l, -2, name);
  }
}

static void set_field(lua_State *l, const RecnnEpochField *field, const RecnnEpoch *epoch) {
  switch (field->kind) {
  case RECNN_EPOCH_INT:
  case RECNN_EPOCH_SIZE:
    set_integer(l, field->name, recnn_epoch_int(field, epoch));
    break;
  case RECNN_EPOCH_BOOL:
    lua_pushboolean(l, recnn_epoch_bool(field, epoch));
    lua_setfield(l, -2, field->name);
    break;
  case RECNN_EPOCH_TEXT:
    lua_pushstring(l, recnn_epoch_text(field, epoch));
    lua_setfield(l, -2, field->name);
    break;
  case RECNN_EPOCH_DOUBLE:
  case RECNN_EPOCH_WORKED:
    set_number(l, field->name, recnn_epoch_double(field, epoch));
    break;
  }
}

void recnn__lua_push_epoch(lua_State *l, const RecnnEpoch *epoch) {
  lua_createtable(l, 0, 20);
  for (const RecnnEpochField *field = recnn_epoch_fields(); field->name != NULL; field++) {
    if (!field->of_validation || epoch->valid != NULL) {
      set_field(l, field, epoch);
    }
  }
  if (epoch->n_parts > 0) {
    lua_createtable(l, 0, epoch->n_parts);
    for (int32_t i = 0; i < epoch->n_parts; i++) {
      set_number(l, epoch->parts[i].name, epoch->parts[i].value);
    }
    lua_setfield(l, -2, "parts");
  }
  if (epoch->valid == NULL) {
    return;
  }
  lua_createtable(l, 0, epoch->valid->n_values);
  for (int32_t i = 0; i < epoch->valid->n_values; i++) {
    set_number(l, epoch->valid->values[i].name, epoch->valid->values[i].value);
  }
  lua_setfield(l, -2, "valid");
}

static void push_begin(lua_State *l, const Event *event) {
  lua_createtable(l, 0, 5);
  lua_pushstring(l, event->model->model_class->name);
  lua_setfield(l, -2, "model");
  lua_pushstring(l, event->split->dataset->name);
  lua_setfield(l, -2, "data");
  set_integer(l, "rows", event->split->part[RECNN_TRAIN].rows.n);
  set_integer(l, "parameters", recnn_model_param_count(event->model->model));
  if (event->model->model_class->train_fields != NULL) { /* otherwise it is computed */
    set_integer(l, "epochs", event->epochs);
  }
}

static void push_batch(lua_State *l, const RecnnTrainProgress *batch) {
  lua_createtable(l, 0, 7);
  set_integer(l, "epoch", batch->epoch);
  set_integer(l, "epochs", batch->epochs);
  set_integer(l, "batch", batch->batch);
  set_integer(l, "batches", batch->batches);
  set_number(l, "loss", batch->loss);
  set_number(l, "seconds", batch->seconds);
  set_integer(l, "samples", batch->samples);
}

static void push_end(lua_State *l, const RecnnRun *run) {
  lua_createtable(l, 0, 6);
  set_integer(l, "epochs", run->n_epochs);
  set_number(l, "seconds", run->seconds);
  lua_pushboolean(l, run->stopped_early);
  lua_setfield(l, -2, "stopped_early");
  if (run->best >= 0) {
    lua_pushstring(l, run->valid_metric);
    lua_setfield(l, -2, "valid_metric");
    set_integer(l, "best_epoch", run->epochs[run->best].epoch);
    set_number(l, "best_value", run->epochs[run->best].valid_value);
  }
}

/* What a hook has returned: false to stop, or {stop =, learning_rate =}. */
static void take_answer(lua_State *l, Event *event, const char *name) {
  if (lua_isboolean(l, -1)) {
    event->stop = event->stop || !lua_toboolean(l, -1);
  } else if (lua_istable(l, -1)) {
    lua_getfield(l, -1, "stop");
    event->stop = event->stop || lua_toboolean(l, -1);
    lua_pop(l, 1);
    if (lua_getfield(l, -1, "learning_rate") != LUA_TNIL) {
      lua_Number rate = lua_isnumber(l, -1) ? lua_tonumber(l, -1) : -1.0;
      if (!(rate > 0.0 && isfinite(rate))) {
        const char *got = luaL_tolstring(l, -1, NULL);
        luaL_where(l, 2); /* the script's line that fits */
        lua_pushfstring(l, "%s: learning_rate: got %s, expected a number above 0", name, got);
        lua_concat(l, 2);
        lua_error(l);
      }
      event->listener->learning_rate = rate;
    }
    lua_pop(l, 1);
  }
  lua_pop(l, 1);
}

/* Calls the hook of that name, if there is one, in the table of hooks at 3. */
static void call_hook(lua_State *l, Event *event, const char *name) {
  if (lua_getfield(l, 3, name) == LUA_TNIL) {
    lua_pop(l, 1);
    return;
  }
  if (event->kind == BEGIN) {
    push_begin(l, event);
  } else if (event->kind == BATCH) {
    push_batch(l, event->batch);
  } else if (event->kind == EPOCH) {
    recnn__lua_push_epoch(l, event->epoch);
  } else {
    push_end(l, event->run);
  }
  lua_call(l, 1, 1);
  take_answer(l, event, name);
}

static void call_hooks(lua_State *l, Event *event) {
  if (event->kind == BEGIN) {
    call_hook(l, event, "on_start");
  } else if (event->kind == BATCH) {
    call_hook(l, event, "on_batch");
  } else if (event->kind == EPOCH) {
    if (event->epoch->valid != NULL) {
      call_hook(l, event, "on_validation");
    }
    call_hook(l, event, "on_epoch");
  } else if (event->run != NULL && !event->run->interrupted) {
    call_hook(l, event, "on_end");
  }
}

/* Arguments: the event, the progress function or nil, the table of hooks or nil. */
static int deliver(lua_State *l) {
  Event *event = lua_touserdata(l, 1);
  if (lua_toboolean(l, 2)) {
    static const char *const names[] = {"begin", "batch", "epoch", "end"};
    lua_pushvalue(l, 2);
    lua_pushstring(l, names[event->kind]);
    if (event->kind == BEGIN) {
      push_begin(l, event);
    } else if (event->kind == BATCH) {
      push_batch(l, event->batch);
    } else if (event->kind == EPOCH) {
      recnn__lua_push_epoch(l, event->epoch);
      set_integer(l, "epochs", event->epochs);
    } else if (event->run != NULL) {
      push_end(l, event->run);
    } else {
      lua_pushnil(l);
    }
    lua_call(l, 2, 1);
    if (event->kind == BEGIN) {
      lua_Number seconds = lua_isnumber(l, -1) ? lua_tonumber(l, -1) : -1.0;
      event->listener->interval = seconds < 0.0 ? -1 : (int64_t)(MIN(seconds, 3600.0) * 1e6);
    }
  }
  if (lua_toboolean(l, 3)) {
    call_hooks(l, event);
  }
  return 0;
}

/* True when the training may go on. */
static bool send(RecnnLuaListener *listener, Event *event) {
  lua_State *l = listener->l;
  if (listener->failed) {
    return false;
  }
  int top = lua_gettop(l);
  event->listener = listener;
  lua_pushcfunction(l, recnn__lua_traceback);
  lua_pushcfunction(l, deliver);
  lua_pushlightuserdata(l, event);
  for (int i = 0; i < 2; i++) {
    int index = i == 0 ? (event->silent ? 0 : listener->progress) : listener->hooks;
    if (index != 0) {
      lua_pushvalue(l, index);
    } else {
      lua_pushnil(l);
    }
  }
  if (lua_pcall(l, 3, 0, top + 1) != LUA_OK) {
    lua_replace(l, listener->failure);
    listener->failed = true;
  }
  lua_settop(l, top);
  listener->hook = lua_gethook(listener->main);
  return !listener->failed && !event->stop;
}

static int nothing(lua_State *l) {
  (void)l;
  return 0;
}

/* A hook that appeared while no Lua code ran was set by a signal handler: Lua's own for Ctrl-C, and
 * recnn-run's.  Calling anything lets it run, and raise what it wants. */
static bool run_hook(RecnnLuaListener *listener) {
  lua_State *l = listener->l;
  if (l == listener->main) {
    lua_pushcfunction(l, recnn__lua_traceback);
    lua_pushcfunction(l, nothing);
    if (lua_pcall(l, 0, 0, -2) != LUA_OK) {
      lua_replace(l, listener->failure);
      listener->failed = true;
    }
    lua_pop(l, 1);
    listener->hook = lua_gethook(listener->main);
  } else { /* in a coroutine: the main thread's hook runs when it is back there */
    lua_pushliteral(l, "interrupted!");
    lua_replace(l, listener->failure);
    listener->failed = true;
  }
  return !listener->failed;
}

static bool on_batch(void *data, const RecnnTrainProgress *batch) {
  RecnnLuaListener *listener = data;
  if (G_UNLIKELY(lua_gethook(listener->main) != listener->hook) && !run_hook(listener)) {
    return false;
  }
  bool show = false;
  if (listener->interval >= 0) {
    int64_t now = g_get_monotonic_time();
    /* The last batch of a long epoch is shown too: the validation that follows takes its time. */
    show = now >= listener->due || (batch->batch == batch->batches && batch->seconds > 1.0);
    if (show) {
      listener->due = now + listener->interval;
    }
  }
  if (!show && !listener->has_on_batch) {
    return true;
  }
  Event event = {.kind = BATCH, .batch = batch, .silent = !show};
  return send(listener, &event);
}

static bool on_epoch(void *data, const RecnnEpoch *epoch, int64_t epochs) {
  RecnnLuaListener *listener = data;
  if (lua_gethook(listener->main) != listener->hook && !run_hook(listener)) {
    return false;
  }
  if (listener->progress == 0 && listener->hooks == 0) {
    return true;
  }
  Event event = {.kind = EPOCH, .epoch = epoch, .epochs = epochs};
  return send(listener, &event);
}

/* What a callback raised, and a signal, break a training off; only its false ends it. */
static bool is_interrupted(void *data) { return ((const RecnnLuaListener *)data)->failed; }

static double learning_rate(void *data) {
  RecnnLuaListener *listener = data;
  double rate = listener->learning_rate;
  listener->learning_rate = NAN;
  return rate;
}

/* The file of the outermost main chunk, which is the script; NULL where it comes from elsewhere. */
static char *script_of(lua_State *l) {
  char *script = NULL;
  lua_Debug debug;
  for (int level = 0; lua_getstack(l, level, &debug) != 0; level++) {
    if (lua_getinfo(l, "S", &debug) != 0 && strcmp(debug.what, "main") == 0 &&
        debug.source[0] == '@') {
      g_free(script);
      script = g_strdup(debug.source + 1);
    }
  }
  return script;
}

void recnn__lua_listen(lua_State *l, RecnnLuaListener *listener, int hooks) {
  luaL_checkstack(l, 16, NULL);
  *listener = (RecnnLuaListener){.l = l, .interval = -1, .learning_rate = NAN};
  listener->listener = (RecnnTrainListener){.data = listener,
                                            .batch = on_batch,
                                            .epoch = on_epoch,
                                            .is_interrupted = is_interrupted,
                                            .learning_rate = learning_rate};
  lua_rawgeti(l, LUA_REGISTRYINDEX, LUA_RIDX_MAINTHREAD);
  listener->main = lua_tothread(l, -1);
  lua_pop(l, 1);
  listener->hook = lua_gethook(listener->main);
  listener->hooks = hooks;
  if (hooks != 0) {
    listener->has_on_batch = lua_getfield(l, hooks, "on_batch") != LUA_TNIL;
    lua_pop(l, 1);
  }
  lua_pushnil(l);
  listener->failure = lua_gettop(l);
  lua_getfield(l, LUA_REGISTRYINDEX, RECNN_LUA_PROGRESS);
  if (lua_isfunction(l, -1) && !recnn__lua_quiet()) {
    listener->progress = lua_gettop(l);
  }
}

void recnn__lua_listen_begin(RecnnLuaListener *listener, const RecnnLuaModel *model,
                             const RecnnSplit *split, int64_t epochs) {
  const RecnnPlugin *plugin = recnn_plugin_of(model->model_class);
  listener->listener.script = listener->script = script_of(listener->l);
  if (plugin != NULL) {
    listener->plugin = g_strdup_printf("%s %s", plugin->manifest->name, plugin->manifest->version);
    listener->listener.plugin = listener->plugin;
  }
  if (listener->progress != 0 || listener->hooks != 0) {
    Event event = {.kind = BEGIN, .model = model, .split = split, .epochs = epochs};
    (void)send(listener, &event);
  }
}

void recnn__lua_listen_end(RecnnLuaListener *listener, const RecnnRun *run) {
  g_clear_pointer(&listener->script, g_free);
  g_clear_pointer(&listener->plugin, g_free);
  if (listener->progress != 0 || listener->hooks != 0) {
    bool failed = listener->failed; /* the display is told even so: it must leave the line clean */
    listener->failed = false;
    lua_pushvalue(listener->l, listener->failure);
    Event event = {.kind = END, .run = failed ? NULL : run};
    (void)send(listener, &event);
    if (failed) {
      lua_replace(listener->l, listener->failure);
      listener->failed = true;
    } else {
      lua_pop(listener->l, 1);
    }
  }
}
