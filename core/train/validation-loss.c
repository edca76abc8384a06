/* The model's own loss on the valid part, in evaluation mode: no dropout, running statistics, and
 * the same sampled negatives every time, so that the numbers of two epochs can be compared. */
#include <math.h>

#include "base/error.h"
#include "tensor/tensor.h"
#include "train/trainer-private.h"

bool recnn__trainer_prepare_validation_loss(RecnnTrainer *trainer, GError **error) {
  const RecnnOptions *options = trainer->options;
  const RecnnModelClass *class = recnn_model_get_class(trainer->model);
  if (!recnn_options_bool(options, "valid_loss") && !trainer->valid->has_loss)
    return true;
  const char *why = "it is computed, not trained on a loss";
  GError *reason = NULL;
  if (class->train_fields != NULL) {
    RecnnLoaderSettings settings = {
        .batch_size = recnn_options_int(options, "train_batch_size"),
        .seed = (uint64_t)recnn_options_int(options, "seed"),
        .sampler = recnn_options_string(options, "sampler"),
        .inputs = recnn_model_get_inputs(trainer->model),
        .n_before = RECNN_VALID - RECNN_TRAIN,
    };
    trainer->valid_loader =
        recnn_loader_new(&trainer->split->part[RECNN_VALID],
                         recnn_objective_fields(trainer->objective), &settings, &reason);
    if (trainer->valid_loader != NULL)
      return true;
    why = reason->message;
  }
  /* Where nobody asked for it, it is not measured. */
  bool ok = !trainer->valid->has_loss;
  if (reason != NULL && reason->code == RECNN_ERROR_MEMORY) {
    g_propagate_error(error, g_steal_pointer(&reason));
    return false;
  }
  if (!ok)
    recnn_error_set(error, reason != NULL ? reason->code : RECNN_ERROR_UNSUPPORTED,
                    "option valid_metric: model %s has no loss on the valid part: %s", class->name,
                    why);
  g_clear_error(&reason);
  return ok;
}

bool recnn__trainer_validation_loss(RecnnTrainer *trainer, RecnnValidLoss *ret_loss,
                                    GError **error) {
  double sum = 0.0, batch_sum = 0.0;
  int64_t samples = 0, batches = 0;
  const RecnnBatch *batch;
  *ret_loss = (RecnnValidLoss){NAN, NAN};
  if (trainer->valid_loader == NULL)
    return true;
  recnn_loader_start(trainer->valid_loader, 0);
  while ((batch = recnn_loader_next(trainer->valid_loader)) != NULL) {
    recnn_graph_reset(trainer->graph, (uint64_t)batches, false, false);
    RecnnVar *loss = recnn_model_loss(trainer->model, trainer->graph, batch, trainer->objective);
    if (!recnn_graph_check(trainer->graph, error))
      return false;
    double value = (double)*(const float *)recnn_graph_tensor(loss)->data;
    sum += value * (double)recnn_batch_size(batch);
    batch_sum += value;
    samples += recnn_batch_size(batch);
    batches++;
  }
  *ret_loss = (RecnnValidLoss){sum / (double)samples, batch_sum / (double)batches};
  return true;
}
