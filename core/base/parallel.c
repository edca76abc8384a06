/* The pool of threads.
 *
 * A region is published in one 64-bit word, the ticket: a number that grows with each region, and
 * how many tiles are still to be claimed.  A thread claims one by compare-and-swap, so a thread
 * that wakes up late finds either tiles to do or a ticket that has moved on, and the caller never
 * has to wait for threads that came too late to help.  The fields of the region are read between a
 * load of the ticket and the swap: if the swap succeeds, they belong to it.
 *
 * Threads spin for a moment before they sleep, since the next region of a training step follows
 * within microseconds; not when there are more threads than processors. */
#include "config.h"

#include "base/parallel.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/log.h"
#include "base/options.h"
#include "base/parallel-private.h"

#define MOST_THREADS 256
#define TILE_BITS 24
#define TILE_MASK ((UINT64_C(1) << TILE_BITS) - 1)
#define SPIN_NS 50000

static struct {
  atomic_bool busy;     /* somebody has the pool: runs a region or changes the threads */
  atomic_int n_threads; /* wanted, the caller's included; 0: not yet known */
  int n_workers;        /* running */
  pthread_t workers[MOST_THREADS];
  bool spin;

  /* The region. */
  _Atomic uint64_t ticket;
  _Atomic(RecnnTileFn) fn;
  _Atomic(void *) context;
  _Atomic int64_t first;
  _Atomic int64_t n_tiles;
  _Atomic int64_t n_done;

  /* Sleeping. */
  pthread_mutex_t lock;
  pthread_cond_t work;
  pthread_cond_t done;
  atomic_int n_sleeping;
  atomic_bool caller_sleeps;
  atomic_bool quit;
} pool = {
    .lock = PTHREAD_MUTEX_INITIALIZER,
    .work = PTHREAD_COND_INITIALIZER,
    .done = PTHREAD_COND_INITIALIZER,
};

/* Set on a thread that runs a region's tiles: what it calls in turn stays on it. */
static _Thread_local bool inside;

