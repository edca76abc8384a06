/* The loader: what its batches hold, that timing changes nothing, that it can be stopped at any
 * time, and that it calls no allocator once it runs. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <glib.h>

#include "base/memory.h"
#include "base/rng.h"
#include "data/loader.h"
#include "data/maker.h"
#include "unit/data/data-test.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#endif
#if defined(__GLIBC__) && !defined(SANITIZED)
#define COUNTS_ALLOCATIONS 1
/* Every allocation of the process goes through here; glibc has the real ones under other names. */
static atomic_long allocations;
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void *malloc(size_t size) {
  allocations++;
  return __libc_malloc(size);
}
void *calloc(size_t n, size_t size) {
  allocations++;
  return __libc_calloc(n, size);
}
void *realloc(void *memory, size_t size) {
  allocations++;
  return __libc_realloc(memory, size);
}
void *aligned_alloc(size_t alignment, size_t size) {
  allocations++;
  return __libc_memalign(alignment, size);
}
#endif

static const char *const rating_fields[] = {"user", "item", "rating", NULL};
static const char *const pairwise_fields[] = {"user", "item", "neg_item", NULL};

/* n rows; rating r tells row r. */
static RecnnSplit *rows(int n, bool with_rating) {
  GError *error = NULL;
  RecnnDatasetBuilder *builder = recnn_dataset_builder_new("rows", "rows", with_rating, false);
  for (int r = 0; r < n; r++) {
    char user[16], item[16];
    g_snprintf(user, sizeof user, "%d", r % 37);
    g_snprintf(item, sizeof item, "%d", r % 101);
    g_assert_true(recnn_dataset_builder_add(builder, user, strlen(user), item, strlen(item),
                                            (float)r, 0, &error));
  }
  RecnnDataset *dataset = recnn_dataset_builder_finish(builder, &error);
  g_assert_no_error(error);
  RecnnOptions *options = recnn_options_new(recnn_split_options(), "split", &error);
  g_assert_true(recnn_options_set_text(options, "ratio", "1,0,0", &error));
  RecnnSplit *split = recnn_split_new(dataset, options, &error);
  g_assert_no_error(error);
  recnn_options_free(options);
  recnn_dataset_unref(dataset);
  return split;
}

static RecnnLoader *loader_of(const RecnnSplit *split, const char *const *fields,
                              RecnnLoaderSettings settings) {
  GError *error = NULL;
  RecnnLoader *loader = recnn_loader_new(&split->part[RECNN_TRAIN], fields, &settings, &error);
  g_assert_no_error(error);
  return loader;
}

static void check_refused(const RecnnSplit *split, const char *const *fields,
                          RecnnLoaderSettings settings, int code, const char *text) {
  GError *error = NULL;
  g_assert_null(recnn_loader_new(&split->part[RECNN_TRAIN], fields, &settings, &error));
  check_error(&error, code, text);
}

/* An epoch's ratings in the order of the batches, and the batches' sizes as text. */
static float *epoch_of(RecnnLoader *loader, uint64_t epoch, GString *sizes) {
  float *all = g_new(float, recnn_loader_rows(loader));
  int64_t n = 0, batches = 0;
  recnn_loader_start(loader, epoch);
  for (const RecnnBatch *batch; (batch = recnn_loader_next(loader)); batches++) {
    int64_t size = recnn_batch_size(batch);
    const RecnnTensor *rating = recnn_batch_field(batch, "rating");
    const RecnnTensor *user = recnn_batch_field(batch, "user");
    const RecnnTensor *item = recnn_batch_field(batch, "item");
    g_assert_cmpint(rating->shape[0], ==, size);
    g_assert_cmpint(user->shape[0], ==, size);
    if (sizes)
      g_string_append_printf(sizes, "%s%d", sizes->len ? " " : "", (int)size);
    for (int64_t i = 0; i < size; i++) {
      float r = ((const float *)rating->data)[i];
      g_assert_cmpint(((const int64_t *)user->data)[i], ==, (int)r % 37);
      g_assert_cmpint(((const int64_t *)item->data)[i], ==, (int)r % 101);
      all[n++] = r;
    }
  }
  g_assert_null(recnn_loader_next(loader));
  g_assert_cmpint(n, ==, recnn_loader_rows(loader));
  g_assert_cmpint(batches, ==, recnn_loader_batches(loader));
  return all;
}

