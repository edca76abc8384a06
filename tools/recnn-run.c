/* recnn-run: runs a Lua script with recnn in reach.  Reads the command line, opens Lua, and turns
 * what comes of it into an exit code; all else is the script's and the library's business. */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include <glib.h>

#include <recnn/host.h>

#include "base/error.h"
#include "base/options.h"
#include "base/parallel.h"
#include "base/trace.h"
#include "crash.h"
#include "module.h"
#include "plugin/plugin.h"

enum { EXIT_SCRIPT = 1, EXIT_USAGE = 2 };

static const char usage[] =
    "Usage: recnn-run [OPTION]... SCRIPT [ARGUMENT]...\n"
    "Runs a Lua script that finds recnn with `require \"recnn\"`.\n"
    "\n"
    "  SCRIPT             a file, or - for standard input; the script sees it as arg[0] and\n"
    "                     the arguments as arg[1], arg[2], ...\n"
    "  -p, --plugins DIR  look for plugins in DIR first; may be given several times, the\n"
    "                     first folder that has a plugin wins\n"
    "  -t, --threads N    compute on N threads (default: RECNN_NUM_THREADS, or all\n"
    "                     processors; results do not depend on it)\n"
    "      --plan         train nothing: print what memory each training and evaluation of the\n"
    "                     script would take\n"
    "  -q, --quiet        no progress display and no messages but warnings\n"
    "  -h, --help         print this and exit\n"
    "  -V, --version      print the version and exit\n"
    "  --                 what follows is the script, whatever it looks like\n"
    "\n"
    "Exit status: 0; 1 when the script or the run failed (with a traceback on standard\n"
    "error); 2 when the command line is wrong or SCRIPT cannot be read; 130 after Ctrl-C\n"
    "and 143 after SIGTERM, which end a training between two batches, with a checkpoint when\n"
    "it is kept on disk (a second one ends it at once).\n";

typedef struct CommandLine {
  GPtrArray *folders; /* -p, in order */
  bool quiet;
  bool plan;
  int script; /* index in argv */
  int argc;
  char **argv;
} CommandLine;

static int fail_usage(const char *format, ...) G_GNUC_PRINTF(1, 2);
static int fail_usage(const char *format, ...) {
  va_list args;
  va_start(args, format);
  fputs("recnn-run: ", stderr);
  vfprintf(stderr, format, args);
  fputs("\nTry 'recnn-run --help'.\n", stderr);
  va_end(args);
  return EXIT_USAGE;
}

static int fail_unknown(const char *option) {
  static const char *const known[] = {"--plugins", "--threads", "--plan", "--quiet",
                                      "--help",    "--version", NULL};
  const char *nearest = option[1] == '-' ? recnn_nearest(option, known) : NULL;
  if (nearest != NULL) {
    return fail_usage("unknown option %s: did you mean %s?", option, nearest);
  }
  return fail_usage("unknown option %s", option);
}

static int set_threads(const char *text) {
  int64_t n;
  GError *error = NULL;
  if (!recnn_parse_int(text, strlen(text), &n)) {
    return fail_usage("--threads: '%s' is not a number of threads", text);
  }
  if (!recnn_parallel_set_threads((int)CLAMP(n, -1, G_MAXINT), &error)) {
    int code = fail_usage("--threads: %s", error->message);
    g_error_free(error);
    return code;
  }
  return 0;
}

static int add_folder(CommandLine *line, const char *folder) {
  if (!g_file_test(folder, G_FILE_TEST_IS_DIR)) {
    return fail_usage("--plugins: %s: no such folder", folder);
  }
  g_ptr_array_add(line->folders, (gpointer)folder);
  return 0;
}

static int print(const char *text) {
  fputs(text, stdout);
  if (fflush(stdout) != 0) {
    fprintf(stderr, "recnn-run: standard output: %s\n", g_strerror(errno));
    return EXIT_SCRIPT;
  }
  return EXIT_SUCCESS;
}

/* True when argv[*i] is the option; its value is what stands in "-pDIR" or "--plugins=DIR", or the
 * next argument, which is then passed over; NULL when there is none. */
static bool is_option(const CommandLine *line, int *i, const char *short_name,
                      const char *long_name, const char **ret_value) {
  const char *option = line->argv[*i];
  size_t length = strlen(long_name);
  if (strncmp(option, long_name, length) == 0 && option[length] == '=') {
    *ret_value = option + length + 1;
    return true;
  }
  if (strncmp(option, short_name, 2) == 0 && option[2] != '\0') {
    *ret_value = option + 2;
    return true;
  }
  if (strcmp(option, short_name) != 0 && strcmp(option, long_name) != 0) {
    return false;
  }
  *ret_value = *i + 1 < line->argc ? line->argv[++*i] : NULL;
  return true;
}