static inline void pause_cpu(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static bool has_work(uint64_t ticket) { return (ticket & TILE_MASK) != 0; }

/* Claims tiles until there are none left. */
static void take_part(void) {
  uint64_t ticket = atomic_load(&pool.ticket);
  while (has_work(ticket)) {
    const RecnnTileFn fn = atomic_load_explicit(&pool.fn, memory_order_relaxed);
    void *context = atomic_load_explicit(&pool.context, memory_order_relaxed);
    const int64_t first = atomic_load_explicit(&pool.first, memory_order_relaxed);
    const int64_t n_tiles = atomic_load_explicit(&pool.n_tiles, memory_order_relaxed);
    if (!atomic_compare_exchange_weak(&pool.ticket, &ticket, ticket - 1)) {
      continue;
    }
    fn(context, first + n_tiles - (int64_t)(ticket & TILE_MASK));
    if (atomic_fetch_add(&pool.n_done, 1) + 1 == n_tiles && atomic_load(&pool.caller_sleeps)) {
      pthread_mutex_lock(&pool.lock);
      pthread_cond_signal(&pool.done);
      pthread_mutex_unlock(&pool.lock);
    }
    ticket = atomic_load(&pool.ticket);
  }
}

/* True as soon as there is work or the end; false when it was waited for in vain. */
static bool spin_for_work(void) {
  const int64_t end = pool.spin ? now_ns() + SPIN_NS : 0;
  do {
    for (int i = 0; i < 32; i++) {
      if (has_work(atomic_load(&pool.ticket)) || atomic_load(&pool.quit)) {
        return true;
      }
      pause_cpu();
    }
  } while (pool.spin && now_ns() < end);
  return false;
}

static void *work(void *unused) {
  (void)unused;
  inside = true;
  while (!atomic_load(&pool.quit)) {
    if (!spin_for_work()) {
      pthread_mutex_lock(&pool.lock);
      atomic_fetch_add(&pool.n_sleeping, 1);
      while (!has_work(atomic_load(&pool.ticket)) && !atomic_load(&pool.quit)) {
        pthread_cond_wait(&pool.work, &pool.lock);
      }
      atomic_fetch_sub(&pool.n_sleeping, 1);
      pthread_mutex_unlock(&pool.lock);
    }
    take_part();
  }
  return NULL;
}

/* Finds the number of threads; the caller has the pool.  It is known before anything is logged: the
 * sink may ask for it. */
static void find_threads(void) {
  const int processors = recnn__count_processors();
  const int most = processors > MOST_THREADS ? MOST_THREADS : processors;
  const char *text = getenv("RECNN_NUM_THREADS");
  int64_t n = most;
  const bool given = text != NULL && *text != '\0';
  const bool good =
      !given || (recnn_parse_int(text, strlen(text), &n) && n >= 1 && n <= MOST_THREADS);
  atomic_store(&pool.n_threads, good ? (int)n : most);
  if (!good) {
    recnn_log(RECNN_LOG_WARNING, "parallel",
              "RECNN_NUM_THREADS is \"%.100s\", expected a number from 1 to %d; using %d", text,
              MOST_THREADS, most);
  }
}

/* The pool is the caller's from a true result to let_go(). */
static bool try_to_get(void) {
  return !inside && !atomic_load_explicit(&pool.busy, memory_order_relaxed) &&
         !atomic_exchange(&pool.busy, true);
}

static void let_go(void) { atomic_store(&pool.busy, false); }

static void stop_workers(void) {
  pthread_mutex_lock(&pool.lock);
  atomic_store(&pool.quit, true);
  pthread_cond_broadcast(&pool.work);
  pthread_mutex_unlock(&pool.lock);
  for (int i = 0; i < pool.n_workers; i++) {
    pthread_join(pool.workers[i], NULL);
  }
  pool.n_workers = 0;
  atomic_store(&pool.quit, false);
}

static void forget_workers(void) {
  /* In the child of a fork there are none, and whoever held the locks is gone. */
  pool.n_workers = 0;
  pool.lock = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
  pool.work = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
  pool.done = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
  atomic_store(&pool.ticket, 0);
  atomic_store(&pool.n_sleeping, 0);
  atomic_store(&pool.caller_sleeps, false);
  atomic_store(&pool.quit, false);
  if (!inside) {
    atomic_store(&pool.busy, false);
  }
}

/* Returns 0 or why not all could be started. */
static int start_workers(void) {
  static bool watching_forks;
  if (!watching_forks) {
    watching_forks = pthread_atfork(NULL, NULL, forget_workers) == 0;
  }
  const int wanted = atomic_load(&pool.n_threads);
  pool.spin = wanted <= recnn__count_processors();
  /* Signals are for the program's own threads. */
  sigset_t all, old;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &old);
  int reason = 0;
  while (reason == 0 && pool.n_workers < wanted - 1) {
    reason = pthread_create(&pool.workers[pool.n_workers], NULL, work, NULL);
    pool.n_workers += reason == 0;
  }
  pthread_sigmask(SIG_SETMASK, &old, NULL);
  return reason;
}

/* Runs when the program ends or the library is unloaded: no thread may stay in code that goes. */
__attribute__((destructor)) static void end_pool(void) {
  if (pool.n_workers > 0 && !inside) {
    stop_workers();
  }
}

static void publish(RecnnTileFn fn, void *context, int64_t first, int64_t n_tiles) {
  atomic_store_explicit(&pool.fn, fn, memory_order_relaxed);
  atomic_store_explicit(&pool.context, context, memory_order_relaxed);
  atomic_store_explicit(&pool.first, first, memory_order_relaxed);
  atomic_store_explicit(&pool.n_tiles, n_tiles, memory_order_relaxed);
  atomic_store_explicit(&pool.n_done, 0, memory_order_relaxed);
  const uint64_t number = (atomic_load(&pool.ticket) >> TILE_BITS) + 1;
  atomic_store(&pool.ticket, number << TILE_BITS | (uint64_t)n_tiles);
  if (atomic_load(&pool.n_sleeping) > 0) {
    pthread_mutex_lock(&pool.lock);
    int64_t n = atomic_load(&pool.n_sleeping);
    for (n = n < n_tiles - 1 ? n : n_tiles - 1; n > 0; n--) {
      pthread_cond_signal(&pool.work);
    }
    pthread_mutex_unlock(&pool.lock);
  }
}

