/* Matrix products on all threads.  The result is cut into tiles by its shape alone, and each tile
 * is one single-threaded BLAS call on whichever thread takes it. */
#include "kernels/gemm.h"

#include "base/parallel.h"
#include "kernels/blas.h"
#include "kernels/vector.h"

/* Rows and columns of a tile are multiples of it, the kernels' own granularity. */
#define EDGE 16

/* More tiles share the work more evenly, fewer pack less often.  Measured with bench/gemm.c. */
static int64_t count_tiles(int64_t m, int64_t n, int64_t k) {
  const double operations = 2.0 * (double)m * (double)n * (double)k;
  return operations < 2e6     ? 1
         : operations < 16e6  ? 2
         : operations < 512e6 ? 4
         : operations < 2e9   ? 8
                              : 16;
}

static int64_t edge_of(int64_t n, int64_t n_tiles) {
  const int64_t even = (n + n_tiles - 1) / n_tiles;
  return (even + EDGE - 1) / EDGE * EDGE;
}

/* Each tile packs its rows of A and its columns of B anew, so the longer side is cut, and only
 * that: grids of tiles were slower on every shape tried. */
RecnnGemmTiles recnn_gemm_tiles(int64_t m, int64_t n, int64_t k) {
  if (m <= 0 || n <= 0) {
    return (RecnnGemmTiles){0, 0, 0, 0};
  }
  const int64_t wanted = count_tiles(m, n, k);
  const bool across = n / 2 >= m;
  RecnnGemmTiles tiles = {across ? m : edge_of(m, wanted), across ? edge_of(n, wanted) : n, 1, 1};
  tiles.n_down = (m + tiles.rows - 1) / tiles.rows;
  tiles.n_across = (n + tiles.columns - 1) / tiles.columns;
  return tiles;
}

typedef struct Product {
  bool transpose_a, transpose_b;
  int64_t m, n, k;
  float alpha;
  const float *a;
  int64_t lda;
  const float *b;
  int64_t ldb;
  float beta;
  float *c;
  int64_t ldc;
  RecnnGemmTiles tiles;
} Product;

static void run_tile(void *context, int64_t tile) {
  const Product *p = context;
  const int64_t row = tile / p->tiles.n_across * p->tiles.rows;
  const int64_t column = tile % p->tiles.n_across * p->tiles.columns;
  const int64_t m = p->m - row < p->tiles.rows ? p->m - row : p->tiles.rows;
  const int64_t n = p->n - column < p->tiles.columns ? p->n - column : p->tiles.columns;
  recnn_blas_sgemm(p->transpose_a, p->transpose_b, m, n, p->k, p->alpha,
                   p->a + (p->transpose_a ? row : row * p->lda), p->lda,
                   p->b + (p->transpose_b ? column * p->ldb : column), p->ldb, p->beta,
                   p->c + row * p->ldc + column, p->ldc);
}

void recnn_gemm(bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k, float alpha,
                const float *a, int64_t lda, const float *b, int64_t ldb, float beta, float *c,
                int64_t ldc) {
  if (k <= 0) {
    recnn_blas_sgemm(transpose_a, transpose_b, m, n, 0, alpha, a, lda, b, ldb, beta, c, ldc);
    return;
  }
  Product product = {transpose_a, transpose_b, m,   n,    k, alpha, a,
                     lda,         b,           ldb, beta, c, ldc,   recnn_gemm_tiles(m, n, k)};
  recnn_parallel(product.tiles.n_down * product.tiles.n_across, run_tile, &product);
}

int64_t recnn_gemm_pieces(int64_t m, int64_t n, int64_t k) {
  const int64_t side = m > n ? m : n;
  const int64_t wanted = count_tiles(m, n, k);
  if (m <= 0 || n <= 0 || wanted <= 2 || k / 4 < side) {
    return 1;
  }
  return wanted < k / side ? wanted : k / side;
}

typedef struct Pieces {
  Product product; /* its c: m x n for each piece */
  int64_t n_pieces;
  float beta;
  float *c;
  int64_t ldc;
  int64_t n_tiles; /* of the summing */
} Pieces;

static void run_piece(void *context, int64_t piece) {
  const Pieces *w = context;
  const Product *p = &w->product;
  int64_t begin, end;
  recnn_parallel_share(p->k, w->n_pieces, piece, &begin, &end);
  recnn_blas_sgemm(p->transpose_a, p->transpose_b, p->m, p->n, end - begin, p->alpha,
                   p->a + (p->transpose_a ? begin * p->lda : begin), p->lda,
                   p->b + (p->transpose_b ? begin : begin * p->ldb), p->ldb, 0.0f,
                   p->c + piece * p->m * p->n, p->n);
}

static void add_pieces(void *context, int64_t tile) {
  const Pieces *w = context;
  const Product *p = &w->product;
  int64_t begin, end;
  recnn_parallel_share(p->m, w->n_tiles, tile, &begin, &end);
  for (int64_t row = begin; row < end; row++) {
    float *to = w->c + row * w->ldc;
    recnn_vector_accumulate(to, w->beta, p->c + row * p->n, p->n);
    for (int64_t piece = 1; piece < w->n_pieces; piece++) {
      recnn_vector_add(to, p->c + (piece * p->m + row) * p->n, p->n);
    }
  }
}

void recnn_gemm_in_pieces(bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k,
                          float alpha, const float *a, int64_t lda, const float *b, int64_t ldb,
                          float beta, float *c, int64_t ldc, float *scratch) {
  Pieces w = {{transpose_a, transpose_b, m, n, k, alpha, a, lda, b, ldb, 0.0f, scratch, n, {0}},
              recnn_gemm_pieces(m, n, k),
              beta,
              c,
              ldc,
              0};
  w.n_tiles = recnn_parallel_tiles(m, n * w.n_pieces);
  recnn_parallel(w.n_pieces, run_piece, &w);
  recnn_parallel(w.n_tiles, add_pieces, &w);
}
