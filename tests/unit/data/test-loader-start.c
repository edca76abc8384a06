/* A loader that starts in the middle of an epoch, and one for a part that comes behind others. */
#include <string.h>

#include <glib.h>

#include "data/loader.h"
#include "support/bias-model.h"

static const char *const pair_fields[] = {"user", "item", "neg_item", NULL};
static const char *const sequence_fields[] = {"sequence", "length", "target", NULL};

static int item_of(int user, int row) { return (user * 7 + row * 3) % 20; }

static RecnnLoader *loader_of(const RecnnPart *part, const char *const *fields, int n_before) {
  GError *error = NULL;
  RecnnLoaderSettings settings = {
      .batch_size = 16, .shuffle = n_before == 0, .seed = 5, .n_before = n_before};
  RecnnLoader *loader = recnn_loader_new(part, fields, &settings, &error);
  g_assert_no_error(error);
  return loader;
}

/* Batches from `batch` on hold what they hold when all are taken. */
static void test_start_at(void) {
  RecnnSplit *split = bias_split(37, 8, item_of, NULL); /* 222 rows: 14 batches */
  RecnnLoader *loader = loader_of(&split->part[RECNN_TRAIN], pair_fields, 0);
  int64_t n = recnn_loader_batches(loader);
  g_assert_cmpint(n, ==, 14);
  for (uint64_t epoch = 0; epoch < 2; epoch++) {
    int64_t users[14][16], negatives[14][16], sizes[14];
    recnn_loader_start(loader, epoch);
    for (int64_t b = 0; b < n; b++) {
      const RecnnBatch *batch = recnn_loader_next(loader);
      sizes[b] = recnn_batch_size(batch);
      size_t bytes = (size_t)sizes[b] * sizeof(int64_t);
      memcpy(users[b], recnn_batch_field(batch, "user")->data, bytes);
      memcpy(negatives[b], recnn_batch_field(batch, "neg_item")->data, bytes);
    }
    for (int64_t from = 0; from <= n; from++) {
      recnn_loader_start_at(loader, epoch, from);
      for (int64_t b = from; b < n; b++) {
        const RecnnBatch *batch = recnn_loader_next(loader);
        g_assert_nonnull(batch);
        size_t bytes = (size_t)sizes[b] * sizeof(int64_t);
        g_assert_cmpint(recnn_batch_size(batch), ==, sizes[b]);
        g_assert_cmpmem(recnn_batch_field(batch, "user")->data, bytes, users[b], bytes);
        g_assert_cmpmem(recnn_batch_field(batch, "neg_item")->data, bytes, negatives[b], bytes);
      }
      g_assert_null(recnn_loader_next(loader));
    }
  }
  recnn_loader_free(loader);
  recnn_split_unref(split);
}

/* One row of the valid part for each user: his training items before it, in their order. */
static void test_sequences_behind(void) {
  RecnnSplit *split = bias_split(37, 8, item_of, NULL);
  const RecnnPart *valid = &split->part[RECNN_VALID];
  RecnnLoader *loader = loader_of(valid, sequence_fields, 1);
  g_assert_cmpint(recnn_loader_rows(loader), ==, 37);
  recnn_loader_start(loader, 0);
  int64_t at = 0;
  const RecnnBatch *batch;
  while ((batch = recnn_loader_next(loader)) != NULL) {
    const RecnnTensor *sequence = recnn_batch_field(batch, "sequence");
    const int64_t *target = recnn_batch_field(batch, "target")->data;
    for (int64_t i = 0; i < recnn_batch_size(batch); i++, at++) {
      int user = valid->rows.user[at];
      char token[16];
      g_assert_cmpint(target[i], ==, valid->rows.item[at]);
      g_assert_cmpint(((const int64_t *)recnn_batch_field(batch, "length")->data)[i], ==, 6);
      for (int r = 0; r < 6; r++) {
        g_snprintf(token, sizeof token, "i%d", item_of(user, r));
        int32_t item = recnn_id_map_find(split->dataset->items, token, strlen(token));
        g_assert_cmpint(((const int64_t *)sequence->data)[i * sequence->shape[1] + r], ==,
                        item + 1);
      }
    }
  }
  g_assert_cmpint(at, ==, 37);
  recnn_loader_free(loader);
  recnn_split_unref(split);
}

/* What is known from training is no negative in validation. */
static void test_negatives_behind(void) {
  RecnnSplit *split = bias_split(37, 8, item_of, NULL);
  const RecnnPart *train = &split->part[RECNN_TRAIN];
  RecnnLoader *loader = loader_of(&split->part[RECNN_VALID], pair_fields, 1);
  for (uint64_t epoch = 0; epoch < 20; epoch++) {
    const RecnnBatch *batch;
    recnn_loader_start(loader, epoch);
    while ((batch = recnn_loader_next(loader)) != NULL) {
      const int64_t *user = recnn_batch_field(batch, "user")->data;
      const int64_t *negative = recnn_batch_field(batch, "neg_item")->data;
      for (int64_t i = 0; i < recnn_batch_size(batch); i++)
        for (int64_t k = train->first[user[i]]; k < train->first[user[i] + 1]; k++)
          g_assert_cmpint(negative[i], !=, train->items[k]);
    }
  }
  recnn_loader_free(loader);
  recnn_split_unref(split);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/data/loader-start/in-the-middle", test_start_at);
  g_test_add_func("/data/loader-start/sequences-behind", test_sequences_behind);
  g_test_add_func("/data/loader-start/negatives-behind", test_negatives_behind);
  return g_test_run();
}
