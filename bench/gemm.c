/* Speed of matrix products: for each shape GFLOP/s on one thread and on all, with recnn's tiles,
 * and of one plain BLAS call beside it.  Shapes are those of the models' layers, forward and
 * backward, or what is given as MxNxK on the command line. */
#include <glib.h>

#include <stdio.h>
#include <time.h>

#include "base/memory.h"
#include "base/parallel.h"
#include "base/rng.h"
#include "kernels/blas.h"
#include "kernels/gemm.h"

static double now(void) {
  struct timespec t;
  timespec_get(&t, TIME_UTC);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

typedef struct Shape {
  bool ta, tb;
  int m, n, k;
} Shape;

static float *filled(int64_t n) {
  float *x = recnn_memory_new((size_t)n, sizeof *x, "matrix", NULL);
  RecnnRng rng;
  recnn_rng_init(&rng, 1, 1);
  for (int64_t i = 0; x != NULL && i < n; i++) {
    x[i] = (float)recnn_rng_double(&rng) - 0.5f;
  }
  return x;
}

typedef void (*Product)(bool, bool, int64_t, int64_t, int64_t, float, const float *, int64_t,
                        const float *, int64_t, float, float *, int64_t);

/* GFLOP/s of the best of several rounds. */
static double measure(Product product, Shape s, const float *a, const float *b, float *c) {
  const double operations = 2.0 * s.m * s.n * s.k;
  const int repeats = 1 + (int)(2e8 / operations);
  double best = 0.0;
  for (int round = 0; round < 7; round++) {
    const double begin = now();
    for (int i = 0; i < repeats; i++) {
      product(s.ta, s.tb, s.m, s.n, s.k, 1.0f, a, s.ta ? s.m : s.k, b, s.tb ? s.k : s.n, 0.0f, c,
              s.n);
    }
    const double rate = operations * repeats / (now() - begin) * 1e-9;
    best = MAX(best, rate);
  }
  return best;
}

int main(int argc, char **argv) {
  static const Shape usual[] = {
      {
          false,
          true,
          1024,
          64,
          128,
      },
      {false, false, 1024, 128, 64},
      {true, false, 64, 128, 1024},
      {false, true, 256, 128, 384},
      {false, true, 2048, 128, 384},
      {false, true, 256, 64, 128},
      {false, true, 1024, 1, 32},
      {false, false, 1024, 32, 1},
      {true, false, 1, 32, 1024},
      {false, true, 256, 3706, 512},
      {false, false, 256, 512, 3706},
      {true, false, 3706, 512, 256},
      {false, true, 5120, 384, 64},
      {false, true, 2048, 3706, 128},
      {false, true, 512, 512, 512},
  };
  GError *error = NULL;
  RecnnBlasInfo info;
  if (!recnn_blas_info(&info, &error)) {
    fprintf(stderr, "gemm: %s\n", error->message);
    return 1;
  }
  const int threads = recnn_parallel_threads();
  printf("%s, %s (by %s)\n", info.config, info.core_type, info.chosen_by);
  printf("%-22s %8s %8s %8s  tiles\n", "shape", "blas", "1 thr", "all");
  const int n_shapes = argc > 1 ? argc - 1 : (int)G_N_ELEMENTS(usual);
  for (int i = 0; i < n_shapes; i++) {
    Shape s = {false, false, 0, 0, 0};
    if (argc == 1) {
      s = usual[i];
    } else if (sscanf(argv[i + 1], "%dx%dx%d", &s.m, &s.n, &s.k) != 3 || s.m < 1 || s.n < 1 ||
               s.k < 1) {
      fprintf(stderr, "gemm: %s is not a shape, expected MxNxK\n", argv[i + 1]);
      return 2;
    }
    float *a = filled((int64_t)s.m * s.k), *b = filled((int64_t)s.k * s.n);
    float *c = filled((int64_t)s.m * s.n);
    if (a == NULL || b == NULL || c == NULL) {
      fprintf(stderr, "gemm: out of memory\n");
      return 1;
    }
    const double plain = measure(recnn_blas_sgemm, s, a, b, c);
    recnn_parallel_set_threads(1, NULL);
    const double one = measure(recnn_gemm, s, a, b, c);
    recnn_parallel_set_threads(threads, NULL);
    const double all = measure(recnn_gemm, s, a, b, c);
    const RecnnGemmTiles tiles = recnn_gemm_tiles(s.m, s.n, s.k);
    char shape[64];
    snprintf(shape, sizeof shape, "%c%c %dx%dx%d", s.ta ? 'T' : 'N', s.tb ? 'T' : 'N', s.m, s.n,
             s.k);
    printf("%-22s %8.1f %8.1f %8.1f  %dx%d\n", shape, plain, one, all, (int)tiles.n_down,
           (int)tiles.n_across);
    recnn_memory_free(a);
    recnn_memory_free(b);
    recnn_memory_free(c);
  }
  return 0;
}
