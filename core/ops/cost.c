/* What products cost: the part of the ops' costs that shapes alone do not tell the driver. */
#include "ops/ops-private.h"

void recnn__ops_products(const RecnnOpCall *call, double forward, uint32_t inputs,
                         RecnnOpCost *cost) {
  double times = 1.0;
  if (call->output_grad != NULL) {
    times = 0.0;
    for (int32_t i = 0; i < call->n_inputs; i++)
      times += (inputs >> i & 1) != 0 && call->wanted[i] ? 1.0 : 0.0;
  }
  cost->operations = forward * times;
}
