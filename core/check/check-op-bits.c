/* An op's bits: the same whatever the inputs' strides and the number of threads, and the same draws
 * for the same step. */
#include <string.h>

#include "base/parallel.h"
#include "check/op-run-private.h"
#include "tensor/tensor.h"

static void strides(RecnnTrial *trial) {
  static const char *const names[] = {"", "with gaps between elements", "with gaps between rows",
                                      "with transposed inputs"};
  FOR_OP_SAMPLES(trial, s) {
    OpRun *plain = recnn__op_run_both_ways(trial, s, OP_AS_IS, LAYOUT_CONTIGUOUS);
    for (OpLayout layout = LAYOUT_GAPS; plain != NULL && layout < N_LAYOUTS; layout++) {
      OpRun *run = recnn__op_run_both_ways(trial, s, OP_AS_IS, layout);
      if (run != NULL)
        recnn__op_run_same_bits(plain, run, names[layout]);
      recnn__op_run_free(run);
    }
    recnn__op_run_free(plain);
  }
}

RECNN_CHECK(op_strides) = {
    .kind = RECNN_OP_KIND,
    .rank = 40,
    .name = "strides",
    .doc = "Inputs with gaps, with distant rows and transposed ones give the same bits",
    .run = strides,
};

static void threads(RecnnTrial *trial) {
  static const int counts[] = {2, 4};
  const int before = recnn_parallel_threads();
  FOR_OP_SAMPLES(trial, s) {
    (void)recnn_parallel_set_threads(1, NULL);
    OpRun *alone = recnn__op_run_both_ways(trial, s, OP_LARGE, LAYOUT_CONTIGUOUS);
    for (int i = 0; alone != NULL && i < 2; i++) {
      GError *error = NULL;
      if (!recnn_parallel_set_threads(counts[i], &error)) {
        recnn__trial_fail_error(trial, "setting the threads", error);
        break;
      }
      OpRun *run = recnn__op_run_both_ways(trial, s, OP_LARGE, LAYOUT_CONTIGUOUS);
      if (run != NULL)
        recnn__op_run_same_bits(alone, run, counts[i] == 2 ? "with 2 threads" : "with 4 threads");
      recnn__op_run_free(run);
    }
    recnn__op_run_free(alone);
  }
  (void)recnn_parallel_set_threads(before, NULL);
}

RECNN_CHECK(op_threads) = {
    .kind = RECNN_OP_KIND,
    .rank = 50,
    .name = "threads",
    .doc = "A large batch gives the same bits at 1, 2 and 4 threads",
    .run = threads,
};

static bool same_output(const OpRun *a, const OpRun *b) {
  return memcmp(a->output.data, b->output.data, recnn_tensor_bytes(&a->output)) == 0;
}

/* The same step draws the same; another step draws otherwise; in evaluation nothing is drawn, and
 * an op that is not stochastic never draws. */
static void draws(RecnnTrial *trial) {
  const RecnnOp *op = trial->descriptor;
  bool stochastic = (op->flags & RECNN_OP_STOCHASTIC) != 0, drew = false;
  FOR_OP_SAMPLES(trial, s) {
    OpRun *runs[3] = {NULL};
    static const uint64_t steps[3] = {3, 3, 4};
    bool ok = true;
    for (int i = 0; ok && i < 3; i++) {
      runs[i] = recnn__op_run_new(trial, s, OP_AS_IS, LAYOUT_CONTIGUOUS);
      ok = runs[i] != NULL && recnn__op_run_forward(runs[i], steps[i]);
    }
    if (ok && !same_output(runs[0], runs[1]))
      recnn__op_run_fail(runs[0], "another output when the same step is done again");
    bool same = ok && same_output(runs[0], runs[2]);
    drew = drew || (ok && !same);
    if (ok && !same && (s->inference || !stochastic))
      recnn__op_run_fail(runs[0], "another output in another step, %s",
                         s->inference ? "though this is no training"
                                      : "without the flag RECNN_OP_STOCHASTIC");
    for (int i = 0; i < 3; i++)
      recnn__op_run_free(runs[i]);
  }
  if (stochastic && !drew && trial->skipped == NULL)
    recnn__trial_fail(trial, "it has the flag RECNN_OP_STOCHASTIC and never draws");
}

RECNN_CHECK(op_draws) = {
    .kind = RECNN_OP_KIND,
    .rank = 15,
    .name = "draws",
    .doc = "The same step draws the same numbers; only a stochastic op draws, and only in training",
    .run = draws,
};