/* Reads the options; returns an exit code, or -1 to go on. */
static int parse(CommandLine *line) {
  int i = 1;
  for (; i < line->argc; i++) {
    const char *option = line->argv[i], *value;
    int code = 0;
    if (option[0] != '-' || option[1] == '\0') {
      break;
    }
    if (strcmp(option, "--") == 0) {
      i++;
      break;
    }
    if (strcmp(option, "-h") == 0 || strcmp(option, "--help") == 0) {
      return print(usage);
    }
    if (strcmp(option, "-V") == 0 || strcmp(option, "--version") == 0) {
      char *text = g_strdup_printf("recnn-run %s (%s)\n", recnn_host()->version, LUA_RELEASE);
      code = print(text);
      g_free(text);
      return code;
    }
    if (strcmp(option, "-q") == 0 || strcmp(option, "--quiet") == 0) {
      line->quiet = true;
    } else if (strcmp(option, "--plan") == 0) {
      line->plan = true;
    } else if (is_option(line, &i, "-p", "--plugins", &value)) {
      code = value != NULL ? add_folder(line, value) : fail_usage("%s needs a folder", option);
    } else if (is_option(line, &i, "-t", "--threads", &value)) {
      code = value != NULL ? set_threads(value) : fail_usage("%s needs a number", option);
    } else {
      code = fail_unknown(option);
    }
    if (code != 0) {
      return code;
    }
  }
  line->script = i;
  return i < line->argc ? -1 : fail_usage("no script");
}

/* ---- Ctrl-C: as in the stand-alone Lua, a hook stops whatever Lua runs; the training looks for
 * the hook between batches. */

static const int caught[] = {SIGINT, SIGTERM};
static lua_State *interrupted_state;
static volatile sig_atomic_t interrupted; /* by this signal */

static void stop(lua_State *l, lua_Debug *debug) {
  (void)debug;
  lua_sethook(l, NULL, 0, 0);
  luaL_error(l, interrupted == SIGTERM ? "terminated!" : "interrupted!");
}

static void on_interrupt(int number) {
  struct sigaction by_default = {.sa_handler = SIG_DFL};
  (void)sigaction(SIGINT, &by_default, NULL); /* a second signal ends the process at once */
  (void)sigaction(SIGTERM, &by_default, NULL);
  interrupted = number;
  lua_sethook(interrupted_state, stop, LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT,
              1);
}

