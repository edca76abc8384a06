/* Streams: plain, gzip and zstd, whole, in several members, cut off and damaged at every byte. */
#include <string.h>

#include <glib.h>
#include <glib/gstdio.h>
#include <zlib.h>
#include <zstd.h>

#include "base/error.h"
#include "base/rng.h"
#include "base/stream.h"

typedef enum { PLAIN, GZIP, ZSTD } Form;

static void append_gzip(GByteArray *to, const void *bytes, size_t n) {
  z_stream z = {0};
  g_assert_cmpint(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), ==, Z_OK);
  size_t room = deflateBound(&z, n) + 32;
  uint8_t *packed = g_malloc(room);
  z.next_in = (z_const Bytef *)bytes;
  z.avail_in = (uInt)n;
  z.next_out = packed;
  z.avail_out = (uInt)room;
  g_assert_cmpint(deflate(&z, Z_FINISH), ==, Z_STREAM_END);
  g_byte_array_append(to, packed, (guint)z.total_out);
  deflateEnd(&z);
  g_free(packed);
}

static void append_zstd(GByteArray *to, const void *bytes, size_t n) {
  ZSTD_CCtx *context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  size_t room = ZSTD_compressBound(n);
  uint8_t *packed = g_malloc(room);
  size_t size = ZSTD_compress2(context, packed, room, bytes, n);
  g_assert_false(ZSTD_isError(size));
  g_byte_array_append(to, packed, (guint)size);
  ZSTD_freeCCtx(context);
  g_free(packed);
}

static void append(GByteArray *to, Form form, const void *bytes, size_t n) {
  switch (form) {
  case PLAIN:
    g_byte_array_append(to, bytes, (guint)n);
    break;
  case GZIP:
    append_gzip(to, bytes, n);
    break;
  case ZSTD:
    append_zstd(to, bytes, n);
    break;
  }
}

/* All bytes, read by `step`; NULL with an error. */
static GByteArray *read_all(const char *path, size_t step, GError **error) {
  RecnnStream *stream = recnn_stream_open(path, error);
  if (!stream)
    return NULL;
  GByteArray *all = g_byte_array_new();
  uint8_t *piece = g_malloc(step);
  size_t n = step;
  while (n == step && recnn_stream_read(stream, piece, step, &n, error))
    g_byte_array_append(all, piece, (guint)n);
  g_free(piece);
  recnn_stream_close(stream);
  if (!*error)
    return all;
  g_byte_array_unref(all);
  return NULL;
}

static char *path_of(const char *folder) { return g_build_filename(folder, "x", NULL); }

static GByteArray *read_bytes(const char *folder, const GByteArray *bytes, size_t step,
                              GError **error) {
  g_autofree char *path = path_of(folder);
  g_assert_true(g_file_set_contents(path, (const char *)bytes->data, (gssize)bytes->len, NULL));
  return read_all(path, step, error);
}

static char *new_folder(void) {
  char *folder = g_dir_make_tmp("recnn-test-XXXXXX", NULL);
  g_assert_nonnull(folder);
  return folder;
}

static void remove_folder(char *folder) {
  g_autofree char *path = path_of(folder);
  (void)g_remove(path);
  g_assert_cmpint(g_rmdir(folder), ==, 0);
  g_free(folder);
}

/* Text that packs well, and some that does not. */
static GByteArray *content(size_t n) {
  GByteArray *bytes = g_byte_array_new();
  RecnnRng rng;
  recnn_rng_init(&rng, 5, RECNN_STREAM(RECNN_STREAM_TEST, 0));
  for (size_t i = 0; i < n; i++) {
    uint8_t byte = (uint8_t)(i / 4096 % 2 ? 'a' + i % 7 : recnn_rng_below(&rng, 256));
    g_byte_array_append(bytes, &byte, 1);
  }
  return bytes;
}

static void test_whole(void) {
  char *folder = new_folder();
  static const size_t sizes[] = {0, 1, 3, 4, 5000, 300000, 1000000};
  for (Form form = PLAIN; form <= ZSTD; form++) {
    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
      GByteArray *bytes = content(sizes[i]), *packed = g_byte_array_new();
      append(packed, form, bytes->data, bytes->len);
      static const size_t steps[] = {7, 4096, 2000000};
      for (size_t s = sizes[i] > 5000; s < G_N_ELEMENTS(steps); s++) {
        GError *error = NULL;
        GByteArray *back = read_bytes(folder, packed, steps[s], &error);
        g_assert_no_error(error);
        g_assert_cmpmem(back->data, back->len, bytes->data, bytes->len);
        g_byte_array_unref(back);
      }
      g_byte_array_unref(bytes);
      g_byte_array_unref(packed);
    }
  }
  remove_folder(folder);
}

