/* Audits: each entry by hand, silence where there is nothing, and what the policies do. */
#include <glib.h>

#include "base/log.h"
#include "base/memory.h"
#include "data/audit.h"
#include "data/synthetic.h"
#include "unit/data/data-test.h"

typedef struct Row {
  int user, item, part;
  double time;
} Row;

static RecnnDataset *rows_of(const Row *rows, int n, bool given, bool time) {
  GError *error = NULL;
  RecnnDatasetBuilder *builder = recnn_dataset_builder_new("rows", "rows.inter", false, time);
  for (int r = 0; r < n; r++) {
    char user[16], item[16];
    g_snprintf(user, sizeof user, "u%d", rows[r].user);
    g_snprintf(item, sizeof item, "i%d", rows[r].item);
    if (given)
      recnn_dataset_builder_set_part(builder, rows[r].part);
    g_assert_true(recnn_dataset_builder_add(builder, user, strlen(user), item, strlen(item), 0,
                                            rows[r].time, &error));
  }
  RecnnDataset *d = recnn_dataset_builder_finish(builder, &error);
  g_assert_no_error(error);
  return d;
}

static RecnnSplit *make(RecnnDataset *d, const char *text, GError **error) {
  RecnnOptions *options = recnn_options_new(recnn_split_options(), "split", NULL);
  g_auto(GStrv) settings = g_strsplit(text, " ", -1);
  for (char **setting = settings; *setting && **setting; setting++) {
    g_auto(GStrv) pair = g_strsplit(*setting, "=", 2);
    g_assert_true(recnn_options_set_text(options, pair[0], pair[1], NULL));
  }
  RecnnSplit *split = recnn_split_new(d, options, error);
  recnn_options_free(options);
  return split;
}

static char *audit_of(RecnnDataset *d, const char *text) {
  GError *error = NULL;
  RecnnSplit *split = make(d, text, &error);
  g_assert_no_error(error);
  RecnnAudit *audit = recnn_audit_new(split, &error);
  g_assert_no_error(error);
  char *result = recnn_audit_text(audit);
  recnn_audit_free(audit);
  recnn_split_unref(split);
  return result;
}

static void check_audit(RecnnDataset *d, const char *text, const char *expected) {
  g_autofree char *is = audit_of(d, text);
  g_assert_cmpstr(is, ==, expected);
  recnn_dataset_unref(d);
}

enum { TRAIN = RECNN_TRAIN, VALID = RECNN_VALID, TEST = RECNN_TEST };

static void test_given(void) {
  static const Row rows[] = {
      {1, 1, TRAIN, 10}, {1, 2, TRAIN, 20}, {1, 3, VALID, 30},
      {2, 1, TRAIN, 50}, {2, 3, TEST, 40}, /* the user's row of 50 is later, and so is none else */
      {1, 1, TEST, 10},                    /* the very row of train */
      {1, 2, TEST, 60},                    /* the same pair, later */
      {3, 9, TEST, 70},                    /* neither is known */
      {1, 3, TEST, 30},  {1, 3, TEST, 30}, /* in valid; twice */
  };
  check_audit(rows_of(rows, 10, true, true), "audit=off",
              "1 leak\n"
              "leak: 3 of 6 test interactions are among what is known already: the same user and "
              "item at the same time\n"
              "note: 4 of 6 test interactions repeat one that the user had before\n"
              "note: 1 of 3 known interactions are later than the first of valid: the split is not "
              "by time for all users together\n"
              "note: 3 of 4 known interactions are later than their user's first of test\n"
              "note: 3 of 4 known interactions are later than the first of test: the split is not "
              "by time for all users together\n"
              "note: 1 of 1 valid interactions are with items that nobody had before\n"
              "note: of 1 of 3 users of test nothing is known\n"
              "note: 1 of 6 test interactions are with items that nobody had before");
}

