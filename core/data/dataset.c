/* The life of a data set.  How one is filled is in dataset-builder.c and the readers. */
#include "base/memory.h"
#include "data/dataset.h"
#include "data/feature.h"

int32_t recnn_dataset_n_users(const RecnnDataset *dataset) {
  return recnn_id_map_size(dataset->users);
}

int32_t recnn_dataset_n_items(const RecnnDataset *dataset) {
  return recnn_id_map_size(dataset->items);
}

RecnnDataset *recnn_dataset_ref(RecnnDataset *dataset) {
  g_atomic_int_inc(&dataset->ref_count);
  return dataset;
}

RecnnDataset *recnn_dataset_unref(RecnnDataset *dataset) {
  if (!dataset || !g_atomic_int_dec_and_test(&dataset->ref_count))
    return NULL;
  g_free(dataset->name);
  g_free(dataset->source);
  g_free(dataset->filter);
  recnn_id_map_free(dataset->users);
  recnn_id_map_free(dataset->items);
  recnn_memory_free(dataset->user);
  recnn_memory_free(dataset->item);
  recnn_memory_free(dataset->rating);
  recnn_memory_free(dataset->timestamp);
  recnn_memory_free(dataset->label);
  recnn_memory_free(dataset->given_part);
  g_ptr_array_unref(dataset->user_features);
  g_ptr_array_unref(dataset->item_features);
  g_ptr_array_unref(dataset->interaction_features);
  recnn_candidates_free(dataset->candidates);
  g_free(dataset);
  return NULL;
}
