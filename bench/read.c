/* Speed and memory of reading and indexing: writes a file of interactions, users and items drawn by
 * Zipf-like laws, ratings and timestamps, then reads it in a process of its own and splits it.
 *
 *   read [MILLIONS [FORM...]]     10 million; forms: atomic csv plain atomic.gz csv.gz
 *
 * Prints seconds, and the most memory that the process had by the operating system's accounting. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <glib.h>
#include <glib/gstdio.h>
#include <zlib.h>

#include "base/rng.h"
#include "data/split.h"

enum { N_USERS = 200000, N_ITEMS = 50000 };

static double now(void) {
  struct timespec t;
  timespec_get(&t, TIME_UTC);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Seconds of the processor, which say more on a machine that others use. */
static double processor_seconds(void) {
  struct rusage use;
  getrusage(RUSAGE_SELF, &use);
  return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
         1e-6 * (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec);
}

static void check(bool ok, const char *what) {
  if (ok)
    return;
  fprintf(stderr, "read: %s\n", what);
  exit(1);
}

/* The cube of a uniform number: a few are drawn often. */
static int draw(RecnnRng *rng, int n) {
  double x = recnn_rng_double(rng);
  return (int)(x * x * x * n);
}

static void make_file(const char *path, const char *form, int64_t n) {
  bool packed = g_str_has_suffix(form, ".gz");
  gzFile file = gzopen(path, packed ? "wb1" : "wbT");
  check(file != NULL, path);
  gzbuffer(file, 1 << 20);
  char separator = g_str_has_prefix(form, "csv")     ? ','
                   : g_str_has_prefix(form, "plain") ? ' '
                                                     : '\t';
  if (separator == ',')
    gzputs(file, "user_id,item_id,rating,timestamp\n");
  if (separator == '\t')
    gzputs(file, "user_id:token\titem_id:token\trating:float\ttimestamp:float\n");
  RecnnRng rng;
  recnn_rng_init(&rng, 1, RECNN_STREAM(RECNN_STREAM_TEST, 0));
  for (int64_t i = 0; i < n; i++) {
    char line[96];
    int length =
        g_snprintf(line, sizeof line, "%d%c%d%c%.1f%c%d\n", draw(&rng, N_USERS) + 1, separator,
                   draw(&rng, N_ITEMS) + 1, separator, (double)(1 + recnn_rng_below(&rng, 9)) / 2,
                   separator, 1000000000 + (int)recnn_rng_below(&rng, 500000000));
    check(gzwrite(file, line, (unsigned)length) == length, path);
  }
  check(gzclose(file) == Z_OK, path);
}

static int measure(const char *path, const char *form) {
  GError *error = NULL;
  double begun = now(), used = processor_seconds();
  RecnnDataset *data = recnn_dataset_read(path, NULL, &error);
  check(data != NULL, error ? error->message : "");
  double read = now();
  used = processor_seconds() - used;
  struct rusage use;
  getrusage(RUSAGE_SELF, &use);
  double memory = (double)use.ru_maxrss / 1024;
  RecnnSplit *split = recnn_split_new(data, NULL, &error);
  check(split != NULL, error ? error->message : "");
  double cut = now();
  getrusage(RUSAGE_SELF, &use);
  printf("%-10s %" G_GINT64_FORMAT " interactions, %d users, %d items: read and indexed in %.2f s "
         "(%.2f s of the processor), %.0f MB; split by user in %.2f s, %.0f MB\n",
         form, data->n, recnn_dataset_n_users(data), recnn_dataset_n_items(data), read - begun,
         used, memory, cut - read, (double)use.ru_maxrss / 1024);
  recnn_split_unref(split);
  recnn_dataset_unref(data);
  return 0;
}

int main(int argc, char **argv) {
  static const char *const all[] = {"atomic", "csv", "plain", "atomic.gz", "csv.gz", NULL};
  int64_t n = (int64_t)(1e6 * (argc > 1 ? g_ascii_strtod(argv[1], NULL) : 10));
  char *folder = g_dir_make_tmp("recnn-bench-XXXXXX", NULL);
  check(folder != NULL && n > 0, "no folder, or no rows");
  for (const char *const *form = argc > 2 ? (const char *const *)argv + 2 : all; *form; form++) {
    char *name = g_strdup_printf("x.%s%s",
                                 g_str_has_prefix(*form, "csv")     ? "csv"
                                 : g_str_has_prefix(*form, "plain") ? "txt"
                                                                    : "inter",
                                 g_str_has_suffix(*form, ".gz") ? ".gz" : "");
    char *path = g_build_filename(folder, name, NULL);
    make_file(path, *form, n);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
      measure(path, *form);
      fflush(stdout);
      _exit(0);
    }
    int status;
    check(child > 0 && waitpid(child, &status, 0) == child, "no child");
    g_remove(path);
    g_free(path);
    g_free(name);
  }
  g_rmdir(folder);
  g_free(folder);
  return 0;
}
