/* Speed of a model: forward, backward and optimizer of a training step, and the scores of all items
 * for all users, block by block.  On random ids of the size of MovieLens 100k:
 *
 *   step [--cpu] [--items N] [--length L] [--mean M] MODEL [BATCH [STEPS]] [OPTION=VALUE ...]
 *
 * Sequences have up to L items (50), M of them in the mean (L: every sequence is full).
 * RECNN_NUM_THREADS sets the threads.  With --cpu times are the process's CPU time, which says more
 * on a machine that others use. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <glib.h>

#include "base/parallel.h"
#include "base/rng.h"
#include "model/model.h"
#include "optim/optimizer.h"
#include "plugin/plugin.h"
#include "tensor/tensor.h"

enum { N_USERS = 943, WARM_UP = 5 };

static bool cpu_time;
static int64_t n_items = 1682;
static int64_t length = 50;
static int64_t mean;

static double now(void) {
  struct timespec t;
  if (cpu_time)
    return (double)clock() / CLOCKS_PER_SEC;
  timespec_get(&t, TIME_UTC);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Ends the program where something failed. */
static void check(const GError *error) {
  if (error != NULL) {
    fprintf(stderr, "step: %s\n", error->message);
    exit(1);
  }
}

static RecnnModel *new_model(const char *name, char **options) {
  const RecnnCount counts[] = {{"users", N_USERS}, {"items", n_items}};
  GError *error = NULL;
  const RecnnModelClass *model_class = recnn_model_class_find(name, &error);
  check(error);
  RecnnOptions *set = recnn_options_new(model_class->options, name, &error);
  check(error);
  for (; *options != NULL; options++) {
    char **pair = g_strsplit(*options, "=", 2);
    recnn_options_set_text(set, pair[0], pair[1] != NULL ? pair[1] : "", &error);
    check(error);
    g_strfreev(pair);
  }
  RecnnModel *model = recnn_model_new(model_class, set, counts, 2, 1, &error);
  check(error);
  recnn_options_free(set);
  return model;
}

static RecnnBatch *new_batch(const char *const *fields, int64_t rows) {
  RecnnBatch *batch = recnn_batch_new();
  GError *error = NULL;
  for (; *fields != NULL; fields++) {
    int32_t dtype = strcmp(*fields, "rating") == 0 ? RECNN_FLOAT32 : RECNN_INT64;
    bool sequence = strcmp(*fields, "sequence") == 0;
    recnn_batch_add(batch, *fields, dtype, rows, sequence ? 1 : 0, &length, &error);
    check(error);
  }
  recnn_batch_set_size(batch, rows);
  return batch;
}

/* Items from 1 on, zeros behind them: sequences of any lengths that have the wanted mean. */
static void fill_sequences(RecnnBatch *batch, bool with_lengths, RecnnRng *rng) {
  int64_t longest = 0;
  int64_t *lengths = g_new(int64_t, recnn_batch_size(batch));
  for (int64_t i = 0; i < recnn_batch_size(batch); i++) {
    double more = -log(1.0 - recnn_rng_double(rng)) * (double)(mean - 1);
    lengths[i] = mean >= length ? length : MIN(length, 1 + (int64_t)(more + 0.5));
    longest = MAX(longest, lengths[i]);
  }
  int64_t width = with_lengths ? longest : length;
  recnn_batch_set_width(batch, "sequence", width);
  int64_t *item = recnn_batch_int64(batch, "sequence");
  for (int64_t i = 0; i < recnn_batch_size(batch); i++, item += width) {
    for (int64_t t = 0; t < width; t++)
      item[t] = t < lengths[i] ? 1 + (int64_t)recnn_rng_below(rng, (uint64_t)n_items) : 0;
    if (with_lengths)
      recnn_batch_int64(batch, "length")[i] = lengths[i];
  }
  g_free(lengths);
}

static void fill(RecnnBatch *batch, const char *const *fields, RecnnRng *rng) {
  if (recnn_batch_field(batch, "sequence") != NULL)
    fill_sequences(batch, recnn_batch_field(batch, "length") != NULL, rng);
  for (; *fields != NULL; fields++) {
    if (strcmp(*fields, "sequence") == 0 || strcmp(*fields, "length") == 0)
      continue;
    for (int64_t i = 0; i < recnn_batch_size(batch); i++)
      if (strcmp(*fields, "rating") == 0)
        recnn_batch_float32(batch, *fields)[i] = 1.0f + (float)recnn_rng_below(rng, 5);
      else
        recnn_batch_int64(batch, *fields)[i] = (int64_t)recnn_rng_below(
            rng, strcmp(*fields, "user") == 0 ? N_USERS : (uint64_t)n_items);
  }
}

