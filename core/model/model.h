/* An instance of a model class: its options, parameters and the plugin's own state; created when
 * the sizes of the data are known. */
#ifndef RECNN_CORE_MODEL_MODEL_H
#define RECNN_CORE_MODEL_MODEL_H

#include <glib.h>

#include <recnn/kind/model.h>

#include "base/options.h"
#include "data/batch.h"
#include "data/inputs.h"
#include "data/split.h"
#include "graph/graph.h"

/* Checks a class as it comes from a plugin: sizes, names, that it can do anything at all, its
 * option table.  RECNN_ERROR_PLUGIN_FEATURE. */
bool recnn_model_class_check(const RecnnModelClass *model_class, GError **error);

/* The plugin that offers a class, and its version, for the files of its models.  Both live as long
 * as the process. */
typedef struct RecnnModelOrigin {
  const char *plugin;
  const char *version;
} RecnnModelOrigin;
void recnn_model_class_set_origin(const RecnnModelClass *model_class, const char *plugin,
                                  const char *version);
/* False, and nothing written, for a class that no plugin brought. */
bool recnn_model_class_origin(const RecnnModelClass *model_class, RecnnModelOrigin *ret_origin);

/* `options` is copied (NULL: all defaults).  Sizes by name, for config->count. */
typedef struct RecnnCount {
  const char *name;
  int64_t value;
} RecnnCount;
RecnnModel *recnn_model_new(const RecnnModelClass *model_class, const RecnnOptions *options,
                            const RecnnCount *counts, int32_t n_counts, uint64_t seed,
                            GError **error);
/* For a data set: users, items and whatever else the class's fields take from it, made as
 * `inputs_options` (of recnn_inputs_options(); NULL: the defaults) say. */
RecnnModel *recnn_model_new_for(const RecnnModelClass *model_class, const RecnnOptions *options,
                                RecnnDataset *dataset, const RecnnOptions *inputs_options,
                                uint64_t seed, GError **error);
/* The same where the data set is a part of the model's, which had so many interactions. */
RecnnModel *recnn_model_new_for_part(const RecnnModelClass *model_class,
                                     const RecnnOptions *options, RecnnDataset *dataset,
                                     int64_t n_interactions, const RecnnOptions *inputs_options,
                                     uint64_t seed, GError **error);
void recnn_model_free(RecnnModel *model); /* takes NULL */

const RecnnModelClass *recnn_model_get_class(const RecnnModel *model);
const RecnnOptions *recnn_model_get_options(const RecnnModel *model);
/* How its fields are made; NULL for a model that was made by recnn_model_new(). */
const RecnnInputs *recnn_model_get_inputs(const RecnnModel *model);
int32_t recnn_model_counts(const RecnnModel *model, const RecnnCount **ret_counts);
int64_t recnn_model_get_count(const RecnnModel *model, const char *what); /* -1: none */

/* Parameters and buffers in the order of their declaration. */
int32_t recnn_model_params(const RecnnModel *model, RecnnParam *const **ret_params);
RecnnParam *recnn_model_find_param(const RecnnModel *model, const char *name); /* or NULL */
int64_t recnn_model_param_count(const RecnnModel *model); /* trainable elements */

/* What the services param and config do inside a class's create(); see there.  A failure is
 * remembered in the model and fails its creation; outside create() they fail too. */
RecnnParam *recnn_model_declare_param(RecnnModel *model, const char *name, int32_t rank,
                                      const int64_t *shape, RecnnInit init, uint32_t flags);
RecnnValue recnn_model_config_option(RecnnModel *model, const char *name);
int64_t recnn_model_config_count(RecnnModel *model, const char *what);

/* Goes up whenever the weights change (training step, restore): caches of encodings compare it. */
uint64_t recnn_model_version(const RecnnModel *model);
void recnn_model_touch(RecnnModel *model);

/* The model's calls; the graph's sticky error is theirs.  loss() is what is minimised, the class's
 * penalty included: that of an objective (objective.h) on the model, or with NULL the class's own
 * loss, or its default one on predict(). */
typedef struct RecnnObjective RecnnObjective;
RecnnVar *recnn_model_loss(RecnnModel *model, RecnnGraph *graph, const RecnnBatch *batch,
                           RecnnObjective *objective);
RecnnVar *recnn_model_predict(RecnnModel *model, RecnnGraph *graph, const RecnnBatch *batch);
RecnnVar *recnn_model_encode_items(RecnnModel *model, RecnnGraph *graph, const RecnnBatch *batch);
RecnnVar *recnn_model_score_items(RecnnModel *model, RecnnGraph *graph, const RecnnBatch *batch,
                                  RecnnVar *items);
/* Whether loss() takes batches with "target_step"; the error says why not. */
bool recnn_model_shares_prefixes(const RecnnModel *model, GError **error);
bool recnn_model_fit(RecnnModel *model, const RecnnInteractions *data, GError **error);
/* Computes the model from the split's train part, or from all parts where it is set to count all,
 * unless the split's policy makes that an error. */
bool recnn_model_fit_split(RecnnModel *model, const RecnnSplit *split, GError **error);
/* What the audit of a split says of the model: NULL, or that it counts all.  Caller frees. */
char *recnn_model_leak(const RecnnModel *model);

/* A copy of all parameters and buffers, and the way back. */
typedef struct RecnnWeights RecnnWeights;
RecnnWeights *recnn_weights_new(const RecnnModel *model, GError **error);
void recnn_weights_save(RecnnWeights *weights, const RecnnModel *model);
void recnn_weights_restore(const RecnnWeights *weights, RecnnModel *model);
void recnn_weights_free(RecnnWeights *weights); /* takes NULL */
/* The bytes of the copy, to save and restore. */
void *recnn_weights_bytes(const RecnnWeights *weights, size_t *ret_size);

#endif
