/* A parameter: a named value that outlives the graphs, and the gradient of the last backward. */
#ifndef RECNN_CORE_GRAPH_PARAM_H
#define RECNN_CORE_GRAPH_PARAM_H

#include <glib.h>

#include <recnn/service/param.h>

/* What a backward left behind. */
typedef enum {
  RECNN_GRAD_NONE,  /* the parameter took no part: optimizers leave it alone */
  RECNN_GRAD_DENSE, /* `grad` */
  RECNN_GRAD_ROWS   /* n_rows rows of values at distinct indices; the other rows' gradient is zero */
} RecnnGradKind;

struct RecnnParam {
  char *name;
  RecnnTensor value; /* contiguous, owned */
  bool trainable;    /* false for buffers */
  int32_t index;     /* in the model */

  RecnnGradKind grad_kind;
  RecnnTensor grad; /* same shape; owned, allocated when first needed (data NULL before) */
  int64_t n_rows;
  const int64_t *row_ids; /* owned by the graph, until its reset */
  float *row_values;      /* n_rows x (elements of a row); may be scaled in place */
  int32_t *row_slot;      /* V entries, owned: where a row stands in row_values, or -1 */
};

/* `shape` is checked; the value is zero.  NULL when memory is short. */
RecnnParam *recnn_param_new(const char *name, int32_t dtype, int32_t rank, const int64_t *shape,
                            bool trainable, GError **error);
void recnn_param_free(RecnnParam *param); /* takes NULL */

/* Fills the value by `init`, with the stream of `index`. */
bool recnn_param_fill(RecnnParam *param, RecnnInit init, uint64_t seed, GError **error);

/* Allocates the dense gradient if there is none. */
bool recnn_param_need_grad(RecnnParam *param, GError **error);
/* Allocates row_slot if there is none. */
bool recnn_param_need_slots(RecnnParam *param, GError **error);

int64_t recnn_param_row_size(const RecnnParam *param); /* elements of a row: count / shape[0] */

#endif
