/* Batches of users: everything that is known of each from the training part, as queries ask it. */
#include "base/error.h"
#include "base/memory.h"
#include "data/maker.h"
#include "data/query.h"

static const char *const fields[] = {"user",           "row_start",       "row_item",
                                     "row_value",      "condition",       "condition_start",
                                     "condition_item", "condition_value", NULL};

typedef struct Users {
  RecnnHistory *history;
  RecnnQuerySet queries;
  int32_t *users;         /* those with an interaction */
  RecnnSubject *subjects; /* of the batch at hand */
} Users;

static void close(void *state) {
  Users *users = state;
  recnn_history_free(users->history);
  recnn_memory_free(users->users);
  g_free(users->subjects);
  g_free(users);
}

static bool open(RecnnMaking *making, int64_t *ret_rows, GError **error) {
  Users *users = g_new0(Users, 1);
  making->state = users;
  users->history = recnn_history_new(making->part, 0, 1, error);
  if (users->history && recnn_history_order_by_item(users->history, error) &&
      recnn_query_set_init(&users->queries, making->wanted, NULL, NULL))
    users->users = recnn_memory_new((size_t)users->history->n_users, sizeof *users->users,
                                    "the users to train on", error);
  if (!users->users) {
    close(users);
    return false;
  }
  *ret_rows = 0;
  for (int64_t u = 0; u < users->history->n_users; u++)
    if (users->history->first[u + 1] > users->history->first[u])
      users->users[(*ret_rows)++] = (int32_t)u;
  return true;
}

static bool prepare(const RecnnMaking *making, RecnnBatch *batch, int64_t capacity,
                    GError **error) {
  Users *users = making->state;
  users->subjects = g_renew(RecnnSubject, users->subjects, capacity);
  return recnn_query_set_prepare(&users->queries, batch, making->inputs, capacity,
                                 recnn_history_most(users->history, capacity), error);
}

static void fill(const RecnnMaking *making, RecnnBatch *batch, const int64_t *rows, int64_t n,
                 uint64_t epoch) {
  (void)epoch;
  const Users *users = making->state;
  for (int64_t i = 0; i < n; i++)
    users->subjects[i] = recnn_subject_of(users->history, users->users[rows[i]]);
  recnn_query_set_fill(&users->queries, batch, making->inputs, users->subjects, n);
}

RECNN_MAKER(users) = {
    .name = "users",
    .doc = "A row is a user with all items of the training part.",
    .fields = fields,
    .needs_inputs = true,
    .unit = "user",
    .open = open,
    .close = close,
    .prepare = prepare,
    .fill = fill,
};
