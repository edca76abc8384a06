/* An optimizer at work: the state of every parameter, the norm of the gradients, and one step over
 * all parameters in one parallel region. */
#include "optim/optimizer.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "base/trace.h"
#include "kernels/vector.h"
#include "tensor/tensor.h"

#define SEGMENT 16384 /* elements of a piece of work, about */

/* Rows begin .. end-1 of a parameter: of its value, or of its row gradient. */
typedef struct Segment {
  int32_t param;
  int64_t begin;
  int64_t end;
} Segment;

/* A parameter, what it has of state and factors, and its update as the class sees it. */
typedef struct Update {
  RecnnParam *param;
  float *slot[RECNN_OPTIMIZER_MAX_SLOTS];
  double factor[RECNN_OPTIMIZER_MAX_FACTORS];
  RecnnUpdate seen;
} Update;

/* Parameters that share their options. */
typedef struct Group {
  RecnnOptions *options;
  double rate; /* of the learning rate */
} Group;

static bool rows_only(const RecnnOptimizerClass *class) {
  return (class->flags & RECNN_OPTIMIZER_ROWS_ONLY) != 0;
}

struct RecnnOptimizer {
  const RecnnOptimizerClass *optimizer_class;
  double learning_rate;
  double limit;  /* of a gradient's elements; 0: none */
  Group *groups; /* the last is that of all other parameters */
  int32_t n_groups;
  int32_t n_params;
  Update *updates;   /* one a trainable parameter */
  int32_t *group;    /* its group */
  uint64_t *steps;   /* updates so far */
  Segment *segments; /* room for all parameters' rows */
  double *partial;   /* one a segment */
  int64_t room;
};

/* How many rows make a segment. */
static int64_t segment_rows(const RecnnParam *param) {
  return MAX(1, SEGMENT / MAX(1, recnn_param_row_size(param)));
}

/* Whether the options go together. */
static bool check_options(const RecnnOptimizerClass *class, const RecnnOptions *options,
                          GError **error) {
  RecnnError why = RECNN_ERROR_INIT;
  RecnnStatus status =
      class->check != NULL ? class->check(recnn_options_values(options), &why) : RECNN_OK;
  return status == RECNN_OK || recnn_error_from_plugin(error, status, &why, class->name);
}

static bool make_group(RecnnOptimizer *optimizer, const RecnnOptions *options,
                       const RecnnSpecItem *item, GError **error) {
  const RecnnOptimizerClass *class = optimizer->optimizer_class;
  Group *group = &optimizer->groups[optimizer->n_groups++];
  group->options = recnn_options_copy(options);
  bool ok = (item == NULL || recnn_spec_apply(item, group->options, error)) &&
            check_options(class, group->options, error);
  if (!ok && item != NULL)
    g_prefix_error(error, "group %s: ", item->name);
  group->rate = recnn_options_float(group->options, "learning_rate") / optimizer->learning_rate;
  return ok;
}

/* The first group whose pattern fits; the last one is for all that none does. */
static int32_t group_of(const RecnnSpec *groups, const RecnnParam *param) {
  int32_t i = 0;
  while (groups != NULL && i < groups->n_items &&
         !g_pattern_match_simple(groups->items[i].name, param->name))
    i++;
  return groups != NULL ? i : 0;
}

static bool check_groups(const RecnnOptimizer *optimizer, const RecnnSpec *groups,
                         RecnnParam *const *params, int32_t n_params, GError **error) {
  for (int32_t g = 0; groups != NULL && g < groups->n_items; g++) {
    bool used = false;
    for (int32_t i = 0; i < optimizer->n_params; i++)
      used = used || optimizer->group[i] == g;
    if (used)
      continue;
    GString *names = g_string_new(NULL);
    for (int32_t i = 0; i < n_params; i++)
      if (params[i]->trainable)
        g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", params[i]->name);
    recnn_error_set(error, RECNN_ERROR_OPTION,
                    "group %s: no parameter of that name is left for it; there are %s",
                    groups->items[g].name, names->str);
    g_string_free(names, TRUE);
    return false;
  }
  return true;
}

static bool make_slots(RecnnOptimizer *optimizer, int32_t i, GError **error) {
  const RecnnOptimizerClass *class = optimizer->optimizer_class;
  const RecnnValue *options = recnn_options_values(optimizer->groups[optimizer->group[i]].options);
  Update *update = &optimizer->updates[i];
  size_t count = (size_t)recnn_tensor_count(&update->param->value);
  int32_t n = class->slots != NULL ? class->slots(options) : class->n_slots;
  for (int32_t s = 0; s < MIN(n, class->n_slots); s++) {
    float *slot = recnn_memory_new0(count, sizeof *slot, "an optimizer's state", error);
    if (slot == NULL)
      return false;
    update->slot[s] = slot;
    float value = class->begin_with != NULL ? (float)class->begin_with(options, s) : 0.0f;
    for (size_t k = 0; (value > 0.0f || value < 0.0f) && k < count; k++)
      slot[k] = value;
  }
  return true;
}

