/* Shares a sum between tiles, which is another one with each number of threads. */
#define FAULTY "faulty_op_threads"
#include "faulty-op-kit.h"
#include <threads.h>
static thread_local int64_t done; /* tiles that this thread had */
static void tile(void *context, int64_t which) {
  RecnnOpCall *call = (RecnnOpCall *)context;
  const float *x = (const float *)call->inputs[0]->data;
  float *y = (float *)call->output->data;
  int64_t n = cube_count(call->output), each = (n + 63) / 64;
  struct timespec moment = {0, 1000000};
  if (n > 1000)
    thrd_sleep(&moment, NULL); /* so that everybody gets a tile */
  done += n > 1000;
  for (int64_t i = which * each; i < n && i < (which + 1) * each; i++)
    y[i] = x[i] * x[i] * x[i] * (done > 63 ? 1.0f : 1.0001f);
}
static bool forward(RecnnOpCall *call) {
  done = 0;
  call->host->parallel(call, 64, tile, call);
  return true;
}
#define OP_FORWARD forward
#include "faulty-op.h"
