/* The readers' fuzz target in `make check`: its seeds with a fixed number of changes to them that
 * are the same in every run, and what fuzzing has come to, as it is. */
#include "base/rng.h"

#include "fuzz/fuzz-reader.c"

enum { CHANGES = 400 }; /* of each seed */

/* Bytes that mean something to a reader come up more often than chance would have it. */
static uint8_t draw_byte(RecnnRng *rng) {
  static const char special[] = "\t\t\t\n\n\r\0:|\x1e -+.eE0123456789\xc3\xa9\xef\xbb\xbf\xff";
  uint64_t r = recnn_rng_below(rng, 4);
  return r == 0 ? (uint8_t)recnn_rng_below(rng, 256)
                : (uint8_t)special[recnn_rng_below(rng, sizeof special - 1)];
}

static void change(GByteArray *bytes, RecnnRng *rng) {
  uint8_t byte = draw_byte(rng);
  guint at = bytes->len ? (guint)recnn_rng_below(rng, bytes->len) : 0;
  guint n = bytes->len ? 1 + (guint)recnn_rng_below(rng, MIN(bytes->len - at, 16)) : 0;
  switch (recnn_rng_below(rng, 5)) {
  case 0: /* replace */
    if (bytes->len)
      bytes->data[at] = byte;
    break;
  case 1: /* insert */
    g_byte_array_append(bytes, &byte, 1);
    memmove(bytes->data + at + 1, bytes->data + at, bytes->len - 1 - at);
    bytes->data[at] = byte;
    break;
  case 2: /* remove */
    if (n)
      g_byte_array_remove_range(bytes, at, n);
    break;
  case 3: { /* repeat at the end */
    g_autofree uint8_t *copy = g_memdup2(bytes->data + at, n);
    g_byte_array_append(bytes, copy, n);
    break;
  }
  default: /* cut off */
    g_byte_array_set_size(bytes, at);
  }
}

static void run(const uint8_t *data, size_t size, int *n_run) {
  g_assert_cmpint(LLVMFuzzerTestOneInput(data, size), ==, 0);
  ++*n_run;
}

/* All files of a folder, with so many changes of each; returns how many files. */
static int run_folder(const char *which, int n_changes) {
  g_autofree char *path = g_test_build_filename(G_TEST_DIST, "fuzz", which, "fuzz-reader", NULL);
  GError *error = NULL;
  GDir *dir = g_dir_open(path, 0, &error);
  g_assert_no_error(error);
  int n_run = 0, n_files = 0;
  for (const char *name; (name = g_dir_read_name(dir)); n_files++) {
    g_autofree char *file = g_build_filename(path, name, NULL);
    g_autofree char *content = NULL;
    gsize size;
    g_assert_true(g_file_get_contents(file, &content, &size, &error));
    run((const uint8_t *)content, size, &n_run);
    for (int i = 0; i < n_changes; i++) {
      /* By the file's name, so that the order of the folder does not matter. */
      RecnnRng rng;
      recnn_rng_init(&rng, g_str_hash(name), RECNN_STREAM(RECNN_STREAM_TEST, i));
      GByteArray *bytes = g_byte_array_new();
      g_byte_array_append(bytes, (const guint8 *)content, (guint)size);
      for (uint64_t changes = 1 + recnn_rng_below(&rng, 4); changes > 0; changes--)
        change(bytes, &rng);
      run(bytes->data, bytes->len, &n_run);
      g_byte_array_unref(bytes);
    }
  }
  g_dir_close(dir);
  g_test_message("%d inputs", n_run);
  return n_files;
}

static void test_seeds(void) { g_assert_cmpint(run_folder("seeds", CHANGES), >=, 10); }

static void test_corpus(void) { g_assert_cmpint(run_folder("corpus", 10), >=, 50); }

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/fuzz/reader/seeds", test_seeds);
  g_test_add_func("/fuzz/reader/corpus", test_corpus);
  return g_test_run();
}
