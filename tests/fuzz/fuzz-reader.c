/* Fuzzing of the readers.  An input is a letter, which says the format (see `modes`), and up to
 * three files, separated by the byte 0x1e.
 *
 * Whatever comes, a reader answers with an error, or with a data set that holds together, and that
 * is the same after it was written and read again.
 *
 * Environment: RECNN_FUZZ_READER, one of the names in `modes`, leaves other inputs alone;
 * RECNN_FUZZ_SECONDS of processor time later libFuzzer is told to end. */
#include <math.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "data/dataset.h"
#include "data/feature.h"
#include "data/format.h"
#include "data/split.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *folder;

/* How an input is read: the files that it has, what is opened, and with which options. */
typedef struct Mode {
  char letter;
  const char *reader;
  const char *names[3]; /* NULL: the input has fewer files */
  const char *path, *format, *options;
} Mode;

static const Mode modes[] = {
    {'a', "atomic", {"x.inter", "x.user", "x.item"}, "x.inter", "atomic", ""},
    {'A', "atomic", {"x.train.inter", "x.test.inter", "x.item"}, "", "atomic", ""},
    {'m', "movielens", {"u.data", "u.user", "u.item"}, "u.data", "movielens", ""},
    {'d',
     "ratings_dat",
     {"ratings.dat", "users.dat", "movies.dat"},
     "ratings.dat",
     "ratings_dat",
     ""},
    {'c', "csv", {"x.csv", NULL, NULL}, "x.csv", "csv", ""},
    {'C',
     "csv",
     {"train.csv", "test.csv", "i.csv"},
     "",
     "csv",
     "features=*;items=i.csv;time_unit=ms;ordered=true"},
    {'r', "rechorus", {"train.csv", "dev.csv", "item_meta.csv"}, "", "rechorus", ""},
    {'p', "plain", {"x.txt", NULL, NULL}, "x.txt", "plain", ""},
    {'P',
     "plain",
     {"x.txt", "y.txt", NULL},
     "",
     "plain",
     "files=*.txt;columns=user,-,item;delimiter= "},
    {'s', "sequences", {"x.txt", "c.txt", NULL}, "x.txt", "sequences", "candidates=c.txt"},
    {'S',
     "sequences",
     {"x.txt", "y.txt", NULL},
     "",
     "sequences",
     "sessions=true;train=x.txt;test=y.txt"},
    {'n', "ncf", {"x.train.rating", "x.test.rating", "x.test.negative"}, "", "ncf", ""},
    {'l', "libsvm", {"x.train.libfm", "x.test.libfm", NULL}, "", "libsvm", ""},
    {'L', "libsvm", {"x.svm", NULL, NULL}, "x.svm", "libsvm", "target=rating;user=2;item=1"},
    {'q', "sqlite", {"x.db", NULL, NULL}, "x.db", "sqlite", ""},
    {'g', "gzip", {"x.csv.gz", NULL, NULL}, "x.csv.gz", "csv", ""},
    {'z', "zstd", {"x.csv.zst", NULL, NULL}, "x.csv.zst", "csv", ""},
    {'?', "recognised", {"x", "x.user", "y"}, "x", NULL, ""},
};

static void empty_folder(const char *name) {
  g_autofree char *path = g_build_filename(folder, name, NULL);
  GDir *dir = g_dir_open(path, 0, NULL);
  for (const char *file; dir && (file = g_dir_read_name(dir));) {
    g_autofree char *child = g_build_filename(path, file, NULL);
    (void)g_remove(child);
  }
  if (dir)
    g_dir_close(dir);
  (void)g_rmdir(path);
}

static void remove_folder(void) {
  empty_folder("in");
  empty_folder("out");
  g_assert_cmpint(g_rmdir(folder), ==, 0); /* nothing is left behind */
  g_clear_pointer(&folder, g_free);
}

/* A folder for one input, as libFuzzer ends without atexit(); in memory where that can be. */
static void make_folder(void) {
  g_autofree char *template = g_strdup("/dev/shm/recnn-fuzz-XXXXXX");
  folder =
      g_mkdtemp(template) ? g_steal_pointer(&template) : g_dir_make_tmp("recnn-fuzz-XXXXXX", NULL);
  g_assert_nonnull(folder);
  g_autofree char *in = g_build_filename(folder, "in", NULL);
  g_assert_cmpint(g_mkdir(in, 0700), ==, 0);
}

static void write_file(const char *name, const uint8_t *bytes, size_t size) {
  g_autofree char *path = g_build_filename(folder, "in", name, NULL);
  FILE *file = g_fopen(path, "wb");
  g_assert_nonnull(file);
  g_assert_cmpuint(fwrite(bytes, 1, size, file), ==, size);
  g_assert_cmpint(fclose(file), ==, 0);
}

