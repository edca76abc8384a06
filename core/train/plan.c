/* The counting of plan.h: a training that is prepared and tried, and the limit on it. */
#include "train/plan.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"
#include "tensor/tensor.h"
#include "train/plan-private.h"

/* The process's memory by the system's account; 0 where it does not tell. */
static size_t resident(void) {
  unsigned long long pages = 0;
  FILE *file = fopen("/proc/self/statm", "re");
  if (file == NULL)
    return 0;
  if (fscanf(file, "%*u %llu", &pages) != 1)
    pages = 0;
  (void)fclose(file);
  return (size_t)pages * (size_t)sysconf(_SC_PAGESIZE);
}

static size_t most_resident(void) {
  struct rusage usage;
  return getrusage(RUSAGE_SELF, &usage) == 0 ? (size_t)usage.ru_maxrss * 1024 : 0; /* in KiB */
}

/* The process without what is counted. */
static size_t uncounted(void) {
  size_t all = resident(), counted = recnn_memory_used();
  return all > counted ? all - counted : 0;
}

void recnn__plan_begin(RecnnTrainer *trainer) {
  RecnnPlan *plan = &trainer->plan;
  RecnnParam *const *params;
  int32_t n = recnn_model_params(trainer->model, &params);
  for (int32_t i = 0; i < n; i++)
    plan->bytes[RECNN_PLAN_WEIGHTS] += recnn_tensor_bytes(&params[i]->value);
  trainer->counted = recnn_memory_used();
  plan->before = most_resident();
  plan->bytes[RECNN_PLAN_PROGRAM] = uncounted();
  plan->bytes[RECNN_PLAN_DATA] =
      trainer->counted - MIN(trainer->counted, plan->bytes[RECNN_PLAN_WEIGHTS]);
}

void recnn__plan_note(RecnnTrainer *trainer, RecnnPlanPart part) {
  size_t now = recnn_memory_used();
  trainer->plan.bytes[part] += now - MIN(now, trainer->counted);
  trainer->counted = now;
}

/* ---- the trial */

static size_t bytes_of(const RecnnBatch *batch) {
  size_t bytes = 0;
  for (int32_t i = 0; i < batch->n_fields; i++)
    bytes += recnn_tensor_bytes(&batch->fields[i].tensor);
  return bytes;
}

/* Whether another batch may have longer fields than this one. */
static bool may_be_longer(const RecnnBatch *batch) {
  for (int32_t i = 0; i < batch->n_fields; i++) {
    const RecnnBatchField *field = &batch->fields[i];
    if (field->ragged ||
        (field->width > 0 && field->tensor.rank > 1 && field->tensor.shape[1] < field->width))
      return true;
  }
  return false;
}

/* The number of the largest batch of the first epoch. */
static int64_t find_largest(RecnnLoader *loader) {
  size_t most = 0;
  int64_t largest = 0, at = 0;
  const RecnnBatch *batch;
  recnn_loader_start(loader, 0);
  while ((batch = recnn_loader_next(loader)) != NULL) {
    size_t bytes = bytes_of(batch);
    if (bytes > most) {
      most = bytes;
      largest = at;
    }
    at++;
    if (!may_be_longer(batch))
      break;
  }
  return largest;
}

