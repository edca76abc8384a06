/* Collecting spans: sums in a small table, the spans themselves in one block of memory that is
 * taken at the beginning, so that measuring allocates nothing. */
#include "base/trace.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "base/trace-private.h"

enum { MOST_SUMS = 512, MOST_SPANS = 1 << 20 };

static atomic_bool on;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of all that follows */
static char *path;
static int64_t began;
static RecnnTraceSum sums[MOST_SUMS];
static int32_t n_sums;
static TraceSpan *spans; /* room for MOST_SPANS; NULL: only sums */
static int64_t n_spans;
static int64_t n_left_out;
static int32_t n_threads;
static _Thread_local int32_t thread; /* counted from 1; 0: not yet seen */

static int64_t clock_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void recnn_trace_begin(const char *setting) {
  if (setting == NULL || *setting == '\0' || strcmp(setting, "0") == 0 || atomic_load(&on))
    return;
  path = g_strdup(strcmp(setting, "1") == 0 ? "recnn-profile.json" : setting);
  spans = recnn_memory_new(MOST_SPANS, sizeof *spans, "a trace", NULL);
  recnn_trace_clear();
  atomic_store(&on, true);
}

void recnn_trace_clear(void) {
  pthread_mutex_lock(&lock);
  n_sums = 0;
  n_spans = n_left_out = 0;
  began = clock_ns();
  pthread_mutex_unlock(&lock);
}

bool recnn_trace_is_on(void) { return atomic_load_explicit(&on, memory_order_relaxed); }

int64_t recnn_trace_now(void) { return recnn_trace_is_on() ? clock_ns() : 0; }

/* The sum of a part and name; -1 when there are too many.  Names are mostly the same constants. */
static int32_t find(RecnnTracePart part, const char *name) {
  int32_t i = 0;
  while (i < n_sums &&
         (sums[i].part != part || (sums[i].name != name && strcmp(sums[i].name, name) != 0)))
    i++;
  if (i == MOST_SUMS)
    return -1;
  if (i == n_sums)
    sums[n_sums++] = (RecnnTraceSum){.part = part, .name = name};
  return i;
}

void recnn_trace_add(RecnnTracePart part, const char *name, int64_t start, double operations,
                     double bytes) {
  if (!recnn_trace_is_on() || start == 0)
    return;
  int64_t end = clock_ns();
  pthread_mutex_lock(&lock);
  if (thread == 0)
    thread = ++n_threads;
  int32_t at = find(part, name);
  if (at >= 0) {
    sums[at].calls++;
    sums[at].ns += end - start;
    sums[at].operations += operations;
    sums[at].bytes += bytes;
  }
  if (at >= 0 && spans != NULL && n_spans < MOST_SPANS)
    spans[n_spans++] = (TraceSpan){start - began, end - start, at, thread};
  else
    n_left_out++;
  pthread_mutex_unlock(&lock);
}

const RecnnTraceSum *recnn_trace_sums(int32_t *ret_n) {
  *ret_n = n_sums;
  return sums;
}

char *recnn_trace_end(GError **error) {
  if (!atomic_exchange(&on, false))
    return NULL;
  pthread_mutex_lock(&lock);
  TraceView view = {sums, n_sums, spans, n_spans, n_left_out, clock_ns() - began};
  char *table = NULL;
  if (recnn__trace_write(&view, path, error)) {
    char *text = recnn__trace_table(&view);
    table = g_strdup_printf("%strace: %s\n", text, path);
    g_free(text);
  }
  recnn_memory_free(spans);
  spans = NULL;
  n_sums = 0;
  g_clear_pointer(&path, g_free);
  pthread_mutex_unlock(&lock);
  return table;
}
