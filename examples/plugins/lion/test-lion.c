/* Lion's arithmetic, worked out by hand with numbers that are exact in binary. */
#include "lion.c"

#include <assert.h>
#include <math.h>

static bool near(float value, double expected) { return fabs((double)value - expected) < 1e-6; }

static void step(RecnnUpdate *update, uint64_t number) {
  const RecnnValue set[] = {
      {RECNN_OPTION_FLOAT, 0, {.f = 0.1}}, /* the schedule's is another */
      {RECNN_OPTION_FLOAT, 0, {.f = 0.5}},
      {RECNN_OPTION_FLOAT, 0, {.f = 0.5}},
      {RECNN_OPTION_FLOAT, 0, {.f = 0.75}},
  };
  double factor[RECNN_OPTIMIZER_MAX_FACTORS];
  prepare(set, 0.2, number, factor);
  update->factor = factor;
  lion.update(update, 0, update->n_rows);
}

int main(void) {
  float value[] = {2.0f, -1.0f, 0.0f, 1.0f}, mean[4] = {0};
  float *slot[RECNN_OPTIMIZER_MAX_SLOTS] = {mean};
  const float grad[] = {4.0f, -8.0f, 0.0f, 2.0f}, rows[] = {-2.0f, 2.0f};
  const int32_t row_slot[] = {0, -1};
  RecnnUpdate update = {.struct_size = sizeof update,
                        .n_rows = 2,
                        .row_size = 2,
                        .value = value,
                        .grad = grad,
                        .scale = 0.5f,
                        .slot = slot};

  /* Values lose a tenth (0.2 times 0.5) and move by 0.2 against the gradients, 2, -4, 0 and 1. */
  step(&update, 1);
  assert(near(value[0], 1.6) && near(value[1], -0.7) && near(value[2], 0.0) && near(value[3], 0.7));
  assert(near(mean[0], 0.5) && near(mean[1], -1.0) && near(mean[2], 0.0) && near(mean[3], 0.25));

  /* Rows: -1 and 1 for the first, none for the second.  Halves of mean and gradient: -0.25, 0, 0,
   * 0.125; so the second moves by nothing, and the fourth by what it remembers. */
  update.grad = NULL;
  update.row_grad = rows;
  update.row_slot = row_slot;
  step(&update, 2);
  assert(near(value[0], 1.64) && near(value[1], -0.63) && near(value[2], 0.0) &&
         near(value[3], 0.43));
  assert(near(mean[0], 0.125) && near(mean[1], -0.5) && near(mean[2], 0.0) &&
         near(mean[3], 0.1875));
  return 0;
}
