/* The pool: every tile once, at any number of threads, from inside a tile and from several threads;
 * the counts; and a fork. */
#include "config.h"

#include <glib.h>

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/log.h"
#include "base/parallel.h"

#ifdef __has_feature
#if __has_feature(thread_sanitizer)
#define UNDER_TSAN
#endif
#endif
#ifdef __SANITIZE_THREAD__
#define UNDER_TSAN
#endif

static void set_threads(int n) {
  GError *error = NULL;
  recnn_parallel_set_threads(n, &error);
  g_assert_no_error(error);
  g_assert_cmpint(recnn_parallel_threads(), ==, n);
}

enum { MOST = 1000 };

typedef struct Counts {
  atomic_int tiles[MOST];
} Counts;

static void count(void *context, int64_t tile) {
  Counts *counts = context;
  atomic_fetch_add(&counts->tiles[tile], 1);
}

static void check_once(int64_t n_tiles) {
  Counts *counts = g_new0(Counts, 1);
  recnn_parallel(n_tiles, count, counts);
  for (int64_t i = 0; i < MOST; i++) {
    g_assert_cmpint(counts->tiles[i], ==, i < n_tiles ? 1 : 0);
  }
  g_free(counts);
}

static void every_tile_once(void) {
  static const int threads[] = {1, 2, 3, 4, 8, 2};
  for (gsize t = 0; t < G_N_ELEMENTS(threads); t++) {
    set_threads(threads[t]);
    for (int64_t n = 0; n <= 20; n++) {
      check_once(n);
    }
    for (int i = 0; i < 200; i++) {
      check_once(i % 70);
    }
    check_once(MOST);
  }
}

/* Plain memory written by a tile is seen behind the region, and by the next one's tiles. */
static void add_to_plain(void *context, int64_t tile) {
  int64_t *sums = context;
  sums[tile] += tile;
}

static void results_are_visible(void) {
  set_threads(4);
  int64_t sums[16] = {0};
  for (int i = 0; i < 5000; i++) {
    recnn_parallel(16, add_to_plain, sums);
  }
  for (int i = 0; i < 16; i++) {
    g_assert_cmpint(sums[i], ==, i * 5000);
  }
}

/* Two tiles that wait for each other: they only end when two threads work at once. */
typedef struct Meeting {
  pthread_mutex_t lock;
  pthread_cond_t came;
  int n;
  pthread_t caller;
  gulong late; /* how long the other thread stays away after the meeting, in microseconds */
} Meeting;

static void meet(void *context, int64_t tile) {
  (void)tile;
  Meeting *meeting = context;
  pthread_mutex_lock(&meeting->lock);
  meeting->n++;
  pthread_cond_broadcast(&meeting->came);
  while (meeting->n < 2) {
    pthread_cond_wait(&meeting->came, &meeting->lock);
  }
  pthread_mutex_unlock(&meeting->lock);
  if (!pthread_equal(pthread_self(), meeting->caller)) {
    g_usleep(meeting->late);
  }
}

static void check_meeting(gulong late) {
  Meeting meeting = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, pthread_self(), late};
  recnn_parallel(2, meet, &meeting);
  g_assert_cmpint(meeting.n, ==, 2);
}

/* Also after a pause, when the threads sleep; and with a caller that has slept itself, waiting for
 * the last tile, by the time that ends. */
static void threads_work_at_once(void) {
  for (int threads = 2; threads <= 4; threads++) {
    set_threads(threads);
    for (int i = 0; i < 20; i++) {
      check_meeting(0);
    }
    for (int i = 0; i < 5; i++) {
      g_usleep(2000);
      check_meeting(2000);
    }
  }
}

typedef struct Nested {
  Counts counts[8];
  GThread *threads[8];
  atomic_int strangers;
} Nested;

typedef struct NestedTile {
  Nested *nested;
  int64_t outer;
  GThread *thread;
} NestedTile;

static void inner(void *context, int64_t tile) {
  const NestedTile *of = context;
  if (g_thread_self() != of->thread) {
    atomic_fetch_add(&of->nested->strangers, 1);
  }
  count(&of->nested->counts[of->outer], tile);
}

