/* One user a line: the user, and the items in the order of time; or sessions, which have no name:
 * then a line is the items alone, and the session is called by its number.
 *
 * A file of candidates, where there is one, has the user and the items of his list on a line. */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "data/format.h"
#include "data/grow-private.h"
#include "data/sources.h"
#include "data/text.h"

static const RecnnOption options_table[] = {
    RECNN_SOURCE_OPTIONS,
    {"sessions", RECNN_OPTION_BOOL, "false", NULL,
     "A line is a session, without a name in front; sessions are called 1, 2, ... over all files."},
    {"delimiter", RECNN_OPTION_STRING, " ", NULL,
     "What is between two fields; a blank: any number of blanks and tabs."},
    {"candidates", RECNN_OPTION_STRING, "", NULL,
     "A file in the same folder: a user, and the items that his are ranked among, a line."},
    {NULL, 0, NULL, NULL, NULL},
};

enum { LOOKED_AT = 100 };

typedef struct Reader {
  RecnnDatasetBuilder *builder;
  RecnnDataset *dataset; /* the builder's */
  const RecnnOptions *options;
  bool sessions;
  int64_t n_sessions;
  /* Where each user's line was; sessions have none. */
  int64_t *line;
  const char **path;
  size_t n, line_capacity, path_capacity;
} Reader;

/* That the user of a line, which was added already, has had none before. */
static bool check_user(Reader *r, const RecnnText *text, const char *path, const RecnnField *field,
                       int32_t user, GError **error) {
  size_t n = (size_t)user + 1;
  if (!recnn__grow(&r->line, &r->line_capacity, r->n, n, sizeof *r->line, "the users' lines",
                   error) ||
      !recnn__grow(&r->path, &r->path_capacity, r->n, n, sizeof *r->path, "the users' files",
                   error))
    return false;
  for (; r->n < n; r->n++)
    r->line[r->n] = 0;
  if (r->line[user] == 0) {
    r->line[user] = recnn_text_line(text);
    r->path[user] = path;
    return true;
  }
  g_autofree char *base = g_path_get_basename(r->path[user]);
  g_autofree char *expected =
      g_strdup_printf("each user on one line, this one is on line %" G_GINT64_FORMAT
                      " of %s too (lines that begin with an item are read with sessions = true)",
                      r->line[user], base);
  return recnn_text_fail(text, 1, "user", field, expected, error);
}

static bool read_line(Reader *r, const RecnnText *text, const char *path, const RecnnField *fields,
                      int32_t n, GError **error) {
  char number[24];
  RecnnField user = fields[0];
  int32_t first = 1;
  if (r->sessions) {
    g_snprintf(number, sizeof number, "%" G_GINT64_FORMAT, ++r->n_sessions);
    user = (RecnnField){number, strlen(number)};
    first = 0;
  }
  if (!recnn_text_token(text, 1, "user", &user, error))
    return false;
  if (n <= first)
    return recnn_text_fail(text, 2, "item", NULL, "a user and at least one item", error);
  int32_t before = recnn_dataset_n_users(r->dataset);
  for (int32_t i = first; i < n; i++)
    if (!recnn_text_token(text, i + 1, "item", &fields[i], error) ||
        !recnn_dataset_builder_add(r->builder, user.text, user.length, fields[i].text,
                                   fields[i].length, 0, 0, error))
      return false;
  if (r->sessions)
    return true;
  int32_t index = recnn_dataset_n_users(r->dataset) > before
                      ? before
                      : recnn_id_map_find(r->dataset->users, user.text, user.length);
  return check_user(r, text, path, &fields[0], index, error);
}

static RecnnText *open_text(const Reader *r, const char *path, GError **error) {
  return recnn_text_new(
      path, &(RecnnTextForm){recnn_options_string(r->options, "delimiter"), false}, error);
}

static bool read_file(Reader *r, const char *path, GError **error) {
  RecnnText *text = open_text(r, path, error);
  if (!text)
    return false;
  const RecnnField *fields;
  int32_t n;
  GError *problem = NULL;
  while (recnn_text_next(text, &fields, &n, &problem) &&
         read_line(r, text, path, fields, n, &problem))
    continue;
  recnn_text_close(text);
  if (problem)
    g_propagate_error(error, problem);
  return !problem;
}

