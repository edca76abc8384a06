/* The op: for each sparse row the k users most like it, and the sum of their rows, each weighted by
 * its similarity. */
#include <string.h>

#include <recnn/kit/nearest.h>

#include "user_knn.h"

enum { ROW_START, ROW_ITEM, USER_START, USER_ITEM, ITEM_START, ITEM_USER, N_INPUTS };
enum { K, SIMILARITY, SHRINK };

/* The row starts of a sparse matrix with n entries or room for them. */
static bool are_starts(const int64_t *start, int64_t n_rows, int64_t n) {
  if (start[0] != 0 || start[n_rows] > n)
    return false;
  for (int64_t r = 0; r < n_rows; r++)
    if (start[r] > start[r + 1])
      return false;
  return true;
}

static bool are_below(const int64_t *ids, int64_t n, int64_t end) {
  for (int64_t i = 0; i < n; i++)
    if (ids[i] < 0 || ids[i] >= end)
      return false;
  return true;
}

static int64_t rows_of(const RecnnOpCall *call, int32_t starts) {
  return call->inputs[starts]->shape[0] - 1;
}

static bool shape(RecnnOpCall *call) {
  for (int32_t i = 0; i < N_INPUTS; i++)
    if (call->inputs[i]->dtype != RECNN_INT64 || call->inputs[i]->rank != 1 ||
        (i % 2 == 0 && call->inputs[i]->shape[0] < 1))
      return call->host->fail(call, RECNN_ERROR_SHAPE,
                              "expected int64 vectors: row_start, row_item, user_start, user_item, "
                              "item_start, item_user");
  call->output->dtype = RECNN_FLOAT32;
  call->output->rank = 2;
  call->output->shape[0] = rows_of(call, ROW_START);
  call->output->shape[1] = rows_of(call, ITEM_START);
  return true;
}

/* What a row needs: counts of what it shares with each user, and its nearest. */
typedef struct Work {
  const RecnnOpCall *call;
  int64_t k;
  int32_t *common;   /* (B, users) */
  int32_t *id;       /* (B, k) */
  float *similarity; /* (B, k) */
} Work;

static RecnnNearest find_nearest(const Work *w, int64_t row) {
  const RecnnOpCall *call = w->call;
  const int64_t *row_start = call->inputs[ROW_START]->data,
                *row_item = call->inputs[ROW_ITEM]->data;
  const int64_t *user_start = call->inputs[USER_START]->data;
  const int64_t *item_start = call->inputs[ITEM_START]->data;
  const int64_t *item_user = call->inputs[ITEM_USER]->data;
  int64_t users = rows_of(call, USER_START);
  int32_t *common = w->common + row * users;
  RecnnNearest nearest = {
      .k = w->k, .id = w->id + row * w->k, .similarity = w->similarity + row * w->k};
  memset(common, 0, (size_t)users * sizeof *common);
  for (int64_t i = row_start[row]; i < row_start[row + 1]; i++)
    for (int64_t j = item_start[row_item[i]]; j < item_start[row_item[i] + 1]; j++)
      common[item_user[j]]++;
  double size = (double)(row_start[row + 1] - row_start[row]);
  for (int64_t u = 0; u < users; u++)
    if (common[u] > 0)
      recnn_nearest_add(&nearest, (int32_t)u,
                        recnn_similarity(call->attrs[SIMILARITY].as.i, call->attrs[SHRINK].as.f,
                                         common[u], size,
                                         (double)(user_start[u + 1] - user_start[u])));
  return nearest;
}

static void score_row(void *context, int64_t row) {
  const Work *w = context;
  const RecnnOpCall *call = w->call;
  const int64_t *user_start = call->inputs[USER_START]->data;
  const int64_t *user_item = call->inputs[USER_ITEM]->data;
  RecnnNearest nearest = find_nearest(w, row);
  int64_t items = call->output->shape[1];
  float *y = (float *)call->output->data + row * items;
  memset(y, 0, (size_t)items * sizeof *y);
  for (int64_t c = 0; c < nearest.n; c++)
    for (int64_t i = user_start[nearest.id[c]]; i < user_start[nearest.id[c] + 1]; i++)
      y[user_item[i]] += nearest.similarity[c];
}