static void time_steps(RecnnModel *model, int64_t rows, int steps) {
  const char *const *fields = recnn_model_get_class(model)->train_fields;
  RecnnBatch *batch = new_batch(fields, rows);
  RecnnGraph *graph = recnn_graph_new(1);
  RecnnParam *const *params;
  int32_t n_params = recnn_model_params(model, &params);
  const RecnnOptimizerClass *adam = recnn_optimizer_find("adam");
  GError *error = NULL;
  RecnnOptions *options = recnn_options_new(adam->options, "adam", &error);
  check(error);
  RecnnOptimizer *optimizer = recnn_optimizer_new(adam, options, params, n_params, &error);
  check(error);
  double forward = 0.0, backward = 0.0, update = 0.0;
  RecnnRng rng;
  recnn_rng_init(&rng, 1, 1);
  for (int step = -WARM_UP; step < steps; step++) {
    double norm;
    if (step == 0)
      forward = backward = update = 0.0;
    fill(batch, fields, &rng);
    double start = now();
    recnn_graph_reset(graph, (uint64_t)(step + WARM_UP), true, true);
    RecnnVar *loss = recnn_model_loss(model, graph, batch, NULL);
    double built = now();
    recnn_graph_backward(graph, loss, params, n_params, &error);
    check(error);
    double walked = now();
    recnn_optimizer_step(optimizer, 5.0, &norm, &error);
    check(error);
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
  RecnnBatch *items = new_batch(item, n_items), *users = new_batch(user, block);
  RecnnGraph *graph = recnn_graph_new(1);
  GError *error = NULL;
  for (int64_t i = 0; i < n_items; i++)
    recnn_batch_int64(items, "item")[i] = i;
  recnn_graph_reset(graph, 0, false, false);
  RecnnVar *var = recnn_model_encode_items(model, graph, items);
  recnn_graph_check(graph, &error);
  check(error);
  RecnnTensor encoded = *recnn_graph_tensor(var);
  encoded.data = g_memdup2(encoded.data, recnn_tensor_bytes(&encoded));
  double start = now();
  for (int64_t first = 0; first < N_USERS; first += block) {
    int64_t n = MIN(block, N_USERS - first);
    recnn_batch_set_size(users, n);
    for (int64_t i = 0; i < n; i++)
      recnn_batch_int64(users, "user")[i] = first + i;
    recnn_graph_reset(graph, 0, false, false);
    recnn_model_score_items(model, graph, users, recnn_graph_constant(graph, &encoded));
    recnn_graph_check(graph, &error);
    check(error);
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
    int64_t *number = strcmp(argv[at], "--items") == 0    ? &n_items
                      : strcmp(argv[at], "--length") == 0 ? &length
                      : strcmp(argv[at], "--mean") == 0   ? &mean
                                                          : NULL;
    cpu_time = cpu_time || strcmp(argv[at], "--cpu") == 0;
    at++;
    if (number != NULL && at < argc) {
      *number = MAX(atoi(argv[at]), 1);
      at++;
    }
  }
  mean = mean == 0 ? length : mean;
  return at - 1;
}

int main(int argc, char **argv) {
  int flags = take_flags(argc, argv);
  argv += flags;
  argc -= flags;
  if (argc < 2) {
    fprintf(stderr, "usage: step [--cpu] [--items N] [--length L] [--mean M] "
                    "MODEL [BATCH [STEPS]] [OPTION=VALUE ...]\n");
    return 2;
  }
  int at = 2, numbers[2] = {1024, 300};
  for (int i = 0; i < 2 && at < argc && strchr(argv[at], '=') == NULL; i++, at++)
    numbers[i] = MAX(atoi(argv[at]), 1);
  RecnnModel *model = new_model(argv[1], argv + at);
  if (recnn_model_get_class(model)->train_fields != NULL)
    time_steps(model, numbers[0], numbers[1]);
  if (recnn_model_get_class(model)->encode_items != NULL)
    for (int64_t block = 1; block <= 64; block *= 4)
      time_scores(model, block);
  recnn_model_free(model);
  return 0;
}
