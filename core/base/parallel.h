/* The one pool of threads.  Work is cut into tiles by the caller, by shapes alone; the pool only
 * decides who does which, so results are the same bits at any number of threads. */
#ifndef RECNN_CORE_BASE_PARALLEL_H
#define RECNN_CORE_BASE_PARALLEL_H

#include <glib.h>

#include <recnn/kind/op.h>

/* Runs fn(context, 0 .. n_tiles-1), each once, on the pool and the calling thread, and returns when
 * all are done.  From inside a tile, or while another thread has the pool, the tiles simply run on
 * the calling thread.  Calls no allocator. */
void recnn_parallel(int64_t n_tiles, RecnnTileFn fn, void *context);

/* The number of threads, the caller's included.  Default: RECNN_NUM_THREADS, or the processors this
 * process may run on.  Setting it (1 .. 256) starts or ends threads; not while work is running. */
int recnn_parallel_threads(void);
bool recnn_parallel_set_threads(int n, GError **error);

/* How many tiles `n` rows of `cost` elementary operations each are worth: a function of its
 * arguments alone, at least 1 (0 for no rows) and at most 64. */
int64_t recnn_parallel_tiles(int64_t n, int64_t cost);
/* The rows of a tile: [*ret_begin, *ret_end), even shares. */
void recnn_parallel_share(int64_t n, int64_t n_tiles, int64_t tile, int64_t *ret_begin,
                          int64_t *ret_end);

#endif
