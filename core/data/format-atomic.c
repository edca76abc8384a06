/* Atomic files, as RecBole has them: NAME.inter, or NAME.train.inter, NAME.valid.inter and
 * NAME.test.inter, and beside them NAME.user and NAME.item.  Fields are separated by tabs; the
 * first line names and types them.
 *
 * Users and items are the columns user_id and item_id; where a file has other names, and just two
 * columns of type token, it is those.  Columns with other names than rating, timestamp, label and
 * neg_items are features of the interaction.  Users and items that only their own tables have are
 * numbered behind those of NAME.inter. */
#include <string.h>

#include "base/error.h"
#include "base/stream.h"
#include "data/atomic-private.h"
#include "data/format.h"
#include "data/rows-private.h"
#include "data/sources.h"

static const RecnnOption options_table[] = {
    {"label", RECNN_OPTION_STRING, "label", NULL,
     "The column of the labels, 0 or 1, where there is one; - for none."},
    {"features", RECNN_OPTION_STRING, "*", NULL,
     "Columns that are features of the interaction, separated by commas; *: all others; empty: "
     "none."},
    {"ordered", RECNN_OPTION_BOOL, "false", NULL,
     "The file has each user's interactions in the order of time."},
    {NULL, 0, NULL, NULL, NULL},
};

static const char *const endings[] = {".inter", NULL};