static bool make(RecnnOptimizer *optimizer, const RecnnOptions *options, const RecnnSpec *groups,
                 RecnnParam *const *params, int32_t n_params, GError **error) {
  int32_t n_groups = groups != NULL ? groups->n_items : 0;
  optimizer->groups = g_new0(Group, n_groups + 1);
  optimizer->updates = g_new0(Update, MAX(n_params, 1));
  optimizer->group = g_new0(int32_t, MAX(n_params, 1));
  optimizer->steps = g_new0(uint64_t, MAX(n_params, 1));
  for (int32_t g = 0; g <= n_groups; g++)
    if (!make_group(optimizer, options, g < n_groups ? &groups->items[g] : NULL, error))
      return false;
  for (int32_t i = 0; i < n_params; i++) {
    if (!params[i]->trainable)
      continue;
    int32_t at = optimizer->n_params++;
    optimizer->updates[at].param = params[i];
    optimizer->group[at] = group_of(groups, params[i]);
    if (!make_slots(optimizer, at, error))
      return false;
    int64_t rows = segment_rows(params[i]);
    optimizer->room += (recnn_param_n_rows(params[i]) + rows - 1) / rows;
  }
  optimizer->segments = g_new0(Segment, (gsize)MAX(optimizer->room, 1));
  optimizer->partial = g_new0(double, (gsize)MAX(optimizer->room, 1));
  return check_groups(optimizer, groups, params, n_params, error);
}

RecnnOptimizer *recnn_optimizer_new_grouped(const RecnnOptimizerClass *optimizer_class,
                                            const RecnnOptions *options, const RecnnSpec *groups,
                                            RecnnParam *const *params, int32_t n_params,
                                            GError **error) {
  RecnnOptimizer *optimizer = g_new0(RecnnOptimizer, 1);
  optimizer->optimizer_class = optimizer_class;
  optimizer->learning_rate = recnn_options_float(options, "learning_rate");
  if (make(optimizer, options, groups, params, n_params, error))
    return optimizer;
  recnn_optimizer_free(optimizer);
  return NULL;
}

RecnnOptimizer *recnn_optimizer_new(const RecnnOptimizerClass *optimizer_class,
                                    const RecnnOptions *options, RecnnParam *const *params,
                                    int32_t n_params, GError **error) {
  return recnn_optimizer_new_grouped(optimizer_class, options, NULL, params, n_params, error);
}

void recnn_optimizer_free(RecnnOptimizer *optimizer) {
  if (optimizer == NULL)
    return;
  for (int32_t i = 0; i < optimizer->n_params; i++)
    for (int32_t s = 0; s < RECNN_OPTIMIZER_MAX_SLOTS; s++)
      recnn_memory_free(optimizer->updates[i].slot[s]);
  for (int32_t g = 0; g < optimizer->n_groups; g++)
    recnn_options_free(optimizer->groups[g].options);
  g_free(optimizer->groups);
  g_free(optimizer->updates);
  g_free(optimizer->group);
  g_free(optimizer->steps);
  g_free(optimizer->segments);
  g_free(optimizer->partial);
  g_free(optimizer);
}

int32_t recnn_optimizer_n_params(const RecnnOptimizer *optimizer) { return optimizer->n_params; }

const RecnnParam *recnn_optimizer_param(const RecnnOptimizer *optimizer, int32_t i) {
  return optimizer->updates[i].param;
}

float *recnn_optimizer_slot(const RecnnOptimizer *optimizer, int32_t i, int32_t slot) {
  return slot < RECNN_OPTIMIZER_MAX_SLOTS ? optimizer->updates[i].slot[slot] : NULL;
}

uint64_t recnn_optimizer_steps(const RecnnOptimizer *optimizer, int32_t i) {
  return optimizer->steps[i];
}

void recnn_optimizer_set_steps(RecnnOptimizer *optimizer, int32_t i, uint64_t steps) {
  optimizer->steps[i] = steps;
}

void recnn_optimizer_clip_value(RecnnOptimizer *optimizer, double limit) {
  optimizer->limit = limit;
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
  int64_t start = recnn_trace_now();
  int64_t n = cut(optimizer, true);
  recnn_parallel(n, norm_tile, (void *)optimizer);
  double sum = 0.0;
  for (int64_t i = 0; i < n; i++)
    sum += optimizer->partial[i];
  if (start != 0) {
    double elements = 0.0;
    for (int64_t i = 0; i < n; i++) {
      const Segment *s = &optimizer->segments[i];
      elements +=
          (double)((s->end - s->begin) * recnn_param_row_size(optimizer->updates[s->param].param));
    }
    recnn_trace_add(RECNN_TRACE_UPDATE, "norm", start, 2.0 * elements, elements * sizeof(float));
  }
  return sqrt(sum);
}