/* Without times a pair is what it is, but for sessions. */
static void test_without_times(void) {
  static const Row rows[] = {{1, 1, TRAIN, 0}, {1, 2, TRAIN, 0}, {1, 1, TEST, 0}, {1, 2, VALID, 0}};
  check_audit(rows_of(rows, 4, true, false), "audit=off",
              "2 leaks\n"
              "leak: 1 of 1 valid interactions are among what is known already: the same user and "
              "item\n"
              "leak: 1 of 1 test interactions are among what is known already: the same user and "
              "item");
  RecnnDataset *d = rows_of(rows, 4, true, false);
  d->ordered = true;
  check_audit(d, "audit=off",
              "no leaks\n"
              "note: 1 of 1 valid interactions repeat one that the user had before\n"
              "note: 1 of 1 test interactions repeat one that the user had before");
}

/* Splits that say that they go by time do, and say how far. */
static void test_by_time(void) {
  static const Row rows[] = {{1, 1, 0, 1}, {1, 2, 0, 2}, {1, 3, 0, 3}, {1, 4, 0, 4},
                             {2, 1, 0, 5}, {2, 2, 0, 6}, {2, 3, 0, 7}, {2, 4, 0, 8}};
  check_audit(rows_of(rows, 8, false, true), "leave_one_out=true",
              "no leaks\n"
              "note: 2 of 4 known interactions are later than the first of valid: the split is not "
              "by time for all users together\n"
              "note: 3 of 6 known interactions are later than the first of test: the split is not "
              "by time for all users together\n"
              "note: 2 of 2 valid interactions are with items that nobody had before\n"
              "note: 2 of 2 test interactions are with items that nobody had before");
  check_audit(rows_of(rows, 8, false, true), "cut=7", "no leaks");
  /* What is claimed and is not so is a leak. */
  RecnnDataset *d = rows_of(rows, 8, false, true);
  RecnnSplit *split = make(d, "cut=7 audit=off", NULL);
  d->timestamp[0] = 99;
  RecnnAudit *audit = recnn_audit_new(split, NULL);
  g_assert_cmpint(audit->n_leaks, ==, 1);
  g_assert_cmpstr(audit->entries[0].name, ==, "future");
  g_assert_cmpint(audit->entries[0].n, ==, 1);
  d->timestamp[4] = 99; /* of the user who is asked */
  recnn_audit_free(audit);
  audit = recnn_audit_new(split, NULL);
  g_assert_cmpint(audit->n_leaks, ==, 2);
  g_assert_cmpstr(audit->entries[0].name, ==, "later");
  recnn_audit_free(audit);
  recnn_split_unref(split);
  recnn_dataset_unref(d);
}

/* Held-out users are known by their fold-in. */
static void test_held_out(void) {
  static const Row rows[] = {{1, 1, 0, 1}, {1, 2, 0, 2}, {2, 1, 0, 3}, {2, 2, 0, 4}};
  check_audit(rows_of(rows, 4, false, true),
              "group_by=whole_user ratio=0.5,0,0.5 fold_in=0.5 order=time seed=2",
              "no leaks\n"
              "note: 2 of 3 known interactions are later than the first of test: the split is not "
              "by time for all users together");
}

static void test_candidates_and_filter(void) {
  static const Row rows[] = {{1, 1, TRAIN, 0}, {1, 2, TEST, 0}, {2, 2, TRAIN, 0}, {2, 3, TEST, 0}};
  RecnnDataset *d = rows_of(rows, 4, true, false);
  RecnnCandidatesBuilder *lists = recnn_candidates_builder_new();
  static const char *const items[] = {"i1", "i2", "i1"};
  for (int l = 0; l < 2; l++) { /* i1 and i2 for row 1, where i2 is the answer; i1 for row 3 */
    recnn_candidates_builder_begin(lists, "lists", l, NULL);
    for (int i = l * 2; i < l * 1 + 2; i++)
      recnn_candidates_builder_add(lists, items[i], 2, NULL);
    recnn_candidates_builder_assign(lists, l ? 3 : 1, l, NULL);
  }
  d->candidates = recnn_candidates_builder_finish(lists, 4, d->items, NULL);
  d->filter = g_strdup("min_user 2: 4 of 9 interactions");
  check_audit(d, "given=true",
              "no leaks\n"
              "note: 1 of 2 test interactions are with items that nobody had before\n"
              "note: 1 of 2 lists of candidates of test hold items that the user had before\n"
              "note: the data was filtered before it was split, by what is in all parts (min_user "
              "2: 4 of 9 interactions)");
}

