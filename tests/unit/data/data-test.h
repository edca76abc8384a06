/* What the tests of the data room share: a scratch folder, files in it, and errors with exact
 * texts. Each test program is one translation unit, so everything here is static. */
#ifndef RECNN_TESTS_UNIT_DATA_DATA_TEST_H
#define RECNN_TESTS_UNIT_DATA_DATA_TEST_H

#include <string.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "base/error.h"

typedef struct Scratch {
  char *folder;
} Scratch;

static inline void scratch_set_up(Scratch *scratch, gconstpointer data) {
  (void)data;
  GError *error = NULL;
  scratch->folder = g_dir_make_tmp("recnn-test-XXXXXX", &error);
  g_assert_no_error(error);
}

static inline void scratch_remove(const char *path) {
  GDir *dir = g_file_test(path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open(path, 0, NULL);
  if (dir) {
    for (const char *name; (name = g_dir_read_name(dir));) {
      g_autofree char *child = g_build_filename(path, name, NULL);
      scratch_remove(child);
    }
    g_dir_close(dir);
  }
  g_assert_cmpint(g_remove(path), ==, 0);
}

static inline void scratch_tear_down(Scratch *scratch, gconstpointer data) {
  (void)data;
  scratch_remove(scratch->folder);
  g_free(scratch->folder);
}

/* The path of NAME in the folder; freed with the returned string. */
static inline char *scratch_path(const Scratch *scratch, const char *name) {
  return g_build_filename(scratch->folder, name, NULL);
}

static inline char *scratch_write(const Scratch *scratch, const char *name, const void *bytes,
                                  size_t size) {
  char *path = scratch_path(scratch, name);
  g_autofree char *parent = g_path_get_dirname(path);
  g_assert_cmpint(g_mkdir_with_parents(parent, 0700), ==, 0);
  GError *error = NULL;
  g_file_set_contents(path, bytes, (gssize)size, &error);
  g_assert_no_error(error);
  return path;
}

static inline void scratch_text(const Scratch *scratch, const char *name, const char *text) {
  g_free(scratch_write(scratch, name, text, strlen(text)));
}

/* Checks code and text, the folder's path in which is written as "DIR", and clears the error. */
static inline void check_error_in(const char *folder, GError **error, int code, const char *text) {
  g_assert_nonnull(*error);
  g_autofree char *from = folder ? g_strdup_printf("%s/", folder) : NULL;
  GString *message = g_string_new((*error)->message);
  if (from) {
    g_string_replace(message, from, "DIR/", 0);
    g_string_replace(message, folder, "DIR", 0);
  }
  g_assert_cmpstr(message->str, ==, text);
  g_assert_true(g_error_matches(*error, RECNN_ERROR_DOMAIN, code));
  g_string_free(message, TRUE);
  g_clear_error(error);
}

static inline void check_error(GError **error, int code, const char *text) {
  check_error_in(NULL, error, code, text);
}

#define SCRATCH_TEST(name, function)                                                               \
  g_test_add(name, Scratch, NULL, scratch_set_up, function, scratch_tear_down)

#endif