static void wait_for_all(int64_t n_tiles) {
  const int64_t end = pool.spin ? now_ns() + SPIN_NS : 0;
  do {
    for (int i = 0; i < 32; i++) {
      if (atomic_load(&pool.n_done) == n_tiles) {
        return;
      }
      pause_cpu();
    }
  } while (pool.spin && now_ns() < end);
  pthread_mutex_lock(&pool.lock);
  atomic_store(&pool.caller_sleeps, true);
  while (atomic_load(&pool.n_done) != n_tiles) {
    pthread_cond_wait(&pool.done, &pool.lock);
  }
  atomic_store(&pool.caller_sleeps, false);
  pthread_mutex_unlock(&pool.lock);
}

static void run_serially(int64_t n_tiles, RecnnTileFn fn, void *context) {
  for (int64_t i = 0; i < n_tiles; i++) {
    fn(context, i);
  }
}

/* The number of threads and the workers, on the first use; the caller has the pool. */
static void prepare(void) {
  if (atomic_load(&pool.n_threads) == 0) {
    find_threads();
  }
  if (pool.n_workers == 0 && atomic_load(&pool.n_threads) > 1) {
    const int reason = start_workers();
    if (reason != 0) {
      atomic_store(&pool.n_threads, pool.n_workers + 1);
      recnn_log(RECNN_LOG_WARNING, "parallel", "only %d threads could be started: %s",
                pool.n_workers + 1, g_strerror(reason));
    }
  }
}

void recnn_parallel(int64_t n_tiles, RecnnTileFn fn, void *context) {
  if (n_tiles <= 1 || !try_to_get()) {
    run_serially(n_tiles, fn, context);
    return;
  }
  prepare();
  if (pool.n_workers == 0) {
    let_go();
    run_serially(n_tiles, fn, context);
    return;
  }
  inside = true;
  for (int64_t first = 0; first < n_tiles; first += (int64_t)TILE_MASK) {
    const int64_t left = n_tiles - first;
    const int64_t n = left < (int64_t)TILE_MASK ? left : (int64_t)TILE_MASK;
    publish(fn, context, first, n);
    take_part();
    wait_for_all(n);
  }
  inside = false;
  let_go();
}

int recnn_parallel_threads(void) {
  int n = atomic_load(&pool.n_threads);
  while (n == 0) {
    if (try_to_get()) {
      if (atomic_load(&pool.n_threads) == 0) {
        find_threads();
      }
      let_go();
    } else {
      sched_yield(); /* whoever has the pool is just finding it */
    }
    n = atomic_load(&pool.n_threads);
  }
  return n;
}

bool recnn_parallel_set_threads(int n, GError **error) {
  if (n < 1 || n > MOST_THREADS) {
    return recnn_error_set(error, RECNN_ERROR_ARGUMENT,
                           "the number of threads is %d, expected 1 to %d", n, MOST_THREADS);
  }
  if (!try_to_get()) {
    return recnn_error_set(error, RECNN_ERROR_ARGUMENT,
                           "the number of threads cannot be set to %d while work is running", n);
  }
  int reason = 0;
  if (n - 1 != pool.n_workers) {
    stop_workers();
    atomic_store(&pool.n_threads, n);
    reason = start_workers();
  }
  const int running = pool.n_workers + 1;
  atomic_store(&pool.n_threads, running);
  let_go();
  return reason == 0 ||
         recnn_error_set(error, RECNN_ERROR_FAILED, "only %d of %d threads could be started: %s",
                         running, n, g_strerror(reason));
}
