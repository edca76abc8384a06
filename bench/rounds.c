/* A worker of bench/run: does training steps when it is told to, and waits in between, so that its
 * rounds can alternate with another program's.  Reads a request a line from stdin and answers each
 * with a line of JSON on stdout:
 *
 *   open MODEL ROWS [WORD ...]   makes a model and its batches; words are
 *                                  users= items= conditions= length= mean= density=
 * features=a,b,... batches=8 threads=N optimizer=adam decay=1e-4 clip=1 still=1 and NAME=VALUE of
 * the model's own options.  still=1: no noise on latent vectors save PREFIX weights and batches, as
 * safetensors, with .weights and .batches behind losses N                     N steps, and the loss
 * of each run N                        N steps: seconds by the clock and of the processor, for one
 *   count                        a step, and what it has to do at the least (count.h)
 *   close                        forgets the model */
#include <glib.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/parallel.h"
#include "base/rng.h"
#include "count.h"
#include "model/model.h"
#include "model/weights-file.h"
#include "optim/optimizer.h"
#include "synthetic.h"
#include "tensor/safetensors.h"
#include "tensor/tensor.h"

#define MAX_BATCHES 64

typedef struct Work {
  RecnnModel *model;
  RecnnGraph *graph;
  RecnnOptimizer *optimizer;
  RecnnParam *const *params;
  int32_t n_params;
  RecnnBatch *batches[MAX_BATCHES];
  int32_t n_batches;
  float *still; /* zeros in place of the draw "epsilon"; NULL: it is drawn */
  double clip;
  uint64_t step;
} Work;

/* The words of a request. */
typedef struct Request {
  char *const *words;
  Sizes sizes;
  const char *optimizer;
  const char *decay;
  double clip;
  int batches;
  bool still;
  GPtrArray *options; /* those of the model; NULL at the end */
} Request;

static double wall_seconds(void) { return 1e-6 * (double)g_get_monotonic_time(); }
static double cpu_seconds(void) { return (double)clock() / CLOCKS_PER_SEC; } /* of all threads */

/* The most memory that the process has had.  (What getrusage says begins with the parent's.) */
static int64_t peak_bytes(void) {
  char *status, *at;
  int64_t bytes = 0;
  if (g_file_get_contents("/proc/self/status", &status, NULL, NULL)) {
    at = strstr(status, "VmHWM:");
    bytes = at != NULL ? 1024 * g_ascii_strtoll(at + strlen("VmHWM:"), NULL, 10) : 0;
    g_free(status);
  }
  return bytes;
}

static void close_work(Work *work) {
  for (int32_t i = 0; i < work->n_batches; i++)
    recnn_batch_free(work->batches[i]);
  recnn_optimizer_free(work->optimizer);
  recnn_graph_free(work->graph);
  recnn_model_free(work->model);
  g_free(work->still);
  memset(work, 0, sizeof *work);
}

static void take_features(Sizes *sizes, const char *list) {
  char **each = g_strsplit(list, ",", SYNTHETIC_MAX_FEATURES);
  sizes->n_features = 0;
  for (char **f = each; *f != NULL; f++)
    sizes->features[sizes->n_features++] = g_ascii_strtoll(*f, NULL, 10);
  g_strfreev(each);
}

/* True when the word was one of the benchmark's own. */
static bool take_word(Request *request, const char *key, const char *value) {
  struct {
    const char *key;
    int64_t *number;
  } numbers[] = {{"users", &request->sizes.users},
                 {"items", &request->sizes.items},
                 {"length", &request->sizes.length},
                 {"mean", &request->sizes.mean},
                 {"conditions", &request->sizes.conditions}};
  for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++)
    if (strcmp(key, numbers[i].key) == 0) {
      *numbers[i].number = g_ascii_strtoll(value, NULL, 10);
      return true;
    }
  if (strcmp(key, "density") == 0)
    request->sizes.density = g_ascii_strtod(value, NULL);
  else if (strcmp(key, "features") == 0)
    take_features(&request->sizes, value);
  else if (strcmp(key, "batches") == 0)
    request->batches = CLAMP(atoi(value), 1, MAX_BATCHES);
  else if (strcmp(key, "optimizer") == 0)
    request->optimizer = value;
  else if (strcmp(key, "decay") == 0)
    request->decay = value;
  else if (strcmp(key, "clip") == 0)
    request->clip = g_ascii_strtod(value, NULL);
  else if (strcmp(key, "still") == 0)
    request->still = value[0] == '1';
  else if (strcmp(key, "threads") == 0)
    recnn_parallel_set_threads(atoi(value), NULL);
  else
    return false;
  return true;
}

