/* How work is cut into tiles: by its size alone, never by the number of threads, so that the same
 * sums are made in the same order whoever makes them. */
#include "base/parallel.h"

#define MOST_TILES 64
/* Elementary operations that are worth a tile: some ten microseconds, where waking a thread takes
 * one when it spins. */
#define GRAIN 16384

int64_t recnn_parallel_tiles(int64_t n, int64_t cost) {
  if (n <= 0) {
    return 0;
  }
  int64_t operations;
  if (__builtin_mul_overflow(n, cost < 1 ? 1 : cost, &operations)) {
    operations = INT64_MAX;
  }
  int64_t tiles = operations / GRAIN;
  tiles = tiles < MOST_TILES ? tiles : MOST_TILES;
  tiles = tiles < n ? tiles : n;
  return tiles < 1 ? 1 : tiles;
}

void recnn_parallel_share(int64_t n, int64_t n_tiles, int64_t tile, int64_t *ret_begin,
                          int64_t *ret_end) {
  const int64_t share = n / n_tiles, rest = n % n_tiles;
  *ret_begin = tile * share + (tile < rest ? tile : rest);
  *ret_end = *ret_begin + share + (tile < rest ? 1 : 0);
}
