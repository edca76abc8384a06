/* Products whose right side is laid out for the multiplication once and then shared: by the tiles
 * of one product, or by many products (the steps of a recurrent net).  BLAS lays out both sides
 * anew in each call.  A transposed left side is BLAS's: read in place it lies a row apart, number
 * for number, and bringing it together cost more than was won.  Only where the processor has
 * AVX-512; elsewhere, and for small matrices, BLAS is as good: recnn_panels_pay() says which.
 *
 * Each number is summed over k in one order, in blocks of RECNN_PANELS_DEPTH, however rows and
 * panels are cut: tiles change no bits. */
#ifndef RECNN_CORE_KERNELS_PANELS_H
#define RECNN_CORE_KERNELS_PANELS_H

#include <recnn/abi.h>

#define RECNN_PANELS_WIDTH 64  /* columns of a panel */
#define RECNN_PANELS_DEPTH 512 /* rows of a block */

/* True when a product of m x k by k x n is faster this way.  A function of the sizes and of the
 * processor. */
bool recnn_panels_pay(int64_t m, int64_t n, int64_t k);

/* The floats that panels of a k x n matrix take. */
int64_t recnn_panels_size(int64_t n, int64_t k);
/* Lays out op(b) (k x n) as panels, on all threads.  `panels` is 64-byte aligned. */
void recnn_panels_pack(bool transpose_b, int64_t n, int64_t k, const float *b, int64_t ldb,
                       float *panels);

/* Rows `row` .. +rows-1 and the columns of panels `panel` .. +n_panels-1 of
 *   c (m x n) = a (m x k) * the panels + (add ? c : 0),
 * on this thread. */
typedef struct RecnnPanelsProduct {
  bool add;
  int64_t m, n, k;
  const float *a;
  int64_t lda;
  const float *panels;
  float *c;
  int64_t ldc;
} RecnnPanelsProduct;
void recnn_panels_multiply(const RecnnPanelsProduct *product, int64_t row, int64_t rows,
                           int64_t panel, int64_t n_panels);

/* The tiles that the whole is cut into, by its sizes alone; `n_panels` of a tile may reach beyond
 * the last one's end, like its rows. */
typedef struct RecnnPanelsTiles {
  int64_t rows;
  int64_t n_panels;
  int64_t n_down;
  int64_t n_across;
} RecnnPanelsTiles;
RecnnPanelsTiles recnn_panels_tiles(int64_t m, int64_t n, int64_t k);
/* The whole, on all threads. */
void recnn_panels_run(const RecnnPanelsProduct *product);

#endif
