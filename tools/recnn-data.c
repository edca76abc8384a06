/* recnn-data: looks at data sets, converts, splits and fetches them.  Arguments in, texts and files
 * out; the work is done in core/data. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/log.h"
#include "config.h"
#include "data.h"
#include "data/audit.h"
#include "data/describe.h"
#include "data/filter.h"
#include "data/format.h"
#include "data/sources.h"
#include "data/split.h"
#include "plugin/plugin.h"

static const char usage[] =
    "Usage: recnn-data describe [OPTION]... PATH\n"
    "       recnn-data convert [OPTION]... PATH FOLDER\n"
    "       recnn-data split [OPTION]... PATH FOLDER\n"
    "       recnn-data fetch [OPTION]... NAME|URL\n"
    "       recnn-data fetch --list\n"
    "\n"
    "describe says what is in the data at PATH, and what may be wrong with it. convert writes\n"
    "it to FOLDER as atomic files (NAME.inter, NAME.user, NAME.item). split does so with a\n"
    "file for each part (NAME.train.inter, ...), and says what the audit found. fetch\n"
    "downloads public data, goes on where an earlier attempt ended, and checks it.\n"
    "\n"
    "Of describe, convert and split:\n"
    "  -f, --format NAME          the reader to use; otherwise it is found out\n"
    "  -r, --read OPTION=VALUE    an option of the reader, such as sessions=true\n"
    "      --filter OPTION=VALUE  keep a part of the data: duplicates=first|last|sum,\n"
    "                             rating=[4,inf), timestamp=INTERVAL, min_user=N, min_item=N,\n"
    "                             label_threshold=X; several are done together\n"
    "  -p, --plugins DIR          look there for the plugin of a format that is not built in\n"
    "Of split, as data:split in docs/LUA-API.md has them:\n"
    "      --ratio TRAIN,VALID,TEST, --leave-one-out, --cut TIME[,TIME], --given,\n"
    "      --group-by user|none, --order random|time, --seed N, --audit off|warn|error\n"
    "Of fetch:\n"
    "  -o, --to FOLDER            where to put the file (default: here)\n"
    "      --mirror URL           the folder to take the catalogue's files from\n"
    "      --sha256 HEX           what a URL's file must have\n"
    "      --list                 the names that are known\n"
    "Of all:\n"
    "  -q, --quiet                no progress bar\n"
    "  -h, --help                 print this and exit\n"
    "  -V, --version              print the version and exit\n"
    "\n"
    "Exit status: 0; 1 when data cannot be read, written or fetched, or is not as asked for; 2\n"
    "when the command line is wrong.\n";

typedef enum { VERB_DESCRIBE, VERB_CONVERT, VERB_SPLIT, VERB_FETCH } Verb;

static const char *const verbs[] = {"describe", "convert", "split", "fetch", NULL};

typedef struct Command {
  Verb verb;
  const char *format;
  GPtrArray *reading; /* OPTION=VALUE */
  RecnnOptions *filter, *split;
  bool has_filter, quiet, list;
  const char *paths[2];
  int n_paths;
  FetchRequest fetch;
} Command;

static int fail_usage(const char *format, ...) G_GNUC_PRINTF(1, 2);
static int fail_usage(const char *format, ...) {
  va_list args;
  va_start(args, format);
  fputs("recnn-data: ", stderr);
  vfprintf(stderr, format, args);
  fputs("\nTry 'recnn-data --help'.\n", stderr);
  va_end(args);
  return DATA_USAGE;
}

static int fail(GError *error) {
  bool asked = error->code == RECNN_ERROR_OPTION;
  fprintf(stderr, "recnn-data: %s\n", error->message);
  g_error_free(error);
  return asked ? DATA_USAGE : DATA_FAILED;
}

static void warn(void *data, int32_t level, const char *domain, const char *text) {
  (void)data;
  if (level >= RECNN_LOG_WARNING)
    fprintf(stderr, "recnn-data: %s: %s\n", domain, text);
}

/* ---- the command line */

