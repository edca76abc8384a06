/* Weights on disk: safetensors with PyTorch's state_dict names, so that they move both ways.  The
 * file's metadata says which model they are of: "model", "options" and "counts" (JSON),
 * "recnn_version", "plugin_version". */
#ifndef RECNN_CORE_MODEL_WEIGHTS_FILE_H
#define RECNN_CORE_MODEL_WEIGHTS_FILE_H

#include "model/model.h"
#include "tensor/safetensors.h"

/* Writes all parameters and buffers, all or nothing.  `plugin_version` may be NULL. */
bool recnn_model_save_weights(const RecnnModel *model, const char *path, const char *plugin_version,
                              GError **error);

/* Reads them back into a model of the same class and sizes.  Everything is checked first (the
 * model's name, that every tensor is there with its shape and dtype, that there is none too many),
 * so a file that does not fit changes nothing. */
bool recnn_model_load_weights(RecnnModel *model, const char *path, GError **error);

/* The same from the tensors of an open file whose names begin with `prefix` (such as "state/"),
 * without a look at the metadata. */
bool recnn_model_take_weights(RecnnModel *model, const RecnnSafetensors *file, const char *prefix,
                              GError **error);

#endif
