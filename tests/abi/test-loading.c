/* Loading, when nothing is wrong with the file: twice, under another name, by name, on many
 * threads. */
#include "config.h"

#include <unistd.h>

#include "abi/abi-test.h"
#include "base/log.h"

static void test_same_file(void) {
  GError *error = NULL;
  char *path = zoo_file("zoo_good");
  const RecnnPlugin *first = recnn_plugin_load(path, &error);
  const int entered = traces("ZOO_ENTERED");
  char *folder = g_path_get_dirname(path);
  char *detour = g_build_filename(folder, "..", ".libs", ".", "zoo_good.so", NULL);
  g_assert_true(recnn_plugin_load(detour, &error) == first);
  g_assert_true(recnn_plugin_load(path, &error) == first);
  g_assert_true(recnn_plugin_require("zoo_good", &error) == first);
  g_assert_no_error(error);
  g_assert_cmpint(traces("ZOO_ENTERED"), ==, entered);

  /* Another name for the same file, and another file of the same name. */
  char *link = g_build_filename(scratch, "zoo_alias.so", NULL);
  g_assert_cmpint(symlink(path, link), ==, 0);
  assert_refused(link, RECNN_ERROR_PLUGIN_NAME,
                 (const char *const[]){"\"zoo_good\"", "\"zoo_alias.so\"", NULL});
  char *bytes;
  size_t size;
  g_assert_true(g_file_get_contents(path, &bytes, &size, NULL));
  char *copy = scratch_file("zoo_good.so", bytes, size);
  assert_refused(copy, RECNN_ERROR_PLUGIN_NAME,
                 (const char *const[]){"taken", path, "1.0.0", NULL});
  g_assert_false(is_mapped(copy));
  assert_good_works();
  g_remove(link);
  g_remove(copy);
  g_free(bytes);
  g_free(link);
  g_free(copy);
  g_free(detour);
  g_free(folder);
  g_free(path);
}

static void note(void *data, int32_t level, const char *domain, const char *text) {
  if (strcmp(domain, "zoo_services") == 0)
    g_string_append_printf(data, "%d %s", level, text);
}

static void test_services(void) {
  GString *said = g_string_new(NULL);
  GError *error = NULL;
  char *path = zoo_file("zoo_services");
  recnn_log_set_sink(note, said);
  g_assert_nonnull(recnn_plugin_load(path, &error));
  recnn_log_set_sink(NULL, NULL);
  g_assert_no_error(error);
  g_assert_cmpstr(said->str, ==, "2 100%s of the services are there");
  g_string_free(said, TRUE);
  g_free(path);
}

static void test_not_found(void) {
  GError *error = NULL;
  g_assert_null(recnn_model_class_find("zoo_goof", &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_NOT_FOUND);
  char *folder = g_test_build_filename(G_TEST_BUILT, "abi", "zoo", ".libs", NULL);
  char **folders = recnn_plugin_folders();
  assert_text(error->message, "no model \"zoo_goof\"");
  assert_text(error->message, "did you mean zoo_good?");
  assert_text(error->message, "zoo_magic"); /* found, though nobody has looked into it */
  for (int i = 0; folders[i] != NULL; i++)
    assert_text(error->message, folders[i]);
  assert_text(error->message, folder);
  g_clear_error(&error);
  static const char *const impossible[] = {"", "../zoo/zoo_good", "zoo_good.so", "Zoo", "zoo good"};
  for (size_t i = 0; i < G_N_ELEMENTS(impossible); i++) {
    g_assert_null(recnn_model_class_find(impossible[i], &error));
    g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_NOT_FOUND);
    g_clear_error(&error);
    g_assert_null(recnn_plugin_require(impossible[i], &error));
    g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_NOT_FOUND);
    g_clear_error(&error);
  }
  g_strfreev(folders);
  g_free(folder);
}

static void *load_in_thread(void *path) {
  GError *error = NULL;
  const RecnnPlugin *plugin = recnn_plugin_load(path, &error);
  g_assert_no_error(error);
  const RecnnModelClass *model_class = recnn_model_class_find("zoo_thread", &error);
  g_assert_no_error(error);
  g_assert_true(recnn_plugin_of(model_class) == plugin);
  g_assert_null(recnn_model_class_find("zoo_magic", &error));
  g_clear_error(&error);
  return (void *)plugin;
}

static void test_threads(void) {
  char *path = zoo_file("zoo_thread");
  GThread *threads[8];
  for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
    threads[i] = g_thread_new("load", load_in_thread, path);
  void *first = g_thread_join(threads[0]);
  for (size_t i = 1; i < G_N_ELEMENTS(threads); i++)
    g_assert_true(g_thread_join(threads[i]) == first);
  g_free(path);
}

int main(int argc, char **argv) {
  abi_test_init(&argc, &argv);
  g_test_add_func("/abi/loading/same-file", test_same_file);
  g_test_add_func("/abi/loading/services", test_services);
  g_test_add_func("/abi/loading/not-found", test_not_found);
  g_test_add_func("/abi/loading/threads", test_threads);
  int result = g_test_run();
  abi_test_end();
  return result;
}
