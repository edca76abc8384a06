/* Speed and memory of an evaluation: a model of dot products, on random data.
 *
 *   evaluate [--cpu] [--candidates WHAT] [--usual] [--keep] [USERS [ITEMS [DIM [ROWS
 * [EVALUATED]]]]]
 *
 * Defaults: 6040 users, 3706 items (MovieLens 1M), 64 wide, 165 rows a user of which a tenth is for
 * test, all users evaluated.  Metrics are all there are, at five cut-offs; --usual leaves out those
 * of lists and of the catalogue.  --keep keeps every user's numbers, ranks and lists.  Prints
 * seconds of three runs, and the memory that the evaluation has added to the process at its
 * highest. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <glib.h>

#include "base/parallel.h"
#include "base/rng.h"
#include "data/feature.h"
#include "eval/evaluator.h"

static void check(const GError *error) {
  if (error != NULL) {
    fprintf(stderr, "evaluate: %s\n", error->message);
    exit(1);
  }
}

/* ---- the model */

typedef struct Dot {
  RecnnParam *users;
  RecnnParam *items;
} Dot;

static RecnnStatus create(void *self, RecnnModel *model, RecnnError *error) {
  Dot *m = self;
  (void)error;
  RecnnInit normal = recnn_init(RECNN_INIT_NORMAL, 0.0, 1.0);
  int64_t dim = recnn_model_config_option(model, "dim").as.i;
  const int64_t users[2] = {recnn_model_config_count(model, "users"), dim};
  const int64_t items[2] = {recnn_model_config_count(model, "items"), dim};
  m->users = recnn_model_declare_param(model, "users", 2, users, normal, 0);
  m->items = recnn_model_declare_param(model, "items", 2, items, normal, 0);
  return RECNN_OK;
}

static RecnnVar *look_up(RecnnGraph *graph, RecnnParam *table, const RecnnBatch *batch,
                         const char *field) {
  RecnnVar *inputs[2] = {recnn_graph_param(graph, table),
                         recnn_graph_constant(graph, recnn_batch_field(batch, field))};
  return recnn_graph_apply(graph, "embedding", inputs, 2, NULL, 0);
}

static RecnnVar *encode(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  return look_up(graph, ((const Dot *)self)->items, batch, "item");
}

static RecnnVar *score(const void *self, RecnnGraph *graph, const RecnnBatch *batch,
                       RecnnVar *items) {
  RecnnVar *inputs[2] = {look_up(graph, ((const Dot *)self)->users, batch, "user"), items};
  return recnn_graph_apply(graph, "linear", inputs, 2, NULL, 0);
}

static const RecnnOption options[] = {
    {"dim", RECNN_OPTION_INT, "64", "[1,65536]", "width of the embeddings"},
    {NULL, 0, NULL, NULL, NULL}};
static const char *const pairs[] = {"user", "item", "neg_item", NULL};
static const char *const query[] = {"user", NULL};
static const RecnnModelClass dot_class = {
    .struct_size = sizeof(RecnnModelClass),
    .name = "dot",
    .summary = "dot products of embeddings",
    .paper = "none",
    .options = options,
    .train_fields = pairs,
    .query_fields = query,
    .default_loss = "mse",
    .instance_size = sizeof(Dot),
    .create = create,
    .encode_items = encode,
    .score_items = score,
};

/* ---- the data */

static void add(RecnnDatasetBuilder *builder, int64_t user, int64_t item, int part) {
  char u[24], i[24];
  GError *error = NULL;
  int nu = g_snprintf(u, sizeof u, "%" G_GINT64_FORMAT, (gint64)user);
  int ni = g_snprintf(i, sizeof i, "%" G_GINT64_FORMAT, (gint64)item);
  recnn_dataset_builder_set_part(builder, part);
  recnn_dataset_builder_add(builder, u, (size_t)nu, i, (size_t)ni, 0.0f, 0.0, &error);
  check(error);
}