static bool find_ids(const RecnnAtomicHeader *header, RecnnColumns *columns) {
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

/* A column of a certain type, where there is one of that name. */
static bool find_typed(const RecnnAtomicHeader *header, const RecnnText *text, const char *name,
                       RecnnFeatureType type, int32_t *ret_column, GError **error) {
  int32_t column = recnn__atomic_header_find(header, name);
  if (column >= 0 && header->types[column] != type) {
    g_autofree char *problem = g_strdup_printf("column %d: expected %s:%s", column + 1, name,
                                               recnn_feature_type_name(type));
    return recnn__atomic_header_fail(header, text, problem, error);
  }
  *ret_column = column;
  return true;
}

static bool find_label(const RecnnAtomicHeader *header, const RecnnText *text,
                       const RecnnOptions *options, int32_t *ret_column, GError **error) {
  const char *name = recnn_options_string(options, "label");
  if (strcmp(name, "-") == 0)
    return true;
  if (!find_typed(header, text, name, RECNN_FEATURE_FLOAT, ret_column, error))
    return false;
  if (*ret_column >= 0 || !recnn_options_is_set(options, "label"))
    return true;
  g_autofree char *problem = g_strdup_printf("expected a column %s:float for the label", name);
  return recnn__atomic_header_fail(header, text, problem, error);
}

static bool find_features(const RecnnAtomicHeader *header, const RecnnText *text,
                          const RecnnOptions *options, RecnnColumns *c, GError **error) {
  g_autofree bool *taken = g_new0(bool, (gsize)c->n + 1);
  const int32_t used[] = {c->user, c->item, c->rating, c->timestamp, c->label, c->candidates};
  for (size_t i = 0; i < G_N_ELEMENTS(used); i++)
    if (used[i] >= 0)
      taken[used[i]] = true;
  if (!recnn__columns_add_features(c, text, recnn_options_string(options, "features"), taken,
                                   error))
    return false;
  for (guint i = 0; i < c->features->len; i++) {
    RecnnFeatureSpec *spec = &g_array_index(c->features, RecnnFeatureSpec, i);
    spec->type = header->types[spec->column];
  }
  return true;
}

static bool find_columns(const RecnnAtomicHeader *header, const RecnnText *text,
                         const RecnnOptions *options, RecnnColumns *columns, GError **error) {
  *columns = RECNN_NO_COLUMNS;
  columns->n = header->n;
  columns->names = g_strdupv(header->names);
  columns->words = true;
  if (!find_ids(header, columns))
    return recnn__atomic_header_fail(header, text,
                                     "expected the columns user_id:token and item_id:token", error);
  return find_typed(header, text, "rating", RECNN_FEATURE_FLOAT, &columns->rating, error) &&
         find_typed(header, text, "timestamp", RECNN_FEATURE_FLOAT, &columns->timestamp, error) &&
         find_typed(header, text, "neg_items", RECNN_FEATURE_TOKEN_SEQ, &columns->candidates,
                    error) &&
         find_label(header, text, options, &columns->label, error) &&
         find_features(header, text, options, columns, error);
}

/* What is read, and what the columns of users and items are called, for their tables. */
typedef struct Reader {
  RecnnRows *rows;
  const RecnnOptions *options;
  char *user_name, *item_name;
} Reader;

static bool read_file(Reader *r, const char *path, int part, GError **error) {
  RecnnText *text = recnn_text_open(path, '\t', error);
  if (!text)
    return false;
  RecnnAtomicHeader header;
  RecnnColumns columns = RECNN_NO_COLUMNS;
  bool ok = recnn__atomic_header_read(&header, text, error) &&
            find_columns(&header, text, r->options, &columns, error);
  if (ok && !r->user_name) {
    r->user_name = g_strdup(header.names[columns.user]);
    r->item_name = g_strdup(header.names[columns.item]);
  }
  ok = ok && recnn__rows_begin(r->rows, text, &columns, part, error) &&
       recnn__rows_add_all(r->rows, text, error);
  recnn__columns_clear(&columns);
  recnn__atomic_header_clear(&header);
  recnn_text_close(text);
  return ok;
}

static gint compare_names(gconstpointer a, gconstpointer b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* "x.inter", "x.train.inter", "x.inter.gz": x.  NULL for other files. */
static char *stem_of(const char *path) {
  static const char *const parts[] = {".train", ".valid", ".validation", ".dev", ".val", ".test"};
  g_autofree char *plain = recnn_stream_plain_name(path);
  if (!g_str_has_suffix(plain, ".inter"))
    return NULL;
  plain[strlen(plain) - strlen(".inter")] = '\0';
  for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
    if (!g_str_has_suffix(plain, parts[i]))
      continue;
    plain[strlen(plain) - strlen(parts[i])] = '\0';
    break;
  }
  return g_steal_pointer(&plain);
}

/* What the .inter files of a folder are called: as the folder, or all the same. */
static char *find_in_folder(const char *folder, GError **error) {
  g_autofree char *absolute = g_canonicalize_filename(folder, NULL);
  g_autofree char *base = g_path_get_basename(absolute);
  GDir *dir = g_dir_open(folder, 0, error);
  if (!dir)
    return NULL;
  g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
  bool own = false;
  for (const char *entry; (entry = g_dir_read_name(dir));) {
    char *stem = stem_of(entry);
    own = own || g_strcmp0(stem, base) == 0;
    if (stem && !g_ptr_array_find_with_equal_func(found, stem, g_str_equal, NULL))
      g_ptr_array_add(found, stem);
    else
      g_free(stem);
  }
  g_dir_close(dir);
  if (own)
    return g_build_filename(folder, base, NULL);
  if (found->len == 1)
    return g_build_filename(folder, (const char *)found->pdata[0], NULL);
  if (found->len == 0) {
    recnn_error_set(error, RECNN_ERROR_FORMAT, "%s: no NAME.inter in this folder", folder);
    return NULL;
  }
  g_ptr_array_sort(found, compare_names);
  recnn_error_set(error, RECNN_ERROR_FORMAT,
                  "%s: %u .inter files in this folder (%s.inter, %s.inter%s) and no %s.inter; name "
                  "the one to read",
                  folder, found->len, (const char *)found->pdata[0], (const char *)found->pdata[1],
                  found->len > 2 ? ", ..." : "", base);
  return NULL;
}

static bool read_entities(const char *stem, const char *user_name, const char *item_name,
                          RecnnDataset *dataset, GError **error) {
  g_autofree char *folder = g_path_get_dirname(stem), *base = g_path_get_basename(stem);
  static const char *const user[] = {".user", NULL}, *const item[] = {".item", NULL};
  g_autofree char *users = recnn_sources_with_ending(folder, base, user);
  g_autofree char *items = recnn_sources_with_ending(folder, base, item);
  return recnn__atomic_entities_read(users, user_name, "user_id", dataset->users,
                                     dataset->user_features, error) &&
         recnn__atomic_entities_read(items, item_name, "item_id", dataset->items,
                                     dataset->item_features, error);
}

/* NAME.inter, or the parts of that name, or the file itself when it is called otherwise. */
static bool read_interactions(Reader *r, const char *path, const char *stem, GError **error) {
  g_autofree char *folder = g_path_get_dirname(stem), *base = g_path_get_basename(stem);
  g_autofree char *whole = recnn_sources_with_ending(folder, base, endings);
  g_autofree char *first = g_strconcat(base, ".train", NULL);
  g_autofree char *train = recnn_sources_with_ending(folder, first, endings);
  bool itself = !g_file_test(path, G_FILE_TEST_IS_DIR);
  g_autofree char *part_of = itself ? stem_of(path) : NULL;
  if (itself && (!part_of || !train || (whole && strcmp(whole, path) == 0)))
    return read_file(r, path, -1, error);
  if ((whole && !itself) || !train)
    return whole ? read_file(r, whole, -1, error)
                 : recnn_error_set(error, RECNN_ERROR_IO, "%s.inter: no such file", stem);
  static const char *const parts[RECNN_N_PARTS][5] = {
      {".train", NULL}, {".valid", ".validation", ".dev", ".val", NULL}, {".test", NULL}};
  for (int p = 0; p < RECNN_N_PARTS; p++) {
    for (const char *const *part = parts[p]; *part; part++) {
      g_autofree char *name = g_strconcat(base, *part, NULL);
      g_autofree char *file = recnn_sources_with_ending(folder, name, endings);
      if (file && !read_file(r, file, p, error))
        return false;
      if (file)
        break;
    }
  }
  return true;
}

static RecnnDataset *read_all(Reader *r, const char *path, const char *stem, GError **error) {
  RecnnDataset *dataset = NULL;
  if (read_interactions(r, path, stem, error) &&
      read_entities(stem, r->user_name, r->item_name, recnn__rows_peek(r->rows), error)) {
    recnn__rows_peek(r->rows)->ordered = recnn_options_bool(r->options, "ordered");
    dataset = recnn__rows_finish(g_steal_pointer(&r->rows), error);
  }
  recnn__rows_free(r->rows);
  g_free(r->user_name);
  g_free(r->item_name);
  return dataset;
}

static RecnnDataset *read(const char *path, const RecnnOptions *options, GError **error) {
  g_autofree char *stem =
      g_file_test(path, G_FILE_TEST_IS_DIR) ? find_in_folder(path, error) : stem_of(path);
  if (!stem && g_file_test(path, G_FILE_TEST_IS_DIR))
    return NULL;
  if (!stem)
    stem = g_strdup(path);
  g_autofree char *name = g_path_get_basename(stem);
  bool one = g_file_test(path, G_FILE_TEST_IS_REGULAR);
  g_autofree char *source = one ? g_strdup(path) : g_strconcat(stem, ".inter", NULL);
  Reader r = {.rows = recnn__rows_new(name, source, 1), .options = options};
  return read_all(&r, path, stem, error);
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
  g_autofree char *stem = stem_of(path);
  if (g_file_test(path, G_FILE_TEST_IS_REGULAR))
    return stem ? 100 : has_header(path) ? 50 : 0;
  GDir *dir = g_dir_open(path, 0, NULL);
  int sure = 0;
  char *found;
  for (const char *entry; dir && (entry = g_dir_read_name(dir));)
    if ((found = stem_of(entry))) {
      sure = 100;
      g_free(found);
    }
  if (dir)
    g_dir_close(dir);
  return sure;
}

RECNN_FORMAT(atomic) = {
    .name = "atomic",
    .doc = "Atomic files: NAME.inter, or one for each part, and NAME.user and NAME.item where "
           "there are such.",
    .looks_for = "NAME.inter with a header of name:type fields",
    .options = options_table,
    .recognise = recognise,
    .read = read,
};