static void test_sizes(void) {
  static const struct {
    int rows, batch_size;
    bool no_single_row;
    const char *sizes;
  } cases[] = {
      {10, 4, false, "4 4 2"}, {8, 4, false, "4 4"}, {9, 4, false, "4 4 1"}, {9, 4, true, "4 5"},
      {10, 4, true, "4 4 2"},  {3, 8, true, "3"},    {5, 4, true, "5"},      {1, 8, false, "1"},
      {3, 1, false, "1 1 1"},  {2, 2, true, "2"},    {3, 2, true, "3"},      {8, 8, true, "8"},
      {9, 2, true, "2 2 2 3"}, {7, 100, false, "7"},
  };
  for (size_t c = 0; c < G_N_ELEMENTS(cases); c++) {
    RecnnSplit *split = rows(cases[c].rows, true);
    RecnnLoader *loader = loader_of(split, rating_fields,
                                    (RecnnLoaderSettings){.batch_size = cases[c].batch_size,
                                                          .no_single_row = cases[c].no_single_row});
    for (uint64_t epoch = 0; epoch < 3; epoch++) {
      GString *sizes = g_string_new(NULL);
      g_autofree float *all = epoch_of(loader, epoch, sizes);
      g_assert_cmpstr(sizes->str, ==, cases[c].sizes);
      for (int r = 0; r < cases[c].rows; r++)
        g_assert_cmpfloat(all[r], ==, (float)r); /* not shuffled */
      g_string_free(sizes, TRUE);
    }
    recnn_loader_free(loader);
    recnn_split_unref(split);
  }
}

/* Each row once an epoch, in the order that the epoch's stream gives, whichever epoch ran before.
 */
static void test_shuffle(void) {
  enum { N = 1000 };
  RecnnSplit *split = rows(N, true);
  RecnnLoader *loader = loader_of(
      split, rating_fields, (RecnnLoaderSettings){.batch_size = 64, .shuffle = true, .seed = 9});
  static const uint64_t epochs[] = {0, 1, 2, 1, 7, 8, 0};
  for (size_t e = 0; e < G_N_ELEMENTS(epochs); e++) {
    int64_t expected[N];
    for (int r = 0; r < N; r++)
      expected[r] = r;
    RecnnRng rng;
    recnn_rng_init(&rng, 9, RECNN_STREAM(RECNN_STREAM_SHUFFLE, epochs[e]));
    recnn_rng_shuffle(&rng, expected, N);
    g_autofree float *all = epoch_of(loader, epochs[e], NULL);
    for (int r = 0; r < N; r++)
      g_assert_cmpfloat(all[r], ==, (float)expected[r]);
  }
  recnn_loader_free(loader);
  recnn_split_unref(split);
}

static void add_bytes(GChecksum *sum, const RecnnBatch *batch, const char *name) {
  const RecnnTensor *field = recnn_batch_field(batch, name);
  g_checksum_update(sum, field->data, (gssize)(sizeof(int64_t) * (size_t)field->shape[0]));
}

/* The taker's pace: 0 as fast as it can; 1 slow, so that the ring is full; 2 now this, now that. */
static char *digest(const RecnnSplit *split, int pace) {
  RecnnLoader *loader = loader_of(
      split, pairwise_fields, (RecnnLoaderSettings){.batch_size = 32, .shuffle = true, .seed = 4});
  GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
  int turn = 0;
  for (uint64_t epoch = 0; epoch < 4; epoch++) {
    recnn_loader_start(loader, epoch);
    for (const RecnnBatch *batch; (batch = recnn_loader_next(loader)); turn++) {
      if (pace == 1 || (pace == 2 && turn % 7 == 0))
        g_usleep(500);
      add_bytes(sum, batch, "user");
      add_bytes(sum, batch, "item");
      add_bytes(sum, batch, "neg_item");
    }
  }
  char *text = g_strdup(g_checksum_get_string(sum));
  g_checksum_free(sum);
  recnn_loader_free(loader);
  return text;
}

static void test_timing(void) {
  RecnnSplit *split = rows(1500, false);
  g_autofree char *fast = digest(split, 0), *slow = digest(split, 1), *mixed = digest(split, 2);
  g_assert_cmpstr(fast, ==, slow);
  g_assert_cmpstr(fast, ==, mixed);
  recnn_split_unref(split);
}

/* Negatives go with the interaction: the same ones in any order of the rows, others in another
 * epoch. */