/* Rows with items that are the likelier the lower their number; a genre for each item. */
static RecnnSplit *make_split(int64_t n_users, int64_t n_items, int64_t rows, int64_t evaluated) {
  RecnnRng rng;
  GError *error = NULL;
  recnn_rng_init(&rng, 1, RECNN_STREAM(RECNN_STREAM_SYNTHETIC, 9));
  RecnnDatasetBuilder *builder = recnn_dataset_builder_new("random", "generated", false, false);
  for (int64_t i = 0; i < MAX(n_users, n_items); i++)
    add(builder, i % n_users, i % n_items, RECNN_TRAIN);
  for (int64_t u = 0; u < n_users; u++) {
    for (int64_t r = 0; r < rows; r++) {
      double x = recnn_rng_double(&rng);
      bool test = u < evaluated && r % 10 == 0;
      add(builder, u, (int64_t)(x * x * (double)n_items), test ? RECNN_TEST : RECNN_TRAIN);
    }
  }
  RecnnFeatureBuilder *genres = recnn_feature_builder_new("genre", RECNN_FEATURE_TOKEN);
  for (int32_t i = 0; i < n_items; i++) {
    char genre[8];
    int n = g_snprintf(genre, sizeof genre, "g%d", (int)recnn_rng_below(&rng, 18));
    recnn_feature_builder_token(genres, i, genre, (size_t)n, &error);
    check(error);
  }
  RecnnDataset *dataset = recnn_dataset_builder_peek(builder);
  g_ptr_array_add(dataset->item_features,
                  recnn_feature_builder_finish(genres, (int32_t)n_items, &error));
  check(error);
  dataset = recnn_dataset_builder_finish(builder, &error);
  check(error);
  RecnnSplit *split = recnn_split_new(dataset, NULL, &error);
  check(error);
  recnn_dataset_unref(dataset);
  return split;
}

/* A line of /proc/self/status in MB; 0 where there is none. */
static double memory(const char *what) {
  char *text = NULL;
  double kilobytes = 0.0;
  if (g_file_get_contents("/proc/self/status", &text, NULL, NULL)) {
    const char *line = strstr(text, what);
    kilobytes = line != NULL ? g_ascii_strtod(line + strlen(what), NULL) : 0.0;
  }
  g_free(text);
  return kilobytes / 1000.0;
}

int main(int argc, char **argv) {
  int64_t sizes[5] = {6040, 3706, 64, 165, INT64_MAX};
  const char *candidates = "all";
  bool usual = false, keep = false, cpu = false;
  int n_sizes = 0;
  for (int i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--candidates") == 0 && i + 1 < argc)
      candidates = argv[++i];
    else if (strcmp(argv[i], "--cpu") == 0)
      cpu = true;
    else if (strcmp(argv[i], "--usual") == 0)
      usual = true;
    else if (strcmp(argv[i], "--keep") == 0)
      keep = true;
    else if (n_sizes < 5)
      sizes[n_sizes++] = g_ascii_strtoll(argv[i], NULL, 10);
  }
  GError *error = NULL;
  RecnnSplit *split = make_split(sizes[0], sizes[1], sizes[3], sizes[4]);
  const RecnnCount counts[2] = {{"users", sizes[0]}, {"items", sizes[1]}};
  RecnnOptions *set = recnn_options_new(options, "dot", &error);
  check(error);
  const RecnnValue dim = {.type = RECNN_OPTION_INT, .as.i = sizes[2]};
  recnn_options_set(set, "dim", &dim, &error);
  check(error);
  RecnnModel *model = recnn_model_new(&dot_class, set, counts, 2, 1, &error);
  check(error);
  static const char *const all[] = {"all", NULL};
  static const int64_t topk[] = {1, 5, 10, 20, 50};
  RecnnEvalSettings settings = {.topk = topk,
                                .n_topk = 5,
                                .metrics = usual ? NULL : all,
                                .candidates = candidates,
                                .keep_users = keep,
                                .keep_ranks = keep,
                                .keep_lists = keep ? 50 : 0};
  double before = memory("VmRSS:");
  RecnnResult *result = NULL;
  for (int run = 0; run < 3; run++) {
    recnn_result_free(result);
    clock_t start = clock();
    result = recnn_evaluate(model, split, RECNN_TEST, &settings, &error);
    check(error);
    printf("%.3f s\n", cpu ? (double)(clock() - start) / CLOCKS_PER_SEC : result->seconds);
  }
  printf("%d threads, %" G_GINT64_FORMAT " users of %" G_GINT64_FORMAT ", %" G_GINT64_FORMAT
         " items, %d numbers; temporaries of a block %.1f MB; memory %.0f MB before, at most %.0f "
         "MB\n",
         recnn_parallel_threads(), (gint64)result->n_users, (gint64)sizes[0],
         (gint64)result->n_items, result->n_values, (double)result->peak_bytes / 1e6, before,
         memory("VmHWM:"));
  recnn_result_free(result);
  recnn_model_free(model);
  recnn_options_free(set);
  recnn_split_unref(split);
  return 0;
}
