/* A split as files: the data set, in the parts that the split has. */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "data/split.h"

bool recnn_split_write_atomic(const RecnnSplit *split, const char *folder, GError **error) {
  RecnnDataset *d = split->dataset;
  if (split->fold_in.rows.n > 0)
    return recnn_error_set(error, RECNN_ERROR_UNSUPPORTED,
                           "%s: atomic files have no part for what is known of held-out users",
                           split->description);
  uint8_t *parts = recnn_memory_new((size_t)d->n, 1, "the parts", error);
  if (!parts)
    return false;
  for (int p = 0; p < RECNN_N_PARTS; p++)
    for (int64_t i = 0; i < split->part[p].rows.n; i++)
      parts[split->part[p].row[i]] = (uint8_t)p;
  /* The same columns with other parts, for as long as they are written. */
  RecnnDataset in_parts = *d;
  in_parts.given_part = parts;
  bool ok = recnn_dataset_write_atomic(&in_parts, folder, error);
  recnn_memory_free(parts);
  return ok;
}
