/* What an op's call costs at least, for a profile: from the shapes, and from the op where those do
 * not tell. */
#include "graph/graph-private.h"
#include "tensor/tensor.h"

static bool takes_rows(const RecnnOp *op, int32_t input) {
  return (input < 16 && (op->flags & RECNN_OP_ROWS(input)) != 0) ||
         (input > 0 && (op->flags & RECNN_OP_ROWS_REST) != 0);
}

RecnnOpCost recnn__graph_cost(const RecnnOpCall *call) {
  RecnnOpCost cost = {0.0, 0.0};
  const RecnnOp *op = call->op;
  if ((op->flags & RECNN_OP_VIEW) != 0)
    return cost;
  /* The value, or in a backward its gradient; as much again is read of tables. */
  double output = (double)recnn_tensor_bytes(call->output);
  cost.operations = (double)recnn_tensor_count(call->output);
  cost.bytes = output;
  bool table = false;
  for (int32_t i = 0; i < call->n_inputs; i++) {
    if (takes_rows(op, i)) {
      table = true;
      continue;
    }
    double bytes = (double)recnn_tensor_bytes(call->inputs[i]);
    cost.operations += (double)recnn_tensor_count(call->inputs[i]);
    cost.bytes += bytes;
    if (call->output_grad != NULL && call->wanted[i])
      cost.bytes += bytes;
  }
  if (table && call->output_grad == NULL)
    cost.bytes += output;
  if (op->cost != NULL)
    op->cost(call, &cost);
  return cost;
}

void recnn__graph_trace(const RecnnOpCall *call, RecnnTracePart part, int64_t start) {
  RecnnOpCost cost = recnn__graph_cost(call);
  recnn_trace_add(part, call->op->name, start, cost.operations, cost.bytes);
}
