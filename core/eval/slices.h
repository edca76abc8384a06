/* Slices: the same means over some users, or over some of the relevant items, to see whom a model
 * serves.  A slicing says of every user or item in which slice it is. */
#ifndef RECNN_CORE_EVAL_SLICES_H
#define RECNN_CORE_EVAL_SLICES_H

#include <glib.h>

#include "data/split.h"
#include "eval/questions.h"

typedef enum {
  RECNN_SLICE_USERS,        /* warm: with a row in train; cold: without */
  RECNN_SLICE_USER_DECILES, /* tenths of the users asked, those with most rows in train first */
  RECNN_SLICE_ITEMS,        /* warm: relevant items with a row in train; cold: without */
  RECNN_SLICE_ITEM_DECILES, /* tenths of all items, those with most rows in train first */
  RECNN_N_SLICINGS
} RecnnSliceKind;

typedef struct RecnnSlicing {
  RecnnSliceKind kind;
  bool of_items;
  int32_t n;   /* slices */
  uint8_t *of; /* of every user or item: which slice */
} RecnnSlicing;

typedef struct RecnnSlices {
  int32_t n_slicings;
  RecnnSlicing slicings[RECNN_N_SLICINGS];
  int32_t n; /* slices of all slicings together */
} RecnnSlices;

/* "users", "user_deciles", "items", "item_deciles"; false with an error for another name. */
bool recnn_slice_kind_find(const char *name, RecnnSliceKind *ret_kind, GError **error);
const char *recnn_slice_kind_name(RecnnSliceKind kind);
/* "warm", "cold", "1" .. "10". */
const char *recnn_slice_name(const RecnnSlicing *slicing, int32_t slice);

/* `wanted` by kind.  Fails when memory runs out. */
RecnnSlices *recnn_slices_new(const RecnnSplit *split, const RecnnQuestions *questions,
                              const bool wanted[RECNN_N_SLICINGS], GError **error);
void recnn_slices_free(RecnnSlices *slices); /* takes NULL */

#endif
