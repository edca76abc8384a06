/* Histories: rows of a few parts grouped by user, each group by time. */
#include "data/history.h"

#include <string.h>

#include "base/memory.h"
#include "data/group-private.h"
#include "data/split-private.h"

/* The parts' rows as one list, while they are sorted. */
typedef struct Rows {
  int64_t n;
  int32_t *user;
  int32_t *item;
  float *rating;     /* NULL: none */
  double *timestamp; /* NULL: none */
  int64_t *order;    /* rows by user */
  int64_t *scratch;
} Rows;

static bool allocate(Rows *rows, bool has_rating, bool has_time, GError **error) {
  size_t n = (size_t)rows->n;
  static const char what[] = "the histories' rows";
  rows->user = recnn_memory_new(n, sizeof *rows->user, what, error);
  rows->item = rows->user ? recnn_memory_new(n, sizeof *rows->item, what, error) : NULL;
  rows->order = rows->item ? recnn_memory_new(n, sizeof *rows->order, what, error) : NULL;
  rows->scratch = rows->order ? recnn_memory_new(n, sizeof *rows->scratch, what, error) : NULL;
  if (!rows->scratch)
    return false;
  if (has_rating && !(rows->rating = recnn_memory_new(n, sizeof *rows->rating, what, error)))
    return false;
  return !has_time ||
         (rows->timestamp = recnn_memory_new(n, sizeof *rows->timestamp, what, error)) != NULL;
}

static void release(Rows *rows) {
  recnn_memory_free(rows->user);
  recnn_memory_free(rows->item);
  recnn_memory_free(rows->rating);
  recnn_memory_free(rows->timestamp);
  recnn_memory_free(rows->order);
  recnn_memory_free(rows->scratch);
}

/* The parts that a history is made of. */
typedef struct Parts {
  const RecnnPart *part[RECNN_N_PARTS + 1];
  int64_t at[RECNN_N_PARTS + 1]; /* rows that are taken */
  int n;
} Parts;

/* The part that the next row in file order is in; parts that do not know it come one after the
 * other. */
static int next_part(const Parts *parts) {
  int next = -1;
  for (int p = 0; p < parts->n; p++) {
    const RecnnPart *part = parts->part[p];
    if (parts->at[p] == part->rows.n)
      continue;
    if (!part->row)
      return p;
    if (next < 0 || part->row[parts->at[p]] < parts->part[next]->row[parts->at[next]])
      next = p;
  }
  return next;
}

static bool collect(Rows *rows, Parts *parts, GError **error) {
  const RecnnInteractions *first = &parts->part[0]->rows;
  for (int p = 0; p < parts->n; p++)
    rows->n += parts->part[p]->rows.n;
  if (!allocate(rows, first->rating != NULL, first->timestamp != NULL, error))
    return false;
  for (int64_t to = 0; to < rows->n; to++) {
    int p = next_part(parts);
    const RecnnInteractions *from = &parts->part[p]->rows;
    int64_t r = parts->at[p]++;
    rows->user[to] = from->user[r];
    rows->item[to] = from->item[r];
    if (rows->rating)
      rows->rating[to] = from->rating[r];
    if (rows->timestamp)
      rows->timestamp[to] = from->timestamp[r];
  }
  return true;
}

/* Groups the rows by user and orders each group. */
static void sort(RecnnHistory *history, Rows *rows) {
  int64_t *first = history->first;
  recnn__group_rows(rows->user, NULL, rows->n, history->n_users, first, rows->order);
  for (int64_t u = 0; u < history->n_users; u++) {
    history->longest = MAX(history->longest, first[u + 1] - first[u]);
    if (rows->timestamp)
      recnn__sort_by_time(rows->order + first[u], first[u + 1] - first[u], rows->timestamp,
                          rows->scratch);
  }
}

