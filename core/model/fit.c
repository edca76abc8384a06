/* Models that are computed at once: from what, and what the split has to say about that. */
#include <string.h>

#include "model/model.h"

static bool counts_all(const RecnnModel *model) {
  return (recnn_model_get_class(model)->flags & RECNN_MODEL_COUNTS_ALL) != 0 &&
         strcmp(recnn_options_string(recnn_model_get_options(model), "count"), "all") == 0;
}

char *recnn_model_leak(const RecnnModel *model) {
  return counts_all(model)
             ? g_strdup_printf("model %s counts all interactions (count = \"all\"), those of valid "
                               "and test too",
                               recnn_model_get_class(model)->name)
             : NULL;
}

bool recnn_model_fit_split(RecnnModel *model, const RecnnSplit *split, GError **error) {
  const RecnnDataset *d = split->dataset;
  g_autofree char *leak = recnn_model_leak(model);
  if (leak == NULL)
    return recnn_model_fit(model, &split->part[RECNN_TRAIN].rows, error);
  const RecnnInteractions all = {.struct_size = sizeof all,
                                 .n = d->n,
                                 .n_users = recnn_dataset_n_users(d),
                                 .n_items = recnn_dataset_n_items(d),
                                 .user = d->user,
                                 .item = d->item,
                                 .rating = d->rating,
                                 .timestamp = d->timestamp};
  return recnn_split_object(split, leak, error) && recnn_model_fit(model, &all, error);
}
