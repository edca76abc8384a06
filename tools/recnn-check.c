/* recnn-check: holds models against what they should be.  argv in, a table or JSON out; what is
 * checked stands in core/check. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"

#include "base/options.h"
#include "check.h"
#include "check/plugin.h"
#include "check/reference.h"
#include "plugin/plugin.h"

enum { PASSED = 0, FAILED = 1, UNUSABLE = 2 };

typedef struct Arguments {
  bool quiet;
  bool json;
  int seconds;
  GPtrArray *references; /* of --reference, NULL at the end */
  char **names;
  int n_names;
} Arguments;

/* What was found so far. */
typedef struct Findings {
  int64_t passed;
  int64_t failed;
  JsonArray *reports; /* with --json */
  bool unusable;
} Findings;

static void usage(FILE *to) {
  fputs("Usage: recnn-check [OPTION]... reference FILE...\n"
        "       recnn-check [OPTION]... plugin NAME|FILE.so...\n"
        "       recnn-check list\n"
        "\n"
        "reference builds the model that each safetensors file names, and compares its outputs,\n"
        "losses, gradients and optimizer steps, or the history of a training, with the numbers\n"
        "recorded there.\n"
        "plugin loads each plugin in a process of its own and checks all that it offers; list\n"
        "says what is checked.\n"
        "\n"
        "  -p, --plugin-path DIR  look for plugins in DIR first\n"
        "  -r, --reference FILE   with plugin: hold its model against this file too\n"
        "  -t, --timeout SECONDS  with plugin: how long one check may take (default 300)\n"
        "  -q, --quiet            show failed rows only\n"
        "      --json             write JSON\n"
        "      --help             show this text\n"
        "      --version          show the version\n"
        "\n"
        "The last line is \"N passed, M failed\". Exit status: 0 all passed, 1 something differs\n"
        "or is missing, 2 a file cannot be read or the command line is wrong.\n",
        to);
}

static void keep_failed(RecnnCheckReport *report) {
  for (guint i = report->rows->len; i > 0; i--) {
    const RecnnCheckRow *row = report->rows->pdata[i - 1];
    if (row->passed || row->skipped)
      g_ptr_array_remove_index(report->rows, i - 1);
  }
}

/* Counts and shows; frees the report. */
static void take_report(const Arguments *args, Findings *found, RecnnCheckReport *report) {
  found->passed += report->n_passed;
  found->failed += report->n_failed;
  if (args->quiet)
    keep_failed(report);
  if (args->json) {
    json_array_add_object_element(found->reports, recnn_check_report_json(report));
  } else if (report->rows->len > 0) {
    char *text = recnn_check_report_text(report);
    printf("%s\n", text);
    g_free(text);
  }
  recnn_check_report_free(report);
}

static void unusable(Findings *found, GError *error) {
  fprintf(stderr, "recnn-check: %s\n", error->message);
  g_error_free(error);
  found->unusable = true;
}

static void check_reference(const Arguments *args, Findings *found, const char *path) {
  GError *error = NULL;
  RecnnCheckReport *report = recnn_check_reference(path, &error);
  if (report != NULL)
    take_report(args, found, report);
  else
    unusable(found, error);
}

/* A file when it has a slash or ends in ".so", otherwise a name that is searched for. */
static void check_plugin(const Arguments *args, Findings *found, const char *name) {
  bool is_file = strchr(name, '/') != NULL || g_str_has_suffix(name, ".so");
  char *path = is_file ? g_strdup(name) : recnn_plugin_find_file(name);
  if (path == NULL || !g_file_test(path, G_FILE_TEST_EXISTS)) {
    char **folders = recnn_plugin_folders();
    char *searched = g_strjoinv(", ", folders);
    if (is_file)
      fprintf(stderr, "recnn-check: there is no file %s\n", name);
    else
      fprintf(stderr, "recnn-check: no plugin \"%s\"; folders searched: %s\n", name, searched);
    g_free(searched);
    g_strfreev(folders);
    found->unusable = true;
  } else {
    take_report(
        args, found,
        check_plugin_apart(path, (const char *const *)args->references->pdata, args->seconds));
  }
  g_free(path);
}