/* One behind the other, as parallel compressors and `cat` make them. */
static void test_members(void) {
  char *folder = new_folder();
  for (Form form = GZIP; form <= ZSTD; form++) {
    GByteArray *packed = g_byte_array_new();
    append(packed, form, "ab", 2);
    append(packed, form, "", 0);
    if (form == ZSTD) /* a frame to be passed over */
      g_byte_array_append(packed, (const guint8 *)"\x51\x2a\x4d\x18\x02\0\0\0xx", 10);
    append(packed, form, "cd", 2);
    GError *error = NULL;
    GByteArray *back = read_bytes(folder, packed, 3, &error);
    g_assert_no_error(error);
    g_assert_cmpmem(back->data, back->len, "abcd", 4);
    g_byte_array_unref(back);
    guint length = packed->len;
    g_byte_array_append(packed, (const guint8 *)"junk", 4);
    g_assert_null(read_bytes(folder, packed, 3, &error));
    g_autofree char *text = g_strdup_printf("%s/x: byte %u of the %s file: other data follows, "
                                            "expected the end or another beginning",
                                            folder, length, form == GZIP ? "gzip" : "zstd");
    g_assert_cmpstr(error->message, ==, text);
    g_assert_true(g_error_matches(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_FORMAT));
    g_clear_error(&error);
    g_byte_array_unref(packed);
  }
  remove_folder(folder);
}

/* Cut off anywhere behind its mark, a file is an error, and says so. */
static void test_truncated(void) {
  char *folder = new_folder();
  for (Form form = GZIP; form <= ZSTD; form++) {
    GByteArray *bytes = content(5000), *packed = g_byte_array_new();
    append(packed, form, bytes->data, bytes->len);
    for (guint n = 4; n < packed->len; n += n < 40 || n + 40 > packed->len ? 1 : 97) {
      GByteArray *part = g_byte_array_new();
      g_byte_array_append(part, packed->data, n);
      GError *error = NULL;
      g_assert_null(read_bytes(folder, part, 512, &error));
      g_autofree char *text =
          g_strdup_printf("%s/x: byte %u of the %s file: it ends too early, expected more data",
                          folder, n, form == GZIP ? "gzip" : "zstd");
      g_assert_cmpstr(error->message, ==, text);
      g_clear_error(&error);
      g_byte_array_unref(part);
    }
    g_byte_array_unref(bytes);
    g_byte_array_unref(packed);
  }
  remove_folder(folder);
}

/* A changed byte behind the mark is found, or was one that does not matter (a time, a name). */
static void test_damaged(void) {
  char *folder = new_folder();
  for (Form form = GZIP; form <= ZSTD; form++) {
    GByteArray *bytes = content(5000), *packed = g_byte_array_new();
    append(packed, form, bytes->data, bytes->len);
    int n_found = 0, n_tried = 0;
    for (guint at = 4; at < packed->len; at += at < 40 || at + 40 > packed->len ? 1 : 61) {
      packed->data[at] ^= 0x55;
      GError *error = NULL;
      GByteArray *back = read_bytes(folder, packed, 512, &error);
      packed->data[at] ^= 0x55;
      n_tried++;
      if (back) {
        g_assert_cmpmem(back->data, back->len, bytes->data, bytes->len);
        g_byte_array_unref(back);
        continue;
      }
      n_found++;
      g_autofree char *begin = g_strdup_printf("%s/x: byte ", folder);
      g_assert_true(g_str_has_prefix(error->message, begin));
      g_clear_error(&error);
    }
    g_assert_cmpint(n_found, >=, n_tried - 8);
    g_byte_array_unref(bytes);
    g_byte_array_unref(packed);
  }
  remove_folder(folder);
}

static void test_no_file(void) {
  char *folder = new_folder();
  GError *error = NULL;
  g_autofree char *path = path_of(folder);
  g_assert_null(recnn_stream_open(path, &error));
  g_autofree char *missing = g_strdup_printf("cannot open %s: No such file or directory", path);
  g_assert_cmpstr(error->message, ==, missing);
  g_clear_error(&error);
  g_assert_null(recnn_stream_open(folder, &error));
  g_autofree char *text =
      g_strdup_printf("cannot open %s: it is a folder, expected a file", folder);
  g_assert_cmpstr(error->message, ==, text);
  g_clear_error(&error);
  recnn_stream_close(NULL);
  remove_folder(folder);
}

static void test_names(void) {
  static const char *const names[][2] = {
      {"a/x.csv.gz", "a/x.csv"}, {"x.zst", "x"}, {"x.gzip", "x.gzip"}, {"x", "x"}};
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *plain = recnn_stream_plain_name(names[i][0]);
    g_assert_cmpstr(plain, ==, names[i][1]);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/base/stream/whole", test_whole);
  g_test_add_func("/base/stream/members", test_members);
  g_test_add_func("/base/stream/truncated", test_truncated);
  g_test_add_func("/base/stream/damaged", test_damaged);
  g_test_add_func("/base/stream/no-file", test_no_file);
  g_test_add_func("/base/stream/names", test_names);
  return g_test_run();
}
