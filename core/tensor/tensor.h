/* What can be done with a RecnnTensor view without knowing what it is for: shapes, strides, copies,
 * text. */
#ifndef RECNN_CORE_TENSOR_TENSOR_H
#define RECNN_CORE_TENSOR_TENSOR_H

#include <glib.h>

#include <recnn/service/tensor.h>

/* A contiguous view over `data`; `shape` has `rank` <= RECNN_MAX_RANK axes. */
RecnnTensor recnn_tensor_view(void *data, int32_t dtype, int32_t rank, const int64_t *shape);
/* Sets the strides of a contiguous tensor of `tensor`'s shape. */
void recnn_tensor_set_contiguous(RecnnTensor *tensor);

int64_t recnn_tensor_count(const RecnnTensor *tensor); /* elements; 1 for rank 0 */
size_t recnn_tensor_bytes(const RecnnTensor *tensor);  /* of a contiguous one */
size_t recnn_dtype_size(int32_t dtype);                /* 0 for what is no dtype */
const char *recnn_dtype_name(int32_t dtype);           /* "float32", "int64" */
bool recnn_tensor_is_contiguous(const RecnnTensor *tensor);
bool recnn_tensor_same_shape(const RecnnTensor *a, const RecnnTensor *b);
/* count / last axis, for code that works on rows; 1 row for rank 0. */
int64_t recnn_tensor_rows(const RecnnTensor *tensor);
int64_t recnn_tensor_last(const RecnnTensor *tensor); /* the last axis; 1 for rank 0 */

/* Checks dtype, rank, that no axis is negative and that the size does not overflow. */
bool recnn_tensor_check(const RecnnTensor *tensor, GError **error);

/* Copies `from` (any strides) into `to` (contiguous, same shape and dtype). */
void recnn_tensor_copy(const RecnnTensor *to, const RecnnTensor *from);

/* "float32 (16, 8)"; caller frees.  The print form has values too, the middle of long axes left
 * out. */
char *recnn_tensor_describe(const RecnnTensor *tensor);
char *recnn_tensor_print(const RecnnTensor *tensor);

#endif
