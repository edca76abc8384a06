/* Files of a data set.  Knows no format. */
#include <string.h>

#include "base/error.h"
#include "base/stream.h"
#include "data/dataset.h"
#include "data/sources.h"

char *recnn_sources_in(const char *folder, const char *name) {
  return g_path_is_absolute(name) ? g_strdup(name) : g_build_filename(folder, name, NULL);
}

char *recnn_sources_with_ending(const char *folder, const char *stem, const char *const *endings) {
  static const char *const packed[] = {"", ".gz", ".zst"};
  for (; *endings; endings++) {
    for (size_t i = 0; i < G_N_ELEMENTS(packed); i++) {
      g_autofree char *name = g_strconcat(stem, *endings, packed[i], NULL);
      char *path = g_build_filename(folder, name, NULL);
      if (g_file_test(path, G_FILE_TEST_IS_REGULAR))
        return path;
      g_free(path);
    }
  }
  return NULL;
}

static gint by_name(gconstpointer a, gconstpointer b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool add_matches(GPtrArray *paths, const char *folder, const char *pattern, GError **error) {
  GDir *dir = g_dir_open(folder, 0, error);
  if (!dir)
    return false;
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  GPatternSpec *spec = g_pattern_spec_new(pattern);
  for (const char *name; (name = g_dir_read_name(dir));)
    if (g_pattern_spec_match_string(spec, name))
      g_ptr_array_add(names, g_strdup(name));
  g_pattern_spec_free(spec);
  g_dir_close(dir);
  g_ptr_array_sort(names, by_name);
  for (guint i = 0; i < names->len; i++)
    g_ptr_array_add(paths, g_build_filename(folder, names->pdata[i], NULL));
  return names->len > 0 || recnn_error_set(error, RECNN_ERROR_IO,
                                           "%s: no file \"%s\" in this folder", folder, pattern);
}

static bool add_files(GPtrArray *paths, const char *folder, const char *files, GError **error) {
  g_auto(GStrv) names = g_strsplit(files, ",", -1);
  for (char **name = names; *name; name++) {
    g_strstrip(*name);
    if (strpbrk(*name, "*?")) {
      if (!add_matches(paths, folder, *name, error))
        return false;
      continue;
    }
    char *path = recnn_sources_in(folder, *name);
    g_ptr_array_add(paths, path);
    if (**name == '\0' || !g_file_test(path, G_FILE_TEST_EXISTS))
      return recnn_error_set(error, RECNN_ERROR_IO, "%s: no such file (files \"%s\")", path, files);
  }
  return true;
}

static void add_part(RecnnSources *s, char *path, int part) {
  g_ptr_array_add(s->paths, path);
  g_array_append_val(s->parts, part);
}

static bool add_named_parts(RecnnSources *s, const char *folder, const RecnnOptions *options,
                            GError **error) {
  for (int p = 0; p < RECNN_N_PARTS; p++) {
    static const char *const names[RECNN_N_PARTS] = {"train", "valid", "test"};
    const char *name = recnn_options_string(options, names[p]);
    if (*name == '\0' && p == RECNN_TRAIN)
      return recnn_error_set(error, RECNN_ERROR_OPTION,
                             "option train: expected the file of the part train, as there is one "
                             "for another part");
    if (*name == '\0')
      continue;
    char *path = recnn_sources_in(folder, name);
    add_part(s, path, p);
    if (!g_file_test(path, G_FILE_TEST_EXISTS))
      return recnn_error_set(error, RECNN_ERROR_IO, "%s: no such file (option %s)", path, names[p]);
  }
  return true;
}

/* PREFIX is "" or "NAME.". */
static void find_parts(RecnnSources *s, const char *folder, const char *prefix,
                       const char *const *endings) {
  static const char *const stems[RECNN_N_PARTS][5] = {
      {"train", NULL}, {"valid", "validation", "dev", "val", NULL}, {"test", NULL}};
  for (int p = 0; p < RECNN_N_PARTS; p++) {
    char *path = NULL;
    for (const char *const *stem = stems[p]; *stem && !path; stem++) {
      g_autofree char *whole = g_strconcat(prefix, *stem, NULL);
      path = recnn_sources_with_ending(folder, whole, endings);
    }
    if (path)
      add_part(s, path, p);
    else if (p == RECNN_TRAIN)
      return;
  }
}

/* "NAME." when `file` is called NAME.train+ENDING, else NULL. */
static char *prefix_of(const char *file, const char *const *endings) {
  g_autofree char *plain = recnn_stream_plain_name(file);
  for (; *endings; endings++) {
    g_autofree char *tail = g_strconcat(".train", *endings, NULL);
    if (g_str_has_suffix(plain, tail))
      return g_strndup(plain, strlen(plain) - strlen(tail) + 1);
  }
  return NULL;
}

char *recnn_sources_prefix(const char *folder, const char *const *endings, GError **error) {
  GDir *dir = g_dir_open(folder, 0, error);
  if (!dir)
    return NULL;
  char *prefix = NULL, *other = NULL;
  for (const char *name; !other && (name = g_dir_read_name(dir));) {
    g_autofree char *found = prefix_of(name, endings);
    if (found && prefix && strcmp(found, prefix) != 0)
      other = g_steal_pointer(&found);
    else if (found && !prefix)
      prefix = g_steal_pointer(&found);
  }
  g_dir_close(dir);
  if (!prefix)
    recnn_error_set(error, RECNN_ERROR_FORMAT, "%s: no train%s or NAME.train%s in this folder",
                    folder, *endings, *endings);
  if (other) {
    bool before = strcmp(other, prefix) < 0;
    recnn_error_set(error, RECNN_ERROR_FORMAT,
                    "%s: %strain%s and %strain%s in this folder; name the one to read", folder,
                    before ? other : prefix, *endings, before ? prefix : other, *endings);
    g_clear_pointer(&prefix, g_free);
  }
  g_free(other);
  return prefix;
}

/* train.csv and so on, or else NAME.train.csv and so on. */
static bool find_usual_parts(RecnnSources *s, const char *folder, const char *const *endings,
                             GError **error) {
  find_parts(s, folder, "", endings);
  if (s->paths->len > 0)
    return true;
  g_autofree char *prefix = recnn_sources_prefix(folder, endings, error);
  if (prefix)
    find_parts(s, folder, prefix, endings);
  return prefix != NULL;
}

static bool find_in_folder(RecnnSources *s, const char *path, const RecnnOptions *options,
                           const char *const *endings, GError **error) {
  const char *files = recnn_options_string(options, "files");
  bool parts = *recnn_options_string(options, "train") || *recnn_options_string(options, "valid") ||
               *recnn_options_string(options, "test");
  if (*files && parts)
    return recnn_error_set(error, RECNN_ERROR_OPTION,
                           "options files and train exclude each other; set one of them");
  if (*files)
    return add_files(s->paths, path, files, error);
  if (parts)
    return add_named_parts(s, path, options, error);
  if (endings)
    return find_usual_parts(s, path, endings, error);
  return recnn_error_set(error, RECNN_ERROR_FORMAT,
                         "%s: a folder: expected a file, or the options files or train, valid and "
                         "test",
                         path);
}

char *recnn_sources_name(const char *path) {
  g_autofree char *absolute = g_canonicalize_filename(path, NULL);
  g_autofree char *base = g_path_get_basename(absolute);
  if (g_file_test(path, G_FILE_TEST_IS_DIR))
    return g_steal_pointer(&base);
  char *plain = recnn_stream_plain_name(base);
  char *dot = strrchr(plain, '.');
  if (dot && dot > plain)
    *dot = '\0';
  return plain;
}

bool recnn_sources_find(RecnnSources *s, const char *path, const RecnnOptions *options,
                        const char *const *endings, GError **error) {
  *s = (RecnnSources){.name = recnn_sources_name(path),
                      .paths = g_ptr_array_new_with_free_func(g_free),
                      .parts = g_array_new(FALSE, FALSE, sizeof(int))};
  bool folder = g_file_test(path, G_FILE_TEST_IS_DIR);
  static const char *const names[] = {"files", "train", "valid", "test"};
  for (size_t i = 0; !folder && i < G_N_ELEMENTS(names); i++)
    if (*recnn_options_string(options, names[i]))
      return recnn_error_set(error, RECNN_ERROR_OPTION,
                             "option %s: %s is a file: expected the folder that has them", names[i],
                             path);
  g_autofree char *prefix = folder || !endings ? NULL : prefix_of(path, endings);
  if (prefix && *prefix) {
    g_autofree char *directory = g_path_get_dirname(path);
    g_autofree char *base = g_path_get_basename(prefix);
    find_parts(s, directory, base, endings);
    base[strlen(base) - 1] = '\0';
    g_free(s->name);
    s->name = g_steal_pointer(&base);
  } else if (!folder)
    g_ptr_array_add(s->paths, g_strdup(path));
  else if (!find_in_folder(s, path, options, endings, error))
    return false;
  while (s->parts->len < s->paths->len) {
    int none = -1;
    g_array_append_val(s->parts, none);
  }
  s->folder = g_path_get_dirname(s->paths->pdata[0]);
  return true;
}

void recnn_sources_clear(RecnnSources *s) {
  g_free(s->name);
  g_free(s->folder);
  if (s->paths)
    g_ptr_array_unref(s->paths);
  if (s->parts)
    g_array_unref(s->parts);
  *s = (RecnnSources){0};
}

char *recnn_sources_first(const char *path, const char *files, const char *train, GError **error) {
  if (train && *train)
    return recnn_sources_in(path, train);
  if (!files || !*files)
    return g_strdup(path);
  g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
  return add_files(paths, path, files, error) ? g_strdup(paths->pdata[0]) : NULL;
}
