/* Elementary functions: loops over the C library's scalar functions, of which the compiler makes
 * calls of the vector versions (_ZGVdN8v_expf and the like) when it is told that they exist.  gcc's
 * own way of telling, -ffast-math, would take NaN and infinity from us too. */
#include "kernels/vecmath.h"

#include <string.h>

#include "base/clones.h"

#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__) &&       \
    (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 35)
#define HAS_VECTOR __attribute__((simd("notinbranch"), const))
#else
#define HAS_VECTOR
#endif
/* As in <math.h>, which must not be included: it declares them without the attribute. */
float expf(float x) HAS_VECTOR;
float logf(float x) HAS_VECTOR;
float tanhf(float x) HAS_VECTOR;
float fabsf(float x);

/* As many as the widest vector has; every body below is a whole number of vectors at this length.
 */
#define WIDTH 16

typedef void (*Body)(float *restrict y, const float *restrict x, int64_t n);

RECNN_CLONES static void exp_body(float *restrict y, const float *restrict x, int64_t n) {
  for (int64_t i = 0; i < n; i++)
    y[i] = expf(x[i]);
}

RECNN_CLONES static void tanh_body(float *restrict y, const float *restrict x, int64_t n) {
  for (int64_t i = 0; i < n; i++)
    y[i] = tanhf(x[i]);
}

RECNN_CLONES static void sigmoid_body(float *restrict y, const float *restrict x, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    float e = expf(-fabsf(x[i])); /* never overflows */
    y[i] = (x[i] >= 0.0f ? 1.0f : e) / (1.0f + e);
  }
}

/* log (1 + e) for e in [0, 1] as log (u) * e / (u - 1) with u = 1 + e as rounded, which takes the
 * rounding back out (Kahan's log1p). */
RECNN_CLONES static void softplus_body(float *restrict y, const float *restrict x, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    float e = expf(-fabsf(x[i]));
    float u = 1.0f + e;
    float d = u - 1.0f;
    float tail = d > 0.0f ? logf(u) * (e / d) : e;
    y[i] = (x[i] > 0.0f ? x[i] : 0.0f) + tail;
  }
}

/* The body over whole vectors, and over one more with what is left.  In place, a piece at a time
 * goes through a buffer, since the bodies promise the compiler that y is not x. */
static void run(Body body, float *y, const float *x, int64_t n) {
  float in[WIDTH * 16], out[WIDTH * 16];
  int64_t whole = n - n % WIDTH;
  if (y != x) {
    body(y, x, whole);
  } else {
    for (int64_t i = 0; i < whole; i += WIDTH * 16) {
      int64_t piece = whole - i < WIDTH * 16 ? whole - i : WIDTH * 16;
      body(out, x + i, piece);
      memcpy(y + i, out, (size_t)piece * sizeof *y);
    }
  }
  if (whole < n) {
    size_t bytes = (size_t)(n - whole) * sizeof *x;
    memset(in, 0, WIDTH * sizeof *in);
    memcpy(in, x + whole, bytes);
    body(out, in, WIDTH);
    memcpy(y + whole, out, bytes);
  }
}

void recnn_vector_exp(float *y, const float *x, int64_t n) { run(exp_body, y, x, n); }

void recnn_vector_tanh(float *y, const float *x, int64_t n) { run(tanh_body, y, x, n); }

void recnn_vector_sigmoid(float *y, const float *x, int64_t n) { run(sigmoid_body, y, x, n); }

void recnn_vector_softplus(float *y, const float *x, int64_t n) { run(softplus_body, y, x, n); }
