/* Speed of a model: forward, backward and optimizer of a training step, and the scores of all items
 * for all users, block by block.  On random numbers of the sizes of MovieLens 1M:
 *
 *   step [--cpu] [--users N] [--items N] [--length L] [--mean M] MODEL [BATCH [STEPS]]
 *        [OPTION=VALUE ...]
 *
 * Sequences have up to L items (20), M of them in the mean (L: every sequence is full).
 * RECNN_NUM_THREADS sets the threads.  With --cpu times are the process's CPU time, which says more
 * on a machine that others use.  RECNN_PROFILE profiles the steps behind the first few. */
#include <glib.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/parallel.h"
#include "base/rng.h"
#include "base/trace.h"
#include "model/model.h"
#include "optim/optimizer.h"
#include "synthetic.h"
#include "tensor/tensor.h"

enum { WARM_UP = 5 };

static bool cpu_time;
static Sizes sizes;

static double now(void) {
  struct timespec t;
  if (cpu_time)
    return (double)clock() / CLOCKS_PER_SEC;
  timespec_get(&t, TIME_UTC);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void time_steps(RecnnModel *model, int64_t rows, int steps) {
  const char *const *fields = recnn_model_get_class(model)->train_fields;
  RecnnBatch *batch = synthetic_batch(fields, rows, &sizes);
  RecnnGraph *graph = recnn_graph_new(1);
  RecnnParam *const *params;
  int32_t n_params = recnn_model_params(model, &params);
  const RecnnOptimizerClass *adam = recnn_optimizer_find("adam");
  GError *error = NULL;
  RecnnOptions *options = recnn_options_new(adam->options, "adam", &error);
  synthetic_check(error);
  RecnnOptimizer *optimizer = recnn_optimizer_new(adam, options, params, n_params, &error);
  synthetic_check(error);
  double forward = 0.0, backward = 0.0, update = 0.0;
  RecnnRng rng;
  recnn_rng_init(&rng, 1, 1);
  for (int step = -WARM_UP; step < steps; step++) {
    double norm;
    if (step == 0) {
      forward = backward = update = 0.0;
      recnn_trace_clear();
    }
    synthetic_fill(batch, fields, &sizes, &rng);
    double start = now();
    recnn_graph_reset(graph, (uint64_t)(step + WARM_UP), true, true);
    RecnnVar *loss = recnn_model_loss(model, graph, batch, NULL);
    double built = now();
    recnn_graph_backward(graph, loss, params, n_params, &error);
    synthetic_check(error);
    double walked = now();
    recnn_optimizer_step(optimizer, 5.0, &norm, &error);
    synthetic_check(error);
    forward += built - start;
    backward += walked - built;
    update += now() - walked;
  }
  double to_ms = 1e3 / steps;
  printf("step: %d rows, %d threads: forward %.3f, backward %.3f, adam %.3f, in all %.3f ms%s; "
         "%.1f MB\n",
         (int)rows, recnn_parallel_threads(), forward * to_ms, backward * to_ms, update * to_ms,
         (forward + backward + update) * to_ms, cpu_time ? " of CPU" : "",
         (double)recnn_graph_peak(graph) / 1e6);
  recnn_optimizer_free(optimizer);
  recnn_options_free(options);
  recnn_graph_free(graph);
  recnn_batch_free(batch);
}

static void time_scores(RecnnModel *model, int64_t block) {
  static const char *const item[] = {"item", NULL}, *const user[] = {"user", NULL};
  RecnnBatch *items = synthetic_batch(item, sizes.items, &sizes),
             *users = synthetic_batch(user, block, &sizes);
  RecnnGraph *graph = recnn_graph_new(1);
  GError *error = NULL;
  for (int64_t i = 0; i < sizes.items; i++)
    recnn_batch_int64(items, "item")[i] = i;
  recnn_graph_reset(graph, 0, false, false);
  RecnnVar *var = recnn_model_encode_items(model, graph, items);
  recnn_graph_check(graph, &error);
  synthetic_check(error);
  RecnnTensor encoded = *recnn_graph_tensor(var);
  encoded.data = g_memdup2(encoded.data, recnn_tensor_bytes(&encoded));
  double start = now();
  for (int64_t first = 0; first < sizes.users; first += block) {
    int64_t n = MIN(block, sizes.users - first);
    recnn_batch_set_size(users, n);
    for (int64_t i = 0; i < n; i++)
      recnn_batch_int64(users, "user")[i] = first + i;
    recnn_graph_reset(graph, 0, false, false);
    recnn_model_score_items(model, graph, users, recnn_graph_constant(graph, &encoded));
    recnn_graph_check(graph, &error);
    synthetic_check(error);
  }
  printf("scores: %d users at a time: %.3f s%s; %.1f MB\n", (int)block, now() - start,
         cpu_time ? " of CPU" : "", (double)recnn_graph_peak(graph) / 1e6);
  g_free(encoded.data);
  recnn_graph_free(graph);
  recnn_batch_free(items);
  recnn_batch_free(users);
}

/* Takes the flags in front; returns how many words they were. */
static int take_flags(int argc, char **argv) {
  int at = 1;
  while (at < argc && strncmp(argv[at], "--", 2) == 0) {
    int64_t *number = strcmp(argv[at], "--items") == 0    ? &sizes.items
                      : strcmp(argv[at], "--users") == 0  ? &sizes.users
                      : strcmp(argv[at], "--length") == 0 ? &sizes.length
                      : strcmp(argv[at], "--mean") == 0   ? &sizes.mean
                                                          : NULL;
    cpu_time = cpu_time || strcmp(argv[at], "--cpu") == 0;
    at++;
    if (number != NULL && at < argc) {
      *number = MAX(atoi(argv[at]), 1);
      at++;
    }
  }
  return at - 1;
}

int main(int argc, char **argv) {
  sizes = sizes_of_ml_1m();
  sizes.mean = INT64_MAX;
  int flags = take_flags(argc, argv);
  argv += flags;
  argc -= flags;
  if (argc < 2) {
    fprintf(stderr, "usage: step [--cpu] [--users N] [--items N] [--length L] [--mean M] "
                    "MODEL [BATCH [STEPS]] [OPTION=VALUE ...]\n");
    return 2;
  }
  int at = 2, numbers[2] = {1024, 300};
  for (int i = 0; i < 2 && at < argc && strchr(argv[at], '=') == NULL; i++, at++)
    numbers[i] = MAX(atoi(argv[at]), 1);
  RecnnModel *model = synthetic_model(argv[1], &sizes, argv + at);
  recnn_trace_begin(getenv("RECNN_PROFILE"));
  if (recnn_model_get_class(model)->train_fields != NULL)
    time_steps(model, numbers[0], numbers[1]);
  GError *error = NULL;
  char *table = recnn_trace_end(&error);
  synthetic_check(error);
  if (table != NULL)
    fputs(table, stderr);
  g_free(table);
  if (recnn_model_get_class(model)->encode_items != NULL)
    for (int64_t block = 1; block <= 64; block *= 4)
      time_scores(model, block);
  recnn_model_free(model);
  return 0;
}