static void outer(void *context, int64_t tile) {
  NestedTile of = {context, tile, g_thread_self()};
  recnn_parallel(5, inner, &of);
}

static void nested_stays_on_its_thread(void) {
  set_threads(4);
  Nested *nested = g_new0(Nested, 1);
  recnn_parallel(8, outer, nested);
  for (int i = 0; i < 8; i++) {
    for (int j = 0; j < 5; j++) {
      g_assert_cmpint(nested->counts[i].tiles[j], ==, 1);
    }
  }
  g_assert_cmpint(nested->strangers, ==, 0);
  g_free(nested);
}

static gpointer run_regions(gpointer unused) {
  for (int i = 0; i < 300; i++) {
    check_once(7);
  }
  return unused;
}

static void several_callers(void) {
  set_threads(4);
  GThread *threads[4];
  for (int i = 0; i < 4; i++) {
    threads[i] = g_thread_new("caller", run_regions, NULL);
  }
  run_regions(NULL);
  for (int i = 0; i < 4; i++) {
    g_thread_join(threads[i]);
  }
}

typedef struct Refused {
  atomic_int set;
  atomic_int threads;
} Refused;

static void set_inside(void *context, int64_t tile) {
  (void)tile;
  Refused *refused = context;
  GError *error = NULL;
  if (!recnn_parallel_set_threads(1, &error)) {
    atomic_fetch_add(&refused->set, 1);
    g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_ARGUMENT);
    g_assert_nonnull(strstr(error->message, "while work is running"));
    g_error_free(error);
  }
  atomic_store(&refused->threads, recnn_parallel_threads());
}

static void numbers_are_checked(void) {
  static const int wrong[] = {0, -1, 257};
  set_threads(2);
  for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
    GError *error = NULL;
    g_assert_false(recnn_parallel_set_threads(wrong[i], &error));
    g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_ARGUMENT);
    char *number = g_strdup_printf("%d", wrong[i]);
    g_assert_nonnull(strstr(error->message, number));
    g_assert_nonnull(strstr(error->message, "1 to 256"));
    g_free(number);
    g_error_free(error);
  }
  g_assert_cmpint(recnn_parallel_threads(), ==, 2);
  Refused refused = {0, 0};
  recnn_parallel(6, set_inside, &refused);
  g_assert_cmpint(refused.set, ==, 6);
  g_assert_cmpint(refused.threads, ==, 2);
}

static void tiles_depend_on_size_alone(void) {
  static const int threads[] = {1, 4};
  static const struct {
    int64_t n, cost, tiles;
  } cases[] = {
      {0, 100, 0},         {-3, 100, 0},      {1, 1, 1},
      {100, 1, 1},         {1, INT64_MAX, 1}, {1000, 163, 9},
      {1000000, 1000, 64}, {3, 1000000, 3},   {INT64_MAX, INT64_MAX, 64},
      {10, 0, 1},          {10, -5, 1},
  };
  for (gsize t = 0; t < G_N_ELEMENTS(threads); t++) {
    set_threads(threads[t]);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
      g_assert_cmpint(recnn_parallel_tiles(cases[i].n, cases[i].cost), ==, cases[i].tiles);
    }
  }
}

static void shares_are_even(void) {
  static const int64_t sizes[] = {0, 1, 7, 64, 65, 1000003, INT64_MAX};
  for (gsize s = 0; s < G_N_ELEMENTS(sizes); s++) {
    for (int64_t n_tiles = 1; n_tiles <= 64; n_tiles++) {
      int64_t expected = 0, least = INT64_MAX, most = 0;
      for (int64_t tile = 0; tile < n_tiles; tile++) {
        int64_t begin = -1, end = -1;
        recnn_parallel_share(sizes[s], n_tiles, tile, &begin, &end);
        g_assert_cmpint(begin, ==, expected);
        least = MIN(least, end - begin);
        most = MAX(most, end - begin);
        expected = end;
      }
      g_assert_cmpint(expected, ==, sizes[s]);
      g_assert_cmpint(most - least, <=, 1);
    }
  }
}

