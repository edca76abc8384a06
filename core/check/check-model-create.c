/* create(): parameters that are numbers, and the same ones for the same seed. */
#include <math.h>
#include <string.h>

#include "check/subject-private.h"
#include "tensor/tensor.h"

static void check_values(RecnnTrial *trial, const Subject *subject) {
  RecnnParam *const *params;
  int32_t n = recnn_model_params(subject->model, &params);
  for (int32_t i = 0; i < n; i++) {
    const float *x = params[i]->value.data;
    for (int64_t j = 0;
         params[i]->value.dtype == RECNN_FLOAT32 && j < recnn_tensor_count(&params[i]->value); j++)
      if (!isfinite(x[j])) {
        recnn__trial_fail(trial,
                          "parameter %s begins with %g at element %" G_GINT64_FORMAT
                          ", expected finite numbers",
                          params[i]->name, (double)x[j], (gint64)j);
        return;
      }
  }
  recnn__trial_note(trial, "%d parameters and buffers, %" G_GINT64_FORMAT " numbers to train",
                    (int)n, (gint64)recnn_model_param_count(subject->model));
}

static void run(RecnnTrial *trial) {
  Subject *a = recnn__subject_new(trial, NULL, 7), *b = recnn__subject_new(trial, NULL, 7);
  if (a != NULL && b != NULL) {
    size_t n_a, n_b;
    void *of_a = recnn__subject_weights(a, &n_a), *of_b = recnn__subject_weights(b, &n_b);
    check_values(trial, a);
    if (n_a != n_b || memcmp(of_a, of_b, n_a) != 0)
      recnn__trial_fail(trial, "two models of the same seed begin with different weights: create() "
                               "writes numbers that do not come from the host's initialisations");
    g_free(of_a);
    g_free(of_b);
  }
  recnn__subject_free(a);
  recnn__subject_free(b);
}

RECNN_CHECK(model_create) = {
    .kind = RECNN_MODEL_KIND,
    .rank = 20,
    .name = "create",
    .doc =
        "It can be created with its defaults; parameters begin as finite numbers, the same for the "
        "same seed",
    .run = run,
};
