/* Losses that are the mean of a term over pairs of elements: what is the same for all of them.  The
 * terms are added up in double. */
#include "ops/ops-private.h"

#define COST 16 /* of a term or derivative, most of which have an exponential */

bool recnn__ops_loss_shape(RecnnOpCall *call, const RecnnOpLoss *loss) {
  if (!recnn__ops_float32(call, 0, loss->names[0]) || !recnn__ops_float32(call, 1, loss->names[1]))
    return false;
  if (!recnn_tensor_same_shape(call->inputs[0], call->inputs[1])) {
    char *is = recnn_tensor_describe(call->inputs[0]);
    recnn__ops_refuse(call, 1, loss->names[1], "the shape of %s, %s", loss->names[0], is);
    g_free(is);
    return false;
  }
  return recnn__ops_output_scalar(call);
}

static double terms(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  const RecnnOpLoss *loss = data;
  return loss->terms(recnn__ops_in(call, 0) + begin, recnn__ops_in(call, 1) + begin, end - begin);
}

bool recnn__ops_loss_forward(RecnnOpCall *call, const RecnnOpLoss *loss) {
  int64_t n = recnn_tensor_count(call->inputs[0]);
  double sum = recnn__ops_sum(call, n, COST, terms, loss);
  recnn__ops_out(call)[0] = n > 0 ? (float)(sum / (double)n) : 0.0f;
  return true;
}

static void gradients(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  const RecnnOpLoss *loss = data;
  const float *a = recnn__ops_in(call, 0) + begin;
  const float *b = recnn__ops_in(call, 1) + begin;
  float *da = recnn__ops_dx(call, 0);
  float *db = recnn__ops_dx(call, 1);
  float share = recnn__ops_dy(call)[0] / (float)recnn_tensor_count(call->inputs[0]);
  if (da != NULL)
    loss->gradient_a(da + begin, call->beta[0], share, a, b, end - begin);
  if (db != NULL)
    loss->gradient_b(db + begin, call->beta[1], share, a, b, end - begin);
}

bool recnn__ops_loss_backward(RecnnOpCall *call, const RecnnOpLoss *loss) {
  recnn__ops_elements(call, recnn_tensor_count(call->inputs[0]), COST, gradients, loss);
  return true;
}
