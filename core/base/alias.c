/* The tables of alias.h: a cell for each number, which it shares with one other at most. */
#include "base/alias.h"

#include "base/memory.h"

struct RecnnAlias {
  int64_t n;
  uint32_t *keep; /* a number's share of its own cell, in 2^-32 ... */
  int32_t *alias; /* ... and whose the rest is */
};

static bool allocate(RecnnAlias *alias, size_t n, double **ret_share, int32_t **ret_order,
                     const char *what, GError **error) {
  return (*ret_share = recnn_memory_new(n, sizeof **ret_share, what, error)) != NULL &&
         (*ret_order = recnn_memory_new(n, sizeof **ret_order, what, error)) != NULL &&
         (alias->keep = recnn_memory_new(n, sizeof *alias->keep, what, error)) != NULL &&
         (alias->alias = recnn_memory_new(n, sizeof *alias->alias, what, error)) != NULL;
}

/* Cells below the mean are filled up from those above it. */
static void fill(RecnnAlias *alias, const double *weights, double *share, int32_t *order) {
  int64_t n = alias->n;
  double sum = 0.0;
  for (int64_t i = 0; i < n; i++)
    sum += weights[i];
  int64_t n_small = 0; /* order[0 .. n_small-1] */
  int64_t large = n;   /* order[large .. n-1] */
  for (int64_t i = 0; i < n; i++) {
    share[i] = sum > 0.0 ? weights[i] * ((double)n / sum) : 1.0;
    alias->alias[i] = (int32_t)i;
    alias->keep[i] = UINT32_MAX;
    order[share[i] < 1.0 ? n_small++ : --large] = (int32_t)i;
  }
  while (n_small > 0 && large < n) {
    int32_t small = order[--n_small];
    int32_t donor = order[large];
    alias->keep[small] = (uint32_t)(share[small] * 4294967295.0);
    alias->alias[small] = donor;
    share[donor] -= 1.0 - share[small];
    if (share[donor] < 1.0) {
      large++;
      order[n_small++] = donor;
    }
  }
}

RecnnAlias *recnn_alias_new(const double *weights, int64_t n, const char *what, GError **error) {
  RecnnAlias *alias = g_new0(RecnnAlias, 1);
  alias->n = n;
  double *share = NULL;
  int32_t *order = NULL;
  bool ok = allocate(alias, (size_t)n, &share, &order, what, error);
  if (ok)
    fill(alias, weights, share, order);
  recnn_memory_free(share);
  recnn_memory_free(order);
  if (ok)
    return alias;
  recnn_alias_free(alias);
  return NULL;
}

void recnn_alias_free(RecnnAlias *alias) {
  if (alias == NULL)
    return;
  recnn_memory_free(alias->keep);
  recnn_memory_free(alias->alias);
  g_free(alias);
}

int64_t recnn_alias_draw(const RecnnAlias *alias, const uint32_t words[4]) {
  /* floor (x * n / 2^64) for a 64-bit x, by halves */
  uint64_t n = (uint64_t)alias->n;
  int64_t i = (int64_t)((words[0] * n + (words[1] * n >> 32)) >> 32);
  /* A weight of zero keeps nothing, not even the word 0. */
  return words[2] < alias->keep[i] || alias->keep[i] == UINT32_MAX ? i : alias->alias[i];
}
