/* How a model's input fields are made of a data set: how long sequences are, what is a hit, which
 * attribute is the condition.  Belongs to a model for its lifetime, since the sizes of its
 * parameters follow from it and it is asked the way that it was trained. */
#ifndef RECNN_CORE_DATA_INPUTS_H
#define RECNN_CORE_DATA_INPUTS_H

#include <glib.h>

#include "base/options.h"
#include "data/dataset.h"
#include "data/features.h"

typedef struct RecnnInputs {
  RecnnDataset *dataset; /* owned reference */
  RecnnOptions *options; /* as they were given, owned */
  int64_t max_sequence_length;
  bool full_width;       /* training sequences are so long too, whatever their lengths */
  float label_threshold; /* a rating from here on is label 1 */
  bool rated_rows;       /* the rows' values are ratings; otherwise each is 1 */
  /* A token feature of users; NULL where no field asks for it.  A user without a value has the
   * condition behind the last token. */
  const RecnnFeatureColumn *condition;
  int64_t n_conditions;
  int64_t most_conditions; /* that a user of the data has, at least 1: nobody is asked about with
                              more */
  RecnnFeatures *features; /* NULL where no field asks for them; owned */
  gint ref_count;
} RecnnInputs;

/* max_sequence_length, label_threshold, row_values, condition, features, feature_buckets:
 * docs/LUA-API.md. */
const RecnnOption *recnn_inputs_options(void);
/* `options` is of recnn_inputs_options(), NULL for the defaults; it is copied.  `fields` are those
 * that the model reads (NULL at the end, or NULL): what none of them needs is not looked for.
 * `sequence_length` > 0 takes the place of max_sequence_length. */
RecnnInputs *recnn_inputs_new(RecnnDataset *dataset, const RecnnOptions *options,
                              const char *const *fields, int64_t sequence_length, GError **error);
RecnnInputs *recnn_inputs_ref(RecnnInputs *inputs);
RecnnInputs *recnn_inputs_unref(RecnnInputs *inputs); /* takes NULL, returns NULL */

/* The conditions of a user of the data: how many, which may be none; `*ret_first` is theirs. */
int64_t recnn_inputs_conditions(const RecnnInputs *inputs, int64_t user, const int32_t **ret_first);

#endif
