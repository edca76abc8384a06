/* libSVM's and libFM's files: a target, then index:value pairs, a line each.  Every line has the
 * same fields in the same places, each a pair: in "1 4:1 907:1 5003:0.5", the first is the user 4,
 * the second the item 907.  The other fields are features of the interaction: a token, the index,
 * where the value of the first line is 1, or else a number, whose index is the same on all lines.
 */
#include <string.h>

#include "base/error.h"
#include "base/options.h"
#include "data/format.h"
#include "data/rows-private.h"
#include "data/sources.h"

static const char *const endings[] = {".libfm", ".libsvm", ".svm", NULL};

static const RecnnOption options_table[] = {
    RECNN_SOURCE_OPTIONS,
    {"user", RECNN_OPTION_INT, "1", "[1,4095]", "Which of the pairs is the user."},
    {"item", RECNN_OPTION_INT, "2", "[1,4095]", "Which of the pairs is the item."},
    {"target", RECNN_OPTION_CHOICE, "label", "label|rating",
     "What comes first: a label (0 or -1, or 1), or a rating."},
    {NULL, 0, NULL, NULL, NULL},
};

enum { MOST = 4095 };

typedef struct Reader {
  RecnnRows *rows;
  int32_t user, item; /* fields, from 1; field 0 is the target */
  bool label;
  int32_t n; /* fields of a line; 0 before the first line */
  char **names;
  char **index;       /* of the fields that are numbers; NULL for tokens */
  RecnnField *fields; /* of a line, as rows have them */
} Reader;

static void clear(Reader *r) {
  for (int32_t i = 0; r->index && i < r->n; i++)
    g_free(r->index[i]);
  g_free(r->index);
  g_strfreev(r->names);
  g_free(r->fields);
}

/* index:value */
static bool cut(const RecnnText *text, int32_t column, const char *name, const RecnnField *field,
                RecnnField *ret_index, RecnnField *ret_value, GError **error) {
  const char *colon = memchr(field->text, ':', field->length);
  int64_t index;
  double value;
  if (colon) {
    *ret_index = (RecnnField){field->text, (size_t)(colon - field->text)};
    *ret_value = (RecnnField){colon + 1, (size_t)(field->text + field->length - colon - 1)};
    if (recnn_parse_int(ret_index->text, ret_index->length, &index) && index >= 0 &&
        recnn_parse_double(ret_value->text, ret_value->length, &value))
      return true;
  }
  return recnn_text_fail(text, column, name, field, "index:value, a whole number and a number",
                         error);
}

static bool is_one(const RecnnField *value) {
  double number;
  /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): read_pair has filled it */
  return recnn_parse_double(value->text, value->length, &number) && number == 1;
}

/* What the first line tells of all. */
static bool set_up(Reader *r, const RecnnText *text, const RecnnField *fields, int32_t n,
                   GError **error) {
  int32_t most = MAX(r->user, r->item);
  if (n <= most || n > MOST)
    return recnn_error_set(error, RECNN_ERROR_FORMAT,
                           "%s:%" G_GINT64_FORMAT ": %d pairs: expected %d, for the user and the "
                           "item, to %d",
                           recnn_text_path(text), recnn_text_line(text), n - 1, most, MOST - 1);
  r->n = n;
  r->names = g_new0(char *, (gsize)n + 1);
  r->index = g_new0(char *, (gsize)n);
  r->fields = g_new0(RecnnField, (gsize)n);
  for (int32_t i = 0; i < n; i++) {
    RecnnField index, value;
    r->names[i] = i == 0         ? g_strdup(r->label ? "label" : "rating")
                  : i == r->user ? g_strdup("user")
                  : i == r->item ? g_strdup("item")
                                 : g_strdup_printf("field_%d", i);
    if (i > 0 && !cut(text, i + 1, r->names[i], &fields[i], &index, &value, error))
      return false;
    if (i > 0 && i != r->user && i != r->item && !is_one(&value))
      r->index[i] = g_strndup(index.text, index.length);
  }
  return true;
}

static void name_columns(const Reader *r, RecnnColumns *columns) {
  *columns = RECNN_NO_COLUMNS;
  columns->user = r->user;
  columns->item = r->item;
  columns->label = r->label ? 0 : -1;
  columns->rating = r->label ? -1 : 0;
  columns->n = r->n;
  columns->names = g_strdupv(r->names);
  columns->features = recnn__feature_specs_new();
  for (int32_t i = 1; i < r->n; i++) {
    RecnnFeatureSpec spec = {i, NULL, r->index[i] ? RECNN_FEATURE_FLOAT : RECNN_FEATURE_TOKEN};
    if (i == r->user || i == r->item)
      continue;
    spec.name = g_strdup(r->names[i]);
    g_array_append_val(columns->features, spec);
  }
}

