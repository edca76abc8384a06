/* The multiplication: six rows of A at a time, whose numbers are spread over a vector one after the
 * other, times a panel of 64 columns, with 24 vectors of sums in registers.  A is read where it
 * lies; a panel is read from its beginning to its end. */
#include "kernels/panels.h"

#include <string.h>

#include "base/parallel.h"
#include "kernels/blas-private.h"

#define WIDTH RECNN_PANELS_WIDTH
#define DEPTH RECNN_PANELS_DEPTH
#define STRIP 6 /* rows of A at a time */

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

static int64_t count_panels(int64_t n) { return (n + WIDTH - 1) / WIDTH; }

int64_t recnn_panels_size(int64_t n, int64_t k) { return count_panels(n) * WIDTH * k; }

/* Where the block of a panel begins whose first row is `depth`: all panels of a block lie
 * together. */
static int64_t place(int64_t n, int64_t k, int64_t panel, int64_t depth) {
  return depth * count_panels(n) * WIDTH + panel * WIDTH * least(DEPTH, k - depth);
}

typedef struct Packing {
  bool transposed;
  int64_t n, k;
  const float *b;
  int64_t ldb;
  float *panels;
} Packing;

/* `depth` rows of a panel from as many columns of b's `width` rows, with zeros beyond those. */
static void turn(float *to, const float *b, int64_t ldb, int64_t width, int64_t depth);

static void pack_panel(void *context, int64_t panel) {
  const Packing *p = context;
  const int64_t column = panel * WIDTH, width = least(WIDTH, p->n - column);
  for (int64_t depth = 0; depth < p->k; depth += DEPTH) {
    const int64_t rows = least(DEPTH, p->k - depth);
    float *to = p->panels + place(p->n, p->k, panel, depth);
    if (p->transposed) {
      turn(to, p->b + column * p->ldb + depth, p->ldb, width, rows);
      continue;
    }
    for (int64_t i = 0; i < rows; i++, to += WIDTH) {
      memcpy(to, p->b + (depth + i) * p->ldb + column, (size_t)width * sizeof *to);
      memset(to + width, 0, (size_t)(WIDTH - width) * sizeof *to);
    }
  }
}

void recnn_panels_pack(bool transpose_b, int64_t n, int64_t k, const float *b, int64_t ldb,
                       float *panels) {
  Packing packing = {transpose_b, n, k, b, ldb, panels};
  recnn_parallel(count_panels(n), pack_panel, &packing);
}

RecnnPanelsTiles recnn_panels_tiles(int64_t m, int64_t n, int64_t k) {
  enum { MOST = 64 };
  const int64_t panels = count_panels(n);
  const double operations = 2.0 * (double)m * (double)n * (double)k;
  int64_t wanted = operations < 4e6     ? 1
                   : operations < 512e6 ? (int64_t)(operations / 4e6) + 1
                                        : MOST;
  wanted = least(wanted, MOST);
  RecnnPanelsTiles tiles = {m, panels, 1, 1};
  /* Rows first, not fewer than eight strips of them: a panel is fetched once a tile. */
  const int64_t strips = (m + STRIP - 1) / STRIP;
  const int64_t most_down = strips / 8 > 1 ? strips / 8 : 1;
  const int64_t down = least(wanted, most_down);
  tiles.rows = (strips + down - 1) / down * STRIP;
  tiles.n_down = (m + tiles.rows - 1) / tiles.rows;
  const int64_t across = least(panels, (wanted + tiles.n_down - 1) / tiles.n_down);
  tiles.n_panels = (panels + across - 1) / across;
  tiles.n_across = (panels + tiles.n_panels - 1) / tiles.n_panels;
  return tiles;
}

typedef struct Run {
  const RecnnPanelsProduct *product;
  RecnnPanelsTiles tiles;
} Run;

static void run_tile(void *context, int64_t tile) {
  const Run *r = context;
  recnn_panels_multiply(r->product, tile / r->tiles.n_across * r->tiles.rows, r->tiles.rows,
                        tile % r->tiles.n_across * r->tiles.n_panels, r->tiles.n_panels);
}