/* Splits the words behind MODEL ROWS in place. */
static void take_words(Request *request, char **words) {
  request->sizes = sizes_of_ml_1m();
  request->optimizer = "adam";
  request->decay = "1e-4";
  request->clip = 1.0;
  request->batches = 8;
  request->options = g_ptr_array_new();
  for (; *words != NULL; words++) {
    char *equals = strchr(*words, '=');
    if (equals == NULL)
      continue;
    *equals = '\0';
    if (!take_word(request, *words, equals + 1)) {
      *equals = '=';
      g_ptr_array_add(request->options, *words);
    }
  }
  if (request->sizes.mean > request->sizes.length)
    request->sizes.mean = request->sizes.length;
  g_ptr_array_add(request->options, NULL);
}

static void make_optimizer(Work *work, const Request *request) {
  GError *error = NULL;
  const RecnnOptimizerClass *class = recnn_optimizer_find(request->optimizer);
  if (class == NULL) {
    fprintf(stderr, "rounds: there is no optimizer %s\n", request->optimizer);
    exit(1);
  }
  RecnnOptions *options = recnn_options_new(class->options, class->name, &error);
  synthetic_check(error);
  recnn_options_set_text(options, "weight_decay", request->decay, &error);
  g_clear_error(&error); /* one without it: sparse_adam */
  work->optimizer = recnn_optimizer_new(class, options, work->params, work->n_params, &error);
  synthetic_check(error);
  recnn_options_free(options);
}

/* Replaces the noise on latent vectors by zeros. */
static void be_still(Work *work, int64_t rows) {
  const RecnnParam *mu = recnn_model_find_param(work->model, "fc_mu.bias");
  if (mu == NULL)
    return;
  int64_t shape[2] = {rows, mu->value.shape[0]};
  work->still = g_new0(float, rows *shape[1]);
  RecnnTensor zeros = recnn_tensor_view(work->still, RECNN_FLOAT32, 2, shape);
  recnn_graph_replace_draw(work->graph, "epsilon", &zeros);
}

static void open_work(Work *work, char **words) {
  Request request = {.words = words};
  close_work(work);
  take_words(&request, words + 3);
  int64_t rows = g_ascii_strtoll(words[2], NULL, 10);
  work->model = synthetic_model(words[1], &request.sizes, (char *const *)request.options->pdata);
  const char *const *fields = recnn_model_get_class(work->model)->train_fields;
  if (fields == NULL || rows < 1) {
    fprintf(stderr, "rounds: %s has no training step, or of %s rows\n", words[1], words[2]);
    exit(1);
  }
  work->n_params = recnn_model_params(work->model, &work->params);
  work->graph = recnn_graph_new(1);
  work->clip = request.clip;
  make_optimizer(work, &request);
  if (request.still)
    be_still(work, rows);
  RecnnRng rng;
  recnn_rng_init(&rng, 1, 1);
  for (int i = 0; i < request.batches; i++) {
    work->batches[work->n_batches++] = synthetic_batch(fields, rows, &request.sizes);
    synthetic_fill(work->batches[i], fields, &request.sizes, &rng);
  }
  g_ptr_array_free(request.options, TRUE);
  printf("{\"parameters\": %lld, \"threads\": %d, \"peak_bytes\": %lld}\n",
         (long long)recnn_model_param_count(work->model), recnn_parallel_threads(),
         (long long)peak_bytes());
}