static void test_negatives(void) {
  enum { N = 600 };
  RecnnSplit *split = rows(N, true);
  const RecnnPart *train = &split->part[RECNN_TRAIN];
  static const char *const all_rows[] = {"user", "item", "neg_item", NULL};
  RecnnSampler *sampler = recnn_sampler_new(recnn_sampler_find("uniform"), NULL, train, 4, NULL);
  for (int shuffle = 0; shuffle < 2; shuffle++) {
    RecnnLoader *loader =
        loader_of(split, all_rows,
                  (RecnnLoaderSettings){
                      .batch_size = 50, .shuffle = shuffle, .seed = 4, .sampler = "uniform"});
    for (uint64_t epoch = 0; epoch < 2; epoch++) {
      int64_t order[N], position = 0;
      for (int r = 0; r < N; r++)
        order[r] = r;
      RecnnRng rng;
      recnn_rng_init(&rng, 4, RECNN_STREAM(RECNN_STREAM_SHUFFLE, epoch));
      if (shuffle)
        recnn_rng_shuffle(&rng, order, N);
      recnn_loader_start(loader, epoch);
      for (const RecnnBatch *batch; (batch = recnn_loader_next(loader));) {
        const int64_t *user = recnn_batch_field(batch, "user")->data;
        const int64_t *item = recnn_batch_field(batch, "item")->data;
        const int64_t *negative = recnn_batch_field(batch, "neg_item")->data;
        for (int64_t i = 0; i < recnn_batch_size(batch); i++) {
          int64_t row = order[position++];
          g_assert_cmpint(user[i], ==, train->rows.user[row]);
          g_assert_cmpint(item[i], ==, train->rows.item[row]);
          g_assert_cmpint(negative[i], ==,
                          recnn_sampler_draw(sampler, train->rows.user[row], train->rows.item[row],
                                             epoch, (uint64_t)row));
        }
      }
    }
    recnn_loader_free(loader);
  }
  recnn_sampler_free(sampler);
  recnn_split_unref(split);
}

/* Stopping and starting again at any point. */
static void test_stop(void) {
  RecnnSplit *split = rows(900, true);
  RecnnLoaderSettings settings = {.batch_size = 32, .shuffle = true, .seed = 2};
  recnn_loader_free(loader_of(split, rating_fields, settings)); /* never started */
  recnn_loader_free(NULL);
  for (int taken = 0; taken < 30; taken++) {
    RecnnLoader *loader = loader_of(split, rating_fields, settings);
    g_assert_null(recnn_loader_next(loader));
    recnn_loader_start(loader, 5);
    for (int i = 0; i < taken; i++)
      recnn_loader_next(loader);
    if (taken % 2 == 0) { /* dropped for another epoch, twice */
      recnn_loader_start(loader, 6);
      g_autofree float *again = epoch_of(loader, 5, NULL);
      RecnnLoader *fresh = loader_of(split, rating_fields, settings);
      g_autofree float *expected = epoch_of(fresh, 5, NULL);
      g_assert_cmpmem(again, 900 * sizeof(float), expected, 900 * sizeof(float));
      recnn_loader_free(fresh);
    }
    recnn_loader_free(loader);
  }
  recnn_split_unref(split);
}

static void test_no_allocations(void) {
#ifdef COUNTS_ALLOCATIONS
  RecnnSplit *split = rows(2000, true);
  RecnnLoader *loader =
      loader_of(split, pairwise_fields, (RecnnLoaderSettings){.batch_size = 16, .shuffle = true});
  recnn_loader_start(loader, 0);
  while (recnn_loader_next(loader))
    continue;
  long before = allocations;
  int batches = 0;
  for (uint64_t epoch = 1; epoch < 4; epoch++) {
    recnn_loader_start(loader, epoch);
    while (recnn_loader_next(loader))
      batches++;
  }
  g_assert_cmpint(allocations - before, ==, 0);
  g_assert_cmpint(batches, ==, 3 * 125);
  g_free(g_malloc(1)); /* the counter does count */
  g_assert_cmpint(allocations - before, >, 0);
  recnn_loader_free(loader);
  recnn_split_unref(split);
#else
  g_test_skip("allocations are counted with glibc, and without sanitizers");
#endif
}

/* For texts that go on with what other makers offer. */
static void check_error_begins(GError **error, int code, const char *text) {
  g_assert_nonnull(*error);
  g_autofree char *begin = g_strndup((*error)->message, strlen(text));
  g_assert_cmpstr(begin, ==, text);
  g_assert_cmpint((*error)->code, ==, code);
  g_clear_error(error);
}