/* An option that is known by name to the verb: "--leave-one-out" is leave_one_out. */
typedef struct Known {
  const char *name; /* "--to" */
  const char *letter;
  bool takes_value;
  unsigned verbs; /* bits */
} Known;

enum {
  READS = 1u << VERB_DESCRIBE | 1u << VERB_CONVERT | 1u << VERB_SPLIT,
  FETCHES = 1u << VERB_FETCH,
  ANY = READS | FETCHES
};

static const Known known[] = {
    {"--format", "-f", true, READS},   {"--read", "-r", true, READS},
    {"--plugins", "-p", true, READS},  {"--filter", NULL, true, READS},
    {"--to", "-o", true, FETCHES},     {"--mirror", NULL, true, FETCHES},
    {"--sha256", NULL, true, FETCHES}, {"--list", NULL, false, FETCHES},
    {"--quiet", "-q", false, ANY},     {"--help", "-h", false, ANY},
    {"--version", "-V", false, ANY},
};

/* The split's option that "--group-by" is, or NULL. */
static const RecnnOption *split_option(const Command *command, const char *name) {
  if (command->verb != VERB_SPLIT || strncmp(name, "--", 2) != 0)
    return NULL;
  g_autofree char *own = g_strdelimit(g_strdup(name + 2), "-", '_');
  for (const RecnnOption *o = recnn_split_options(); o->name; o++)
    if (strcmp(o->name, own) == 0)
      return o;
  return NULL;
}

static int fail_unknown(const Command *command, const char *name) {
  GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
  for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
    if (known[i].verbs & 1u << command->verb)
      g_ptr_array_add(names, g_strdup(known[i].name));
  for (const RecnnOption *o = recnn_split_options(); command->verb == VERB_SPLIT && o->name; o++)
    g_ptr_array_add(names, g_strdelimit(g_strconcat("--", o->name, NULL), "_", '-'));
  g_ptr_array_add(names, NULL);
  const char *nearest = recnn_nearest(name, (const char *const *)names->pdata);
  int code = nearest ? fail_usage("%s: unknown option %s: did you mean %s?", verbs[command->verb],
                                  name, nearest)
                     : fail_usage("%s: unknown option %s", verbs[command->verb], name);
  g_ptr_array_unref(names);
  return code;
}

/* Sets NAME=VALUE on the options. */
static bool set_pair(RecnnOptions *options, const char *what, const char *pair, GError **error) {
  /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): an argument that is there */
  const char *equals = strchr(pair, '=');
  if (!equals)
    return recnn_error_set(error, RECNN_ERROR_OPTION, "%s %s: expected OPTION=VALUE", what, pair);
  g_autofree char *name = g_strndup(pair, (size_t)(equals - pair));
  return recnn_options_set_text(options, name, equals + 1, error);
}

static int take_option(Command *command, const char *name, const char *value) {
  GError *error = NULL;
  bool ok = true;
  if (strcmp(name, "--format") == 0)
    command->format = value;
  else if (strcmp(name, "--read") == 0)
    g_ptr_array_add(command->reading, (gpointer)value);
  else if (strcmp(name, "--filter") == 0)
    ok = command->has_filter = set_pair(command->filter, name, value, &error);
  else if (strcmp(name, "--plugins") == 0)
    recnn_plugin_add_folder(value);
  else if (strcmp(name, "--to") == 0)
    command->fetch.to = value;
  else if (strcmp(name, "--mirror") == 0)
    command->fetch.mirror = value;
  else if (strcmp(name, "--sha256") == 0)
    command->fetch.sha256 = value;
  else if (strcmp(name, "--list") == 0)
    command->list = true;
  else if (strcmp(name, "--quiet") == 0)
    command->fetch.quiet = true;
  return ok ? DATA_DONE : fail(error);
}

static int take_split_option(Command *command, const RecnnOption *option, const char *value) {
  GError *error = NULL;
  return recnn_options_set_text(command->split, option->name, value, &error) ? DATA_DONE
                                                                             : fail(error);
}

static const Known *find_known(const Command *command, const char *name) {
  for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
    if ((known[i].verbs & 1u << command->verb) &&
        (strcmp(known[i].name, name) == 0 || g_strcmp0(known[i].letter, name) == 0))
      return &known[i];
  return NULL;
}

