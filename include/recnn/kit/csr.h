/* The training interactions as a sparse matrix by rows: for models that are computed in fit().
 * Header only; the memory is the plugin's. */
#ifndef RECNN_KIT_CSR_H
#define RECNN_KIT_CSR_H

#include <stdlib.h>
#include <string.h>

#include <recnn/plugin.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Row r has the columns column[start[r] .. start[r+1]-1], ascending, each once. */
typedef struct RecnnCsr {
  int64_t n_rows;
  int64_t n_columns;
  int64_t *start;
  int32_t *column;
} RecnnCsr;

static inline void recnn_csr_clear(RecnnCsr *csr) {
  /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): what is cleared is empty afterwards */
  free(csr->start);
  /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): as above */
  free(csr->column);
  memset(csr, 0, sizeof *csr);
}

/* Drops what is in a row twice. */
static inline void recnn_csr_drop_repeats(RecnnCsr *csr) {
  int64_t to = 0, begin = 0;
  for (int64_t r = 0; r < csr->n_rows; r++) {
    int64_t end = csr->start[r + 1], own = to;
    for (int64_t i = begin; i < end; i++)
      if (to == own || csr->column[to - 1] != csr->column[i])
        csr->column[to++] = csr->column[i];
    csr->start[r + 1] = to;
    begin = end;
  }
}

/* The matrix with an entry for each of n pairs; pairs may repeat.  Two sorts by counting: by
 * column, then by row.  False, with the error written, when there is no memory; then there is
 * nothing to clear. */
static inline bool recnn_csr_make(RecnnCsr *csr, int64_t n_rows, int64_t n_columns, int64_t n,
                                  const int32_t *row, const int32_t *column, RecnnError *error) {
  int64_t *at = (int64_t *)calloc((size_t)n_columns + 1, sizeof *at);
  int64_t *order = (int64_t *)malloc((size_t)(n + 1) * sizeof *order);
  csr->n_rows = n_rows;
  csr->n_columns = n_columns;
  csr->start = (int64_t *)calloc((size_t)n_rows + 2, sizeof *csr->start);
  csr->column = (int32_t *)malloc((size_t)(n + 1) * sizeof *csr->column);
  bool ok = at != NULL && order != NULL && csr->start != NULL && csr->column != NULL;
  if (ok) {
    for (int64_t i = 0; i < n; i++)
      at[column[i] + 1]++;
    for (int64_t c = 0; c < n_columns; c++)
      at[c + 1] += at[c];
    for (int64_t i = 0; i < n; i++)
      order[at[column[i]]++] = i;
    /* Behind the counts of one place there is room to count on: start[r + 1] runs from the row's
     * begin to its end. */
    for (int64_t i = 0; i < n; i++)
      csr->start[row[i] + 2]++;
    for (int64_t r = 0; r < n_rows; r++)
      csr->start[r + 2] += csr->start[r + 1];
    for (int64_t i = 0; i < n; i++)
      /* NOLINTNEXTLINE(clang-analyzer-core.uninitialized.ArraySubscript): order is a permutation */
      csr->column[csr->start[row[order[i]] + 1]++] = column[order[i]];
    recnn_csr_drop_repeats(csr);
  } else {
    recnn_csr_clear(csr);
    (void)recnn_fail(error, RECNN_ERROR_MEMORY, "no memory for a matrix of %lld interactions",
                     (long long)n);
  }
  free(at);
  free(order);
  return ok;
}

/* Users by items, and items by users. */
static inline bool recnn_csr_by_user(RecnnCsr *csr, const RecnnInteractions *data,
                                     RecnnError *error) {
  return recnn_csr_make(csr, data->n_users, data->n_items, data->n, data->user, data->item, error);
}
static inline bool recnn_csr_by_item(RecnnCsr *csr, const RecnnInteractions *data,
                                     RecnnError *error) {
  return recnn_csr_make(csr, data->n_items, data->n_users, data->n, data->item, data->user, error);
}

#ifdef __cplusplus
}
#endif

#endif