/* Whoever started us with SIGINT ignored (nohup, a script's background job) wants it to stay so. */
static void catch_interrupt(lua_State *l) {
  struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = SA_RESTART}, before;
  interrupted_state = l;
  for (size_t i = 0; i < G_N_ELEMENTS(caught); i++) {
    if (sigaction(caught[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN) {
      (void)sigaction(caught[i], &action, NULL);
    }
  }
}

/* ---- Lua */

static int add_traceback(lua_State *l) {
  const char *text = lua_tostring(l, 1);
  if (text == NULL) {
    if (luaL_callmeta(l, 1, "__tostring") && lua_type(l, -1) == LUA_TSTRING) {
      return 1;
    }
    text = lua_pushfstring(l, "(error object is a %s value)", luaL_typename(l, 1));
  }
  if (strstr(text, "\nstack traceback:\n") == NULL) { /* a callback's error has its own */
    luaL_traceback(l, l, text, 1);
  }
  return 1;
}

/* LUA_PATH is the user's word, and the build tree's; without it our own folder comes first. */
static void set_path(lua_State *l) {
  static const char own[] = RECNN_LUA_DIR "/?.lua;" RECNN_LUA_DIR "/?/init.lua";
  bool is_set = getenv("LUA_PATH") != NULL || getenv("LUA_PATH_5_4") != NULL;
  lua_getglobal(l, "package");
  lua_getfield(l, -1, "path");
  const char *path = lua_tostring(l, -1);
  lua_pushfstring(l, "%s;%s", is_set ? path : own, is_set ? own : path);
  lua_setfield(l, -3, "path");
  lua_pop(l, 2);
}

static void set_arguments(lua_State *l, const CommandLine *line) {
  lua_createtable(l, line->argc - line->script - 1, line->script + 1);
  for (int i = 0; i < line->argc; i++) {
    lua_pushstring(l, line->argv[i]);
    lua_rawseti(l, -2, i - line->script);
  }
  lua_setglobal(l, "arg");
}

/* Pushes the module recnn.core. */
static void push_core(lua_State *l) {
  lua_getglobal(l, "require");
  lua_pushliteral(l, "recnn.core");
  lua_call(l, 1, 1);
}

/* recnn.NAME (true) */
static void switch_on(lua_State *l, const char *name) {
  push_core(l);
  lua_getfield(l, -1, name);
  lua_pushboolean(l, 1);
  lua_call(l, 1, 0);
  lua_pop(l, 1);
}

/* What a plan comes to, when the script has ended; one that has failed may have had more to train.
 */
static void end_plan(lua_State *l, bool failed) {
  if (failed) {
    fputs("recnn-run: the plan ends here; what the script would have done next is not in it\n",
          stderr);
  }
  push_core(l);
  lua_getfield(l, -1, "internal");
  lua_getfield(l, -1, "plan_summary");
  lua_call(l, 0, 0);
  lua_pop(l, 2);
}

/* Runs in a protected call; pushes the exit code. */
static int run(lua_State *l) {
  const CommandLine *line = lua_touserdata(l, 1);
  luaL_openlibs(l);
  set_path(l);
  set_arguments(l, line);
  luaL_getsubtable(l, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
  lua_pushcfunction(l, luaopen_recnn_core);
  lua_setfield(l, -2, "recnn.core");
  lua_pop(l, 1);
  if (line->quiet) {
    switch_on(l, "quiet");
  }
  if (line->plan) {
    switch_on(l, "planning");
  }

  const char *script = line->argv[line->script];
  int status = luaL_loadfile(l, strcmp(script, "-") == 0 ? NULL : script);
  if (status != LUA_OK) {
    fprintf(stderr, "recnn-run: %s\n", lua_tostring(l, -1));
    lua_pushinteger(l, status == LUA_ERRFILE ? EXIT_USAGE : EXIT_SCRIPT);
    return 1;
  }
  int n = line->argc - line->script - 1;
  luaL_checkstack(l, n, "too many arguments");
  for (int i = 0; i < n; i++) {
    lua_pushstring(l, line->argv[line->script + 1 + i]);
  }
  lua_pushcfunction(l, add_traceback);
  lua_insert(l, -n - 2);
  catch_interrupt(l);
  status = lua_pcall(l, n, 0, -n - 2);
  if (status != LUA_OK) {
    fprintf(stderr, "recnn-run: %s\n", lua_tostring(l, -1));
  }
  if (line->plan) {
    end_plan(l, status != LUA_OK);
  }
  lua_pushinteger(l, status == LUA_OK ? EXIT_SUCCESS : EXIT_SCRIPT);
  return 1;
}

static int run_script(CommandLine *line) {
  /* The folder added last is searched first. */
  for (guint i = line->folders->len; i > 0; i--) {
    recnn_plugin_add_folder(g_ptr_array_index(line->folders, i - 1));
  }
  lua_State *l = luaL_newstate();
  if (l == NULL) {
    fputs("recnn-run: not enough memory for Lua\n", stderr);
    return EXIT_SCRIPT;
  }
  lua_pushcfunction(l, run);
  lua_pushlightuserdata(l, line);
  int code = EXIT_SCRIPT;
  if (lua_pcall(l, 1, 1, 0) == LUA_OK) {
    code = (int)lua_tointeger(l, -1);
  } else {
    fprintf(stderr, "recnn-run: %s\n", lua_tostring(l, -1));
  }
  struct sigaction by_default = {.sa_handler = SIG_DFL};
  if (interrupted_state != NULL) {
    for (size_t i = 0; i < G_N_ELEMENTS(caught); i++) {
      struct sigaction now;
      if (sigaction(caught[i], NULL, &now) == 0 && now.sa_handler == on_interrupt) {
        (void)sigaction(caught[i], &by_default, NULL); /* `l` is about to go */
      }
    }
  }
  lua_close(l);
  return code;
}

/* The profile that RECNN_PROFILE asked for, on standard error: standard output is the script's. */
static int end_profile(void) {
  GError *error = NULL;
  char *table = recnn_trace_end(&error);
  if (table != NULL) {
    fputs(table, stderr);
  }
  g_free(table);
  if (error == NULL) {
    return EXIT_SUCCESS;
  }
  fprintf(stderr, "recnn-run: RECNN_PROFILE: %s\n", error->message);
  g_error_free(error);
  return EXIT_SCRIPT;
}

int main(int argc, char **argv) {
  CommandLine line = {.folders = g_ptr_array_new(), .argc = argc, .argv = argv};
  int code = parse(&line);
  crash_catch("recnn-run");
  if (code < 0) {
    recnn_trace_begin(getenv("RECNN_PROFILE"));
    code = run_script(&line);
    int profiled = end_profile();
    code = code == EXIT_SUCCESS ? profiled : code;
  }
  g_ptr_array_unref(line.folders);
  if (fflush(stdout) != 0 || ferror(stdout)) {
    fprintf(stderr, "recnn-run: standard output: %s\n", g_strerror(errno));
    code = code == EXIT_SUCCESS ? EXIT_SCRIPT : code;
  }
  if (interrupted) {
    /* Ended by the signal, as far as the shell is told: a loop around us ends too. */
    (void)signal(interrupted, SIG_DFL);
    (void)raise(interrupted);
    return 128 + interrupted;
  }
  return code;
}
