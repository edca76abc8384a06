/* Standard error: whether it is a terminal and what it can show, whether the user wants to see
 * anything, and core's messages.  The drawing is Lua's (lua/recnn/progress.lua). */
#include "config.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/log.h"
#include "bind.h"

/* Of the process, as standard error is. */
static gint is_quiet;
static gint bar_is_drawn;

bool recnn__lua_quiet(void) { return g_atomic_int_get(&is_quiet) != 0; }

/* recnn.quiet ([on]) */
static int quiet(lua_State *l) {
  if (!lua_isnoneornil(l, 1)) {
    luaL_checktype(l, 1, LUA_TBOOLEAN);
    g_atomic_int_set(&is_quiet, lua_toboolean(l, 1));
  }
  lua_pushboolean(l, recnn__lua_quiet());
  return 1;
}

/* The user's own locale says what the terminal shows; the process's stays as it is, since whoever
 * runs Lua has not asked for another. */
static bool locale_is_utf8(void) {
  locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
  if (locale == (locale_t)0) {
    return false;
  }
  bool utf8 = strcmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;
  freelocale(locale);
  return utf8;
}

/* internal.terminal (): is it one, columns, utf8 */
static int terminal(lua_State *l) {
  const char *term = getenv("TERM");
  struct winsize size = {0};
  bool is_terminal = isatty(STDERR_FILENO) && term != NULL && strcmp(term, "dumb") != 0;
  if (is_terminal && (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)) {
    size.ws_col = 80;
  }
  lua_pushboolean(l, is_terminal);
  lua_pushinteger(l, size.ws_col);
  lua_pushboolean(l, locale_is_utf8());
  return 3;
}

/* internal.set_bar (drawn): whether the cursor stands behind a progress bar. */
static int set_bar(lua_State *l) {
  g_atomic_int_set(&bar_is_drawn, lua_toboolean(l, 1));
  return 0;
}

/* internal.set_progress (function): see listen.c for what it is called with. */
static int set_progress(lua_State *l) {
  luaL_checktype(l, 1, LUA_TFUNCTION);
  lua_settop(l, 1);
  lua_setfield(l, LUA_REGISTRYINDEX, RECNN_LUA_PROGRESS);
  return 0;
}

/* Core's messages and the plugins'.  Any thread; one write, so that lines do not mix. */
static void write_message(void *data, int32_t level, const char *domain, const char *text) {
  (void)data;
  if (level < RECNN_LOG_INFO || (level == RECNN_LOG_INFO && recnn__lua_quiet())) {
    return;
  }
  char *line = g_strdup_printf("%s%s: %s%s\n", g_atomic_int_get(&bar_is_drawn) ? "\r\033[K" : "",
                               domain, level == RECNN_LOG_WARNING ? "warning: " : "", text);
  ssize_t written = write(STDERR_FILENO, line, strlen(line));
  (void)written; /* there is nobody to tell */
  g_free(line);
}

void recnn__lua_open_terminal(lua_State *l) {
  static const luaL_Reg functions[] = {{"quiet", quiet}, {NULL, NULL}};
  static const luaL_Reg internal[] = {
      {"terminal", terminal}, {"set_bar", set_bar}, {"set_progress", set_progress}, {NULL, NULL}};
  luaL_setfuncs(l, functions, 0);
  lua_newtable(l);
  luaL_setfuncs(l, internal, 0);
  lua_setfield(l, -2, "internal");
  recnn_log_set_sink(write_message, NULL);
}