static void show_list(const Arguments *args, Findings *found, const char *name) {
  (void)args;
  (void)name;
  RecnnCheckInfo *list = recnn_check_list();
  for (const RecnnCheckInfo *c = list; c->name != NULL; c++)
    printf("%-17s  %-14s  %s\n", c->kind != NULL ? c->kind : "plugin", c->name, c->doc);
  g_free(list);
  (void)found;
}

static int finish(const Arguments *args, Findings *found) {
  if (args->json) {
    JsonNode *root = json_node_new(JSON_NODE_ARRAY);
    json_node_take_array(root, found->reports);
    char *text = json_to_string(root, TRUE);
    printf("%s\n", text);
    g_free(text);
    json_node_unref(root);
  } else {
    printf("%lld passed, %lld failed\n", (long long)found->passed, (long long)found->failed);
  }
  return found->unusable ? UNUSABLE : found->failed > 0 ? FAILED : PASSED;
}

/* What the first word asks for. */
static const struct {
  const char *word;
  void (*run)(const Arguments *args, Findings *found, const char *name);
} subjects[] = {{"reference", check_reference}, {"plugin", check_plugin}};

static int dispatch(Arguments *args) {
  Findings found = {.reports = args->json ? json_array_new() : NULL};
  const char *word = args->n_names > 0 ? args->names[0] : NULL;
  if (word != NULL && strcmp(word, "list") == 0) {
    show_list(args, &found, NULL);
    if (found.reports != NULL)
      json_array_unref(found.reports);
    return PASSED;
  }
  for (size_t s = 0; word != NULL && s < G_N_ELEMENTS(subjects); s++) {
    if (strcmp(subjects[s].word, word) != 0)
      continue;
    if (args->n_names < 2) {
      fprintf(stderr, "recnn-check: %s: no file was named\n", word);
      return UNUSABLE;
    }
    for (int i = 1; i < args->n_names; i++)
      subjects[s].run(args, &found, args->names[i]);
    return finish(args, &found);
  }
  fprintf(stderr,
          "recnn-check: %s%s, expected \"reference\" and files, \"plugin\" and names, or "
          "\"list\"\n",
          word != NULL ? "unknown check " : "no check was named", word != NULL ? word : "");
  return UNUSABLE;
}

int main(int argc, char **argv) {
  enum { OPTION_HELP = 256, OPTION_VERSION, OPTION_JSON };
  static const struct option options[] = {
      {"plugin-path", required_argument, NULL, 'p'},  {"reference", required_argument, NULL, 'r'},
      {"timeout", required_argument, NULL, 't'},      {"quiet", no_argument, NULL, 'q'},
      {"json", no_argument, NULL, OPTION_JSON},       {"help", no_argument, NULL, OPTION_HELP},
      {"version", no_argument, NULL, OPTION_VERSION}, {NULL, 0, NULL, 0}};
  Arguments args = {.seconds = 300, .references = g_ptr_array_new()};
  int64_t seconds;
  int option;
  recnn_plugin_serve_names();
  while ((option = getopt_long(argc, argv, "p:r:t:q", options, NULL)) != -1) {
    switch (option) {
    case 'p':
      recnn_plugin_add_folder(optarg);
      break;
    case 'r':
      g_ptr_array_add(args.references, optarg);
      break;
    case 't':
      if (!recnn_parse_int(optarg, strlen(optarg), &seconds) || seconds < 1 || seconds > 86400) {
        fprintf(stderr, "recnn-check: --timeout %s, expected seconds from 1 to 86400\n", optarg);
        return UNUSABLE;
      }
      args.seconds = (int)seconds;
      break;
    case 'q':
      args.quiet = true;
      break;
    case OPTION_JSON:
      args.json = true;
      break;
    case OPTION_HELP:
      usage(stdout);
      return PASSED;
    case OPTION_VERSION:
      printf("recnn-check %s\n", PACKAGE_VERSION);
      return PASSED;
    default:
      fputs("Try recnn-check --help.\n", stderr);
      return UNUSABLE;
    }
  }
  g_ptr_array_add(args.references, NULL);
  args.names = argv + optind;
  args.n_names = argc - optind;
  int status = dispatch(&args);
  g_ptr_array_free(args.references, TRUE);
  return status;
}