static bool fill(RecnnHistory *history, Rows *rows, GError **error) {
  size_t n = (size_t)rows->n;
  history->first = recnn_memory_new((size_t)history->n_users + 1, sizeof *history->first,
                                    "the histories' offsets", error);
  history->item = history->first != NULL
                      ? recnn_memory_new(n, sizeof *history->item, "the histories' items", error)
                      : NULL;
  if (!history->item)
    return false;
  if (rows->rating && !(history->rating = recnn_memory_new(n, sizeof *history->rating,
                                                           "the histories' ratings", error)))
    return false;
  sort(history, rows);
  for (int64_t i = 0; i < rows->n; i++) {
    history->item[i] = rows->item[rows->order[i]];
    if (history->rating)
      history->rating[i] = rows->rating[rows->order[i]];
  }
  return true;
}

RecnnHistory *recnn_history_new_with(const RecnnPart *parts, int begin, int end,
                                     const RecnnPart *more, GError **error) {
  g_return_val_if_fail(begin < end && end - begin <= RECNN_N_PARTS, NULL);
  RecnnHistory *history = g_new0(RecnnHistory, 1);
  Rows rows = {0};
  Parts from = {.n = 0};
  for (int p = begin; p < end; p++)
    from.part[from.n++] = &parts[p];
  if (more)
    from.part[from.n++] = more;
  history->n_users = parts[begin].rows.n_users;
  history->n_items = parts[begin].rows.n_items;
  bool done = collect(&rows, &from, error) && fill(history, &rows, error);
  release(&rows);
  if (!done) {
    recnn_history_free(history);
    return NULL;
  }
  return history;
}

RecnnHistory *recnn_history_new(const RecnnPart *parts, int begin, int end, GError **error) {
  return recnn_history_new_with(parts, begin, end, NULL, error);
}

int64_t recnn_history_most(const RecnnHistory *history, int64_t n) {
  g_autofree int64_t *users = g_new0(int64_t, history->longest + 1); /* of each length */
  for (int64_t u = 0; u < history->n_users; u++)
    users[history->first[u + 1] - history->first[u]]++;
  int64_t sum = 0;
  for (int64_t length = history->longest; length > 0 && n > 0; length--) {
    int64_t taken = MIN(users[length], n);
    sum += taken * length;
    n -= taken;
  }
  /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): the cleanup attribute frees it */
  return sum;
}

/* By item, then, keeping that order, by user. */
bool recnn_history_order_by_item(RecnnHistory *history, GError **error) {
  const int64_t n = history->first[history->n_users];
  static const char what[] = "the histories' order";
  int64_t *first = recnn_memory_new((size_t)MAX(history->n_items, history->n_users) + 1,
                                    sizeof *first, what, error);
  int64_t *by_item = first ? recnn_memory_new((size_t)n, sizeof *by_item, what, error) : NULL;
  int64_t *order = by_item ? recnn_memory_new((size_t)n, sizeof *order, what, error) : NULL;
  int32_t *user = order ? recnn_memory_new((size_t)n, sizeof *user, what, error) : NULL;
  int32_t *item = user ? recnn_memory_new((size_t)n, sizeof *item, what, error) : NULL;
  float *rating = item ? recnn_memory_new((size_t)n, sizeof *rating, what, error) : NULL;
  if (rating) {
    for (int64_t u = 0; u < history->n_users; u++)
      for (int64_t i = history->first[u]; i < history->first[u + 1]; i++)
        user[i] = (int32_t)u;
    recnn__group_rows(history->item, NULL, n, history->n_items, first, by_item);
    recnn__group_rows(user, by_item, n, history->n_users, first, order);
    memcpy(item, history->item, (size_t)n * sizeof *item);
    if (history->rating)
      memcpy(rating, history->rating, (size_t)n * sizeof *rating);
    for (int64_t i = 0; i < n; i++) {
      history->item[i] = item[order[i]];
      if (history->rating)
        history->rating[i] = rating[order[i]];
    }
  }
  recnn_memory_free(first);
  recnn_memory_free(by_item);
  recnn_memory_free(order);
  recnn_memory_free(user);
  recnn_memory_free(item);
  recnn_memory_free(rating);
  return rating != NULL;
}

void recnn_history_free(RecnnHistory *history) {
  if (!history)
    return;
  recnn_memory_free(history->first);
  recnn_memory_free(history->item);
  recnn_memory_free(history->rating);
  g_free(history);
}
