/* Parameters with gradients that a test sets by hand. */
#ifndef RECNN_TESTS_GRADIENTS_H
#define RECNN_TESTS_GRADIENTS_H

#include <string.h>

#include <glib.h>

#include "graph/param.h"
#include "tensor/tensor.h"

static inline RecnnParam *param_of(const char *name, int32_t rank, const int64_t *shape,
                                   const float *values) {
  GError *error = NULL;
  RecnnParam *param = recnn_param_new(name, RECNN_FLOAT32, rank, shape, true, &error);
  g_assert_no_error(error);
  if (values != NULL)
    memcpy(param->value.data, values, recnn_tensor_bytes(&param->value));
  return param;
}

static inline void set_dense(RecnnParam *param, const float *grad) {
  g_assert_true(recnn_param_need_grad(param, NULL));
  memcpy(param->grad.data, grad, recnn_tensor_bytes(&param->grad));
  param->grad_kind = RECNN_GRAD_DENSE;
}

/* The rows of `grad` (shaped like the value) that are not all zero, as a row gradient. */
static inline void set_rows(RecnnParam *param, float *grad, float *room) {
  int64_t size = recnn_param_row_size(param);
  recnn_param_clear_grad(param);
  g_assert_true(recnn_param_need_rows(param, recnn_param_n_rows(param), NULL));
  for (int64_t row = recnn_param_n_rows(param) - 1; row >= 0; row--) { /* in any order */
    bool zero = true;
    for (int64_t k = 0; k < size; k++)
      zero = zero && grad[row * size + k] == 0.0f;
    if (zero)
      continue;
    memcpy(room + param->n_rows * size, grad + row * size, (size_t)size * sizeof(float));
    param->row_slot[row] = (int32_t)param->n_rows;
    param->row_ids[param->n_rows++] = row;
  }
  param->row_values = room;
  param->grad_kind = RECNN_GRAD_ROWS;
}

#endif