static bool cut_pair(Reader *r, const RecnnText *text, int32_t i, const RecnnField *field,
                     GError **error) {
  RecnnField index, value;
  if (!cut(text, i + 1, r->names[i], field, &index, &value, error))
    return false;
  const char *own = r->index[i];
  if (!own) {
    r->fields[i] = index;
    return is_one(&value) || recnn_text_fail(text, i + 1, r->names[i], field,
                                             "the value 1, as on the first line", error);
  }
  r->fields[i] = value;
  if (strlen(own) == index.length && memcmp(own, index.text, index.length) == 0)
    return true;
  g_autofree char *expected = g_strdup_printf("index %s, as on the first line", own);
  return recnn_text_fail(text, i + 1, r->names[i], field, expected, error);
}

static bool read_line(Reader *r, const RecnnText *text, const RecnnField *fields, int32_t n,
                      GError **error) {
  if (!recnn_text_count(text, fields, n, (const char *const *)r->names, r->n, error))
    return false;
  r->fields[0] = fields[0];
  double target;
  if (r->label && recnn_parse_double(fields[0].text, fields[0].length, &target) && target == -1)
    r->fields[0] = (RecnnField){"0", 1};
  for (int32_t i = 1; i < n; i++)
    if (!cut_pair(r, text, i, &fields[i], error))
      return false;
  return recnn__rows_add(r->rows, r->fields, error);
}

static bool read_lines(Reader *r, RecnnText *text, int part, GError **error) {
  const RecnnField *fields;
  int32_t n;
  GError *problem = NULL;
  bool begun = false;
  while (!problem && recnn_text_next(text, &fields, &n, &problem)) {
    RecnnColumns columns;
    if (r->n == 0 && !set_up(r, text, fields, n, &problem))
      break;
    if (!begun) {
      name_columns(r, &columns);
      begun = recnn__rows_begin(r->rows, text, &columns, part, &problem);
    }
    if (begun)
      read_line(r, text, fields, n, &problem);
  }
  if (!problem && !begun)
    recnn_error_set(&problem, RECNN_ERROR_FORMAT, "%s: the file is empty, expected interactions",
                    recnn_text_path(text));
  if (problem)
    g_propagate_error(error, problem);
  return !problem;
}

static bool read_file(Reader *r, const char *path, int part, GError **error) {
  RecnnText *text = recnn_text_new(path, &(RecnnTextForm){" ", false}, error);
  bool ok = text && read_lines(r, text, part, error);
  recnn_text_close(text);
  return ok;
}

static RecnnDataset *read(const char *path, const RecnnOptions *options, GError **error) {
  RecnnSources s = {0};
  Reader r = {.user = (int32_t)recnn_options_int(options, "user"),
              .item = (int32_t)recnn_options_int(options, "item"),
              .label = strcmp(recnn_options_string(options, "target"), "label") == 0};
  bool ok =
      r.user != r.item ||
      recnn_error_set(error, RECNN_ERROR_OPTION,
                      "options user and item: both are %d, expected two different pairs", r.user);
  ok = ok && recnn_sources_find(&s, path, options, endings, error);
  if (ok)
    r.rows = recnn__rows_new(s.name, path, 1);
  for (guint i = 0; ok && i < s.paths->len; i++)
    ok = read_file(&r, s.paths->pdata[i], g_array_index(s.parts, int, i), error);
  recnn_sources_clear(&s);
  clear(&r);
  if (ok)
    return recnn__rows_finish(r.rows, error);
  recnn__rows_free(r.rows);
  return NULL;
}

static bool looks_right(const char *path) {
  RecnnText *text = recnn_text_new(path, &(RecnnTextForm){" ", false}, NULL);
  if (!text)
    return false;
  const RecnnField *fields;
  int32_t n;
  double target;
  GError *problem = NULL;
  bool ok = recnn_text_next(text, &fields, &n, &problem) && n >= 3 &&
            recnn_parse_double(fields[0].text, fields[0].length, &target);
  for (int32_t i = 1; ok && i < n; i++) {
    RecnnField index, value;
    ok = cut(text, 1, NULL, &fields[i], &index, &value, NULL);
  }
  g_clear_error(&problem);
  recnn_text_close(text);
  return ok;
}

static int recognise(const char *path) {
  if (!g_file_test(path, G_FILE_TEST_IS_DIR))
    return looks_right(path) ? 70 : 0;
  for (const char *const *ending = endings; *ending; ending++) {
    const char *const one[] = {*ending, NULL};
    g_autofree char *train = recnn_sources_with_ending(path, "train", one);
    g_autofree char *prefix = train ? NULL : recnn_sources_prefix(path, one, NULL);
    if (train || prefix)
      return 90;
  }
  return 0;
}

RECNN_FORMAT(libsvm) = {
    .name = "libsvm",
    .doc = "libSVM's and libFM's files: a target and index:value pairs, the user's and the item's.",
    .looks_for = "lines of a target and index:value pairs, or train.libfm",
    .options = options_table,
    .recognise = recognise,
    .read = read,
};