void recnn_panels_run(const RecnnPanelsProduct *product) {
  Run run = {product, recnn_panels_tiles(product->m, product->n, product->k)};
  recnn_parallel(run.tiles.n_down * run.tiles.n_across, run_tile, &run);
}

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

bool recnn_panels_pay(int64_t m, int64_t n, int64_t k) {
  return m >= 48 && n >= 32 && k >= 16 && __builtin_cpu_supports("avx512f");
}

/* The first n of the 16 columns of 16 vectors. */
__attribute__((target("avx512f"))) static void write_columns(const __m512 r[16], int64_t n,
                                                             float *to) {
  __m512 s[16], t[16];
  for (int i = 0; i < 16; i += 2) {
    s[i] = _mm512_unpacklo_ps(r[i], r[i + 1]);
    s[i + 1] = _mm512_unpackhi_ps(r[i], r[i + 1]);
  }
  for (int i = 0; i < 16; i += 4) {
    for (int h = 0; h < 2; h++) {
      const __m512d a = _mm512_castps_pd(s[i + h]), b = _mm512_castps_pd(s[i + h + 2]);
      t[i + 2 * h] = _mm512_castpd_ps(_mm512_unpacklo_pd(a, b));
      t[i + 2 * h + 1] = _mm512_castpd_ps(_mm512_unpackhi_pd(a, b));
    }
  }
  /* t[4 i + j] has of rows 4 i .. 4 i + 3 the columns j, 4 + j, 8 + j and 12 + j. */
  for (int j = 0; j < 4; j++) {
    const __m512 even0 = _mm512_shuffle_f32x4(t[j], t[4 + j], 0x88);
    const __m512 even1 = _mm512_shuffle_f32x4(t[8 + j], t[12 + j], 0x88);
    const __m512 odd0 = _mm512_shuffle_f32x4(t[j], t[4 + j], 0xdd);
    const __m512 odd1 = _mm512_shuffle_f32x4(t[8 + j], t[12 + j], 0xdd);
    s[j] = _mm512_shuffle_f32x4(even0, even1, 0x88);
    s[4 + j] = _mm512_shuffle_f32x4(odd0, odd1, 0x88);
    s[8 + j] = _mm512_shuffle_f32x4(even0, even1, 0xdd);
    s[12 + j] = _mm512_shuffle_f32x4(odd0, odd1, 0xdd);
  }
  for (int64_t i = 0; i < n; i++) {
    _mm512_storeu_ps(to + i * WIDTH, s[i]);
  }
}

__attribute__((target("avx512f"))) static void turn(float *to, const float *b, int64_t ldb,
                                                    int64_t width, int64_t depth) {
  for (int64_t i = 0; i < depth; i += 16) {
    const int64_t n = least(16, depth - i);
    const __mmask16 mask = (__mmask16)((UINT32_C(1) << n) - 1);
    for (int64_t j = 0; j < WIDTH; j += 16) {
      __m512 r[16];
      for (int64_t l = 0; l < 16; l++) {
        r[l] = j + l < width ? _mm512_maskz_loadu_ps(mask, b + (j + l) * ldb + i)
                             : _mm512_setzero_ps();
      }
      write_columns(r, n, to + i * WIDTH + j);
    }
  }
}

