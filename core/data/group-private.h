/* Rows by a key of theirs, such as their user: a counting sort that keeps the order of the rows. */
#ifndef RECNN_CORE_DATA_GROUP_PRIVATE_H
#define RECNN_CORE_DATA_GROUP_PRIVATE_H

#include <recnn/abi.h>

/* Key k's rows become rows[first[k]] .. rows[first[k+1]-1], in the order in which `order` has them
 * (NULL: ascending).  `key` is of all rows; `order` and `rows` have `n`, `first` has n_keys + 1. */
void recnn__group_rows(const int32_t *key, const int64_t *order, int64_t n, int64_t n_keys,
                       int64_t *first, int64_t *rows);

#endif
