/* The parts of a check against recorded numbers. */
#ifndef RECNN_CORE_CHECK_REFERENCE_PRIVATE_H
#define RECNN_CORE_CHECK_REFERENCE_PRIVATE_H

#include "check/reference.h"
#include "data/batch.h"
#include "model/model.h"
#include "model/weights-file.h"
#include "optim/optimizer.h"
#include "tensor/safetensors.h"

/* The model of the file's metadata, made with its hyper-parameters, the state not yet loaded. */
RecnnModel *recnn__reference_model(const RecnnSafetensors *file, GError **error);

/* The optimizer that the metadata's text describes, and the norm to which it clips (0: not). */
RecnnOptimizer *recnn__reference_optimizer(const RecnnSafetensors *file, RecnnModel *model,
                                           double *ret_clip, GError **error);

/* The file's input/ tensors as a batch and as draws that take the place of a model's own. */
typedef struct ReferenceInput {
  RecnnBatch *batch;
  GPtrArray *owned; /* the tensors' memory */
  GArray *draws;    /* ReferenceDraw */
} ReferenceInput;
typedef struct ReferenceDraw {
  const char *name;
  RecnnTensor tensor;
} ReferenceDraw;
bool recnn__reference_input(ReferenceInput *input, const RecnnSafetensors *file, GError **error);
void recnn__reference_input_clear(ReferenceInput *input);
/* The file's name of an input, such as "user_ids", as the batch's field "user". */
const char *recnn__reference_field(const char *input);

/* Adds the row that compares a value of the model with the file's tensor `stored`. */
void recnn__reference_compare(RecnnCheckReport *report, const RecnnSafetensors *file,
                              const RecnnStoredTensor *stored, const RecnnTensor *is,
                              RecnnTolerance room);

/* The file is the history of a training: runs it, and compares.  False when it could not be run. */
bool recnn__reference_history(RecnnCheckReport *report, const RecnnSafetensors *file,
                              RecnnModel *model, GError **error);

/* "24 x 48" */
char *recnn__reference_shape(const RecnnStoredTensor *tensor);

#endif