/* The argument at `*i`, which begins with "-", and its value behind "=" or in the next one. */
static int parse_option(Command *command, int argc, char **argv, int *i) {
  const char *equals = strchr(argv[*i], '=');
  size_t length = equals ? (size_t)(equals - argv[*i]) : strlen(argv[*i]);
  g_autofree char *name = g_strndup(argv[*i], length);
  const Known *option = find_known(command, name);
  const RecnnOption *of_split = option ? NULL : split_option(command, name);
  if (!option && !of_split)
    return fail_unknown(command, name);
  bool takes = option ? option->takes_value : of_split->type != RECNN_OPTION_BOOL;
  const char *value = equals ? equals + 1 : NULL;
  if (takes && !value && ++*i < argc)
    value = argv[*i];
  if (takes && !value)
    return fail_usage("%s needs a value", name);
  if (!takes && option && value)
    return fail_usage("%s takes no value, got %s", name, value);
  return option ? take_option(command, option->name, value)
                : take_split_option(command, of_split, value ? value : "true");
}

static int parse(Command *command, int argc, char **argv) {
  bool options_end = false;
  for (int i = 2; i < argc; i++) {
    int code = DATA_DONE;
    if (!options_end && strcmp(argv[i], "--") == 0)
      options_end = true;
    else if (!options_end && argv[i][0] == '-' && argv[i][1] != '\0')
      code = parse_option(command, argc, argv, &i);
    else if (command->n_paths == 2)
      code = fail_usage("%s: one argument too many: %s", argv[1], argv[i]);
    else
      command->paths[command->n_paths++] = argv[i];
    if (code != DATA_DONE)
      return code;
  }
  static const char *const expected[] = {"PATH", "PATH and FOLDER", "PATH and FOLDER",
                                         "the NAME or URL of the data"};
  static const int n_expected[] = {1, 2, 2, 1};
  if (command->verb == VERB_FETCH && command->list && command->n_paths == 0)
    return DATA_DONE;
  return command->n_paths == n_expected[command->verb]
             ? DATA_DONE
             : fail_usage("%s: expected %s, got %d argument%s", argv[1], expected[command->verb],
                          command->n_paths, command->n_paths == 1 ? "" : "s");
}

/* ---- the verbs */

static RecnnDataset *read_with(const Command *command, const RecnnFormat *format, GError **error) {
  RecnnOptions *options = NULL;
  if (!format->options && command->reading->len > 0) {
    recnn_error_set(error, RECNN_ERROR_OPTION, "--read %s: format %s has no options",
                    (const char *)command->reading->pdata[0], format->name);
    return NULL;
  }
  g_autofree char *owner = g_strdup_printf("format %s", format->name);
  if (format->options && !(options = recnn_options_new(format->options, owner, error)))
    return NULL;
  bool ok = true;
  for (guint i = 0; ok && i < command->reading->len; i++)
    ok = set_pair(options, "--read", command->reading->pdata[i], error);
  RecnnDataset *d = ok ? recnn_format_read(format, command->paths[0], options, error) : NULL;
  recnn_options_free(options);
  return d;
}

/* The value of a reader's option that was given, or "". */
static const char *given(const Command *command, const char *name) {
  size_t length = strlen(name);
  for (guint i = 0; i < command->reading->len; i++) {
    const char *pair = command->reading->pdata[i];
    if (strncmp(pair, name, length) == 0 && pair[length] == '=')
      return pair + length + 1;
  }
  return "";
}

static RecnnDataset *read_data(const Command *command, GError **error) {
  g_autofree char *first = recnn_sources_first(command->paths[0], given(command, "files"),
                                               given(command, "train"), error);
  const RecnnFormat *format = first ? recnn_format_for(first, command->format, error) : NULL;
  RecnnDataset *d = format ? read_with(command, format, error) : NULL;
  if (!d || !command->has_filter)
    return d;
  RecnnDataset *filtered = recnn_dataset_filter(d, command->filter, NULL, NULL, error);
  recnn_dataset_unref(d);
  return filtered;
}

