/* The files of NCF (Neural Collaborative Filtering) and what came after it: NAME.train.rating,
 * NAME.test.rating and perhaps NAME.valid.rating, with user, item, rating and timestamp separated
 * by tabs; and for the latter two NAME.test.negative: "(user,item)", then the items that it is
 * ranked among, a line for each line of NAME.test.rating. */
#include <string.h>

#include "base/error.h"
#include "base/stream.h"
#include "data/format.h"
#include "data/rows-private.h"
#include "data/sources.h"

static const char *const endings[] = {".rating", NULL};

static const RecnnOption options_table[] = {
    RECNN_SOURCE_OPTIONS,
    RECNN_COLUMN_OPTIONS,
    {NULL, 0, NULL, NULL, NULL},
};

enum { LEAST = 2, MOST = 4 };
static const char *const names[] = {"user", "item", "rating", "timestamp", NULL};

static bool read_lines(RecnnRows *rows, RecnnText *text, int part, const RecnnOptions *options,
                       GError **error) {
  const RecnnField *fields;
  int32_t n;
  GError *problem = NULL;
  if (!recnn_text_next(text, &fields, &n, &problem)) {
    if (problem)
      g_propagate_error(error, problem);
    else
      recnn_error_set(error, RECNN_ERROR_FORMAT, "%s: the file is empty, expected interactions",
                      recnn_text_path(text));
    return false;
  }
  RecnnColumns columns = RECNN_NO_COLUMNS;
  bool ok = ((n >= LEAST && n <= MOST) || recnn_text_count(text, fields, n, names, MOST, error)) &&
            recnn__columns_find(&columns, text, names, n, options, error) &&
            recnn__rows_begin(rows, text, &columns, part, error) &&
            recnn__rows_add(rows, fields, error) && recnn__rows_add_all(rows, text, error);
  recnn__columns_clear(&columns);
  return ok;
}

static bool read_file(RecnnRows *rows, const char *path, int part, const RecnnOptions *options,
                      GError **error) {
  RecnnText *text = recnn_text_open(path, '\t', error);
  bool ok = text && read_lines(rows, text, part, options, error);
  recnn_text_close(text);
  return ok;
}

/* The file of negatives beside NAME.test.rating; NULL where there is none. */
static char *find_negatives(const char *path) {
  g_autofree char *plain = recnn_stream_plain_name(path);
  if (!g_str_has_suffix(plain, ".rating"))
    return NULL;
  plain[strlen(plain) - strlen(".rating")] = '\0';
  g_autofree char *folder = g_path_get_dirname(plain), *stem = g_path_get_basename(plain);
  return recnn_sources_with_ending(folder, stem, (const char *const[]){".negative", NULL});
}

/* That a line's "(user,item)" is the interaction that it stands for. */
static bool check_pair(const RecnnText *text, const RecnnDataset *d, const RecnnField *field,
                       int64_t interaction, GError **error) {
  g_autofree char *expected =
      g_strdup_printf("(%s,%s)", recnn_id_map_token(d->users, d->user[interaction]),
                      recnn_id_map_token(d->items, d->item[interaction]));
  if (strlen(expected) == field->length && memcmp(expected, field->text, field->length) == 0)
    return true;
  g_autofree char *words =
      g_strdup_printf("%s, the interaction on this line of the file of ratings", expected);
  return recnn_text_fail(text, 1, "pair", field, words, error);
}

/* Lines for the interactions from `first` to the last. */
static bool read_lists(RecnnText *text, const RecnnDataset *d, int64_t first,
                       RecnnCandidatesBuilder *lists, GError **error) {
  const RecnnField *fields;
  int32_t n;
  int64_t at = first;
  GError *problem = NULL;
  while (!problem && recnn_text_next(text, &fields, &n, &problem)) {
    if (at == d->n) {
      recnn_text_fail(text, 1, "pair", &fields[0], "no more lines than the file of ratings has",
                      &problem);
      break;
    }
    if (!check_pair(text, d, &fields[0], at, &problem))
      break;
    int32_t list = recnn_candidates_builder_begin(lists, recnn_text_path(text),
                                                  recnn_text_line(text), &problem);
    for (int32_t i = 1; i < n && !problem; i++)
      if (fields[i].length > 0) /* some files have a tab at the end of a line */
        recnn_candidates_builder_add(lists, fields[i].text, fields[i].length, &problem);
    if (!problem)
      recnn_candidates_builder_assign(lists, at++, list, &problem);
  }
  if (!problem && at < d->n)
    recnn_error_set(&problem, RECNN_ERROR_FORMAT,
                    "%s: %" G_GINT64_FORMAT " lines: expected %" G_GINT64_FORMAT
                    ", as the file of ratings has",
                    recnn_text_path(text), at - first, d->n - first);
  if (problem)
    g_propagate_error(error, problem);
  return !problem;
}

static bool read_part(RecnnRows *rows, const char *path, int part, const RecnnOptions *options,
                      RecnnCandidatesBuilder **lists, GError **error) {
  const RecnnDataset *d = recnn__rows_peek(rows);
  int64_t first = d ? d->n : 0;
  if (!read_file(rows, path, part, options, error))
    return false;
  g_autofree char *negatives = find_negatives(path);
  if (!negatives)
    return true;
  RecnnText *text = recnn_text_open(negatives, '\t', error);
  if (text && !*lists)
    *lists = recnn_candidates_builder_new();
  bool ok = text && read_lists(text, recnn__rows_peek(rows), first, *lists, error);
  recnn_text_close(text);
  return ok;
}

static RecnnDataset *read(const char *path, const RecnnOptions *options, GError **error) {
  RecnnSources s;
  RecnnRows *rows = NULL;
  RecnnCandidatesBuilder *lists = NULL;
  bool ok = recnn_sources_find(&s, path, options, endings, error);
  if (ok)
    rows = recnn__rows_new(s.name, path, recnn__time_unit(options));
  for (guint i = 0; ok && i < s.paths->len; i++)
    ok = read_part(rows, s.paths->pdata[i], g_array_index(s.parts, int, i), options, &lists, error);
  recnn_sources_clear(&s);
  if (ok && lists) {
    RecnnDataset *d = recnn__rows_peek(rows);
    d->candidates = recnn_candidates_builder_finish(g_steal_pointer(&lists), d->n, d->items, error);
    ok = d->candidates != NULL;
  }
  recnn_candidates_builder_free(lists);
  if (ok)
    return recnn__rows_finish(rows, error);
  recnn__rows_free(rows);
  return NULL;
}

static int recognise(const char *path) {
  if (g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
    g_autofree char *plain = recnn_stream_plain_name(path);
    return g_str_has_suffix(plain, ".train.rating") ? 100 : 0;
  }
  g_autofree char *prefix = recnn_sources_prefix(path, endings, NULL);
  return prefix ? 100 : 0;
}

RECNN_FORMAT(ncf) = {
    .name = "ncf",
    .doc = "NAME.train.rating, NAME.test.rating and NAME.test.negative, as NCF has them.",
    .looks_for = "NAME.train.rating",
    .options = options_table,
    .recognise = recognise,
    .read = read,
};
