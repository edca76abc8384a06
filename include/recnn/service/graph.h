/* The service "recnn.graph/1": build a computation out of ops.  One training step is one graph: the
 * host makes it, calls the model, runs backward and resets it.
 *
 * Errors are sticky: the first failing call is remembered with its op and text, every later call
 * returns NULL at once and takes NULL for an input, so a model chains calls and checks nothing.
 *
 * A graph belongs to the thread that called the model with it, during that call.  Names, texts,
 * shapes and attributes are copied; what is returned lives until the graph is reset. */
#ifndef RECNN_SERVICE_GRAPH_H
#define RECNN_SERVICE_GRAPH_H

#include <recnn/kind/option.h>
#include <recnn/service/batch.h>
#include <recnn/service/param.h>
#include <recnn/service/tensor.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct RecnnGraph RecnnGraph; /* one step's computation */
typedef struct RecnnVar RecnnVar;     /* a value in it; lives until the graph is reset */

/* What draw() draws. */
#define RECNN_DRAW_NORMAL 0 /* standard normal */
#define RECNN_DRAW_KEEP 1   /* 1 with probability a, 0 otherwise */

#define RECNN_GRAPH_SERVICE "recnn.graph/1"
typedef struct RecnnGraphApi {
  size_t struct_size;
  /* The value of the op named `op` (recnn-inspect lists them).  Attributes left out take their
   * default. */
  RecnnVar *(*apply)(RecnnGraph *graph, const char *op, RecnnVar *const *inputs, int32_t n_inputs,
                     const RecnnAttr *attrs, int32_t n_attrs);
  /* A parameter or buffer as a value; its gradient is wanted when it is trainable. */
  RecnnVar *(*param)(RecnnGraph *graph, RecnnParam *param);
  /* A value without a gradient; the view is copied, its data borrowed until the reset. */
  RecnnVar *(*constant)(RecnnGraph *graph, const RecnnTensor *tensor);
  /* The batch's field, such as "user", whose data is borrowed until the reset; fails when the batch
   * has none of that name. */
  RecnnVar *(*input)(RecnnGraph *graph, const RecnnBatch *batch, const char *field);
  /* A view of the value, valid until the reset; NULL for NULL. */
  const RecnnTensor *(*tensor)(const RecnnVar *var);
  /* True while training, false in evaluation. */
  bool (*training)(const RecnnGraph *graph);
  /* Reports a scalar under a name beside the loss, such as "kl"; it has no effect on training. */
  void (*part)(RecnnGraph *graph, const char *name, RecnnVar *scalar);
  /* Makes the graph fail with this text.  Returns NULL, for `return fail (...)`. */
  RecnnVar *(*fail)(RecnnGraph *graph, RecnnStatus code, const char *text);
  /* Random numbers of a model's own, float32 of the given shape, without a gradient; new ones each
   * step.  `name` (such as "epsilon") is unique in the model: whoever checks a model against
   * recorded numbers puts those in its place. */
  RecnnVar *(*draw)(RecnnGraph *graph, const char *name, int32_t kind, double a, int32_t rank,
                    const int64_t *shape);
  /* Shows a value under a name, such as "mu", to whoever asked for it; otherwise it does nothing.
   */
  void (*output)(RecnnGraph *graph, const char *name, RecnnVar *value);
  /* The number of the training step, from 0: for what changes while training, such as annealing. */
  uint64_t (*step)(const RecnnGraph *graph);
} RecnnGraphApi;

#ifdef __cplusplus
}
#endif

#endif
