/* Where plugins are looked for, and in which order.  The files are empty: nothing here opens one.
 */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "plugin/plugin.h"

static char *root;

static char *in_root(const char *name) { return g_build_filename(root, name, NULL); }

static void make_file(const char *folder, const char *name) {
  char *path = g_build_filename(root, folder, NULL);
  g_assert_cmpint(g_mkdir_with_parents(path, 0700), ==, 0);
  char *file = g_build_filename(path, name, NULL);
  g_assert_true(g_file_set_contents(file, "", 0, NULL));
  g_free(file);
  g_free(path);
}

static void remove_tree(const char *path) {
  GDir *dir = g_dir_open(path, 0, NULL);
  for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
    char *inner = g_build_filename(path, name, NULL);
    remove_tree(inner);
    g_free(inner);
  }
  if (dir != NULL)
    g_dir_close(dir);
  g_assert_cmpint(g_remove(path), ==, 0);
}

static void assert_list(char **list, const char *const *expected) {
  g_assert_cmpstrv(list, expected);
  g_strfreev(list);
}

static void test_order(void) {
  char *a = in_root("a"), *b = in_root("b"), *first = in_root("first"), *second = in_root("second");
  char *user =
      g_build_filename(root, "home", "recnn", "plugins-" G_STRINGIFY(RECNN_ABI_MAJOR), NULL);
  /* Empty parts and repetitions are left out, detours straightened. */
  char *variable = g_strdup_printf(":%s::%s/../b/.:%s:", a, a, a);
  g_setenv("RECNN_PLUGIN_PATH", variable, TRUE);
  assert_list(recnn_plugin_folders(), (const char *const[]){a, b, user, RECNN_PLUGIN_DIR, NULL});
  recnn_plugin_add_folder(second);
  recnn_plugin_add_folder(first);
  assert_list(recnn_plugin_folders(),
              (const char *const[]){first, second, a, b, user, RECNN_PLUGIN_DIR, NULL});
  recnn_plugin_add_folder(b); /* it moves to the front */
  assert_list(recnn_plugin_folders(),
              (const char *const[]){b, first, second, a, user, RECNN_PLUGIN_DIR, NULL});
  g_unsetenv("RECNN_PLUGIN_PATH");
  assert_list(recnn_plugin_folders(),
              (const char *const[]){b, first, second, user, RECNN_PLUGIN_DIR, NULL});

  /* A relative folder is of the folder that was the current one then. */
  char *here = g_get_current_dir();
  g_assert_cmpint(g_chdir(root), ==, 0);
  recnn_plugin_add_folder("third");
  g_assert_cmpint(g_chdir(here), ==, 0);
  char **folders = recnn_plugin_folders();
  char *third = in_root("third");
  g_assert_cmpstr(folders[0], ==, third);
  g_strfreev(folders);
  g_free(third);
  g_free(here);
  g_free(variable);
  g_free(user);
  g_free(a);
  g_free(b);
  g_free(first);
  g_free(second);
}

static void test_names(void) {
  make_file("third", "zeta.so");
  make_file("third", "alpha.so");
  make_file("third", "alpha.so.1");
  make_file("third", "alpha.la");
  make_file("third", ".hidden.so");
  make_file("first", "alpha.so");
  make_file("first", "beta.so");
  char *user = g_build_filename("home", "recnn", "plugins-" G_STRINGIFY(RECNN_ABI_MAJOR), NULL);
  make_file(user, "mine.so");
  char **names = recnn_plugin_names();
  const char *const expected[] = {"alpha", "beta", "mine", "zeta"};
  for (size_t i = 0; i < G_N_ELEMENTS(expected); i++)
    g_assert_true(g_strv_contains((const char *const *)names, expected[i]));
  g_assert_false(g_strv_contains((const char *const *)names, ".hidden"));
  for (int i = 0; names[i] != NULL && names[i + 1] != NULL; i++)
    g_assert_cmpstr(names[i], <, names[i + 1]); /* sorted, each once */
  g_strfreev(names);

  char *found = recnn_plugin_find_file("alpha");
  char *path = g_build_filename(root, "third", "alpha.so", NULL);
  g_assert_cmpstr(found, ==, path); /* the folder added last wins */
  g_free(found);
  g_free(path);
  found = recnn_plugin_find_file("mine");
  path = g_build_filename(root, user, "mine.so", NULL);
  g_assert_cmpstr(found, ==, path);
  g_free(found);
  g_free(path);
  g_free(user);
  static const char *const impossible[] = {"gamma", "",   "../first/beta", "beta.so", ".hidden",
                                           "Alpha", "1st"};
  for (size_t i = 0; i < G_N_ELEMENTS(impossible); i++)
    g_assert_null(recnn_plugin_find_file(impossible[i]));
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  root = g_dir_make_tmp("recnn-search-XXXXXX", NULL);
  g_assert_nonnull(root);
  char *home = in_root("home");
  g_setenv("XDG_DATA_HOME", home, TRUE);
  g_unsetenv("RECNN_PLUGIN_PATH");
  g_test_add_func("/plugin/search/order", test_order);
  g_test_add_func("/plugin/search/names", test_names);
  int result = g_test_run();
  remove_tree(root);
  g_free(home);
  g_free(root);
  return result;
}
