/* Plans in words, and the words of a limit. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "tensor/tensor.h"
#include "train/plan-private.h"

static const struct {
  const char *name;
  const char *word;   /* by which an allocation that failed says that it was for this; or NULL */
  const char *advice; /* what makes it smaller; NULL: nothing in a training */
} parts[RECNN_PLAN_PARTS] = {
    [RECNN_PLAN_PROGRAM] = {"program and libraries", NULL, NULL},
    [RECNN_PLAN_DATA] = {"data sets and splits", NULL, "fewer data (data:filter)"},
    [RECNN_PLAN_WEIGHTS] = {"weights", NULL,
                            "narrower embeddings and layers (the model's options)"},
    [RECNN_PLAN_GRADIENTS] = {"gradients", "a gradient",
                              "narrower embeddings and layers (the model's options)"},
    [RECNN_PLAN_OPTIMIZER] = {"optimizer's state", "optimizer's state",
                              "another learner (sgd has no state, adagrad half of adam's)"},
    [RECNN_PLAN_ACCUMULATED] = {"accumulated gradients", "sum of gradients", "accumulate = 1"},
    [RECNN_PLAN_AVERAGE] = {"moving average", "average of the weights", "weight_average = 0"},
    [RECNN_PLAN_BEST] = {"best weights", "copy of the weights",
                         "eval_step = 0 (no validation, no copy of the best)"},
    [RECNN_PLAN_LOADER] = {"loader", "loader", "a smaller train_batch_size"},
    [RECNN_PLAN_NEGATIVES] = {"hard negatives", NULL, "fewer negative_candidates"},
    [RECNN_PLAN_ACTIVATIONS] = {"activations", "a step needs",
                                "a smaller train_batch_size (accumulate makes up for it)"},
    [RECNN_PLAN_EVALUATION] = {"validation", "a block of", "eval_step = 0 (no validation)"},
};

const char *recnn_plan_part_name(RecnnPlanPart part) { return parts[part].name; }

char *recnn_plan_size(size_t bytes) {
  if (bytes < 100000)
    return g_strdup_printf("%.1f kB", (double)bytes * 1e-3);
  return bytes < 1000000000 ? g_strdup_printf("%.1f MB", (double)bytes * 1e-6)
                            : g_strdup_printf("%.2f GB", (double)bytes * 1e-9);
}

static void add_line(GString *text, const char *name, size_t bytes) {
  char *size = recnn_plan_size(bytes);
  g_string_append_printf(text, "  %-40s %12s\n", name, size);
  g_free(size);
}

static void add_parameters(GString *text, const RecnnModel *model) {
  RecnnParam *const *params;
  int32_t n = recnn_model_params(model, &params);
  for (int32_t i = 0; i < n; i++) {
    const RecnnTensor *value = &params[i]->value;
    GString *name = g_string_new(params[i]->name);
    for (int32_t axis = 0; axis < value->rank; axis++)
      g_string_append_printf(name, "%s%" G_GINT64_FORMAT, axis == 0 ? " (" : " x ",
                             (gint64)value->shape[axis]);
    if (value->rank > 0)
      g_string_append_c(name, ')');
    char *size = recnn_plan_size(recnn_tensor_bytes(value));
    g_string_append_printf(text, "  %-40s %12" G_GINT64_FORMAT " %12s%s\n", name->str,
                           (gint64)recnn_tensor_count(value), size,
                           params[i]->trainable ? "" : "  not trained");
    g_free(size);
    g_string_free(name, TRUE);
  }
}

char *recnn_plan_text(const RecnnPlan *plan, const RecnnModel *model) {
  GString *text = g_string_new(NULL);
  g_string_append_printf(text, "plan of %s: %" G_GINT64_FORMAT " parameters\n",
                         recnn_model_get_class(model)->name,
                         (gint64)recnn_model_param_count(model));
  add_parameters(text, model);
  if (plan->batch_rows > 0)
    g_string_append_printf(
        text, "memory, with batches of %" G_GINT64_FORMAT " rows, %" G_GINT64_FORMAT " an epoch\n",
        (gint64)plan->batch_rows, (gint64)plan->batches);
  else
    g_string_append(text, "memory; the model is computed, not trained\n");
  for (int i = 0; i < RECNN_PLAN_PARTS; i++)
    if (plan->bytes[i] > 0)
      add_line(text, parts[i].name, plan->bytes[i]);
  add_line(text, "the process while it trains", plan->total);
  if (plan->before > plan->total)
    add_line(text, "the process before, at its largest", plan->before);
  return g_string_free(text, FALSE);
}

