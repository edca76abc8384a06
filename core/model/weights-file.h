/* Weights on disk: safetensors with PyTorch's state_dict names, so that they move both ways.  The
 * file's metadata says which model they are of: "model", "options" and "counts" (JSON),
 * "recnn_version", and which plugin wrote them: "plugin", "plugin_version".  What another version
 * of the plugin wrote goes through the class's migrate(); where there is none, it has to fit as it
 * is. */
#ifndef RECNN_CORE_MODEL_WEIGHTS_FILE_H
#define RECNN_CORE_MODEL_WEIGHTS_FILE_H

#include <json-glib/json-glib.h>

#include "model/model.h"
#include "tensor/safetensors.h"

/* Writes all parameters and buffers, all or nothing. */
bool recnn_model_save_weights(const RecnnModel *model, const char *path, GError **error);

/* A file of weights that a model of the class may take: the model's name and the plugin have been
 * looked at, and it has been migrated where that is due.  `options` are those that the model was
 * made with, a JSON object that must live as long as the result; NULL: those in the file. */
typedef struct RecnnWeightsFile RecnnWeightsFile;
RecnnWeightsFile *recnn_weights_file_open(const char *path, const RecnnModelClass *model_class,
                                          JsonObject *options, GError **error);
void recnn_weights_file_close(RecnnWeightsFile *file); /* takes NULL */
/* The options, as the class of today has them, to make a model with. */
RecnnOptions *recnn_weights_file_options(const RecnnWeightsFile *file, GError **error);
/* Into a model of that class.  Everything is checked first (that every tensor is there with its
 * shape and dtype, that there is none too many), so a file that does not fit changes nothing. */
bool recnn_weights_file_take(const RecnnWeightsFile *file, RecnnModel *model, GError **error);

/* All of it, for a model that is there. */
bool recnn_model_load_weights(RecnnModel *model, const char *path, GError **error);

/* From the tensors of an open file whose names begin with `prefix` (such as "state/"), without a
 * look at the metadata. */
bool recnn_model_take_weights(RecnnModel *model, const RecnnSafetensors *file, const char *prefix,
                              GError **error);

#endif