static int print(const char *text) {
  if (fputs(text, stdout) >= 0 && fflush(stdout) == 0)
    return DATA_DONE;
  fprintf(stderr, "recnn-data: standard output: %s\n", g_strerror(errno));
  return DATA_FAILED;
}

static bool describe(const RecnnDataset *d, GError **error) {
  g_autofree char *text = recnn_dataset_describe(d, error);
  return text && print(text) == DATA_DONE;
}

static bool split(const Command *command, RecnnDataset *d, GError **error) {
  RecnnSplit *s = recnn_split_new(d, command->split, error);
  RecnnAudit *audit = NULL;
  bool ok = s && recnn_split_write_atomic(s, command->paths[1], error) &&
            (audit = recnn_audit_new(s, error)) != NULL;
  if (ok) {
    g_autofree char *text = recnn_audit_text(audit);
    printf("%s: train %" G_GINT64_FORMAT ", valid %" G_GINT64_FORMAT ", test %" G_GINT64_FORMAT
           " (%s)\naudit: %s\n",
           d->name, s->part[RECNN_TRAIN].rows.n, s->part[RECNN_VALID].rows.n,
           s->part[RECNN_TEST].rows.n, s->description, text);
  }
  recnn_audit_free(audit);
  recnn_split_unref(s);
  return ok;
}

static int run(Command *command) {
  GError *error = NULL;
  if (command->verb == VERB_FETCH && command->list) {
    data_print_catalogue();
    return DATA_DONE;
  }
  if (command->verb == VERB_FETCH) {
    command->fetch.what = command->paths[0];
    return data_fetch(&command->fetch);
  }
  RecnnDataset *d = read_data(command, &error);
  if (!d)
    return fail(error);
  bool ok = command->verb == VERB_DESCRIBE ? describe(d, &error)
            : command->verb == VERB_SPLIT
                ? split(command, d, &error)
                : recnn_dataset_write_atomic(d, command->paths[1], &error);
  if (ok && command->verb == VERB_CONVERT)
    printf("%s: %d users, %d items, %" G_GINT64_FORMAT " interactions written to %s\n", d->name,
           recnn_dataset_n_users(d), recnn_dataset_n_items(d), d->n, command->paths[1]);
  recnn_dataset_unref(d);
  if (error)
    return fail(error);
  return ok && fflush(stdout) == 0 ? DATA_DONE : DATA_FAILED;
}

/* --help and --version, wherever they stand; -1: neither. */
static int asked_for_help(int argc, char **argv) {
  for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
    if (strcmp(argv[i], "-h") == 0 || strcmp(argv[i], "--help") == 0)
      return print(usage);
    if (strcmp(argv[i], "-V") == 0 || strcmp(argv[i], "--version") == 0)
      return print("recnn-data " PACKAGE_VERSION "\n");
  }
  return -1;
}

int main(int argc, char **argv) {
  int code = asked_for_help(argc, argv);
  if (code >= 0)
    return code;
  if (argc < 2)
    return fail_usage("expected what to do: describe, convert, split or fetch");
  Command command = {.fetch = {.to = "."}};
  while (command.verb < G_N_ELEMENTS(verbs) - 1 && strcmp(argv[1], verbs[command.verb]) != 0)
    command.verb++;
  if (command.verb == G_N_ELEMENTS(verbs) - 1) {
    g_autofree char *hint = recnn_suggest(argv[1], verbs);
    return fail_usage("%s is nothing to do%s", argv[1], hint);
  }
  recnn_log_set_sink(warn, NULL);
  recnn_plugin_serve_names();
  command.reading = g_ptr_array_new();
  command.filter = recnn_options_new(recnn_filter_options(), "filter", NULL);
  command.split = recnn_options_new(recnn_split_options(), "split", NULL);
  code = parse(&command, argc, argv);
  if (code == DATA_DONE)
    code = run(&command);
  g_ptr_array_unref(command.reading);
  recnn_options_free(command.filter);
  recnn_options_free(command.split);
  return code;
}