/* The parts by size, the largest first; returns how many have any. */
static int sort(const RecnnPlan *plan, int order[RECNN_PLAN_PARTS]) {
  int n = 0;
  for (int i = 0; i < RECNN_PLAN_PARTS; i++) {
    if (plan->bytes[i] == 0)
      continue;
    int at = n++;
    for (; at > 0 && plan->bytes[order[at - 1]] < plan->bytes[i]; at--)
      order[at] = order[at - 1];
    order[at] = i;
  }
  return n;
}

static void advise(GString *text, const char *advice, int *n) {
  enum { MOST = 3 };
  if (advice == NULL || *n == MOST || strstr(text->str, advice) != NULL)
    return;
  g_string_append_printf(text, "%s%s", *n == 0 ? "; what takes less: " : ", ", advice);
  (*n)++;
}

void recnn__plan_refuse(const RecnnPlan *plan, size_t limit, const GError *why, GError **error) {
  enum { NAMED = 4 };
  int order[RECNN_PLAN_PARTS], n = sort(plan, order);
  GString *text = g_string_new(NULL);
  char *most = recnn_plan_size(limit);
  size_t sum = 0;
  for (int i = 0; i < RECNN_PLAN_PARTS; i++)
    sum += plan->bytes[i];
  char *needs = recnn_plan_size(sum);
  g_string_append_printf(text, "memory_limit is %s, and this training takes %s%s: ", most,
                         why != NULL ? "more than " : "", needs);
  for (int i = 0; i < MIN(n, NAMED); i++) {
    char *size = recnn_plan_size(plan->bytes[order[i]]);
    g_string_append_printf(text, "%s%s %s", i > 0 ? ", " : "", parts[order[i]].name, size);
    g_free(size);
  }
  if (why != NULL)
    g_string_append_printf(text, " (then %s)", why->message);
  int advised = 0;
  for (int i = 0; why != NULL && i < RECNN_PLAN_PARTS; i++) /* what it failed by */
    if (parts[i].word != NULL && strstr(why->message, parts[i].word) != NULL)
      advise(text, parts[i].advice, &advised);
  for (int i = 0; i < n; i++)
    advise(text, parts[order[i]].advice, &advised);
  recnn_error_set(error, RECNN_ERROR_MEMORY, "%s", text->str);
  g_string_free(text, TRUE);
  g_free(most);
  g_free(needs);
}

bool recnn_memory_limit(const RecnnOptions *options, size_t *ret_bytes, GError **error) {
  static const struct {
    const char *name;
    double factor;
  } units[] = {{"", 1.0},
               {"b", 1.0},
               {"kb", 1e3},
               {"mb", 1e6},
               {"gb", 1e9},
               {"tb", 1e12},
               {"kib", 1024.0},
               {"mib", 1048576.0},
               {"gib", 1073741824.0},
               {"tib", 1099511627776.0}};
  const char *text = recnn_options_string(options, "memory_limit");
  size_t digits = strspn(text, "0123456789.");
  const char *unit = text + digits + strspn(text + digits, " ");
  double number;
  *ret_bytes = 0;
  if (text[0] == '\0')
    return true;
  for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
    if (g_ascii_strcasecmp(unit, units[i].name) != 0 ||
        !recnn_parse_double(text, digits, &number) || number * units[i].factor < 1.0 ||
        number * units[i].factor > 9e18)
      continue;
    *ret_bytes = (size_t)(number * units[i].factor);
    return true;
  }
  return recnn_error_set(
      error, RECNN_ERROR_OPTION,
      "option memory_limit: got \"%s\", expected bytes, or a number with kB, MB, "
      "GB, KiB, MiB or GiB, such as \"2 GB\"",
      text);
}
