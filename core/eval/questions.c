/* Questions of users come from the part's items by user, less those with label 0; of rows, from the
 * rows. */
#include "eval/questions.h"

#include "base/error.h"
#include "base/memory.h"

void recnn_questions_free(RecnnQuestions *questions) {
  if (questions == NULL)
    return;
  recnn_memory_free(questions->users);
  recnn_memory_free(questions->rows);
  recnn_memory_free(questions->first);
  recnn_memory_free(questions->relevant);
  g_free(questions);
}

static bool make_room(RecnnQuestions *questions, int64_t n, int64_t n_relevant, bool given,
                      GError **error) {
  static const char what[] = "the users to evaluate";
  questions->users = recnn_memory_new((size_t)n, sizeof *questions->users, what, error);
  if (questions->users == NULL)
    return false;
  questions->first = recnn_memory_new((size_t)n + 1, sizeof *questions->first, what, error);
  if (questions->first == NULL)
    return false;
  questions->first[0] = 0;
  questions->relevant =
      recnn_memory_new((size_t)n_relevant, sizeof *questions->relevant, what, error);
  if (questions->relevant == NULL)
    return false;
  if (given)
    questions->rows = recnn_memory_new((size_t)n, sizeof *questions->rows, what, error);
  return !given || questions->rows != NULL;
}

/* Marks the places of the part's items by user that have a row with label 1. */
static uint8_t *mark_hits(const RecnnPart *part, GError **error) {
  uint8_t *hit = recnn_memory_new0((size_t)part->first[part->rows.n_users], 1, "labels", error);
  for (int64_t r = 0; hit != NULL && r < part->rows.n; r++) {
    if (part->label[r] == 0.0f)
      continue;
    int64_t low = part->first[part->rows.user[r]];
    int64_t high = part->first[part->rows.user[r] + 1];
    while (high - low > 1) {
      int64_t middle = low + (high - low) / 2;
      if (part->items[middle] <= part->rows.item[r])
        low = middle;
      else
        high = middle;
    }
    hit[low] = 1;
  }
  return hit;
}

static bool ask_users(RecnnQuestions *questions, const RecnnPart *part, GError **error) {
  int64_t n_users = part->rows.n_users;
  uint8_t *hit = NULL; /* NULL: all are */
  if (!make_room(questions, n_users, part->first[n_users], false, error) ||
      (part->label != NULL && (hit = mark_hits(part, error)) == NULL))
    return false;
  int64_t n = 0;
  for (int64_t u = 0; u < n_users; u++) {
    for (int64_t i = part->first[u]; i < part->first[u + 1]; i++)
      if (hit == NULL || hit[i] != 0)
        questions->relevant[n++] = part->items[i];
    int64_t length = n - questions->first[questions->n];
    questions->longest = MAX(questions->longest, length);
    if (length == 0)
      continue;
    questions->users[questions->n++] = u;
    questions->first[questions->n] = n;
  }
  recnn_memory_free(hit);
  return true;
}

static bool ask_rows(RecnnQuestions *questions, const RecnnPart *part, GError **error) {
  if (!make_room(questions, part->rows.n, part->rows.n, true, error))
    return false;
  questions->longest = 1;
  for (int64_t r = 0; r < part->rows.n; r++) {
    int64_t length;
    if (recnn_part_candidates(part, r, &length) == NULL ||
        (part->label != NULL && part->label[r] == 0.0f))
      continue;
    int64_t q = questions->n++;
    questions->users[q] = part->rows.user[r];
    questions->rows[q] = r;
    questions->relevant[q] = part->rows.item[r];
    questions->first[q + 1] = q + 1;
  }
  return true;
}

RecnnQuestions *recnn_questions_new(const RecnnSplit *split, int part, bool given, GError **error) {
  RecnnQuestions *questions = g_new0(RecnnQuestions, 1);
  const RecnnPart *of = &split->part[part];
  if (!(given ? ask_rows : ask_users)(questions, of, error)) {
    recnn_questions_free(questions);
    return NULL;
  }
  if (questions->n > 0)
    return questions;
  recnn_questions_free(questions);
  if (given)
    recnn_error_set(
        error, RECNN_ERROR_DATA,
        "candidates = \"given\": no row of the %s part has a list of candidates in data "
        "set %s",
        recnn_part_name(part), split->dataset->name);
  else
    recnn_error_set(error, RECNN_ERROR_DATA,
                    "no row of the %s part of data set %s has label 1: there is nothing to rank",
                    recnn_part_name(part), split->dataset->name);
  return NULL;
}
