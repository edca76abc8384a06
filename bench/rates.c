/* A worker of bench/run: what this machine can do, for the floor of a training step.  Reads a
 * request a line from stdin and answers each with a line of JSON on stdout:
 *
 *   product TA TB M N K   seconds that a product of this shape takes by the fastest way that there
 *                         is, when every thread does one after the other with matrices of its own:
 *                         what the threads can do is THREADS products in that time
 *   move BYTES            bytes a second when all threads read and write a working set of this size
 *                         over and over (y += x: two reads and a write)
 *
 * The best of several rounds counts: a floor is what the machine can do. */
#include <glib.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/parallel.h"
#include "kernels/blas.h"
#include "kernels/panels.h"
#include "kernels/vector.h"

#define ROUNDS 5
#define ROUND_SECONDS 0.01

static double now(void) { return 1e-6 * (double)g_get_monotonic_time(); }

typedef struct Job {
  int transpose_a, transpose_b;
  int64_t m, n, k; /* of a product */
  int64_t count;   /* elements of a vector, a thread */
  int64_t repeats;
  float **x, **y, **z; /* one a thread */
  float **panels;      /* of y, where products by panels pay */
} Job;

static void multiply(void *context, int64_t thread) {
  const Job *j = context;
  for (int64_t i = 0; i < j->repeats; i++)
    recnn_blas_sgemm(j->transpose_a, j->transpose_b, j->m, j->n, j->k, 1.0f, j->x[thread],
                     j->transpose_a ? j->m : j->k, j->y[thread], j->transpose_b ? j->k : j->n, 0.0f,
                     j->z[thread], j->n);
}

static void multiply_panels(void *context, int64_t thread) {
  const Job *j = context;
  const RecnnPanelsProduct product = {.m = j->m,
                                      .n = j->n,
                                      .k = j->k,
                                      .a = j->x[thread],
                                      .lda = j->k,
                                      .panels = j->panels[thread],
                                      .c = j->z[thread],
                                      .ldc = j->n};
  for (int64_t i = 0; i < j->repeats; i++)
    recnn_panels_multiply(&product, 0, j->m, 0,
                          (j->n + RECNN_PANELS_WIDTH - 1) / RECNN_PANELS_WIDTH);
}

static void move(void *context, int64_t thread) {
  const Job *j = context;
  for (int64_t i = 0; i < j->repeats; i++)
    recnn_vector_add(j->y[thread], j->x[thread], j->count);
}

/* Seconds of one repeat on all threads, the best of the rounds. */
static double best_of(RecnnTileFn work, Job *job) {
  int threads = recnn_parallel_threads();
  double best = 0.0;
  job->repeats = 1;
  for (int round = 0; round < ROUNDS; round++) {
    double begin = now();
    recnn_parallel(threads, work, job);
    double seconds = (now() - begin) / (double)job->repeats;
    if (round > 0 && (best == 0.0 || seconds < best))
      best = seconds;
    if (round == 0)
      job->repeats = MAX(1, (int64_t)(ROUND_SECONDS / seconds));
  }
  return best;
}

static float **matrices(int64_t count) {
  int threads = recnn_parallel_threads();
  float **all = g_new(float *, threads);
  for (int t = 0; t < threads; t++) {
    GError *error = NULL;
    all[t] = recnn_memory_new((size_t)MAX(count, 1), sizeof(float), "a matrix", &error);
    if (all[t] == NULL) {
      fprintf(stderr, "rates: %s\n", error->message);
      exit(1);
    }
    for (int64_t i = 0; i < count; i++)
      all[t][i] = 1e-3f * (float)(i % 997);
  }
  return all;
}

static void drop(float **all) {
  for (int t = 0; t < recnn_parallel_threads(); t++)
    recnn_memory_free(all[t]);
  g_free(all);
}

/* By the faster of the two ways that there are: BLAS, and where they pay, panels (laid out
 * beforehand: that is not counted either). */
static double product_seconds(Job *job) {
  double seconds = best_of(multiply, job);
  if (job->transpose_a || !recnn_panels_pay(job->m, job->n, job->k))
    return seconds;
  job->panels = matrices(recnn_panels_size(job->n, job->k));
  for (int t = 0; t < recnn_parallel_threads(); t++)
    recnn_panels_pack(job->transpose_b, job->n, job->k, job->y[t],
                      job->transpose_b ? job->k : job->n, job->panels[t]);
  seconds = MIN(seconds, best_of(multiply_panels, job));
  drop(job->panels);
  return seconds;
}

static void answer(const char *line) {
  Job job = {0};
  long long m = 0, n = 0, k = 0, bytes = 0;
  if (sscanf(line, "product %d %d %lld %lld %lld", &job.transpose_a, &job.transpose_b, &m, &n,
             &k) == 5 &&
      m > 0 && n > 0 && k > 0) {
    job.m = m;
    job.n = n;
    job.k = k;
    job.x = matrices(m * k);
    job.y = matrices(k * n);
    job.z = matrices(m * n);
    printf("{\"seconds\": %.9g, \"threads\": %d}\n", product_seconds(&job),
           recnn_parallel_threads());
    drop(job.z);
  } else if (sscanf(line, "move %lld", &bytes) == 1 && bytes > 0) {
    int threads = recnn_parallel_threads();
    job.count = MAX(bytes / (8 * threads), 16);
    job.x = matrices(job.count);
    job.y = matrices(job.count);
    printf("{\"bytes_a_second\": %.6g}\n",
           12.0 * (double)job.count * threads / best_of(move, &job));
  } else {
    printf("{\"error\": \"expected product TA TB M N K or move BYTES\"}\n");
    return;
  }
  drop(job.x);
  drop(job.y);
}

int main(void) {
  char line[256];
  GError *error = NULL;
  if (!recnn_blas_load(&error)) {
    fprintf(stderr, "rates: %s\n", error->message);
    return 1;
  }
  while (fgets(line, sizeof line, stdin) != NULL) {
    answer(line);
    fflush(stdout);
  }
  return 0;
}