/* A step as the trainer does it (core/train/step.c). */
static double train_step(Work *work) {
  GError *error = NULL;
  double norm;
  const RecnnBatch *batch = work->batches[work->step % (uint64_t)work->n_batches];
  recnn_graph_reset(work->graph, work->step, true, true);
  RecnnVar *loss = recnn_model_loss(work->model, work->graph, batch, NULL);
  recnn_graph_check(work->graph, &error);
  synthetic_check(error);
  double value = (double)*(const float *)recnn_graph_tensor(loss)->data;
  recnn_graph_backward(work->graph, loss, work->params, work->n_params, &error);
  synthetic_check(error);
  recnn_optimizer_step(work->optimizer, work->clip, &norm, &error);
  synthetic_check(error);
  recnn_model_touch(work->model);
  work->step++;
  return value;
}

static void run(Work *work, int steps) {
  double wall = wall_seconds(), cpu = cpu_seconds();
  for (int i = 0; i < steps; i++)
    train_step(work);
  wall = wall_seconds() - wall;
  cpu = cpu_seconds() - cpu;
  printf("{\"wall\": %.9f, \"cpu\": %.9f, \"step_bytes\": %lld, \"peak_bytes\": %lld}\n",
         wall / steps, cpu / steps, (long long)recnn_graph_peak(work->graph),
         (long long)peak_bytes());
}

static void count(Work *work) {
  StepCount counter;
  step_count_begin(&counter);
  train_step(work);
  step_count_end(&counter, work->graph, work->params, work->n_params);
}

static void losses(Work *work, int steps) {
  printf("{\"losses\": [");
  for (int i = 0; i < steps; i++)
    printf("%s%.9g", i > 0 ? ", " : "", train_step(work));
  printf("]}\n");
}

/* The weights into PREFIX.weights, the batches into PREFIX.batches as 0.FIELD, 1.FIELD, ... */
static void save(const Work *work, const char *prefix) {
  GError *error = NULL;
  char *path = g_strconcat(prefix, ".weights", NULL);
  recnn_model_save_weights(work->model, path, &error);
  synthetic_check(error);
  g_free(path);
  RecnnSafetensorsWriter *writer = recnn_safetensors_writer_new();
  GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
  for (int32_t i = 0; i < work->n_batches; i++)
    for (int32_t f = 0; f < work->batches[i]->n_fields; f++) {
      const RecnnBatchField *field = &work->batches[i]->fields[f];
      char *name = g_strdup_printf("%d.%s", (int)i, field->name);
      g_ptr_array_add(names, name);
      recnn_safetensors_writer_add(writer, name, &field->tensor);
    }
  path = g_strconcat(prefix, ".batches", NULL);
  recnn_safetensors_writer_commit(writer, path, &error);
  g_free(path);
  synthetic_check(error);
  g_ptr_array_free(names, TRUE);
  printf("{\"saved\": true}\n");
}

static void answer(Work *work, char **words) {
  const char *verb = words[0];
  guint n = g_strv_length(words);
  if (n >= 3 && strcmp(verb, "open") == 0)
    open_work(work, words);
  else if (n == 1 && strcmp(verb, "count") == 0 && work->model != NULL)
    count(work);
  else if (n == 1 && strcmp(verb, "close") == 0) {
    close_work(work);
    printf("{\"closed\": true}\n");
  } else if (n != 2 || work->model == NULL)
    printf(
        "{\"error\": \"%s: expected open MODEL ROWS, then save PREFIX, losses N, run N, count or "
        "close\"}\n",
        verb != NULL ? verb : "");
  else if (strcmp(verb, "save") == 0)
    save(work, words[1]);
  else if (strcmp(verb, "losses") == 0)
    losses(work, atoi(words[1]));
  else
    run(work, MAX(atoi(words[1]), 1));
}

int main(void) {
  static char line[4096];
  Work work = {0};
  while (fgets(line, sizeof line, stdin) != NULL) {
    char **words = g_strsplit(g_strstrip(line), " ", 0);
    answer(&work, words);
    fflush(stdout);
    g_strfreev(words);
  }
  close_work(&work);
  return 0;
}
