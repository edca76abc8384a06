/* Batches of next items: an item of the training part, and what its user did before it.  All rows
 * are windows into the one array of histories. */
#include "base/error.h"
#include "base/memory.h"
#include "data/maker.h"
#include "data/query.h"

static const char *const fields[] = {"sequence", "length", "target", NULL};
static const char *const own[] = {"target", NULL};

/* A row: entry `at` of the histories, and the user it belongs to; or interaction `at` of a part
 * that comes behind them. */
typedef struct Row {
  int64_t at;
  int64_t user;
} Row;

typedef struct Sequences {
  RecnnHistory *history;
  RecnnQuerySet queries;
  Row *rows;
  RecnnSubject *subjects; /* of the batch at hand */
} Sequences;

static void close(void *state) {
  Sequences *sequences = state;
  recnn_history_free(sequences->history);
  recnn_memory_free(sequences->rows);
  g_free(sequences->subjects);
  g_free(sequences);
}

/* Every entry but each user's first is a target. */
static int64_t list_rows(const RecnnHistory *history, Row *rows) {
  int64_t n = 0;
  for (int64_t u = 0; u < history->n_users; u++)
    for (int64_t at = history->first[u] + 1; at < history->first[u + 1]; at++)
      rows[n++] = (Row){at, u};
  return n;
}

/* Every interaction of the part whose user has a history is a target. */
static int64_t list_behind(const RecnnHistory *history, const RecnnInteractions *part, Row *rows) {
  int64_t n = 0;
  for (int64_t i = 0; i < part->n; i++)
    if (history->first[part->user[i] + 1] > history->first[part->user[i]])
      rows[n++] = (Row){i, part->user[i]};
  return n;
}

static bool open(RecnnMaking *making, int64_t *ret_rows, GError **error) {
  Sequences *sequences = g_new0(Sequences, 1);
  int before = making->n_before;
  making->state = sequences;
  sequences->history = recnn_history_new_with(making->part - before, 0, MAX(before, 1),
                                              making->part->fold_in, error);
  if (sequences->history && recnn_query_set_init(&sequences->queries, making->wanted, own, NULL))
    sequences->rows = recnn_memory_new((size_t)making->part->rows.n, sizeof *sequences->rows,
                                       "the prefixes to train on", error);
  if (!sequences->rows) {
    close(sequences);
    return false;
  }
  *ret_rows = before > 0 ? list_behind(sequences->history, &making->part->rows, sequences->rows)
                         : list_rows(sequences->history, sequences->rows);
  return true;
}

static bool prepare(const RecnnMaking *making, RecnnBatch *batch, int64_t capacity,
                    GError **error) {
  Sequences *sequences = making->state;
  sequences->subjects = g_renew(RecnnSubject, sequences->subjects, capacity);
  return recnn_query_set_prepare(&sequences->queries, batch, making->inputs, capacity, 0, error) &&
         (!g_strv_contains(making->wanted, "target") ||
          recnn_batch_add(batch, "target", RECNN_INT64, capacity, 0, NULL, error));
}

static void fill(const RecnnMaking *making, RecnnBatch *batch, const int64_t *rows, int64_t n,
                 uint64_t epoch) {
  (void)epoch;
  const Sequences *sequences = making->state;
  const RecnnHistory *history = sequences->history;
  int64_t longest = 1;
  for (int64_t i = 0; i < n; i++) {
    const Row *row = &sequences->rows[rows[i]];
    RecnnSubject *subject = &sequences->subjects[i];
    *subject = recnn_subject_of(history, row->user);
    if (making->n_before == 0)
      subject->n = row->at - history->first[row->user];
    longest = MAX(longest, subject->n);
  }
  /* A model that is told the lengths does not look at padding, so there need not be any. */
  if (recnn_batch_field(batch, "length") && recnn_batch_field(batch, "sequence") &&
      !making->inputs->full_width)
    recnn_batch_set_width(batch, "sequence", MIN(longest, making->inputs->max_sequence_length));
  recnn_query_set_fill(&sequences->queries, batch, making->inputs, sequences->subjects, n);
  if (!recnn_batch_field(batch, "target"))
    return;
  int64_t *target = recnn_batch_int64(batch, "target");
  const int32_t *item = making->n_before > 0 ? making->part->rows.item : history->item;
  for (int64_t i = 0; i < n; i++)
    target[i] = item[sequences->rows[rows[i]].at];
}

RECNN_MAKER(sequence) = {
    .name = "sequence",
    .doc = "A row is an interaction and what its user did before it; the first ones are no rows.",
    .fields = fields,
    .needs_inputs = true,
    .unit = "sequence",
    .open = open,
    .close = close,
    .prepare = prepare,
    .fill = fill,
};