static void count_messages(void *data, int32_t level, const char *domain, const char *text) {
  GString *said = data;
  g_assert_cmpint(level, ==, RECNN_LOG_WARNING);
  g_string_append_printf(said, "%s|%s\n", domain, text);
}

static void test_policies(void) {
  static const Row rows[] = {{1, 1, TRAIN, 0}, {1, 1, TEST, 0}, {1, 2, TRAIN, 0}};
  static const char leak[] = "1 of 1 test interactions are among what is known already: the same "
                             "user and item";
  RecnnDataset *d = rows_of(rows, 3, true, false);
  GError *error = NULL;
  GString *said = g_string_new(NULL);
  recnn_log_set_sink(count_messages, said);
  RecnnSplit *split = make(d, "", &error);
  g_autofree char *message =
      g_strdup_printf("audit|rows (the parts that the data came in): %s\n", leak);
  g_assert_cmpstr(said->str, ==, message);
  g_assert_cmpint(split->audit->n_leaks, ==, 1);
  recnn_split_unref(split);

  g_string_truncate(said, 0);
  split = make(d, "audit=off", &error);
  g_assert_null(split->audit);
  recnn_split_unref(split);
  g_assert_null(make(d, "audit=error", &error));
  g_autofree char *text =
      g_strdup_printf("audit of rows (the parts that the data came in): %s", leak);
  check_error(&error, RECNN_ERROR_DATA, text);
  recnn_dataset_unref(d);

  /* Nothing is said where there is nothing to say. */
  d = recnn_synthetic_new(NULL, &error);
  split = make(d, "group_by=none order=time audit=error", &error);
  g_assert_no_error(error);
  g_assert_cmpint(split->audit->n_leaks, ==, 0);
  g_assert_cmpstr(said->str, ==, "");
  recnn_log_set_sink(NULL, NULL);
  g_string_free(said, TRUE);
  recnn_split_unref(split);
  recnn_dataset_unref(d);
}

static void test_no_memory(void) {
  static const Row rows[] = {{1, 1, TRAIN, 0}, {1, 1, TEST, 0}, {1, 2, TRAIN, 0}};
  RecnnDataset *d = rows_of(rows, 3, true, true);
  RecnnSplit *split = make(d, "audit=off", NULL);
  RecnnAudit *audit = NULL;
  uint64_t n = 0;
  while (!audit) {
    GError *error = NULL;
    recnn_memory_fail_after(++n);
    audit = recnn_audit_new(split, &error);
    recnn_memory_fail_after(0);
    if (!audit)
      g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_MEMORY);
    g_clear_error(&error);
  }
  g_assert_cmpuint(n, ==, 7);
  recnn_audit_free(audit);
  recnn_split_unref(split);
  recnn_dataset_unref(d);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/data/audit/given", test_given);
  g_test_add_func("/data/audit/without-times", test_without_times);
  g_test_add_func("/data/audit/by-time", test_by_time);
  g_test_add_func("/data/audit/held-out", test_held_out);
  g_test_add_func("/data/audit/candidates-and-filter", test_candidates_and_filter);
  g_test_add_func("/data/audit/policies", test_policies);
  g_test_add_func("/data/audit/no-memory", test_no_memory);
  return g_test_run();
}
