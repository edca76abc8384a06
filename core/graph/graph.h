/* Reverse-mode automatic differentiation over a tape.  The driver knows struct RecnnOp and no op by
 * name; all that a step allocates lives in the graph's arena. */
#ifndef RECNN_CORE_GRAPH_GRAPH_H
#define RECNN_CORE_GRAPH_GRAPH_H

#include <glib.h>

#include <recnn/kind/op.h>
#include <recnn/service/graph.h>

#include "graph/param.h"

RecnnGraph *recnn_graph_new(uint64_t seed);
void recnn_graph_free(RecnnGraph *graph); /* takes NULL */

/* Starts a new step: takes all memory back, forgets errors and parts.  `step` selects the random
 * numbers; `training` is what ops and models are told; with `gradients` false nothing is kept for a
 * backward, and an evaluation uses less memory. */
void recnn_graph_reset(RecnnGraph *graph, uint64_t step, bool training, bool gradients);

/* RecnnGraphApi's functions; see there. */
RecnnVar *recnn_graph_apply(RecnnGraph *graph, const char *op, RecnnVar *const *inputs,
                            int32_t n_inputs, const RecnnAttr *attrs, int32_t n_attrs);
RecnnVar *recnn_graph_apply_op(RecnnGraph *graph, const RecnnOp *op, RecnnVar *const *inputs,
                               int32_t n_inputs, const RecnnAttr *attrs, int32_t n_attrs);
RecnnVar *recnn_graph_param(RecnnGraph *graph, RecnnParam *param);
RecnnVar *recnn_graph_constant(RecnnGraph *graph, const RecnnTensor *tensor);
/* A value whose gradient is wanted though it is no parameter: for tests and custom losses. */
RecnnVar *recnn_graph_variable(RecnnGraph *graph, const RecnnTensor *tensor);
const RecnnTensor *recnn_graph_tensor(const RecnnVar *var);
bool recnn_graph_training(const RecnnGraph *graph);
uint64_t recnn_graph_step(const RecnnGraph *graph);
void recnn_graph_part(RecnnGraph *graph, const char *name, RecnnVar *scalar);
RecnnVar *recnn_graph_draw(RecnnGraph *graph, const char *name, int32_t kind, double a,
                           int32_t rank, const int64_t *shape);
void recnn_graph_output(RecnnGraph *graph, const char *name, RecnnVar *value);
RecnnVar *recnn_graph_fail(RecnnGraph *graph, RecnnStatus code, const char *text);

/* False with the first error that a call on the graph met. */
bool recnn_graph_check(const RecnnGraph *graph, GError **error);

/* The gradient of the scalar `loss` into every parameter that it was computed from (replacing those
 * of the last backward; parameters that took no part get RECNN_GRAD_NONE) and into variables.
 * `params` are all of the model's.  Row gradients are summed to distinct rows here.  Once a reset.
 */
bool recnn_graph_backward(RecnnGraph *graph, RecnnVar *loss, RecnnParam *const *params,
                          int32_t n_params, GError **error);
/* After backward: a variable's gradient (zero where it took no part); data NULL where none. */
const RecnnTensor *recnn_graph_grad(const RecnnVar *var);

typedef struct RecnnGraphPart {
  const char *name;
  double value;
} RecnnGraphPart;
int32_t recnn_graph_parts(const RecnnGraph *graph, const RecnnGraphPart **ret_parts);

/* Recorded numbers: from now on draw(name) gives `tensor` (whose data is borrowed; NULL ends it),
 * of the shape that is asked for. */
void recnn_graph_replace_draw(RecnnGraph *graph, const char *name, const RecnnTensor *tensor);
/* A value shown under `name` since the reset; NULL when there was none. */
const RecnnTensor *recnn_graph_find_output(const RecnnGraph *graph, const char *name);

/* The first op since the reset whose output has a NaN or an infinity in it, in the order in which
 * they ran; NULL when there is none. */
const char *recnn_graph_find_not_finite(const RecnnGraph *graph);

/* Calls `visit` for each op that was applied since the reset, the last one first: what a step is
 * made of, for those who count.  Inputs are as the op saw them; all is valid until the next reset.
 */
typedef void (*RecnnGraphVisit)(void *data, const RecnnOp *op, const RecnnTensor *output,
                                const RecnnTensor *const *inputs, int32_t n_inputs,
                                bool with_gradient);
void recnn_graph_visit(const RecnnGraph *graph, RecnnGraphVisit visit, void *data);

/* Bytes of the largest step so far. */
size_t recnn_graph_peak(const RecnnGraph *graph);

/* Ops by name: all built-in ones and those that plugins registered. */
const RecnnOp *recnn_op_find(const char *name);
/* Checks a descriptor as it comes from a plugin (sizes, name, functions, its attribute table) and
 * that its name is free.  `owner` goes into error texts.  RECNN_ERROR_PLUGIN_FEATURE. */
bool recnn_op_check(const RecnnOp *op, const char *owner, GError **error);
/* Checks likewise and adds the op.  Not while graphs are in use. */
bool recnn_op_register(const RecnnOp *op, const char *owner, GError **error);
/* All names, sorted, NULL at the end; caller frees the array. */
const char **recnn_op_names(void);

#endif
