/* An optimizer at work: the state of every parameter, the norm of the gradients, and one step over
 * all parameters in one parallel region. */
#include "optim/optimizer.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "kernels/vector.h"
#include "tensor/tensor.h"

extern const RecnnOptimizerClass *const recnn__optimizer_table[];

#define SEGMENT 16384 /* elements of a piece of work, about */

/* Rows begin .. end-1 of a parameter: of its value, or of its row gradient. */
typedef struct Segment {
  int32_t param;
  int64_t begin;
  int64_t end;
} Segment;

struct RecnnOptimizer {
  const RecnnOptimizerClass *optimizer_class;
  RecnnOptions *options;
  double learning_rate;
  int32_t n_params;
  RecnnUpdate *updates; /* one a trainable parameter */
  uint64_t *steps;      /* updates so far */
  Segment *segments;    /* room for all parameters' rows */
  double *partial;      /* one a segment */
  int64_t room;
};

const RecnnOptimizerClass *recnn_optimizer_find(const char *name) {
  for (const RecnnOptimizerClass *const *c = recnn__optimizer_table; *c != NULL; c++)
    if (strcmp((*c)->name, name) == 0)
      return *c;
  return NULL;
}

const char **recnn_optimizer_names(void) {
  size_t n = 0;
  while (recnn__optimizer_table[n] != NULL)
    n++;
  const char **names = g_new0(const char *, n + 1);
  for (size_t i = 0; i < n; i++) /* the table is sorted */
    names[i] = recnn__optimizer_table[i]->name;
  return names;
}

/* How many rows make a segment. */
static int64_t segment_rows(const RecnnParam *param) {
  return MAX(1, SEGMENT / MAX(1, recnn_param_row_size(param)));
}

RecnnOptimizer *recnn_optimizer_new(const RecnnOptimizerClass *optimizer_class,
                                    const RecnnOptions *options, RecnnParam *const *params,
                                    int32_t n_params, GError **error) {
  RecnnOptimizer *optimizer = g_new0(RecnnOptimizer, 1);
  optimizer->optimizer_class = optimizer_class;
  optimizer->options = recnn_options_copy(options);
  optimizer->learning_rate = recnn_options_float(options, "learning_rate");
  optimizer->updates = g_new0(RecnnUpdate, MAX(n_params, 1));
  optimizer->steps = g_new0(uint64_t, MAX(n_params, 1));
  for (int32_t i = 0; i < n_params; i++) {
    if (!params[i]->trainable)
      continue;
    RecnnUpdate *update = &optimizer->updates[optimizer->n_params++];
    update->param = params[i];
    size_t count = (size_t)recnn_tensor_count(&params[i]->value);
    for (int32_t s = 0; s < optimizer_class->n_slots; s++) {
      update->slot[s] = recnn_memory_new0(count, sizeof(float), "an optimizer's state", error);
      if (update->slot[s] == NULL) {
        recnn_optimizer_free(optimizer);
        return NULL;
      }
    }
    int64_t rows = segment_rows(params[i]);
    optimizer->room += (recnn_param_n_rows(params[i]) + rows - 1) / rows;
  }
  optimizer->segments = g_new0(Segment, (gsize)MAX(optimizer->room, 1));
  optimizer->partial = g_new0(double, (gsize)MAX(optimizer->room, 1));
  return optimizer;
}

void recnn_optimizer_free(RecnnOptimizer *optimizer) {
  if (optimizer == NULL)
    return;
  for (int32_t i = 0; i < optimizer->n_params; i++)
    for (int32_t s = 0; s < RECNN_OPTIMIZER_MAX_SLOTS; s++)
      recnn_memory_free(optimizer->updates[i].slot[s]);
  g_free(optimizer->updates);
  g_free(optimizer->steps);
  g_free(optimizer->segments);
  g_free(optimizer->partial);
  recnn_options_free(optimizer->options);
  g_free(optimizer);
}

double recnn_optimizer_learning_rate(const RecnnOptimizer *optimizer) {
  return optimizer->learning_rate;
}

void recnn_optimizer_set_learning_rate(RecnnOptimizer *optimizer, double learning_rate) {
  optimizer->learning_rate = learning_rate;
}

/* Cuts the rows of all parameters that have a gradient into segments: those of the gradient (only
 * the rows there are), or those of the value.  Returns how many. */
static int64_t cut(const RecnnOptimizer *optimizer, bool of_gradient) {
  int64_t n = 0;
  for (int32_t i = 0; i < optimizer->n_params; i++) {
    const RecnnParam *param = optimizer->updates[i].param;
    if (param->grad_kind == RECNN_GRAD_NONE)
      continue;
    bool sparse = param->grad_kind == RECNN_GRAD_ROWS;
    int64_t rows = of_gradient && sparse ? param->n_rows : recnn_param_n_rows(param);
    int64_t step = segment_rows(param);
    for (int64_t begin = 0; begin < rows; begin += step)
      optimizer->segments[n++] = (Segment){i, begin, MIN(rows, begin + step)};
  }
  return n;
}

static void norm_tile(void *context, int64_t tile) {
  const RecnnOptimizer *optimizer = context;
  const Segment *s = &optimizer->segments[tile];
  const RecnnParam *param = optimizer->updates[s->param].param;
  int64_t row_size = recnn_param_row_size(param);
  const float *grad = param->grad_kind == RECNN_GRAD_ROWS ? param->row_values : param->grad.data;
  optimizer->partial[tile] =
      recnn_vector_square_sum(grad + s->begin * row_size, (s->end - s->begin) * row_size);
}

/* The norm, with the partial sums left in optimizer->partial for whoever must find the culprit. */
static double grad_norm(const RecnnOptimizer *optimizer) {
  int64_t n = cut(optimizer, true);
  recnn_parallel(n, norm_tile, (void *)optimizer);
  double sum = 0.0;
  for (int64_t i = 0; i < n; i++)
    sum += optimizer->partial[i];
  return sqrt(sum);
}

double recnn_optimizer_grad_norm(const RecnnOptimizer *optimizer) { return grad_norm(optimizer); }

static void update_tile(void *context, int64_t tile) {
  const RecnnOptimizer *optimizer = context;
  const Segment *s = &optimizer->segments[tile];
  optimizer->optimizer_class->update(&optimizer->updates[s->param], s->begin, s->end);
}

bool recnn_optimizer_step(RecnnOptimizer *optimizer, double max_norm, double *ret_norm,
                          GError **error) {
  double norm = grad_norm(optimizer);
  if (!isfinite(norm)) {
    int64_t i = 0;
    while (isfinite(optimizer->partial[i]))
      i++;
    return recnn_error_set(error, RECNN_ERROR_NUMERIC,
                           "the gradient of parameter %s has a NaN or an infinity in it, expected "
                           "finite numbers",
                           optimizer->updates[optimizer->segments[i].param].param->name);
  }
  double scale = max_norm > 0.0 ? MIN(1.0, max_norm / (norm + 1e-6)) : 1.0;
  for (int32_t i = 0; i < optimizer->n_params; i++) {
    RecnnUpdate *update = &optimizer->updates[i];
    if (update->param->grad_kind == RECNN_GRAD_NONE)
      continue;
    update->scale = (float)scale;
    optimizer->optimizer_class->prepare(optimizer->options, optimizer->learning_rate,
                                        ++optimizer->steps[i], update->factor);
  }
  recnn_parallel(cut(optimizer, false), update_tile, optimizer);
  *ret_norm = norm;
  return true;
}