static void test_find(void) {
  GError *error = NULL;
  g_assert_cmpstr(recnn_maker_find(rating_fields, &error)->name, ==, "rating");
  g_assert_cmpstr(recnn_maker_find(pairwise_fields, &error)->name, ==, "pairwise");
  g_assert_cmpstr(recnn_maker_find((const char *const[]){"neg_item", NULL}, &error)->name, ==,
                  "pairwise");
  g_assert_null(recnn_maker_find((const char *const[]){"user", "itme", "price", NULL}, &error));
  check_error_begins(
      &error, RECNN_ERROR_NOT_FOUND,
      "batch fields that nothing offers: itme, price; known ways of making batches: "
      "interaction (user, item); labelled (user, item, features, rating, label); pairwise (");
  g_assert_null(recnn_maker_find((const char *const[]){"rating", "neg_item", NULL}, &error));
  check_error_begins(&error, RECNN_ERROR_NOT_FOUND,
                     "batch fields that nothing offers together: rating, neg_item; known ways of "
                     "making batches: interaction (user, item); labelled (");
  g_assert_null(recnn_maker_find((const char *const[]){NULL}, &error));
  check_error(&error, RECNN_ERROR_ARGUMENT, "no batch fields are asked for");
  g_autofree const char **names = recnn_maker_names();
  g_assert_true(g_strv_contains((const char *const *)names, "rating"));
}

static void test_refusals(void) {
  RecnnSplit *split = rows(10, false);
  RecnnLoaderSettings settings = {.batch_size = 4};
  check_refused(split, rating_fields, settings, RECNN_ERROR_DATA,
                "the model learns from ratings, which rows does not have");
  settings.batch_size = 0;
  check_refused(split, pairwise_fields, settings, RECNN_ERROR_ARGUMENT,
                "batch size 0: expected at least 1");
  settings = (RecnnLoaderSettings){.batch_size = 1, .no_single_row = true};
  check_refused(split, pairwise_fields, settings, RECNN_ERROR_ARGUMENT,
                "batch size 1: expected at least 2, since the model has batch norm");
  settings = (RecnnLoaderSettings){.batch_size = 4, .sampler = "unifrom"};
  check_refused(split, pairwise_fields, settings, RECNN_ERROR_NOT_FOUND,
                "unknown sampler \"unifrom\" (did you mean uniform?); known: popularity, uniform");
  recnn_split_unref(split);

  split = rows(1, true);
  settings = (RecnnLoaderSettings){.batch_size = 4, .no_single_row = true};
  check_refused(split, rating_fields, settings, RECNN_ERROR_DATA,
                "1 interaction: expected at least 2, since the model has batch norm");
  /* One user, one item. */
  settings.no_single_row = false;
  check_refused(split, pairwise_fields, settings, RECNN_ERROR_DATA,
                "no negative item for user \"0\" (index 0), who has all 1 items");
  GError *error = NULL;
  g_assert_null(recnn_loader_new(&split->part[RECNN_TEST], rating_fields, &settings, &error));
  check_error(&error, RECNN_ERROR_DATA, "no interactions to make batches of");
  recnn_split_unref(split);
}

static void test_no_memory(void) {
  RecnnSplit *split = rows(10, true);
  RecnnLoaderSettings settings = {.batch_size = 4};
  int failures = 0;
  for (uint64_t n = 1;; n++) {
    GError *error = NULL;
    recnn_memory_fail_after(n);
    RecnnLoader *loader =
        recnn_loader_new(&split->part[RECNN_TRAIN], rating_fields, &settings, &error);
    recnn_memory_fail_after(0);
    recnn_loader_free(loader);
    if (loader)
      break;
    g_assert_true(g_error_matches(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_MEMORY));
    g_clear_error(&error);
    failures++;
  }
  g_assert_cmpint(failures, ==, 4 * 3 + 1);
  recnn_split_unref(split);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/data/loader/sizes", test_sizes);
  g_test_add_func("/data/loader/shuffle", test_shuffle);
  g_test_add_func("/data/loader/timing", test_timing);
  g_test_add_func("/data/loader/negatives", test_negatives);
  g_test_add_func("/data/loader/stop", test_stop);
  g_test_add_func("/data/loader/no-allocations", test_no_allocations);
  g_test_add_func("/data/loader/find", test_find);
  g_test_add_func("/data/loader/refusals", test_refusals);
  g_test_add_func("/data/loader/no-memory", test_no_memory);
  return g_test_run();
}