static void check_features(const GPtrArray *features, int32_t n) {
  for (guint f = 0; f < features->len; f++) {
    const RecnnFeatureColumn *column = features->pdata[f];
    g_assert_cmpint(column->n_entities, ==, n);
    g_assert_cmpint(column->first[0], ==, 0);
    for (int32_t e = 0; e < n; e++)
      g_assert_cmpint(column->first[e], <=, column->first[e + 1]);
    for (int64_t i = 0; i < column->first[n]; i++) {
      if (column->tokens)
        g_assert_true(column->ids[i] >= 0 && column->ids[i] < recnn_id_map_size(column->tokens));
      else
        g_assert_true(isfinite(column->values[i]));
    }
  }
}

static void check(const RecnnDataset *d) {
  int32_t n_users = recnn_dataset_n_users(d), n_items = recnn_dataset_n_items(d);
  g_assert_cmpint(d->n, >, 0);
  for (int64_t r = 0; r < d->n; r++) {
    g_assert_true(d->user[r] >= 0 && d->user[r] < n_users);
    g_assert_true(d->item[r] >= 0 && d->item[r] < n_items);
    g_assert_true(!d->rating || isfinite(d->rating[r]));
    g_assert_true(!d->timestamp || fabs(d->timestamp[r]) <= 1e11);
  }
  for (int32_t u = 0; u < n_users; u++) {
    const char *token = recnn_id_map_token(d->users, u);
    g_assert_true(*token && g_utf8_validate(token, -1, NULL));
    g_assert_cmpint(recnn_id_map_find(d->users, token, strlen(token)), ==, u);
  }
  check_features(d->user_features, n_users);
  check_features(d->item_features, n_items);
  check_features(d->interaction_features, (int32_t)d->n);
  for (int64_t r = 0; r < d->n; r++) {
    g_assert_true(!d->label || d->label[r] == 0 || d->label[r] == 1);
    g_assert_true(!d->given_part || d->given_part[r] < RECNN_N_PARTS);
    int64_t n;
    const int32_t *items = d->candidates ? recnn_candidates_get(d->candidates, r, &n) : NULL;
    for (int64_t i = 0; items && i < n; i++)
      g_assert_true(items[i] >= 0 && items[i] < n_items);
  }
}

static void check_split(RecnnDataset *d) {
  GError *error = NULL;
  RecnnSplit *split = recnn_split_new(d, NULL, &error);
  if (!split) { /* there is too little */
    g_assert_true(strstr(error->message, "would be empty") != NULL);
    g_clear_error(&error);
    return;
  }
  int64_t n = 0;
  for (int p = 0; p < RECNN_N_PARTS; p++)
    n += split->part[p].rows.n;
  g_assert_cmpint(n, ==, d->n);
  recnn_split_unref(split);
}

static void check_same_features(const GPtrArray *a, const GPtrArray *b, int32_t n) {
  g_assert_cmpuint(a->len, ==, b->len);
  for (guint f = 0; f < a->len; f++) {
    const RecnnFeatureColumn *x = a->pdata[f], *y = b->pdata[f];
    g_assert_cmpstr(x->name, ==, y->name);
    g_assert_cmpint(x->type, ==, y->type);
    size_t bytes = ((size_t)n + 1) * sizeof *x->first;
    g_assert_cmpmem(x->first, bytes, y->first, bytes);
    for (int64_t i = 0; i < x->first[n]; i++) {
      if (x->tokens)
        g_assert_cmpstr(recnn_id_map_token(x->tokens, x->ids[i]), ==,
                        recnn_id_map_token(y->tokens, y->ids[i]));
      else
        g_assert_true(memcmp(&x->values[i], &y->values[i], sizeof *x->values) == 0);
    }
  }
}

/* A list that is empty comes back as none. */
static void check_same_candidates(const RecnnDataset *a, const RecnnDataset *b) {
  for (int64_t r = 0; r < a->n; r++) {
    int64_t n = 0, m = 0;
    const int32_t *x = a->candidates ? recnn_candidates_get(a->candidates, r, &n) : NULL;
    const int32_t *y = b->candidates ? recnn_candidates_get(b->candidates, r, &m) : NULL;
    g_assert_cmpint(x ? n : 0, ==, y ? m : 0);
    if (x && n > 0)
      g_assert_cmpmem(x, (size_t)n * sizeof *x, y, (size_t)n * sizeof *y);
  }
}