/* Forward and backward; the buffers that a forward changes are put back. */
static bool try_batch(RecnnTrainer *trainer, GError **error) {
  RecnnParam *const *params;
  int32_t n = recnn_model_params(trainer->model, &params);
  RecnnBatch *batch = recnn_loader_next(trainer->loader);
  if (batch == NULL) /* the epoch is over */
    return true;
  recnn__plan_note(trainer, RECNN_PLAN_LOADER);
  trainer->plan.batch_rows = MAX(trainer->plan.batch_rows, recnn_batch_size(batch));
  if (trainer->hard_negatives != NULL &&
      !recnn_hard_negatives_pick(trainer->hard_negatives, batch, error))
    return false;
  recnn__plan_note(trainer, RECNN_PLAN_NEGATIVES);
  recnn_graph_reset(trainer->graph, 0, true, true);
  RecnnVar *loss = recnn_model_loss(trainer->model, trainer->graph, batch, trainer->objective);
  if (!recnn_graph_check(trainer->graph, error))
    return false;
  /* A loss that is wrong, or not finite, is the training's to tell. */
  if (recnn_tensor_count(recnn_graph_tensor(loss)) == 1 &&
      !recnn_graph_backward(trainer->graph, loss, params, n, error))
    return false;
  recnn__plan_note(trainer, RECNN_PLAN_GRADIENTS);
  if (trainer->accumulator != NULL && !recnn_accumulator_add(trainer->accumulator, error))
    return false;
  recnn__plan_note(trainer, RECNN_PLAN_ACCUMULATED);
  return true;
}

static bool try_step(RecnnTrainer *trainer, GError **error) {
  bool done = true;
  recnn_loader_start_at(trainer->loader, 0, find_largest(trainer->loader));
  GByteArray *own = trainer->buffers;
  trainer->buffers = g_byte_array_new();
  recnn__trainer_move_buffers(trainer, false);
  for (int64_t i = 0; done && i < trainer->accumulate; i++)
    done = try_batch(trainer, error);
  recnn__trainer_move_buffers(trainer, true);
  g_byte_array_unref(trainer->buffers);
  trainer->buffers = own;
  if (trainer->accumulator != NULL)
    recnn_accumulator_clear(trainer->accumulator);
  return done;
}

static bool try_validation(RecnnTrainer *trainer, GError **error) {
  if (trainer->valid_loader != NULL) {
    recnn_loader_start_at(trainer->valid_loader, 0, find_largest(trainer->valid_loader));
    const RecnnBatch *batch = recnn_loader_next(trainer->valid_loader);
    recnn_graph_reset(trainer->graph, 0, false, false);
    (void)recnn_model_loss(trainer->model, trainer->graph, batch, trainer->objective);
    if (!recnn_graph_check(trainer->graph, error))
      return false;
  }
  if (trainer->evaluator == NULL)
    return true;
  size_t before = recnn_memory_used();
  recnn_memory_begin_peak();
  RecnnResult *result = recnn_evaluator_try(trainer->evaluator, error);
  trainer->plan.bytes[RECNN_PLAN_EVALUATION] += recnn_memory_peak() - before;
  trainer->tried = result;
  return result != NULL;
}

/* All that a step and a validation take. */
static bool try_all(RecnnTrainer *trainer, GError **error) {
  RecnnPlan *plan = &trainer->plan;
  if (trainer->loader == NULL)
    return recnn_model_fit_split(trainer->model, trainer->split, error) &&
           try_validation(trainer, error);
  plan->batches = recnn_loader_batches(trainer->loader);
  bool done = try_step(trainer, error);
  /* Until here the step's values are among the gradients. */
  size_t step = MIN(recnn_graph_peak(trainer->graph), plan->bytes[RECNN_PLAN_GRADIENTS]);
  plan->bytes[RECNN_PLAN_GRADIENTS] -= step;
  done = done && try_validation(trainer, error);
  plan->bytes[RECNN_PLAN_ACTIVATIONS] = recnn_graph_peak(trainer->graph);
  return done;
}

bool recnn__plan_try(RecnnTrainer *trainer, GError **error) {
  RecnnPlan *plan = &trainer->plan;
  bool done = try_all(trainer, error);
  /* What the libraries have taken for themselves meanwhile (BLAS has buffers for its threads). */
  plan->bytes[RECNN_PLAN_PROGRAM] = MAX(plan->bytes[RECNN_PLAN_PROGRAM], uncounted());
  plan->total = 0;
  for (int i = 0; i < RECNN_PLAN_PARTS; i++)
    plan->total += plan->bytes[i];
  return done;
}

/* ---- the limit */

