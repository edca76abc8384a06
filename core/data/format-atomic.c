/* Atomic files, as RecBole has them: NAME.inter, and beside it NAME.user and NAME.item.  Fields are
 * separated by tabs; the first line names and types them.
 *
 * Of NAME.inter the users, the items, and the columns rating and timestamp are read; others are
 * passed over.  Users and items are the columns user_id and item_id; where a file has other names,
 * and just two columns of type token, it is those.  Users and items that only their own tables have
 * are numbered behind those of NAME.inter. */
#include <string.h>

#include "base/error.h"
#include "data/atomic-private.h"
#include "data/format.h"

/* The columns of NAME.inter that are read; -1: there is none. */
typedef struct Columns {
  int32_t user, item, rating, timestamp;
} Columns;

static bool find_ids(const RecnnAtomicHeader *header, Columns *columns) {
  int32_t user = recnn__atomic_header_find(header, "user_id");
  int32_t item = recnn__atomic_header_find(header, "item_id");
  if (user < 0 || item < 0) {
    int32_t tokens[2] = {-1, -1}, n = 0;
    for (int32_t i = 0; i < header->n; i++)
      if (header->types[i] == RECNN_FEATURE_TOKEN && n++ < 2)
        tokens[n - 1] = i;
    if (n != 2)
      return false;
    if (user < 0)
      user = item == tokens[0] ? tokens[1] : tokens[0];
    if (item < 0)
      item = user == tokens[0] ? tokens[1] : tokens[0];
  }
  columns->user = user;
  columns->item = item;
  return header->types[user] == RECNN_FEATURE_TOKEN && header->types[item] == RECNN_FEATURE_TOKEN;
}

static bool find_number(const RecnnAtomicHeader *header, const RecnnText *text, const char *name,
                        int32_t *ret_column, GError **error) {
  int32_t column = recnn__atomic_header_find(header, name);
  if (column >= 0 && header->types[column] != RECNN_FEATURE_FLOAT) {
    g_autofree char *problem = g_strdup_printf("column %d: expected %s:float", column + 1, name);
    return recnn__atomic_header_fail(header, text, problem, error);
  }
  *ret_column = column;
  return true;
}

static bool find_columns(const RecnnAtomicHeader *header, const RecnnText *text, Columns *columns,
                         GError **error) {
  if (!find_ids(header, columns))
    return recnn__atomic_header_fail(header, text,
                                     "expected the columns user_id:token and item_id:token", error);
  return find_number(header, text, "rating", &columns->rating, error) &&
         find_number(header, text, "timestamp", &columns->timestamp, error);
}

static bool read_row(const RecnnText *text, const RecnnAtomicHeader *header, Columns columns,
                     const RecnnField *fields, RecnnDatasetBuilder *builder, GError **error) {
  const RecnnField *user = &fields[columns.user], *item = &fields[columns.item];
  float rating = 0;
  double time = 0;
  return recnn_text_token(text, columns.user + 1, header->names[columns.user], user, error) &&
         recnn_text_token(text, columns.item + 1, header->names[columns.item], item, error) &&
         (columns.rating < 0 || recnn_text_float(text, columns.rating + 1, "rating",
                                                 &fields[columns.rating], &rating, error)) &&
         (columns.timestamp < 0 || recnn_text_time(text, columns.timestamp + 1, "timestamp",
                                                   &fields[columns.timestamp], &time, error)) &&
         recnn_dataset_builder_add(builder, user->text, user->length, item->text, item->length,
                                   rating, time, error);
}

static bool read_rows(RecnnText *text, const RecnnAtomicHeader *header, Columns columns,
                      RecnnDatasetBuilder *builder, GError **error) {
  const char *const *names = (const char *const *)header->names;
  const RecnnField *fields;
  int32_t n;
  GError *problem = NULL;
  while (recnn_text_next(text, &fields, &n, &problem) &&
         recnn_text_count(text, fields, n, names, header->n, &problem) &&
         read_row(text, header, columns, fields, builder, &problem))
    continue;
  if (problem)
    g_propagate_error(error, problem);
  return !problem;
}

/* The interactions; the builder is for whoever calls, also after a failure, when there is one. */
static bool read_interactions(const char *path, const char *name, RecnnDatasetBuilder **ret_builder,
                              char **ret_user_name, char **ret_item_name, GError **error) {
  RecnnText *text = recnn_text_open(path, '\t', error);
  if (!text)
    return false;
  RecnnAtomicHeader header;
  Columns columns = {-1, -1, -1, -1};
  bool ok = recnn__atomic_header_read(&header, text, error) &&
            find_columns(&header, text, &columns, error);
  if (ok) {
    *ret_builder =
        recnn_dataset_builder_new(name, path, columns.rating >= 0, columns.timestamp >= 0);
    *ret_user_name = g_strdup(header.names[columns.user]);
    *ret_item_name = g_strdup(header.names[columns.item]);
    ok = read_rows(text, &header, columns, *ret_builder, error);
  }
  recnn__atomic_header_clear(&header);
  recnn_text_close(text);
  return ok;
}