static void forked_child_works(void) {
#ifdef UNDER_TSAN
  g_test_skip("ThreadSanitizer does not let a forked child start threads");
#else
  set_threads(3);
  check_once(10);
  const pid_t child = fork();
  if (child == 0) {
    for (int i = 0; i < 100; i++) {
      check_once(10);
    }
    check_meeting(0);
    set_threads(4);
    check_meeting(0);
    set_threads(3);
    _exit(recnn_parallel_threads() == 3 ? 0 : 1);
  }
  int status = -1;
  g_assert_cmpint(waitpid(child, &status, 0), ==, child);
  g_assert_cmpint(status, ==, 0);
  check_once(10);
#endif
}

/* What a fresh process makes of RECNN_NUM_THREADS; the parent reads its output. */
static void print_log(void *data, int32_t level, const char *domain, const char *text) {
  (void)data;
  g_print("log %d %s: %s\n", level, domain, text);
}

static int print_threads(void) {
  recnn_log_set_sink(print_log, NULL);
  const int n = recnn_parallel_threads();
  g_print("threads %d\n", n);
  Counts *counts = g_new0(Counts, 1);
  recnn_parallel(20, count, counts);
  for (int i = 0; i < 20; i++) {
    if (counts->tiles[i] != 1) {
      return 1;
    }
  }
  g_free(counts);
  return 0;
}

static const char *program;

static char *threads_with(const char *value) {
  const char *argv[] = {program, "--print-threads", NULL};
  char **env =
      g_environ_setenv(g_get_environ(), "RECNN_NUM_THREADS", value == NULL ? "" : value, TRUE);
  if (value == NULL) {
    env = g_environ_unsetenv(env, "RECNN_NUM_THREADS");
  }
  char *out = NULL;
  int status = -1;
  GError *error = NULL;
  g_spawn_sync(NULL, (char **)argv, env, G_SPAWN_DEFAULT, NULL, NULL, &out, NULL, &status, &error);
  g_assert_no_error(error);
  g_assert_cmpint(status, ==, 0);
  g_strfreev(env);
  return out;
}

static void environment_is_honoured(void) {
  char *out = threads_with("3");
  g_assert_cmpstr(out, ==, "threads 3\n");
  g_free(out);
  static const char *const wrong[] = {"many", "0", "-1", "257", "2 ", "1e1"};
  char *expected = threads_with(NULL);
  g_assert_true(g_str_has_prefix(expected, "threads "));
  for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
    out = threads_with(wrong[i]);
    g_assert_true(g_str_has_prefix(out, "log 2 parallel: RECNN_NUM_THREADS is \""));
    g_assert_nonnull(strstr(out, wrong[i]));
    g_assert_nonnull(strstr(out, "from 1 to 256"));
    g_assert_true(g_str_has_suffix(out, expected));
    g_free(out);
  }
  out = threads_with("");
  g_assert_cmpstr(out, ==, expected);
  g_free(out);
  g_free(expected);
}

int main(int argc, char **argv) {
  if (argc > 1 && strcmp(argv[1], "--print-threads") == 0) {
    return print_threads();
  }
  g_test_init(&argc, &argv, NULL);
  program = argv[0];
  g_test_add_func("/parallel/every-tile-once", every_tile_once);
  g_test_add_func("/parallel/results-are-visible", results_are_visible);
  g_test_add_func("/parallel/threads-work-at-once", threads_work_at_once);
  g_test_add_func("/parallel/nested-stays-on-its-thread", nested_stays_on_its_thread);
  g_test_add_func("/parallel/several-callers", several_callers);
  g_test_add_func("/parallel/numbers-are-checked", numbers_are_checked);
  g_test_add_func("/parallel/tiles-depend-on-size-alone", tiles_depend_on_size_alone);
  g_test_add_func("/parallel/shares-are-even", shares_are_even);
  g_test_add_func("/parallel/forked-child-works", forked_child_works);
  g_test_add_func("/parallel/environment-is-honoured", environment_is_honoured);
  return g_test_run();
}
