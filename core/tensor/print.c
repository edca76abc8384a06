/* Tensors as text, for error messages and for people. */
#include "tensor/tensor.h"

#define EDGE 3    /* elements shown at each end of an axis that is longer than twice that and one */
#define MOST 1000 /* elements shown in all */

char *recnn_tensor_describe(const RecnnTensor *tensor) {
  GString *text = g_string_new(recnn_dtype_name(tensor->dtype));
  g_string_append(text, " (");
  for (int32_t i = 0; i < tensor->rank && i < RECNN_MAX_RANK; i++)
    g_string_append_printf(text, "%s%" G_GINT64_FORMAT, i > 0 ? ", " : "",
                           (gint64)tensor->shape[i]);
  g_string_append_c(text, ')');
  return g_string_free(text, FALSE);
}

static void print_element(const RecnnTensor *tensor, int64_t offset, GString *text) {
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  if (tensor->dtype == RECNN_INT64)
    g_string_append_printf(text, "%" G_GINT64_FORMAT,
                           (gint64)((const int64_t *)tensor->data)[offset]);
  else
    g_string_append(text, g_ascii_formatd(number, sizeof number, "%.6g",
                                          (double)((const float *)tensor->data)[offset]));
}

/* `left` is how many elements may still be shown; behind the last there is one "...". */
static void print_axis(const RecnnTensor *tensor, int32_t axis, int64_t offset, int *left,
                       GString *text) {
  if (axis == tensor->rank) {
    (*left)--;
    print_element(tensor, offset, text);
    return;
  }
  int64_t n = tensor->shape[axis];
  bool last = axis == tensor->rank - 1;
  g_string_append_c(text, '[');
  for (int64_t i = 0; i < n && *left >= 0; i++) {
    if (i > 0)
      g_string_append_c(text, last ? ' ' : '\n');
    if (i > 0 && !last) /* below the opening bracket */
      g_string_append_printf(text, "%*s", (int)axis + 1, "");
    if (*left == 0) {
      g_string_append(text, "...");
      *left = -1;
    } else if (n > 2 * EDGE + 1 && i == EDGE) {
      g_string_append(text, "...");
      i = n - EDGE - 1;
    } else {
      print_axis(tensor, axis + 1, offset + i * tensor->stride[axis], left, text);
    }
  }
  g_string_append_c(text, ']');
}

char *recnn_tensor_print(const RecnnTensor *tensor) {
  char *what = recnn_tensor_describe(tensor);
  GString *text = g_string_new(what);
  g_string_append_c(text, '\n');
  int left = MOST;
  print_axis(tensor, 0, 0, &left, text);
  g_free(what);
  return g_string_free(text, FALSE);
}
