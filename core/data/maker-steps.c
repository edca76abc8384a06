/* Batches of all next items at once: a row is a stretch of a user's history, and every step of it
 * that was not one of the stretch before has a target, the item behind it.  Where no history is
 * longer than max_sequence_length, a row is a whole user, and the targets and what is known before
 * each are those of the prefixes that maker-sequence.c makes.  Of a longer one the stretches follow
 * each other, so that every target is there once; the last reaches back as far as it may. */
#include "base/error.h"
#include "base/memory.h"
#include "data/maker.h"
#include "data/query.h"

static const char *const fields[] = {"sequence", "length", "target", "target_step", NULL};
static const char *const own[] = {"target", "target_step", NULL};

/* Entries begin .. begin + n - 1 of a user's history, of which the first `known` have no target
 * here. */
typedef struct Stretch {
  int64_t user;
  int64_t begin; /* in the array of histories */
  int32_t n;
  int32_t known;
} Stretch;

typedef struct Steps {
  RecnnHistory *history;
  RecnnQuerySet queries;
  Stretch *stretches;
  int64_t n;
  RecnnSubject *subjects; /* of the batch at hand */
} Steps;

static void close(void *state) {
  Steps *steps = state;
  recnn_history_free(steps->history);
  recnn_memory_free(steps->stretches);
  g_free(steps->subjects);
  g_free(steps);
}

static bool check(const RecnnMaking *making, GError **error) {
  return making->n_before == 0 ||
         recnn_error_set(error, RECNN_ERROR_UNSUPPORTED,
                         "targets behind every step are for training: a part that comes behind "
                         "others has its own behind whole histories");
}

static int64_t count_stretches(const RecnnHistory *history, int64_t most) {
  int64_t n = 0;
  for (int64_t u = 0; u < history->n_users; u++) {
    int64_t targets = history->first[u + 1] - history->first[u] - 1;
    n += targets > 0 ? (targets + most - 1) / most : 0;
  }
  return n;
}

static void list_stretches(Steps *steps, int64_t most) {
  const RecnnHistory *history = steps->history;
  for (int64_t u = 0; u < history->n_users; u++) {
    int64_t first = history->first[u], end = history->first[u + 1] - 1; /* of what has a target */
    for (int64_t at = first; at < end; at += most) {
      int64_t last = MIN(at + most, end), begin = MAX(first, last - most);
      steps->stretches[steps->n++] =
          (Stretch){u, begin, (int32_t)(last - begin), (int32_t)(at - begin)};
    }
  }
}

static bool open(RecnnMaking *making, int64_t *ret_rows, GError **error) {
  Steps *steps = g_new0(Steps, 1);
  int64_t most = making->inputs->max_sequence_length, n = 0;
  making->state = steps;
  steps->history = recnn_history_new_with(making->part, 0, 1, making->part->fold_in, error);
  if (steps->history && recnn_query_set_init(&steps->queries, making->wanted, own, NULL)) {
    n = count_stretches(steps->history, most);
    steps->stretches =
        recnn_memory_new((size_t)n, sizeof *steps->stretches, "the sequences to train on", error);
  }
  if (!steps->stretches) {
    close(steps);
    return false;
  }
  list_stretches(steps, most);
  *ret_rows = n;
  return true;
}

/* The most targets that `rows` stretches have together. */
static int64_t most_targets(const Steps *steps, int64_t longest, int64_t rows) {
  g_autofree int64_t *stretches = g_new0(int64_t, longest + 1); /* with so many targets */
  int64_t sum = 0;
  for (int64_t i = 0; i < steps->n; i++)
    stretches[steps->stretches[i].n - steps->stretches[i].known]++;
  for (int64_t targets = longest; targets > 0 && rows > 0; targets--) {
    int64_t taken = MIN(stretches[targets], rows);
    sum += taken * targets;
    rows -= taken;
  }
  /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): the cleanup attribute frees it */
  return sum;
}

static bool prepare(const RecnnMaking *making, RecnnBatch *batch, int64_t capacity,
                    GError **error) {
  Steps *steps = making->state;
  int64_t targets = most_targets(steps, making->inputs->max_sequence_length, capacity);
  steps->subjects = g_renew(RecnnSubject, steps->subjects, capacity);
  if (!recnn_query_set_prepare(&steps->queries, batch, making->inputs, capacity, 0, error))
    return false;
  for (const char *const *field = own; *field; field++) {
    if (!recnn_batch_add(batch, *field, RECNN_INT64, targets, 0, NULL, error))
      return false;
    recnn_batch_set_ragged(batch, *field);
  }
  return true;
}

static int64_t fill_targets(const Steps *steps, RecnnBatch *batch, const int64_t *rows, int64_t n,
                            int64_t width) {
  int64_t *target = recnn_batch_int64(batch, "target");
  int64_t *step = recnn_batch_int64(batch, "target_step");
  int64_t at = 0;
  for (int64_t i = 0; i < n; i++) {
    const Stretch *stretch = &steps->stretches[rows[i]];
    for (int64_t s = stretch->known; s < stretch->n; s++, at++) {
      step[at] = i * width + s;
      target[at] = steps->history->item[stretch->begin + s + 1];
    }
  }
  return at;
}

static void fill(const RecnnMaking *making, RecnnBatch *batch, const int64_t *rows, int64_t n,
                 uint64_t epoch) {
  (void)epoch;
  const Steps *steps = making->state;
  int64_t width = 1;
  for (int64_t i = 0; i < n; i++) {
    const Stretch *stretch = &steps->stretches[rows[i]];
    RecnnSubject *subject = &steps->subjects[i];
    int64_t skipped = stretch->begin - steps->history->first[stretch->user];
    *subject = recnn_subject_of(steps->history, stretch->user);
    subject->items += skipped;
    if (subject->ratings)
      subject->ratings += skipped;
    subject->n = stretch->n;
    width = MAX(width, subject->n);
  }
  if (making->inputs->full_width)
    width = making->inputs->max_sequence_length;
  recnn_batch_set_width(batch, "sequence", width);
  recnn_query_set_fill(&steps->queries, batch, making->inputs, steps->subjects, n);
  int64_t targets = fill_targets(steps, batch, rows, n, width);
  recnn_batch_set_length(batch, "target", targets);
  recnn_batch_set_length(batch, "target_step", targets);
}

RECNN_MAKER(steps) = {
    .name = "steps",
    .doc = "A row is a user's history, or a stretch of it, with a target behind each step.",
    .fields = fields,
    .needs_inputs = true,
    .unit = "sequence",
    .check = check,
    .open = open,
    .close = close,
    .prepare = prepare,
    .fill = fill,
};