/* list_of: the list of each user, -1 at first. */
static bool read_list(const Reader *r, const RecnnText *text, const RecnnField *fields, int32_t n,
                      RecnnCandidatesBuilder *lists, int32_t *list_of, GError **error) {
  int32_t user = recnn_id_map_find(r->dataset->users, fields[0].text, fields[0].length);
  if (user < 0)
    return recnn_text_fail(text, 1, "user", &fields[0], "a user of the data", error);
  if (list_of[user] >= 0)
    return recnn_text_fail(text, 1, "user", &fields[0], "one list of candidates a user", error);
  list_of[user] =
      recnn_candidates_builder_begin(lists, recnn_text_path(text), recnn_text_line(text), error);
  bool ok = list_of[user] >= 0;
  for (int32_t i = 1; ok && i < n; i++)
    ok = recnn_text_token(text, i + 1, "item", &fields[i], error) &&
         recnn_candidates_builder_add(lists, fields[i].text, fields[i].length, error);
  return ok;
}

static bool read_lists(const Reader *r, RecnnText *text, RecnnCandidatesBuilder *lists,
                       GError **error) {
  int32_t n_users = recnn_dataset_n_users(r->dataset), n;
  g_autofree int32_t *list_of = g_new(int32_t, (gsize)n_users);
  for (int32_t u = 0; u < n_users; u++)
    list_of[u] = -1;
  const RecnnField *fields;
  GError *problem = NULL;
  while (recnn_text_next(text, &fields, &n, &problem) &&
         read_list(r, text, fields, n, lists, list_of, &problem))
    continue;
  for (int64_t i = 0; !problem && i < r->dataset->n; i++)
    recnn_candidates_builder_assign(lists, i, list_of[r->dataset->user[i]], &problem);
  /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): the cleanup attribute frees it */
  if (problem)
    g_propagate_error(error, problem);
  return !problem;
}

static bool read_candidates(Reader *r, const char *folder, GError **error) {
  const char *name = recnn_options_string(r->options, "candidates");
  if (!*name)
    return true;
  g_autofree char *path = recnn_sources_in(folder, name);
  RecnnText *text = open_text(r, path, error);
  if (!text)
    return false;
  RecnnCandidatesBuilder *lists = recnn_candidates_builder_new();
  RecnnDataset *d = r->dataset;
  if (read_lists(r, text, lists, error))
    d->candidates = recnn_candidates_builder_finish(lists, d->n, d->items, error);
  else
    recnn_candidates_builder_free(lists);
  recnn_text_close(text);
  return d->candidates != NULL;
}

static RecnnDataset *read(const char *path, const RecnnOptions *options, GError **error) {
  RecnnSources s;
  Reader r = {.options = options, .sessions = recnn_options_bool(options, "sessions")};
  bool ok = recnn_sources_find(&s, path, options, NULL, error);
  if (ok) {
    r.builder = recnn_dataset_builder_new(s.name, path, false, false);
    r.dataset = recnn_dataset_builder_peek(r.builder);
    r.dataset->ordered = true;
  }
  for (guint i = 0; ok && i < s.paths->len; i++) {
    int part = g_array_index(s.parts, int, i);
    if (part >= 0)
      recnn_dataset_builder_set_part(r.builder, part);
    ok = read_file(&r, s.paths->pdata[i], error);
  }
  ok = ok && read_candidates(&r, s.folder, error);
  recnn_sources_clear(&s);
  recnn_memory_free(r.line);
  recnn_memory_free(r.path);
  if (ok)
    return recnn_dataset_builder_finish(r.builder, error);
  recnn_dataset_builder_free(r.builder);
  return NULL;
}

/* Lines of whole numbers, more on some than on others. */
static int recognise(const char *path) {
  RecnnText *text = g_file_test(path, G_FILE_TEST_IS_REGULAR)
                        ? recnn_text_new(path, &(RecnnTextForm){" ", false}, NULL)
                        : NULL;
  if (!text)
    return 0;
  const RecnnField *fields;
  int32_t n, least = INT32_MAX, most = 0;
  int64_t number;
  GError *problem = NULL;
  bool ok = true;
  for (int i = 0; ok && i < LOOKED_AT && recnn_text_next(text, &fields, &n, &problem); i++) {
    least = MIN(least, n);
    most = MAX(most, n);
    for (int32_t f = 0; ok && f < n; f++)
      ok = recnn_parse_int(fields[f].text, fields[f].length, &number);
  }
  recnn_text_close(text);
  ok = ok && !problem && least < most;
  g_clear_error(&problem);
  return ok ? 20 : 0;
}

RECNN_FORMAT(sequences) = {
    .name = "sequences",
    .doc = "One user a line, with the items in the order of time; or one session a line.",
    .looks_for = "lines of a user and his items, all of them whole numbers",
    .options = options_table,
    .recognise = recognise,
    .read = read,
};
