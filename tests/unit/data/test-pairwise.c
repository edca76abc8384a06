/* Batches of pairs with several negatives to an interaction, and several candidates to a negative.
 */
#include <glib.h>

#include "data/loader.h"
#include "unit/data/data-test.h"

enum { USERS = 37, ITEMS = 101, ROWS = 700, NEGATIVES = 3, CANDIDATES = 5 };

static const char *const pairwise_fields[] = {"user", "item", "neg_item", NULL};
static const char *const rating_fields[] = {"user", "item", "rating", NULL};

static RecnnSplit *make_split(void) {
  RecnnDatasetBuilder *builder = recnn_dataset_builder_new("d", "d", true, false);
  GError *error = NULL;
  for (int r = 0; r < ROWS; r++) {
    g_autofree char *user = g_strdup_printf("u%d", r % USERS);
    g_autofree char *item = g_strdup_printf("i%d", r % ITEMS);
    g_assert_true(recnn_dataset_builder_add(builder, user, strlen(user), item, strlen(item),
                                            (float)r, 0, &error));
  }
  RecnnDataset *dataset = recnn_dataset_builder_finish(builder, &error);
  RecnnOptions *options = recnn_options_new(recnn_split_options(), "split", &error);
  g_assert_true(recnn_options_set_text(options, "ratio", "1,0,0", &error));
  RecnnSplit *split = recnn_split_new(dataset, options, &error);
  g_assert_no_error(error);
  recnn_options_free(options);
  recnn_dataset_unref(dataset);
  return split;
}

static bool knows(const RecnnPart *part, int64_t user, int64_t item) {
  for (int64_t i = part->first[user]; i < part->first[user + 1]; i++)
    if (part->items[i] == item)
      return true;
  return false;
}

/* All of an epoch: CANDIDATES numbers for each (interaction, negative), found by user and item. */
static GHashTable *epoch_of(const RecnnSplit *split, int64_t batch_size, uint64_t epoch) {
  const RecnnPart *train = &split->part[RECNN_TRAIN];
  RecnnLoaderSettings settings = {.batch_size = batch_size,
                                  .shuffle = true,
                                  .seed = 4,
                                  .negatives = NEGATIVES,
                                  .candidates = CANDIDATES};
  GError *error = NULL;
  RecnnLoader *loader = recnn_loader_new(train, pairwise_fields, &settings, &error);
  g_assert_no_error(error);
  g_assert_cmpint(recnn_loader_rows(loader), ==, ROWS * NEGATIVES);
  GHashTable *seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  int64_t rows = 0;
  recnn_loader_start(loader, epoch);
  for (const RecnnBatch *batch; (batch = recnn_loader_next(loader));) {
    const RecnnTensor *candidates = recnn_batch_field(batch, "neg_candidates");
    const int64_t *user = recnn_batch_field(batch, "user")->data;
    const int64_t *item = recnn_batch_field(batch, "item")->data;
    const int64_t *negative = recnn_batch_field(batch, "neg_item")->data;
    int64_t n = recnn_batch_size(batch);
    g_assert_cmpint(candidates->rank, ==, 2);
    g_assert_cmpint(candidates->shape[0], ==, n);
    g_assert_cmpint(candidates->shape[1], ==, CANDIDATES);
    for (int64_t i = 0; i < n; i++) {
      const int64_t *own = (const int64_t *)candidates->data + i * CANDIDATES;
      g_assert_true(knows(train, user[i], item[i]));
      g_assert_cmpint(negative[i], ==, own[0]);
      for (int c = 0; c < CANDIDATES; c++)
        g_assert_false(knows(train, user[i], own[c]));
      int turn = 0;
      char *key = NULL;
      do {
        g_free(key);
        key = g_strdup_printf("%d %d %d", (int)user[i], (int)item[i], turn++);
      } while (g_hash_table_contains(seen, key));
      GString *text = g_string_new(NULL);
      for (int c = 0; c < CANDIDATES; c++)
        g_string_append_printf(text, "%d ", (int)own[c]);
      g_hash_table_insert(seen, key, g_string_free(text, FALSE));
    }
    rows += n;
  }
  g_assert_cmpint(rows, ==, ROWS * NEGATIVES);
  recnn_loader_free(loader);
  return seen;
}

/* Each interaction has its rows, with draws of their own. */
static void test_rows(void) {
  RecnnSplit *split = make_split();
  GHashTable *seen = epoch_of(split, 64, 0);
  g_assert_cmpint(g_hash_table_size(seen), ==, ROWS * NEGATIVES);
  const RecnnInteractions *rows = &split->part[RECNN_TRAIN].rows;
  for (int64_t r = 0; r < rows->n; r++) {
    const char *text[NEGATIVES];
    for (int k = 0; k < NEGATIVES; k++) {
      g_autofree char *key = g_strdup_printf("%d %d %d", rows->user[r], rows->item[r], k);
      g_assert_nonnull(text[k] = g_hash_table_lookup(seen, key));
    }
    g_assert_cmpstr(text[0], !=, text[1]);
    g_assert_cmpstr(text[1], !=, text[2]);
  }
  g_hash_table_unref(seen);
  recnn_split_unref(split);
}

static bool same(GHashTable *a, GHashTable *b) {
  GHashTableIter iter;
  gpointer key, value;
  g_hash_table_iter_init(&iter, a);
  while (g_hash_table_iter_next(&iter, &key, &value))
    if (g_strcmp0(value, g_hash_table_lookup(b, key)) != 0)
      return false;
  return g_hash_table_size(a) == g_hash_table_size(b);
}

/* What is drawn belongs to the interaction and the epoch.  Batch sizes change nothing; the order of
 * an interaction's three rows is that of the shuffle, which does not depend on them. */
static void test_pure(void) {
  RecnnSplit *split = make_split();
  GHashTable *a = epoch_of(split, 64, 2), *b = epoch_of(split, 1000, 2),
             *c = epoch_of(split, 64, 3);
  g_assert_true(same(a, b));
  g_assert_false(same(a, c));
  g_hash_table_unref(a);
  g_hash_table_unref(b);
  g_hash_table_unref(c);
  recnn_split_unref(split);
}

static void test_refusals(void) {
  RecnnSplit *split = make_split();
  RecnnLoaderSettings settings = {.batch_size = 8, .negatives = 2};
  GError *error = NULL;
  g_assert_null(recnn_loader_new(&split->part[RECNN_TRAIN], rating_fields, &settings, &error));
  check_error(&error, RECNN_ERROR_OPTION,
              "2 negatives: batches of kind rating have no negative items");
  settings = (RecnnLoaderSettings){.batch_size = 8, .candidates = 4};
  g_assert_null(recnn_loader_new(&split->part[RECNN_TRAIN], rating_fields, &settings, &error));
  check_error(&error, RECNN_ERROR_OPTION,
              "4 candidates for a negative: batches of kind rating have no negative items");
  recnn_split_unref(split);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/data/pairwise/rows", test_rows);
  g_test_add_func("/data/pairwise/pure", test_pure);
  g_test_add_func("/data/pairwise/refusals", test_refusals);
  return g_test_run();
}
