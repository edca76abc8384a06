/* The inside of a model instance. */
#ifndef RECNN_CORE_MODEL_MODEL_PRIVATE_H
#define RECNN_CORE_MODEL_MODEL_PRIVATE_H

#include "model/model.h"

struct RecnnModel {
  const RecnnModelClass *model_class;
  RecnnOptions *options;
  RecnnCount *counts;
  int32_t n_counts;
  uint64_t seed;
  RecnnInputs *inputs; /* NULL: made for no data set */
  GPtrArray *params;   /* RecnnParam, owned */
  void *self;          /* the plugin's instance, zeroed before create() */
  bool creating;
  bool created;  /* create() was called: destroy() is due */
  GError *wrong; /* the first thing that create() got wrong */
  uint64_t version;
};

#endif