double recnn_optimizer_grad_norm(const RecnnOptimizer *optimizer) { return grad_norm(optimizer); }

static void limit_tile(void *context, int64_t tile) {
  const RecnnOptimizer *optimizer = context;
  const Segment *s = &optimizer->segments[tile];
  RecnnParam *param = optimizer->updates[s->param].param;
  int64_t row_size = recnn_param_row_size(param);
  float *grad = param->grad_kind == RECNN_GRAD_ROWS ? param->row_values : param->grad.data;
  float limit = (float)optimizer->limit;
  for (int64_t i = s->begin * row_size; i < s->end * row_size; i++)
    grad[i] = MAX(-limit, MIN(limit, grad[i]));
}

/* The update as the class sees it. */
static void show(Update *update, float scale) {
  const RecnnParam *param = update->param;
  bool dense = param->grad_kind == RECNN_GRAD_DENSE;
  update->seen = (RecnnUpdate){
      .struct_size = sizeof(RecnnUpdate),
      .name = param->name,
      .n_rows = recnn_param_n_rows(param),
      .row_size = recnn_param_row_size(param),
      .value = param->value.data,
      .grad = dense ? param->grad.data : NULL,
      .row_grad = dense ? NULL : param->row_values,
      .row_slot = dense ? NULL : param->row_slot,
      .row_ids = dense ? NULL : param->row_ids,
      .n_row_ids = dense ? 0 : param->n_rows,
      .scale = scale,
      .slot = update->slot,
      .factor = update->factor,
  };
}

static void update_tile(void *context, int64_t tile) {
  const RecnnOptimizer *optimizer = context;
  const Segment *s = &optimizer->segments[tile];
  optimizer->optimizer_class->update(&optimizer->updates[s->param].seen, s->begin, s->end);
}

/* Reads the gradients, reads and writes the values and the state; the operations are counted as one
 * for each number written. */
static void trace_update(const RecnnOptimizer *optimizer, int64_t start) {
  double operations = 0.0, numbers = 0.0;
  for (int32_t i = 0; i < optimizer->n_params; i++) {
    const Update *update = &optimizer->updates[i];
    const RecnnParam *param = update->param;
    if (param->grad_kind == RECNN_GRAD_NONE)
      continue;
    bool sparse = param->grad_kind == RECNN_GRAD_ROWS;
    double row = (double)recnn_param_row_size(param);
    double gradient = row * (double)(sparse ? param->n_rows : recnn_param_n_rows(param));
    double written =
        rows_only(optimizer->optimizer_class) ? gradient : row * (double)recnn_param_n_rows(param);
    int32_t n = 1;
    while (n <= RECNN_OPTIMIZER_MAX_SLOTS && update->slot[n - 1] != NULL)
      n++;
    operations += written * n;
    numbers += gradient + 2.0 * written * n;
  }
  recnn_trace_add(RECNN_TRACE_UPDATE, "update", start, operations, numbers * sizeof(float));
}

static bool take_step(RecnnOptimizer *optimizer, double max_norm, double *ret_norm,
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
  double clipped = norm;
  if (optimizer->limit > 0.0) {
    recnn_parallel(cut(optimizer, true), limit_tile, optimizer);
    clipped = max_norm > 0.0 ? grad_norm(optimizer) : norm;
  }
  double scale = max_norm > 0.0 ? MIN(1.0, max_norm / (clipped + 1e-6)) : 1.0;
  for (int32_t i = 0; i < optimizer->n_params; i++) {
    Update *update = &optimizer->updates[i];
    if (update->param->grad_kind == RECNN_GRAD_NONE)
      continue;
    const Group *group = &optimizer->groups[optimizer->group[i]];
    show(update, (float)scale);
    optimizer->optimizer_class->prepare(recnn_options_values(group->options),
                                        optimizer->learning_rate * group->rate,
                                        ++optimizer->steps[i], update->factor);
  }
  int64_t start = recnn_trace_now();
  recnn_parallel(cut(optimizer, rows_only(optimizer->optimizer_class)), update_tile, optimizer);
  if (start != 0)
    trace_update(optimizer, start);
  *ret_norm = norm;
  return true;
}

bool recnn_optimizer_step(RecnnOptimizer *optimizer, double max_norm, double *ret_norm,
                          GError **error) {
  int64_t start = recnn_trace_now();
  bool ok = take_step(optimizer, max_norm, ret_norm, error);
  recnn_trace_add(RECNN_TRACE_PHASE, "optimizer", start, 0.0, 0.0);
  return ok;
}
