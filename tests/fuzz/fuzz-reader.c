/* Fuzzing of the readers.  An input is a letter ('a': atomic files, 'm': MovieLens) and up to three
 * files, separated by the byte 0x1e: the interactions, the users, the items.
 *
 * Whatever comes, a reader answers with an error, or with a data set that holds together, and that
 * is the same after it was written and read again. */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "data/dataset.h"
#include "data/feature.h"
#include "data/split.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *folder;

/* A data set of MovieLens is called like its folder, "in". */
static void remove_folder(void) {
  static const char *const names[] = {"x.inter", "x.user",   "x.item",  "u.data", "u.user",
                                      "u.item",  "in.inter", "in.user", "in.item"};
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *in = g_build_filename(folder, "in", names[i], NULL);
    g_autofree char *out = g_build_filename(folder, "out", names[i], NULL);
    (void)g_remove(in);
    (void)g_remove(out);
  }
  g_autofree char *in = g_build_filename(folder, "in", NULL);
  g_autofree char *out = g_build_filename(folder, "out", NULL);
  (void)g_rmdir(in);
  (void)g_rmdir(out);
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
}

static void check_split(RecnnDataset *d) {
  RecnnSplit *split = recnn_split_new(d, NULL, NULL);
  g_assert_nonnull(split);
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

/* What an atomic file can hold comes back to the last bit. */
static void check_round_trip(const RecnnDataset *d) {
  g_autofree char *out = g_build_filename(folder, "out", NULL);
  g_autofree char *file = g_strdup_printf("%s/%s.inter", out, d->name);
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const char *const names[2][3] = {{"x.inter", "x.user", "x.item"},
                                          {"u.data", "u.user", "u.item"}};
  if (size == 0)
    return 0;
  make_folder();
  bool movielens = *data == 'm';
  const uint8_t *at = data + 1, *end = data + size;
  for (int i = 0; i < 3; i++) {
    if (!at)
      break;
    const uint8_t *stop = i < 2 ? memchr(at, 0x1e, (size_t)(end - at)) : NULL;
    write_file(names[movielens][i], at, (size_t)((stop ? stop : end) - at));
    at = stop ? stop + 1 : NULL;
  }
  g_autofree char *in = g_build_filename(folder, "in", names[movielens][0], NULL);
  GError *error = NULL;
  RecnnDataset *dataset = recnn_dataset_read(in, movielens ? "movielens" : "atomic", &error);
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