static bool check(RecnnOpCall *call) {
  int64_t n_rows = rows_of(call, ROW_START), users = rows_of(call, USER_START);
  int64_t items = rows_of(call, ITEM_START);
  const int64_t *row = call->inputs[ROW_START]->data, *user = call->inputs[USER_START]->data;
  const int64_t *item = call->inputs[ITEM_START]->data;
  if (!are_starts(row, n_rows, call->inputs[ROW_ITEM]->shape[0]) ||
      !are_below(call->inputs[ROW_ITEM]->data, row[n_rows], items))
    return call->host->fail(call, RECNN_ERROR_SHAPE, "the rows: an offset or item out of range");
  if (!are_starts(user, users, call->inputs[USER_ITEM]->shape[0]) ||
      !are_below(call->inputs[USER_ITEM]->data, user[users], items))
    return call->host->fail(call, RECNN_ERROR_SHAPE, "the users: an offset or item out of range");
  if (!are_starts(item, items, call->inputs[ITEM_USER]->shape[0]) ||
      !are_below(call->inputs[ITEM_USER]->data, item[items], users))
    return call->host->fail(call, RECNN_ERROR_SHAPE, "the items: an offset or user out of range");
  return true;
}

static bool forward(RecnnOpCall *call) {
  int64_t n_rows = rows_of(call, ROW_START), users = rows_of(call, USER_START);
  if (!check(call))
    return false;
  Work w = {.call = call, .k = call->attrs[K].as.i < users ? call->attrs[K].as.i : users};
  w.common = call->host->scratch(call, (size_t)(n_rows * users + 1) * sizeof *w.common);
  w.id = call->host->scratch(call, (size_t)(n_rows * w.k + 1) * sizeof *w.id);
  w.similarity = call->host->scratch(call, (size_t)(n_rows * w.k + 1) * sizeof *w.similarity);
  if (w.common == NULL || w.id == NULL || w.similarity == NULL)
    return false;
  call->host->parallel(call, n_rows, score_row, &w);
  return true;
}

static const RecnnOption attrs[] = {
    {"k", RECNN_OPTION_INT, "100", "[1,inf)", "Neighbours of a row"},
    {"similarity", RECNN_OPTION_INT, "0", "[0,2]", "Cosine, Jaccard or Dice"},
    {"shrink", RECNN_OPTION_FLOAT, "0", "[0,inf)", "Added to the similarity's denominator"},
    {NULL, 0, NULL, NULL, NULL},
};
static const RecnnOpSampleInput inputs[] = {
    {.dtype = RECNN_INT64, .rank = 1, .shape = {4}, .fill = RECNN_SAMPLE_OFFSETS, .high = 8},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {8}, .low = 0, .high = 5},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {6}, .fill = RECNN_SAMPLE_OFFSETS, .high = 15},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {15}, .low = 0, .high = 5},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {7}, .fill = RECNN_SAMPLE_OFFSETS, .high = 16},
    {.dtype = RECNN_INT64, .rank = 1, .shape = {16}, .low = 0, .high = 4},
};
static const RecnnAttr jaccard[] = {{"similarity", {RECNN_OPTION_INT, 0, {.i = RECNN_JACCARD}}},
                                    {"shrink", {RECNN_OPTION_FLOAT, 0, {.f = 1.5}}}};
static const RecnnAttr two[] = {{"k", {RECNN_OPTION_INT, 0, {.i = 2}}}};
static const RecnnOpSample samples[] = {
    {.name = "three rows, two neighbours",
     .inputs = inputs,
     .n_inputs = N_INPUTS,
     .attrs = two,
     .n_attrs = 1,
     .batch = 3},
    {.name = "Jaccard, all neighbours",
     .inputs = inputs,
     .n_inputs = N_INPUTS,
     .attrs = jaccard,
     .n_attrs = 2,
     .batch = 3},
    {.name = NULL},
};

const RecnnOp user_knn_scores = {
    .struct_size = sizeof(RecnnOp),
    .name = "user_knn_scores",
    .doc = "For sparse rows (B, items), given as row_start int64 (B + 1) and row_item int64, the "
           "sum of the rows of the k users most like each, weighted by similarity: (B, items). "
           "Users by items are user_start int64 (users + 1) and user_item, items by users "
           "item_start and item_user, with room for more entries",
    .min_inputs = N_INPUTS,
    .max_inputs = N_INPUTS,
    .attrs = attrs,
    .shape = shape,
    .forward = forward,
    .samples = samples,
};