bool recnn_memory_limit_begin(const RecnnOptions *options, size_t *ret_before, GError **error) {
  size_t limit, own = uncounted();
  if (!recnn_memory_limit(options, &limit, error))
    return false;
  *ret_before = recnn_memory_set_limit(0);
  if (limit == 0) {
    (void)recnn_memory_set_limit(*ret_before);
    return true;
  }
  if (limit <= own + recnn_memory_used()) {
    (void)recnn_memory_set_limit(*ret_before);
    char *most = recnn_plan_size(limit), *is = recnn_plan_size(own + recnn_memory_used());
    recnn_error_set(error, RECNN_ERROR_MEMORY,
                    "memory_limit is %s, and the process has %s already, before the model is "
                    "trained: fewer data (data:filter), or a higher limit",
                    most, is);
    g_free(most);
    g_free(is);
    return false;
  }
  (void)recnn_memory_set_limit(limit - own);
  return true;
}

void recnn_memory_limit_end(const RecnnOptions *options, size_t before, GError **error) {
  size_t limit;
  (void)recnn_memory_set_limit(before);
  if (error != NULL && g_error_matches(*error, RECNN_ERROR_DOMAIN, RECNN_ERROR_MEMORY) &&
      recnn_memory_limit(options, &limit, NULL) && limit != 0) {
    char *most = recnn_plan_size(limit);
    g_prefix_error(error, "memory_limit is %s: ", most);
    g_free(most);
  }
}

bool recnn__plan_within_limit(RecnnTrainer *trainer, RecnnRun *run, bool tries, GError **error) {
  size_t limit, before;
  GError *why = NULL;
  if (!recnn_memory_limit(trainer->options, &limit, error) ||
      !recnn_memory_limit_begin(trainer->options, &before, error))
    return false;
  bool done = recnn__trainer_prepare(trainer, run, &why) &&
              ((limit == 0 && !tries) || recnn__plan_try(trainer, &why));
  (void)recnn_memory_set_limit(before);
  bool refused =
      limit != 0 && (done ? trainer->plan.total > limit
                          : g_error_matches(why, RECNN_ERROR_DOMAIN, RECNN_ERROR_MEMORY));
  if (refused) {
    recnn__plan_refuse(&trainer->plan, limit, why, error);
    g_clear_error(&why);
  } else if (!done) {
    g_propagate_error(error, why);
  }
  return done && !refused;
}

bool recnn_plan(RecnnModel *model, const RecnnSplit *split, const RecnnOptions *options,
                const RecnnTrainListener *listener, RecnnPlan *ret_plan, RecnnRun **ret_run,
                GError **error) {
  RecnnTrainer trainer = {.model = model, .split = split, .options = options, .listener = listener};
  RecnnRun *run = g_new0(RecnnRun, 1);
  RecnnEpoch *epoch = recnn__run_add_epoch(run);
  bool done = recnn__plan_within_limit(&trainer, run, true, error);
  *ret_plan = trainer.plan;
  run->best = trainer.validates ? 0 : -1;
  epoch->valid = g_steal_pointer(&trainer.tried);
  if (trainer.validates && epoch->valid == NULL) /* by the loss alone */
    epoch->valid = g_new0(RecnnResult, 1);
  epoch->valid_metric = run->valid_metric;
  recnn__trainer_clear(&trainer);
  if (done && ret_run != NULL)
    *ret_run = run;
  else
    recnn_run_free(run);
  return done;
}

RecnnResult *recnn_plan_evaluation(RecnnModel *model, const RecnnSplit *split, int part,
                                   const RecnnEvalSettings *settings, size_t *ret_bytes,
                                   size_t *ret_total, GError **error) {
  size_t before = recnn_memory_used();
  recnn_memory_begin_peak();
  RecnnEvaluator *evaluator = recnn_evaluator_new(model, split, part, settings, error);
  RecnnResult *result = evaluator != NULL ? recnn_evaluator_try(evaluator, error) : NULL;
  *ret_bytes = recnn_memory_peak() - before;
  *ret_total = uncounted() + recnn_memory_peak();
  recnn_evaluator_free(evaluator);
  return result;
}
