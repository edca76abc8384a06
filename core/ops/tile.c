/* Loops and sums over tiles of work.  How work is cut depends on its size alone, and sums are added
 * in the order of the tiles, so every number of threads gives the same bits. */
#include <string.h>

#include "base/parallel.h"
#include "ops/ops-private.h"

#define MAX_TILES 64 /* of recnn_parallel_tiles() */
#define BLOCK 64     /* elements */
#define LANES 8

typedef struct Ranges {
  RecnnOpCall *call;
  int64_t n;
  int64_t n_tiles;
  int64_t unit; /* a range's ends are multiples of this */
  RecnnOpRangeFn work;
  const void *data;
} Ranges;

static void run_range(void *context, int64_t tile) {
  const Ranges *r = context;
  int64_t begin, end;
  recnn_parallel_share((r->n + r->unit - 1) / r->unit, r->n_tiles, tile, &begin, &end);
  begin *= r->unit;
  end = MIN(end * r->unit, r->n);
  r->work(r->call, r->data, begin, end);
}

void recnn__ops_rows(RecnnOpCall *call, int64_t n, int64_t cost, RecnnOpRangeFn work,
                     const void *data) {
  Ranges r = {call, n, recnn_parallel_tiles(n, cost), 1, work, data};
  call->host->parallel(call, r.n_tiles, run_range, &r);
}

void recnn__ops_elements(RecnnOpCall *call, int64_t n, int64_t cost, RecnnOpRangeFn work,
                         const void *data) {
  int64_t blocks = (n + BLOCK - 1) / BLOCK;
  Ranges r = {call, n, recnn_parallel_tiles(blocks, BLOCK * cost), BLOCK, work, data};
  call->host->parallel(call, r.n_tiles, run_range, &r);
}

typedef struct Terms {
  RecnnOpCall *call;
  int64_t n;
  int64_t n_tiles;
  RecnnOpTermFn term;
  const void *data;
  double partial[MAX_TILES];
} Terms;

static void run_term(void *context, int64_t tile) {
  Terms *t = context;
  int64_t begin, end;
  recnn_parallel_share(t->n, t->n_tiles, tile, &begin, &end);
  t->partial[tile] = t->term(t->call, t->data, begin, end);
}

double recnn__ops_sum(RecnnOpCall *call, int64_t n, int64_t cost, RecnnOpTermFn term,
                      const void *data) {
  Terms t = {call, n, recnn_parallel_tiles(n, cost), term, data, {0.0}};
  double sum = 0.0;
  call->host->parallel(call, t.n_tiles, run_term, &t);
  for (int64_t i = 0; i < t.n_tiles; i++)
    sum += t.partial[i];
  return sum;
}

typedef struct Columns {
  RecnnOpCall *call;
  int64_t n_rows;
  int64_t n_tiles;
  int64_t width;
  RecnnOpAddFn add;
  const void *data;
  double *partial; /* n_tiles x width */
} Columns;

static void run_columns(void *context, int64_t tile) {
  const Columns *c = context;
  double *sums = c->partial + tile * c->width;
  int64_t begin, end;
  memset(sums, 0, (size_t)c->width * sizeof *sums);
  recnn_parallel_share(c->n_rows, c->n_tiles, tile, &begin, &end);
  c->add(c->call, c->data, begin, end, sums);
}

const double *recnn__ops_column_sums(RecnnOpCall *call, int64_t n_rows, int64_t width, int64_t cost,
                                     RecnnOpAddFn add, const void *data) {
  Columns c = {call, n_rows, recnn_parallel_tiles(n_rows, cost), width, add, data, NULL};
  int64_t n_partial = MAX(c.n_tiles, 1);
  c.partial = call->host->scratch(call, (size_t)n_partial * (size_t)width * sizeof *c.partial);
  if (c.partial == NULL)
    return NULL;
  if (c.n_tiles == 0)
    memset(c.partial, 0, (size_t)width * sizeof *c.partial);
  call->host->parallel(call, c.n_tiles, run_columns, &c);
  for (int64_t i = 1; i < c.n_tiles; i++)
    for (int64_t j = 0; j < width; j++)
      c.partial[j] += c.partial[i * width + j];
  return c.partial;
}

RECNN_CLONES
void recnn__ops_put_sums(float *y, float beta, const double *x, int64_t n) {
  for (int64_t i = 0; i < n; i++)
    RECNN_OP_PUT(y[i], beta, (float)x[i]);
}

RECNN_CLONES
double recnn__ops_lane_sum(const float *x, int64_t n) {
  double lane[LANES] = {0.0};
  double sum = 0.0;
  int64_t i = 0;
  for (; i + LANES <= n; i += LANES)
    for (int k = 0; k < LANES; k++)
      lane[k] += (double)x[i + k];
  for (int k = 0; k < LANES; k++)
    sum += lane[k];
  for (; i < n; i++)
    sum += (double)x[i];
  return sum;
}