/* What an atomic file can hold comes back to the last bit. */
static void check_round_trip(const RecnnDataset *d) {
  g_autofree char *out = g_build_filename(folder, "out", NULL);
  g_autofree char *file = d->given_part ? g_strdup_printf("%s/%s.train.inter", out, d->name)
                                        : g_strdup_printf("%s/%s.inter", out, d->name);
  GError *error = NULL;
  if (!recnn_dataset_write_atomic(d, out, &error)) {
    g_assert_true(g_str_has_suffix(error->message, "which an atomic file cannot hold"));
    g_clear_error(&error);
    return;
  }
  RecnnDataset *back = recnn_dataset_read(file, "atomic", &error);
  g_assert_no_error(error);
  size_t n = (size_t)d->n;
  g_assert_cmpint(back->n, ==, d->n);
  g_assert_cmpmem(back->user, n * sizeof *d->user, d->user, n * sizeof *d->user);
  g_assert_cmpmem(back->item, n * sizeof *d->item, d->item, n * sizeof *d->item);
  g_assert_true(!back->rating == !d->rating && !back->timestamp == !d->timestamp);
  if (d->rating)
    g_assert_cmpmem(back->rating, n * sizeof *d->rating, d->rating, n * sizeof *d->rating);
  if (d->timestamp)
    g_assert_cmpmem(back->timestamp, n * sizeof *d->timestamp, d->timestamp,
                    n * sizeof *d->timestamp);
  g_assert_true(!back->label == !d->label && !back->given_part == !d->given_part);
  if (d->label)
    g_assert_cmpmem(back->label, n * sizeof *d->label, d->label, n * sizeof *d->label);
  if (d->given_part)
    g_assert_cmpmem(back->given_part, n, d->given_part, n);
  check_same_candidates(d, back);
  check_same_features(d->interaction_features, back->interaction_features, (int32_t)d->n);
  int32_t n_users = recnn_dataset_n_users(d), n_items = recnn_dataset_n_items(d);
  g_assert_cmpint(recnn_dataset_n_users(back), ==, n_users);
  g_assert_cmpint(recnn_dataset_n_items(back), ==, n_items);
  for (int32_t u = 0; u < n_users; u++)
    g_assert_cmpstr(recnn_id_map_token(d->users, u), ==, recnn_id_map_token(back->users, u));
  for (int32_t i = 0; i < n_items; i++)
    g_assert_cmpstr(recnn_id_map_token(d->items, i), ==, recnn_id_map_token(back->items, i));
  check_same_features(d->user_features, back->user_features, n_users);
  check_same_features(d->item_features, back->item_features, n_items);
  recnn_dataset_unref(back);
}

/* The options of a mode, NULL for a format without any. */
static RecnnOptions *options_of(const RecnnFormat *format, const char *text) {
  if (!format->options)
    return NULL;
  RecnnOptions *options = recnn_options_new(format->options, format->name, NULL);
  g_auto(GStrv) settings = g_strsplit(text, ";", -1);
  for (char **setting = settings; *setting && **setting; setting++) {
    g_auto(GStrv) pair = g_strsplit(*setting, "=", 2);
    g_assert_true(recnn_options_set_text(options, pair[0], pair[1], NULL));
  }
  return options;
}

static RecnnDataset *read_mode(const Mode *mode, GError **error) {
  g_autofree char *path = g_build_filename(folder, "in", *mode->path ? mode->path : NULL, NULL);
  const RecnnFormat *format = recnn_format_for(path, mode->format, error);
  if (!format)
    return NULL;
  RecnnOptions *options = options_of(format, mode->options);
  RecnnDataset *dataset = recnn_format_read(format, path, options, error);
  recnn_options_free(options);
  return dataset;
}

static const Mode *mode_of(char letter) {
  for (size_t i = 0; i < G_N_ELEMENTS(modes); i++)
    if (modes[i].letter == letter)
      return &modes[i];
  return NULL;
}

/* The last file has all the bytes that are left, separators too. */
static void write_files(const Mode *mode, const uint8_t *at, const uint8_t *end) {
  for (int i = 0; at && i < 3 && mode->names[i]; i++) {
    bool last = i == 2 || !mode->names[i + 1];
    const uint8_t *stop = last ? NULL : memchr(at, 0x1e, (size_t)(end - at));
    write_file(mode->names[i], at, (size_t)((stop ? stop : end) - at));
    at = stop ? stop + 1 : NULL;
  }
}

/* libFuzzer ends in order at SIGUSR1; its own limit is one of the time on the wall, which says
 * little on a busy machine. */
int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc, (void)argv;
  const char *seconds = g_getenv("RECNN_FUZZ_SECONDS");
  if (!seconds)
    return 0;
  timer_t timer;
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
  struct itimerspec limit = {.it_value.tv_sec = (time_t)g_ascii_strtoull(seconds, NULL, 10)};
  g_assert_cmpint(timer_create(CLOCK_PROCESS_CPUTIME_ID, &event, &timer), ==, 0);
  g_assert_cmpint(timer_settime(timer, 0, &limit, NULL), ==, 0);
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const Mode *mode = size > 0 ? mode_of((char)*data) : NULL;
  const char *reader = g_getenv("RECNN_FUZZ_READER");
  if (!mode || (reader && strcmp(reader, mode->reader) != 0))
    return 0;
  make_folder();
  write_files(mode, data + 1, data + size);
  GError *error = NULL;
  RecnnDataset *dataset = read_mode(mode, &error);
  g_assert_true(!dataset == (error != NULL));
  if (dataset) {
    check(dataset);
    check_split(dataset);
    check_round_trip(dataset);
  } else {
    g_assert_true(g_utf8_validate(error->message, -1, NULL));
    g_assert_cmpuint(strlen(error->message), <, 4000);
    g_assert_true(strstr(error->message, folder) != NULL);
  }
  g_clear_error(&error);
  recnn_dataset_unref(dataset);
  remove_folder();
  return 0;
}
