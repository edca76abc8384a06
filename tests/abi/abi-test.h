/* What the tests of this folder share: the animals of zoo/, what they leave behind, and a folder
 * for files that a test makes.  A program that includes this calls abi_test_init() and
 * abi_test_end(). */
#ifndef RECNN_TESTS_ABI_TEST_H
#define RECNN_TESTS_ABI_TEST_H

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include <glib/gstdio.h>

#include "base/error.h"
#include "plugin/plugin.h"

static char *scratch; /* a folder of this test's own */

static inline char *zoo_file(const char *name) {
  char *file = g_strconcat(name, ".so", NULL);
  char *path = g_test_build_filename(G_TEST_BUILT, "abi", "zoo", ".libs", file, NULL);
  g_free(file);
  return path;
}

static inline bool is_mapped(const char *path) {
  void *handle = dlopen(path, RTLD_NOW | RTLD_NOLOAD);
  if (handle != NULL)
    dlclose(handle);
  return handle != NULL;
}

static inline int traces(const char *what) {
  const char *count = g_getenv(what);
  return count != NULL ? atoi(count) : 0;
}

static inline void assert_text(const char *text, const char *part) {
  if (strstr(text, part) == NULL)
    g_error("\"%s\" does not say \"%s\"", text, part);
}

static inline void assert_good_works(void) {
  char *path = zoo_file("zoo_good");
  GError *error = NULL;
  const RecnnPlugin *plugin = recnn_plugin_load(path, &error);
  g_assert_no_error(error);
  g_assert_cmpstr(plugin->path, ==, path);
  const RecnnModelClass *model_class = recnn_model_class_find("zoo_good", &error);
  g_assert_no_error(error);
  g_assert_cmpstr(model_class->name, ==, "zoo_good");
  g_assert_true(recnn_plugin_of(model_class) == plugin);
  g_free(path);
}

/* Every refusal stands in docs/REFUSALS.md with its file, code and text: "| FILE | CODE | TEXT |".
 * What differs from one machine to the next is replaced: the folders of the tests, and sizes in
 * files that were cut. */
static inline void assert_documented(const char *path, RecnnStatus code, const char *text) {
#if defined(__LP64__) && defined(__x86_64__)
  char *name = g_path_get_basename(path), *folder = g_path_get_dirname(path);
  char *animals = g_test_build_filename(G_TEST_BUILT, "abi", "zoo", ".libs", NULL);
  char *documents = g_test_build_filename(G_TEST_DIST, "..", "docs", "REFUSALS.md", NULL);
  GString *line = g_string_new(text);
  char *written = NULL;
  GError *error = NULL;
  g_string_replace(line, folder, "/folder", 0);
  g_string_replace(line, animals, "/folder", 0);
  g_string_replace(line, "|", "\\|", 0);
  if (strstr(text, "truncated") != NULL) {
    GRegex *numbers = g_regex_new("\\b[0-9]{2,}\\b", 0, 0, NULL);
    char *without = g_regex_replace_literal(numbers, line->str, -1, 0, "N", 0, NULL);
    g_string_assign(line, without);
    g_free(without);
    g_regex_unref(numbers);
  }
  char *row = g_strdup_printf("| %s | %d | `` %s `` |", name, code, line->str);
  g_file_get_contents(documents, &written, NULL, &error);
  g_assert_no_error(error);
  if (strstr(written, row) == NULL)
    g_error("docs/REFUSALS.md has no row with\n%s", row);
  g_string_free(line, TRUE);
  g_free(row);
  g_free(written);
  g_free(documents);
  g_free(animals);
  g_free(folder);
  g_free(name);
#else
  (void)path;
  (void)code;
  (void)text;
#endif
}

/* Loads what is to be refused; every text has the file. */
static inline void assert_refused(const char *path, RecnnStatus code, const char *const *parts) {
  const int entered = traces("ZOO_ENTERED");
  GError *error = NULL;
  g_assert_null(recnn_plugin_load(path, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, code);
  assert_text(error->message, path);
  for (int i = 0; parts[i] != NULL; i++)
    assert_text(error->message, parts[i]);
  g_test_message("%s", error->message);
  if (parts[0] != NULL)
    assert_documented(path, code, error->message);
  g_error_free(error);
  if (code != RECNN_ERROR_PLUGIN_ENTER)
    g_assert_cmpint(traces("ZOO_ENTERED"), ==, entered);
}

static inline void read_animal(const char *name, char **ret_bytes, size_t *ret_size) {
  char *path = zoo_file(name);
  GError *error = NULL;
  g_file_get_contents(path, ret_bytes, ret_size, &error);
  g_assert_no_error(error);
  g_free(path);
}

static inline char *scratch_file(const char *name, const void *bytes, size_t size) {
  char *path = g_build_filename(scratch, name, NULL);
  GError *error = NULL;
  g_file_set_contents(path, bytes, (gssize)size, &error);
  g_assert_no_error(error);
  return path;
}

static inline void abi_test_init(int *argc, char ***argv) {
  g_test_init(argc, argv, NULL);
  char *folder = g_test_build_filename(G_TEST_BUILT, "abi", "zoo", ".libs", NULL);
  GError *error = NULL;
  scratch = g_dir_make_tmp("recnn-abi-XXXXXX", &error);
  g_assert_no_error(error);
  g_setenv("RECNN_PLUGIN_PATH", folder, TRUE);
  g_unsetenv("ZOO_ENTERED");
  g_unsetenv("ZOO_CONSTRUCTED");
  g_free(folder);
}

/* Removes the folder and the files in it. */
static inline void abi_test_end(void) {
  GDir *dir = g_dir_open(scratch, 0, NULL);
  for (const char *name; (name = g_dir_read_name(dir)) != NULL;) {
    char *path = g_build_filename(scratch, name, NULL);
    g_remove(path);
    g_free(path);
  }
  g_dir_close(dir);
  g_assert_cmpint(g_rmdir(scratch), ==, 0);
  g_free(scratch);
}

#endif
