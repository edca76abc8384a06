/* recnn-check: holds models against what they should be.  argv in, a table out; what is checked
 * stands in core/check. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"

#include "check/reference.h"
#include "plugin/plugin.h"

enum { PASSED = 0, FAILED = 1, UNUSABLE = 2 };

static void usage(FILE *to) {
  fputs("Usage: recnn-check [-p DIR]... reference FILE...\n"
        "Builds the model that each safetensors file names, and compares its outputs, losses,\n"
        "gradients and optimizer steps, or the history of a training, with the numbers recorded\n"
        "there.\n"
        "\n"
        "  -p, --plugin-path DIR  look for plugins in DIR first\n"
        "  -q, --quiet            show failed rows only\n"
        "      --help             show this text\n"
        "      --version          show the version\n"
        "\n"
        "The last line is \"N passed, M failed\". Exit status: 0 all passed, 1 something differs\n"
        "or is missing, 2 a file cannot be read or the command line is wrong.\n",
        to);
}

static void keep_failed(RecnnCheckReport *report) {
  for (guint i = report->rows->len; i > 0; i--)
    if (((RecnnCheckRow *)report->rows->pdata[i - 1])->passed)
      g_ptr_array_remove_index(report->rows, i - 1);
}

static int check_references(char **paths, int n, bool quiet) {
  int64_t passed = 0, failed = 0;
  int status = PASSED;
  for (int i = 0; i < n; i++) {
    GError *error = NULL;
    RecnnCheckReport *report = recnn_check_reference(paths[i], &error);
    if (report == NULL) {
      fprintf(stderr, "recnn-check: %s\n", error->message);
      g_clear_error(&error);
      status = UNUSABLE;
      continue;
    }
    passed += report->n_passed;
    failed += report->n_failed;
    if (quiet)
      keep_failed(report);
    if (report->rows->len > 0) {
      char *text = recnn_check_report_text(report);
      printf("%s\n", text);
      g_free(text);
    }
    recnn_check_report_free(report);
  }
  printf("%lld passed, %lld failed\n", (long long)passed, (long long)failed);
  return status == UNUSABLE ? UNUSABLE : failed > 0 ? FAILED : PASSED;
}

int main(int argc, char **argv) {
  enum { OPTION_HELP = 256, OPTION_VERSION };
  static const struct option options[] = {{"plugin-path", required_argument, NULL, 'p'},
                                          {"quiet", no_argument, NULL, 'q'},
                                          {"help", no_argument, NULL, OPTION_HELP},
                                          {"version", no_argument, NULL, OPTION_VERSION},
                                          {NULL, 0, NULL, 0}};
  bool quiet = false;
  int option;
  while ((option = getopt_long(argc, argv, "p:q", options, NULL)) != -1) {
    switch (option) {
    case 'p':
      recnn_plugin_add_folder(optarg);
      break;
    case 'q':
      quiet = true;
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
  if (optind >= argc || strcmp(argv[optind], "reference") != 0) {
    fprintf(stderr, "recnn-check: %s%s, expected \"reference\" and files\n",
            optind < argc ? "unknown check " : "no check was named",
            optind < argc ? argv[optind] : "");
    return UNUSABLE;
  }
  if (optind + 1 >= argc) {
    fputs("recnn-check: reference: no file was named\n", stderr);
    return UNUSABLE;
  }
  return check_references(argv + optind + 1, argc - optind - 1, quiet);
}
