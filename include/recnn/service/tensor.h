/* Tensors as both sides see them: a view with shape and strides, which owns nothing.  There are no
 * functions here: a view is plain data. */
#ifndef RECNN_SERVICE_TENSOR_H
#define RECNN_SERVICE_TENSOR_H

#include <recnn/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RECNN_MAX_RANK 6

#define RECNN_FLOAT32 1
#define RECNN_INT64 2

/* Rank 0 is a scalar with one element.  Strides count elements, not bytes; a stride of 0 repeats.
 * Who owns `data`, and for how long it is valid, is said where a view is handed out. */
typedef struct RecnnTensor {
  void *data;
  int32_t dtype;
  int32_t rank;
  int64_t shape[RECNN_MAX_RANK];
  int64_t stride[RECNN_MAX_RANK];
} RecnnTensor;

#ifdef __cplusplus
}
#endif

#endif
