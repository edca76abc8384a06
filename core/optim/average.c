/* The average of average.h: one pass over all parameters, cut into segments by shapes alone. */
#include "optim/average.h"

#include <string.h>

#include "base/clones.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "tensor/tensor.h"

#define SEGMENT 16384 /* elements of a piece of work */

typedef struct Member {
  RecnnParam *param;
  float *mean;
  int64_t n;
  int64_t first_segment;
} Member;

struct RecnnAverage {
  float decay;
  float rest;
  bool begun;
  bool swapped;
  int32_t n_members;
  Member *members;
  int64_t n_segments;
};

RecnnAverage *recnn_average_new(double decay, RecnnParam *const *params, int32_t n_params,
                                GError **error) {
  RecnnAverage *average = g_new0(RecnnAverage, 1);
  average->decay = (float)decay;
  average->rest = (float)(1.0 - decay);
  average->members = g_new0(Member, MAX(n_params, 1));
  for (int32_t i = 0; i < n_params; i++) {
    if (params[i]->value.dtype != RECNN_FLOAT32)
      continue;
    int64_t n = recnn_tensor_count(&params[i]->value);
    float *mean = recnn_memory_new((size_t)n, sizeof *mean, "an average of the weights", error);
    if (mean == NULL) {
      recnn_average_free(average);
      return NULL;
    }
    memcpy(mean, params[i]->value.data, (size_t)n * sizeof *mean);
    average->members[average->n_members++] = (Member){params[i], mean, n, average->n_segments};
    average->n_segments += (n + SEGMENT - 1) / SEGMENT;
  }
  return average;
}

void recnn_average_free(RecnnAverage *average) {
  if (average == NULL)
    return;
  for (int32_t i = 0; i < average->n_members; i++)
    recnn_memory_free(average->members[i].mean);
  g_free(average->members);
  g_free(average);
}

RECNN_CLONES
static void blend(float *restrict mean, const float *restrict w, float decay, float rest,
                  int64_t n) {
  for (int64_t i = 0; i < n; i++)
    mean[i] = decay * mean[i] + rest * w[i];
}

/* The member that a segment belongs to: the last one that begins at or before it. */
static const Member *member_of(const RecnnAverage *average, int64_t segment) {
  int32_t low = 0, high = average->n_members;
  while (high - low > 1) {
    int32_t middle = low + (high - low) / 2;
    if (average->members[middle].first_segment <= segment)
      low = middle;
    else
      high = middle;
  }
  return &average->members[low];
}

static void update_tile(void *context, int64_t tile) {
  const RecnnAverage *average = context;
  const Member *member = member_of(average, tile);
  int64_t begin = (tile - member->first_segment) * SEGMENT;
  int64_t n = MIN(SEGMENT, member->n - begin);
  const float *w = (const float *)member->param->value.data + begin;
  if (average->begun)
    blend(member->mean + begin, w, average->decay, average->rest, n);
  else
    memcpy(member->mean + begin, w, (size_t)n * sizeof *w);
}

void recnn_average_update(RecnnAverage *average) {
  g_return_if_fail(!average->swapped);
  recnn_parallel(average->n_segments, update_tile, average);
  average->begun = true;
}

int32_t recnn_average_n_members(const RecnnAverage *average) { return average->n_members; }

float *recnn_average_member(const RecnnAverage *average, int32_t i, int64_t *ret_count) {
  *ret_count = average->members[i].n;
  return average->members[i].mean;
}

bool recnn_average_has_begun(const RecnnAverage *average) { return average->begun; }

void recnn_average_set_begun(RecnnAverage *average, bool begun) { average->begun = begun; }

void recnn_average_swap(RecnnAverage *average) {
  for (int32_t i = 0; i < average->n_members; i++) {
    Member *member = &average->members[i];
    float *data = member->param->value.data;
    member->param->value.data = member->mean;
    member->mean = data;
  }
  average->swapped = !average->swapped;
}
