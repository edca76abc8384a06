/* Does this sgemm multiply?  Wrong kernels exist: forced onto a CPU that lacks something they use,
 * or miscompiled.  The matrices hold integers small enough for every product and every sum to be
 * exact in float32, in any order, so the answer must be exactly that of a plain loop; and A's have
 * ten bits, so that kernels that round their input to fewer are found out too. */
#include "kernels/blas-private.h"

#include <math.h>

#include "base/rng.h"

enum { MOST_A = 97 * 210, MOST_B = 300 * 53, MOST_C = 97 * 51 };

typedef struct Shape {
  int m, n, k;
  unsigned ways; /* bit 0: none transposed, 1: A, 2: B, 3: both */
} Shape;

/* The last is beyond the sizes that some kernels treat without packing.  All four ways to
 * transpose, the two large ones sharing them, in all about a millisecond. */
static const Shape shapes[] = {
    {1, 1, 1, 15}, {3, 5, 7, 15}, {16, 33, 20, 15}, {37, 53, 300, 9}, {97, 51, 210, 6}};

typedef struct Work {
  uint32_t words[MOST_A > MOST_B ? MOST_A : MOST_B];
  float a[MOST_A], b[MOST_B], c[MOST_C];
  float plain_a[MOST_A], plain_b[MOST_B], plain_c[MOST_C];
} Work;

/* Integers from -limit to limit, as they are and transposed where asked. */
static void fill(Work *work, uint64_t stream, uint32_t limit, int rows, int columns,
                 bool transposed, float *plain, float *given) {
  recnn_philox_fill(1, stream, 0, work->words, (int64_t)rows * columns);
  for (int i = 0; i < rows; i++) {
    for (int j = 0; j < columns; j++) {
      const uint32_t word = work->words[i * columns + j];
      const float value = (float)(int32_t)(word % (2 * limit + 1)) - (float)limit;
      plain[i * columns + j] = value;
      given[transposed ? j * rows + i : i * columns + j] = value;
    }
  }
}

static bool check(RecnnSgemm sgemm, Shape s, bool transpose_a, bool transpose_b, bool add,
                  Work *work) {
  fill(work, 1, 1023, s.m, s.k, transpose_a, work->plain_a, work->a);
  fill(work, 2, 15, s.k, s.n, transpose_b, work->plain_b, work->b);
  for (int i = 0; i < s.m * s.n; i++) {
    work->plain_c[i] = add ? (float)i : 0.0f;
    work->c[i] = add ? (float)i : NAN; /* beta 0 must not read it */
  }
  for (int i = 0; i < s.m; i++) {
    for (int l = 0; l < s.k; l++) {
      for (int j = 0; j < s.n; j++) {
        work->plain_c[i * s.n + j] += work->plain_a[i * s.k + l] * work->plain_b[l * s.n + j];
      }
    }
  }
  sgemm(RECNN_CBLAS_ROW_MAJOR, transpose_a ? RECNN_CBLAS_TRANSPOSE : RECNN_CBLAS_NO_TRANSPOSE,
        transpose_b ? RECNN_CBLAS_TRANSPOSE : RECNN_CBLAS_NO_TRANSPOSE, s.m, s.n, s.k, 1.0f,
        work->a, transpose_a ? s.m : s.k, work->b, transpose_b ? s.k : s.n, add ? 1.0f : 0.0f,
        work->c, s.n);
  for (int i = 0; i < s.m * s.n; i++) {
    if (work->c[i] != work->plain_c[i]) {
      return false;
    }
  }
  return true;
}

bool recnn__blas_check(RecnnSgemm sgemm) {
  Work *work = g_new(Work, 1);
  bool ok = true;
  for (size_t i = 0; ok && i < G_N_ELEMENTS(shapes); i++) {
    for (int way = 0; ok && way < 4; way++) {
      if ((shapes[i].ways >> way & 1) != 0) {
        ok = check(sgemm, shapes[i], (way & 1) != 0, (way & 2) != 0, way >= 2, work);
      }
    }
  }
  g_free(work);
  return ok;
}