/* `rows` is a constant wherever this is called, so that the sums are registers. */
__attribute__((target("avx512f"), always_inline)) static inline void
strip(int rows, int64_t depth, const float *a, int64_t lda, const float *panel, bool add, float *c,
      int64_t ldc, int64_t width) {
  __m512 sum[STRIP][4];
  for (int r = 0; r < rows; r++) {
    for (int v = 0; v < 4; v++) {
      sum[r][v] = _mm512_setzero_ps();
    }
  }
  for (int64_t l = 0; l < depth; l++, panel += WIDTH, a++) {
    const __m512 b0 = _mm512_loadu_ps(panel), b1 = _mm512_loadu_ps(panel + 16);
    const __m512 b2 = _mm512_loadu_ps(panel + 32), b3 = _mm512_loadu_ps(panel + 48);
#pragma GCC unroll 8
    for (int r = 0; r < rows; r++) {
      const __m512 x = _mm512_set1_ps(a[r * lda]);
      sum[r][0] = _mm512_fmadd_ps(x, b0, sum[r][0]);
      sum[r][1] = _mm512_fmadd_ps(x, b1, sum[r][1]);
      sum[r][2] = _mm512_fmadd_ps(x, b2, sum[r][2]);
      sum[r][3] = _mm512_fmadd_ps(x, b3, sum[r][3]);
    }
  }
#pragma GCC unroll 8
  for (int r = 0; r < rows; r++) {
#pragma GCC unroll 4
    for (int v = 0; v < 4; v++) {
      const int64_t left = width - 16 * v;
      const __mmask16 mask = left >= 16 ? 0xffff
                             : left > 0 ? (__mmask16)((UINT32_C(1) << left) - 1)
                                        : 0;
      float *to = c + r * ldc + 16 * v;
      if (mask != 0) {
        const __m512 before = add ? _mm512_maskz_loadu_ps(mask, to) : _mm512_setzero_ps();
        _mm512_mask_storeu_ps(to, mask, add ? _mm512_add_ps(before, sum[r][v]) : sum[r][v]);
      }
    }
  }
}

__attribute__((target("avx512f"))) static void strips(int64_t rows, int64_t depth, const float *a,
                                                      int64_t lda, const float *panel, bool add,
                                                      float *c, int64_t ldc, int64_t width) {
  for (; rows >= STRIP; rows -= STRIP, a += STRIP * lda, c += STRIP * ldc) {
    strip(STRIP, depth, a, lda, panel, add, c, ldc, width);
  }
  switch (rows) {
  case 5:
    strip(5, depth, a, lda, panel, add, c, ldc, width);
    break;
  case 4:
    strip(4, depth, a, lda, panel, add, c, ldc, width);
    break;
  case 3:
    strip(3, depth, a, lda, panel, add, c, ldc, width);
    break;
  case 2:
    strip(2, depth, a, lda, panel, add, c, ldc, width);
    break;
  case 1:
    strip(1, depth, a, lda, panel, add, c, ldc, width);
    break;
  default:
    break;
  }
}

void recnn_panels_multiply(const RecnnPanelsProduct *p, int64_t row, int64_t rows, int64_t panel,
                           int64_t n_panels) {
  const int64_t last = least(panel + n_panels, count_panels(p->n));
  rows = least(rows, p->m - row);
  recnn__blas_tell(false, false, rows, least(p->n, last * WIDTH) - panel * WIDTH, p->k);
  for (int64_t depth = 0; depth < p->k; depth += DEPTH) {
    for (int64_t j = panel; j < last; j++) {
      strips(rows, least(DEPTH, p->k - depth), p->a + row * p->lda + depth, p->lda,
             p->panels + place(p->n, p->k, j, depth), p->add || depth > 0,
             p->c + row * p->ldc + j * WIDTH, p->ldc, least(WIDTH, p->n - j * WIDTH));
    }
  }
}
#else
bool recnn_panels_pay(int64_t m, int64_t n, int64_t k) {
  (void)m;
  (void)n;
  (void)k;
  return false;
}

static void turn(float *to, const float *b, int64_t ldb, int64_t width, int64_t depth) {
  for (int64_t i = 0; i < depth; i++) {
    for (int64_t j = 0; j < WIDTH; j++) {
      to[i * WIDTH + j] = j < width ? b[j * ldb + i] : 0.0f;
    }
  }
}

void recnn_panels_multiply(const RecnnPanelsProduct *p, int64_t row, int64_t rows, int64_t panel,
                           int64_t n_panels) {
  const int64_t last = least((panel + n_panels) * WIDTH, p->n), end = least(row + rows, p->m);
  for (int64_t i = row; i < end; i++) {
    for (int64_t j = panel * WIDTH; j < last; j++) {
      float sum = p->add ? p->c[i * p->ldc + j] : 0.0f;
      for (int64_t l = 0; l < p->k; l++) {
        sum += p->a[i * p->lda + l] * p->panels[place(p->n, p->k, j / WIDTH, l / DEPTH * DEPTH) +
                                                l % DEPTH * WIDTH + j % WIDTH];
      }
      p->c[i * p->ldc + j] = sum;
    }
  }
}
#endif
