/* Which query fills which field, and sets of queries.  Knows none by name. */
#include "data/query.h"

#include <string.h>

extern const RecnnQuery *const recnn__query_table[];

RecnnSubject recnn_subject_of(const RecnnHistory *history, int64_t user) {
  RecnnSubject subject = {.user = user};
  if (history) {
    int64_t first = history->first[user];
    subject.items = history->item + first;
    subject.ratings = history->rating ? history->rating + first : NULL;
    subject.n = history->first[user + 1] - first;
  }
  return subject;
}

const RecnnQuery *recnn_query_find(const char *field) {
  for (const RecnnQuery *const *query = recnn__query_table; *query; query++)
    if (g_strv_contains((*query)->fields, field))
      return *query;
  return NULL;
}

static bool has(const RecnnQuerySet *set, const RecnnQuery *query) {
  for (int32_t i = 0; i < set->n; i++)
    if (set->queries[i] == query)
      return true;
  return false;
}

bool recnn_query_set_init(RecnnQuerySet *set, const char *const *fields, const char *const *except,
                          const char **ret_field) {
  *set = (RecnnQuerySet){.fields = fields};
  for (const char *const *field = fields; *field; field++) {
    if (except && g_strv_contains(except, *field))
      continue;
    const RecnnQuery *query = recnn_query_find(*field);
    if (!query || (set->n == RECNN_MAX_QUERIES && !has(set, query))) {
      if (ret_field)
        *ret_field = *field;
      return false;
    }
    if (has(set, query))
      continue;
    set->queries[set->n++] = query;
    set->needs_history |= query->needs_history;
    set->recent |= query->recent;
  }
  return true;
}

bool recnn_query_set_prepare(const RecnnQuerySet *set, RecnnBatch *batch, const RecnnInputs *inputs,
                             int64_t capacity, int64_t most, GError **error) {
  for (const char *const *field = set->fields; *field; field++) {
    const RecnnQuery *query = recnn_query_find(*field);
    if (query && has(set, query) && !query->prepare(*field, batch, inputs, capacity, most, error))
      return false;
  }
  return true;
}

const char *recnn_query_set_refuses(const RecnnQuerySet *set, const RecnnSubject *subject) {
  const char *why = NULL;
  for (int32_t i = 0; i < set->n && !why; i++)
    why = set->queries[i]->refuses ? set->queries[i]->refuses(subject) : NULL;
  return why;
}

void recnn_query_set_fill(const RecnnQuerySet *set, RecnnBatch *batch, const RecnnInputs *inputs,
                          const RecnnSubject *subjects, int64_t n) {
  recnn_batch_set_size(batch, n);
  for (int32_t i = 0; i < set->n; i++)
    set->queries[i]->fill(batch, inputs, subjects, n);
}

int recnn_query_set_parts(const RecnnQuerySet *set, int part) {
  return set->recent && part > RECNN_TRAIN ? part : RECNN_TRAIN + 1;
}
