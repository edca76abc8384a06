/* The service "recnn.param/1": a model declares its parameters to the host while it is created. The
 * host owns their values, gradients, optimizer state and files, so a model has no code to save or
 * load anything. */
#ifndef RECNN_SERVICE_PARAM_H
#define RECNN_SERVICE_PARAM_H

#include <recnn/service/tensor.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct RecnnModel RecnnModel; /* the host's side of a model instance */
typedef struct RecnnParam RecnnParam; /* lives as long as the model */

/* How a parameter begins.  With fan_in = the product of all axes but the first and fan_out = the
 * first times the product of those behind the second, as in PyTorch. */
#define RECNN_INIT_CONSTANT 0 /* a */
#define RECNN_INIT_NORMAL 1   /* mean a, standard deviation b */
#define RECNN_INIT_UNIFORM 2  /* between a and b */
/* Glorot and Bengio 2010: within a * sqrt (6 / (fan_in + fan_out)), and the normal form with the
 * standard deviation a * sqrt (2 / (fan_in + fan_out)) */
#define RECNN_INIT_XAVIER_UNIFORM 3
#define RECNN_INIT_XAVIER_NORMAL 4
/* Within a / sqrt (fan_in), PyTorch's own for the weight of nn.Linear, and the normal form with
 * that standard deviation */
#define RECNN_INIT_FAN_IN_UNIFORM 5
#define RECNN_INIT_FAN_IN_NORMAL 6
typedef struct RecnnInit {
  int32_t kind;
  double a;
  double b;
} RecnnInit;

/* Flags. */
#define RECNN_PARAM_BUFFER 1u /* saved with the model but not trained: running statistics */
#define RECNN_PARAM_INT64 2u  /* an int64 buffer (starts at the constant a) */
/* A matrix that is held transposed: declared, saved and checked as (out, in), while tensor() and
 * the graph see (in, out).  For a first layer over sparse input, whose rows are then what is
 * gathered. */
#define RECNN_PARAM_TRANSPOSED 4u

#define RECNN_PARAM_SERVICE "recnn.param/1"
typedef struct RecnnParamApi {
  size_t struct_size;
  /* Declares a parameter; its name is the one in weight files ("mlp.0.weight", as PyTorch's
   * state_dict would have it) and unique in the model.  Name and shape are copied.  Inside create()
   * only, on its thread.  NULL when that failed (the host remembers why and fails the creation). */
  RecnnParam *(*declare)(RecnnModel *model, const char *name, int32_t rank, const int64_t *shape,
                         RecnnInit init, uint32_t flags);
  /* The value: contiguous, owned by the host, valid as long as the model; the data may be written
   * inside create() and fit() only.  NULL for NULL. */
  const RecnnTensor *(*tensor)(const RecnnParam *param);
} RecnnParamApi;

static inline RecnnInit recnn_init(int32_t kind, double a, double b) {
  RecnnInit init = {kind, a, b};
  return init;
}

#ifdef __cplusplus
}
#endif

#endif
