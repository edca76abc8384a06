/* Tensors of any strides as what BLAS takes: rows of a fixed distance, each contiguous. */
#include "kernels/gemm.h"
#include "kernels/panels.h"
#include "ops/ops-private.h"

/* The distance between rows when all axes but the last can be counted as one; -1 when not. */
static int64_t row_distance(const RecnnTensor *t) {
  int64_t distance = -1; /* none seen yet */
  int64_t span = 0;      /* what one step of the next axis out must be */
  for (int32_t axis = t->rank - 2; axis >= 0; axis--) {
    if (t->shape[axis] == 1)
      continue;
    if (distance < 0)
      distance = t->stride[axis];
    else if (t->stride[axis] != span)
      return -1;
    span = t->stride[axis] * t->shape[axis];
  }
  return distance < 0 ? recnn_tensor_last(t) : distance;
}

bool recnn__ops_matrix(RecnnOpCall *call, int32_t input, RecnnOpMatrix *ret_matrix) {
  const RecnnTensor *t = call->inputs[input];
  RecnnOpMatrix m = {t->data, recnn_tensor_rows(t), recnn_tensor_last(t), row_distance(t)};
  bool dense_rows = t->rank == 0 || m.columns <= 1 || t->stride[t->rank - 1] == 1;
  if (!dense_rows || m.ld < m.columns) {
    RecnnTensor copy = recnn_tensor_view(NULL, RECNN_FLOAT32, t->rank, t->shape);
    copy.data = call->host->scratch(call, recnn_tensor_bytes(&copy));
    if (copy.data == NULL)
      return false;
    recnn_tensor_copy(&copy, t);
    m.data = copy.data;
    m.ld = m.columns;
  }
  *ret_matrix = m;
  return true;
}

int64_t recnn__ops_row_offset(const RecnnTensor *tensor, int64_t row) {
  int64_t offset = 0;
  for (int32_t axis = tensor->rank - 2; axis > 0; axis--) {
    offset += row % tensor->shape[axis] * tensor->stride[axis];
    row /= tensor->shape[axis];
  }
  return tensor->rank < 2 ? 0 : offset + row * tensor->stride[0];
}

bool recnn__ops_panels(RecnnOpCall *call, int64_t rows, bool transpose_b, int64_t n, int64_t k,
                       const float *b, int64_t ldb, float **ret_panels) {
  *ret_panels = NULL;
  if (!recnn_panels_pay(rows, n, k))
    return true;
  size_t size = (size_t)recnn_panels_size(n, k);
  *ret_panels = call->host->scratch(call, size * sizeof **ret_panels);
  if (*ret_panels != NULL)
    recnn_panels_pack(transpose_b, n, k, b, ldb, *ret_panels);
  return *ret_panels != NULL;
}

bool recnn__ops_gemm(RecnnOpCall *call, bool transpose_a, bool transpose_b, int64_t m, int64_t n,
                     int64_t k, float alpha, const float *a, int64_t lda, const float *b,
                     int64_t ldb, float beta, float *c, int64_t ldc) {
  int64_t pieces = recnn_gemm_pieces(m, n, k);
  float *panels = NULL;
  bool simple = pieces <= 1 && !transpose_a && alpha == 1.0f && (beta == 0.0f || beta == 1.0f);
  if (simple && !recnn__ops_panels(call, m, transpose_b, n, k, b, ldb, &panels))
    return false;
  if (panels != NULL) {
    RecnnPanelsProduct p = {beta == 1.0f, m, n, k, a, lda, panels, c, ldc};
    recnn_panels_run(&p);
    return true;
  }
  if (pieces <= 1) {
    recnn_gemm(transpose_a, transpose_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
    return true;
  }
  float *scratch = call->host->scratch(call, (size_t)(pieces * m * n) * sizeof *scratch);
  if (scratch != NULL)
    recnn_gemm_in_pieces(transpose_a, transpose_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc,
                         scratch);
  return scratch != NULL;
}
