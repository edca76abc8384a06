/* Rows by key, by counting: linear in rows and keys. */
#include <string.h>

#include "data/group-private.h"

void recnn__group_rows(const int32_t *key, const int64_t *order, int64_t n, int64_t n_keys,
                       int64_t *first, int64_t *rows) {
  memset(first, 0, (size_t)(n_keys + 1) * sizeof *first);
  for (int64_t i = 0; i < n; i++)
    first[key[order ? order[i] : i] + 1]++;
  for (int64_t k = 0; k < n_keys; k++)
    first[k + 1] += first[k];
  for (int64_t i = 0; i < n; i++) {
    int64_t r = order ? order[i] : i;
    rows[first[key[r]]++] = r;
  }
  /* first[k] has run from k's start to its end, which is the start of k + 1. */
  for (int64_t k = n_keys; k > 0; k--)
    first[k] = first[k - 1];
  first[0] = 0;
}
