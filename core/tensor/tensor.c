/* Views: shapes, strides, copies.  Knows nothing of what a tensor is for. */
#include "tensor/tensor.h"

#include <string.h>

#include "base/error.h"

size_t recnn_dtype_size(int32_t dtype) {
  return dtype == RECNN_FLOAT32 ? sizeof(float) : dtype == RECNN_INT64 ? sizeof(int64_t) : 0;
}

const char *recnn_dtype_name(int32_t dtype) {
  return dtype == RECNN_FLOAT32 ? "float32" : dtype == RECNN_INT64 ? "int64" : "no dtype";
}

void recnn_tensor_set_contiguous(RecnnTensor *tensor) {
  int64_t stride = 1;
  for (int32_t i = tensor->rank - 1; i >= 0; i--) {
    tensor->stride[i] = stride;
    stride *= tensor->shape[i];
  }
}

RecnnTensor recnn_tensor_view(void *data, int32_t dtype, int32_t rank, const int64_t *shape) {
  RecnnTensor tensor = {.data = data, .dtype = dtype, .rank = rank};
  for (int32_t i = 0; i < rank && i < RECNN_MAX_RANK; i++)
    tensor.shape[i] = shape[i];
  if (rank <= RECNN_MAX_RANK && recnn_tensor_check(&tensor, NULL))
    recnn_tensor_set_contiguous(&tensor);
  return tensor;
}

int64_t recnn_tensor_count(const RecnnTensor *tensor) {
  int64_t count = 1;
  for (int32_t i = 0; i < tensor->rank; i++)
    count *= tensor->shape[i];
  return count;
}

size_t recnn_tensor_bytes(const RecnnTensor *tensor) {
  return (size_t)recnn_tensor_count(tensor) * recnn_dtype_size(tensor->dtype);
}

bool recnn_tensor_is_contiguous(const RecnnTensor *tensor) {
  int64_t stride = 1;
  if (recnn_tensor_count(tensor) == 0)
    return true;
  for (int32_t i = tensor->rank - 1; i >= 0; i--) {
    if (tensor->shape[i] != 1 && tensor->stride[i] != stride)
      return false;
    stride *= tensor->shape[i];
  }
  return true;
}

bool recnn_tensor_same_shape(const RecnnTensor *a, const RecnnTensor *b) {
  if (a->rank != b->rank)
    return false;
  for (int32_t i = 0; i < a->rank; i++)
    if (a->shape[i] != b->shape[i])
      return false;
  return true;
}

int64_t recnn_tensor_last(const RecnnTensor *tensor) {
  return tensor->rank > 0 ? tensor->shape[tensor->rank - 1] : 1;
}

int64_t recnn_tensor_rows(const RecnnTensor *tensor) {
  int64_t rows = 1;
  for (int32_t i = 0; i < tensor->rank - 1; i++)
    rows *= tensor->shape[i];
  return rows;
}

bool recnn_tensor_check(const RecnnTensor *tensor, GError **error) {
  size_t size = recnn_dtype_size(tensor->dtype);
  if (size == 0)
    return recnn_error_set(error, RECNN_ERROR_SHAPE, "dtype %d, expected float32 or int64",
                           (int)tensor->dtype);
  if (tensor->rank < 0 || tensor->rank > RECNN_MAX_RANK)
    return recnn_error_set(error, RECNN_ERROR_SHAPE, "rank %d, expected 0 to %d", (int)tensor->rank,
                           RECNN_MAX_RANK);
  int64_t bytes = (int64_t)size;
  for (int32_t i = 0; i < tensor->rank; i++) {
    int64_t axis = tensor->shape[i];
    if (axis < 0)
      return recnn_error_set(error, RECNN_ERROR_SHAPE,
                             "axis %d has the size %" G_GINT64_FORMAT ", expected 0 or more",
                             (int)i, (gint64)axis);
    /* An empty axis must not hide that the others overflow: strides are products of them. */
    if (__builtin_mul_overflow(bytes, MAX(axis, 1), &bytes))
      return recnn_error_set(error, RECNN_ERROR_SHAPE,
                             "its axes need more than 2^63 bytes (axis %d is %" G_GINT64_FORMAT ")",
                             (int)i, (gint64)axis);
  }
  return true;
}

/* The innermost axis: `n` elements that lie `stride` apart. */
static void gather(char *to, const char *at, int64_t n, int64_t stride, size_t size) {
  if (stride == 1) {
    memcpy(to, at, (size_t)n * size);
  } else if (size == sizeof(int32_t)) { /* the compiler sees the size, so it makes moves of this */
    for (int64_t i = 0; i < n; i++)
      memcpy(to + i * (int64_t)sizeof(int32_t), at + i * stride * (int64_t)sizeof(int32_t),
             sizeof(int32_t));
  } else {
    for (int64_t i = 0; i < n; i++)
      memcpy(to + i * (int64_t)sizeof(int64_t), at + i * stride * (int64_t)sizeof(int64_t),
             sizeof(int64_t));
  }
}

/* Copies axis `axis` and those behind it; returns the place behind what was written. */
static char *copy_axis(const RecnnTensor *from, int32_t axis, const char *at, char *to,
                       size_t size) {
  const int64_t n = from->shape[axis], stride = from->stride[axis];
  if (axis == from->rank - 1) {
    gather(to, at, n, stride, size);
    return to + n * (int64_t)size;
  }
  for (int64_t i = 0; i < n; i++)
    to = copy_axis(from, axis + 1, at + i * stride * (int64_t)size, to, size);
  return to;
}

void recnn_tensor_copy(const RecnnTensor *to, const RecnnTensor *from) {
  if (recnn_tensor_count(from) == 0)
    return;
  if (recnn_tensor_is_contiguous(from))
    memcpy(to->data, from->data, recnn_tensor_bytes(from));
  else
    copy_axis(from, 0, from->data, to->data, recnn_dtype_size(from->dtype));
}
