/* A training step in steady state calls no allocator, on any thread: this program puts its own
 * functions before the C library's, and counts. */
#include "config.h" /* posix_memalign */

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <glib.h>

#include "base/parallel.h"
#include "plugin/plugin.h"
#include "support/bias-model.h"
#include "train/trainer.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#endif

/* The sanitizers have allocators of their own, and other C libraries no way to be forwarded to. */
#if defined(__GLIBC__) && !defined(SANITIZED)
#define CAN_COUNT 1

static atomic_llong n_calls;

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

void *malloc(size_t size) {
  atomic_fetch_add(&n_calls, 1);
  return __libc_malloc(size);
}

void *calloc(size_t n, size_t size) {
  atomic_fetch_add(&n_calls, 1);
  return __libc_calloc(n, size);
}

void *realloc(void *memory, size_t size) {
  atomic_fetch_add(&n_calls, 1);
  return __libc_realloc(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
  atomic_fetch_add(&n_calls, 1);
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **ret_memory, size_t alignment, size_t size) {
  atomic_fetch_add(&n_calls, 1);
  void *memory = __libc_memalign(alignment, size);
  if (memory == NULL)
    return ENOMEM;
  *ret_memory = memory;
  return 0;
}

typedef struct Count {
  long long at_batch_20;
  long long at_end;
} Count;

static bool on_batch(void *data, const RecnnTrainProgress *progress) {
  Count *count = data;
  if (progress->batch == 20)
    count->at_batch_20 = atomic_load(&n_calls);
  if (progress->batch == progress->batches)
    count->at_end = atomic_load(&n_calls);
  return true;
}

static int item_of(int user, int row) { return (user * 31 + row * row * 7) % 500; }
static float rating_of(int user, int row) { return (float)(1 + (user + row) % 5); }

/* With negatives picked by the model, where it takes negatives. */
static void count_calls(const void *data) {
  GError *error = NULL;
  const RecnnModelClass *model_class = recnn_model_class_find(data, &error);
  g_assert_no_error(error);
  RecnnSplit *split = bias_split(300, 32, item_of, rating_of); /* 9,000 rows to train on */
  RecnnOptions *options = recnn_options_new(recnn_trainer_options(), "trainer", NULL);
  recnn_options_set_text(options, "epochs", "2", NULL);
  if (g_str_equal(data, "neural_bpr"))
    recnn_options_set_text(options, "negative_candidates", "3", NULL);
  recnn_options_set_text(options, "train_batch_size", "128", NULL); /* 71 batches, the last short */
  int threads = recnn_parallel_threads();
  for (int n = 1; n <= 4; n *= 2) {
    g_assert_true(recnn_parallel_set_threads(n, NULL));
    RecnnModel *model = bias_model(model_class, split);
    Count count = {-1, -1};
    RecnnTrainListener listener = {.data = &count, .batch = on_batch};
    long long before = atomic_load(&n_calls);
    RecnnRun *run = recnn_train(model, split, options, &listener, &error);
    g_assert_no_error(error);
    g_assert_cmpint(count.at_batch_20, >, before); /* the counter counts */
    g_assert_cmpint(count.at_end, ==, count.at_batch_20);
    recnn_run_free(run);
    recnn_model_free(model);
  }
  g_assert_true(recnn_parallel_set_threads(threads, NULL));
  recnn_options_free(options);
  recnn_split_unref(split);
}

#else

static void count_calls(const void *data) {
  (void)data;
  g_test_skip("allocator calls are counted with glibc's allocator and without sanitizers only");
}

#endif

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_data_func("/steady-state/neural_bpr", "neural_bpr", count_calls);
  g_test_add_data_func("/steady-state/advanced_ncf", "advanced_ncf", count_calls);
  return g_test_run();
}
