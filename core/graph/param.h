/* A parameter: a named value that outlives the graphs, and the gradient of the last backward. */
#ifndef RECNN_CORE_GRAPH_PARAM_H
#define RECNN_CORE_GRAPH_PARAM_H

#include <glib.h>

#include <recnn/service/param.h>

/* What a backward left behind. */
typedef enum {
  RECNN_GRAD_NONE,  /* the parameter took no part: optimizers leave it alone */
  RECNN_GRAD_DENSE, /* `grad` */
  RECNN_GRAD_ROWS /* n_rows rows of values at distinct indices; the other rows' gradient is zero */
} RecnnGradKind;

struct RecnnParam {
  char *name;
  RecnnTensor value; /* contiguous, owned */
  bool trainable;    /* false for buffers */
  bool transposed;   /* held as (in, out), (out, in) outside */
  int32_t index;     /* in the model */

  RecnnGradKind grad_kind;
  RecnnTensor grad; /* same shape; owned, allocated when first needed (data NULL before) */
  int64_t n_rows;
  int64_t *row_ids;  /* n_rows distinct indices, owned */
  int64_t row_room;  /* what row_ids has room for */
  float *row_values; /* n_rows x (elements of a row); the graph's, until its reset */
  int32_t *row_slot; /* one entry a row, owned: where it stands in row_values, or -1 */
};

/* `shape` is checked; the value is zero.  NULL when memory is short. */
RecnnParam *recnn_param_new(const char *name, int32_t dtype, int32_t rank, const int64_t *shape,
                            bool trainable, GError **error);
void recnn_param_free(RecnnParam *param); /* takes NULL */

/* Fills the value by `init`, with the stream of `index`. */
bool recnn_param_fill(RecnnParam *param, RecnnInit init, uint64_t seed, GError **error);

/* Forgets the gradient of the last backward. */
void recnn_param_clear_grad(RecnnParam *param);

/* Allocates the dense gradient if there is none; its content is undefined then. */
bool recnn_param_need_grad(RecnnParam *param, GError **error);
/* Allocates row_slot if there is none, and makes room for `n` row ids. */
bool recnn_param_need_rows(RecnnParam *param, int64_t n, GError **error);

/* `inside`, a tensor held like the value (the value, a gradient), as it is seen outside: in files
 * and in comparisons.  A strided view where the parameter is held transposed. */
RecnnTensor recnn_param_outside(const RecnnParam *param, const RecnnTensor *inside);

int64_t recnn_param_n_rows(const RecnnParam *param);   /* the first axis; 1 for rank 0 */
int64_t recnn_param_row_size(const RecnnParam *param); /* elements of a row */

#endif