static gint compare_names(gconstpointer a, gconstpointer b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The .inter file of a folder: that of the folder's own name, or the only one. */
static char *find_in_folder(const char *folder, GError **error) {
  g_autofree char *absolute = g_canonicalize_filename(folder, NULL);
  g_autofree char *base = g_path_get_basename(absolute);
  g_autofree char *own = g_strdup_printf("%s.inter", base);
  char *path = g_build_filename(folder, own, NULL);
  if (g_file_test(path, G_FILE_TEST_EXISTS))
    return path;
  g_free(path);
  GDir *dir = g_dir_open(folder, 0, error);
  if (!dir)
    return NULL;
  g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
  for (const char *entry; (entry = g_dir_read_name(dir));)
    if (g_str_has_suffix(entry, ".inter"))
      g_ptr_array_add(found, g_strdup(entry));
  g_dir_close(dir);
  if (found->len == 1)
    return g_build_filename(folder, (const char *)found->pdata[0], NULL);
  if (found->len == 0) {
    recnn_error_set(error, RECNN_ERROR_FORMAT, "%s: no NAME.inter in this folder", folder);
    return NULL;
  }
  g_ptr_array_sort(found, compare_names);
  recnn_error_set(error, RECNN_ERROR_FORMAT,
                  "%s: %u .inter files in this folder (%s, %s%s) and no %s; name the one to read",
                  folder, found->len, (const char *)found->pdata[0], (const char *)found->pdata[1],
                  found->len > 2 ? ", ..." : "", own);
  return NULL;
}

/* PATH without ".inter", when it ends so. */
static char *stem_of(const char *path) {
  size_t length = strlen(path);
  return g_strndup(path, g_str_has_suffix(path, ".inter") ? length - strlen(".inter") : length);
}

static bool read_entities(const char *stem, const char *user_name, const char *item_name,
                          RecnnDataset *dataset, GError **error) {
  g_autofree char *users = g_strconcat(stem, ".user", NULL);
  g_autofree char *items = g_strconcat(stem, ".item", NULL);
  return recnn__atomic_entities_read(users, user_name, "user_id", dataset->users,
                                     dataset->user_features, error) &&
         recnn__atomic_entities_read(items, item_name, "item_id", dataset->items,
                                     dataset->item_features, error);
}

static RecnnDataset *read(const char *path, const RecnnOptions *options, GError **error) {
  (void)options;
  g_autofree char *file =
      g_file_test(path, G_FILE_TEST_IS_DIR) ? find_in_folder(path, error) : g_strdup(path);
  if (!file)
    return NULL;
  g_autofree char *stem = stem_of(file);
  g_autofree char *name = g_path_get_basename(stem);
  g_autofree char *user_name = NULL, *item_name = NULL;
  RecnnDatasetBuilder *builder = NULL;
  if (read_interactions(file, name, &builder, &user_name, &item_name, error) &&
      read_entities(stem, user_name, item_name, recnn_dataset_builder_peek(builder), error))
    return recnn_dataset_builder_finish(builder, error);
  recnn_dataset_builder_free(builder);
  return NULL;
}

static bool has_header(const char *path) {
  RecnnText *text = recnn_text_open(path, '\t', NULL);
  if (!text)
    return false;
  RecnnAtomicHeader header;
  bool ok = recnn__atomic_header_read(&header, text, NULL);
  recnn__atomic_header_clear(&header);
  recnn_text_close(text);
  return ok;
}

static int recognise(const char *path) {
  if (g_file_test(path, G_FILE_TEST_IS_REGULAR))
    return g_str_has_suffix(path, ".inter") ? 100 : has_header(path) ? 50 : 0;
  GDir *dir = g_dir_open(path, 0, NULL);
  int sure = 0;
  for (const char *entry; dir && (entry = g_dir_read_name(dir));)
    if (g_str_has_suffix(entry, ".inter"))
      sure = 100;
  if (dir)
    g_dir_close(dir);
  return sure;
}

RECNN_FORMAT(atomic) = {
    .name = "atomic",
    .doc = "Atomic files: NAME.inter, and NAME.user and NAME.item where there are such.",
    .looks_for = "NAME.inter with a header of name:type fields",
    .recognise = recognise,
    .read = read,
};
