/* Lists of candidates.  Knows no file format. */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "data/candidates.h"
#include "data/grow-private.h"
#include "data/quote-private.h"

struct RecnnCandidatesBuilder {
  RecnnIdMap *tokens; /* numbered as they come; the items' own numbers are known at the end */
  int32_t *items;     /* by those */
  size_t n_items, items_capacity;
  int64_t *first; /* of each list, and one more behind the last */
  size_t first_capacity;
  int32_t n_lists;
  int32_t *list; /* of each interaction */
  size_t n_list, list_capacity;
  /* Where each list was: a line of a file, of which there are few. */
  GPtrArray *files;
  int64_t *line;
  size_t line_capacity;
  int32_t *file;
  size_t file_capacity;
};

void recnn_candidates_free(RecnnCandidates *candidates) {
  if (!candidates)
    return;
  recnn_memory_free(candidates->first);
  recnn_memory_free(candidates->items);
  recnn_memory_free(candidates->list);
  g_free(candidates);
}

const int32_t *recnn_candidates_get(const RecnnCandidates *candidates, int64_t interaction,
                                    int64_t *ret_n) {
  g_return_val_if_fail(interaction >= 0 && interaction < candidates->n, NULL);
  int32_t list = candidates->list[interaction];
  if (list < 0)
    return NULL;
  *ret_n = candidates->first[list + 1] - candidates->first[list];
  return candidates->items + candidates->first[list];
}

RecnnCandidatesBuilder *recnn_candidates_builder_new(void) {
  RecnnCandidatesBuilder *builder = g_new0(RecnnCandidatesBuilder, 1);
  builder->tokens = recnn_id_map_new();
  builder->files = g_ptr_array_new_with_free_func(g_free);
  return builder;
}

void recnn_candidates_builder_free(RecnnCandidatesBuilder *builder) {
  if (!builder)
    return;
  recnn_id_map_free(builder->tokens);
  recnn_memory_free(builder->items);
  recnn_memory_free(builder->first);
  recnn_memory_free(builder->list);
  recnn_memory_free(builder->line);
  recnn_memory_free(builder->file);
  g_ptr_array_unref(builder->files);
  g_free(builder);
}

static int32_t file_number(RecnnCandidatesBuilder *builder, const char *path) {
  GPtrArray *files = builder->files;
  if (files->len == 0 || strcmp(files->pdata[files->len - 1], path) != 0)
    g_ptr_array_add(files, g_strdup(path));
  return (int32_t)files->len - 1;
}

int32_t recnn_candidates_builder_begin(RecnnCandidatesBuilder *builder, const char *path,
                                       int64_t line, GError **error) {
  if (builder->n_lists == INT32_MAX) {
    recnn_error_set(error, RECNN_ERROR_DATA, "more than %d lists of candidates", INT32_MAX);
    return -1;
  }
  size_t n = (size_t)builder->n_lists;
  if (!recnn__grow(&builder->first, &builder->first_capacity, n > 0 ? n + 1 : 0, n + 2,
                   sizeof *builder->first, "the candidates' offsets", error) ||
      !recnn__grow(&builder->line, &builder->line_capacity, n, n + 1, sizeof *builder->line,
                   "the candidates' lines", error) ||
      !recnn__grow(&builder->file, &builder->file_capacity, n, n + 1, sizeof *builder->file,
                   "the candidates' files", error))
    return -1;
  builder->first[n] = builder->first[n + 1] = (int64_t)builder->n_items;
  builder->line[n] = line;
  builder->file[n] = file_number(builder, path);
  return builder->n_lists++;
}

bool recnn_candidates_builder_add(RecnnCandidatesBuilder *builder, const char *token, size_t length,
                                  GError **error) {
  g_return_val_if_fail(builder->n_lists > 0, false);
  int32_t item = recnn_id_map_add(builder->tokens, token, length, error);
  if (item < 0 ||
      !recnn__grow(&builder->items, &builder->items_capacity, builder->n_items,
                   builder->n_items + 1, sizeof *builder->items, "the candidates", error))
    return false;
  builder->items[builder->n_items++] = item;
  builder->first[builder->n_lists] = (int64_t)builder->n_items;
  return true;
}

static bool fill_list(RecnnCandidatesBuilder *builder, int64_t n, GError **error) {
  if (!recnn__grow(&builder->list, &builder->list_capacity, builder->n_list, (size_t)n,
                   sizeof *builder->list, "the interactions' candidates", error))
    return false;
  while (builder->n_list < (size_t)n)
    builder->list[builder->n_list++] = -1;
  return true;
}

bool recnn_candidates_builder_assign(RecnnCandidatesBuilder *builder, int64_t interaction,
                                     int32_t list, GError **error) {
  g_return_val_if_fail(interaction >= 0 && list >= -1 && list < builder->n_lists, false);
  if (!fill_list(builder, interaction + 1, error))
    return false;
  builder->list[interaction] = list;
  return true;
}

static bool refuse(const RecnnCandidatesBuilder *builder, size_t at, GError **error) {
  int32_t list = 0;
  while (builder->first[list + 1] <= (int64_t)at)
    list++;
  const char *token = recnn_id_map_token(builder->tokens, builder->items[at]);
  g_autofree char *quoted = recnn__quote(token, strlen(token));
  return recnn_error_set(
      error, RECNN_ERROR_DATA,
      "%s:%" G_GINT64_FORMAT
      ": candidate %s: expected an item of the data, one that an interaction or a table of items "
      "has",
      (const char *)builder->files->pdata[builder->file[list]], builder->line[list], quoted);
}

/* Numbers of the data set in place of our own. */
static bool resolve(RecnnCandidatesBuilder *builder, const RecnnIdMap *items, GError **error) {
  int32_t n = recnn_id_map_size(builder->tokens);
  int32_t *number = recnn_memory_new((size_t)n, sizeof *number, "the candidates' numbers", error);
  if (!number)
    return false;
  for (int32_t i = 0; i < n; i++) {
    const char *token = recnn_id_map_token(builder->tokens, i);
    number[i] = recnn_id_map_find(items, token, strlen(token));
  }
  bool ok = true;
  for (size_t i = 0; ok && i < builder->n_items; i++) {
    ok = number[builder->items[i]] >= 0 || refuse(builder, i, error);
    builder->items[i] = number[builder->items[i]];
  }
  recnn_memory_free(number);
  return ok;
}

RecnnCandidates *recnn_candidates_builder_finish(RecnnCandidatesBuilder *builder, int64_t n,
                                                 const RecnnIdMap *items, GError **error) {
  g_return_val_if_fail(builder->n_list <= (size_t)n, NULL);
  RecnnCandidates *candidates = NULL;
  if (resolve(builder, items, error) && fill_list(builder, n, error) &&
      (builder->n_lists > 0 || recnn__grow(&builder->first, &builder->first_capacity, 0, 1,
                                           sizeof *builder->first, "the offsets", error))) {
    if (builder->n_lists == 0)
      builder->first[0] = 0;
    recnn__trim(&builder->items, &builder->items_capacity, builder->n_items, sizeof(int32_t));
    candidates = g_new(RecnnCandidates, 1);
    *candidates = (RecnnCandidates){
        .n_lists = builder->n_lists,
        .first = g_steal_pointer(&builder->first),
        .items = g_steal_pointer(&builder->items),
        .n = n,
        .list = g_steal_pointer(&builder->list),
    };
  }
  recnn_candidates_builder_free(builder);
  return candidates;
}
