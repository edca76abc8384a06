/* How parameters begin.  Element i is a function of (seed, parameter, i) alone, so the filling runs
 * on all threads and gives the same bits on any number of them. */
#include <math.h>

#include "base/error.h"
#include "base/parallel.h"
#include "base/rng.h"
#include "graph/init.h"
#include "graph/param.h"
#include "tensor/tensor.h"

#define FILL_TILE 4096 /* elements; a multiple of 4, the words of one draw */

typedef enum { FILL_NORMAL, FILL_UNIFORM, FILL_KEEP } FillKind;

typedef struct Fill {
  FillKind kind;
  float *to;
  int64_t n;
  double a; /* mean, low, or probability */
  double b; /* standard deviation or width */
  uint64_t seed;
  uint64_t stream;
} Fill;

/* Four numbers from one draw: two pairs of Box and Muller, or four uniform ones of 24 bits (as many
 * as a float has, so that low + width is never reached by rounding up). */
static void draw(const Fill *fill, int64_t counter, double out[4]) {
  uint32_t words[4];
  recnn_philox(fill->seed, fill->stream, (uint64_t)counter, words);
  for (int i = 0; i < 4; i += 2) {
    if (fill->kind == FILL_NORMAL) {
      double radius = sqrt(-2.0 * log((words[i] + 0.5) * 0x1p-32));
      double angle = 2.0 * G_PI * ((words[i + 1] + 0.5) * 0x1p-32);
      out[i] = fill->a + fill->b * radius * cos(angle);
      out[i + 1] = fill->a + fill->b * radius * sin(angle);
      continue;
    }
    for (int j = i; j < i + 2; j++) {
      double u = (words[j] >> 8) * 0x1p-24;
      out[j] = fill->kind == FILL_KEEP ? (u < fill->a ? 1.0 : 0.0) : fill->a + fill->b * u;
    }
  }
}

static void fill_tile(void *context, int64_t tile) {
  const Fill *fill = context;
  int64_t begin = tile * FILL_TILE;
  int64_t end = MIN(fill->n, begin + FILL_TILE);
  for (int64_t i = begin; i < end; i += 4) {
    double four[4];
    draw(fill, i / 4, four);
    for (int64_t j = 0; j < 4 && i + j < end; j++)
      fill->to[i + j] = (float)four[j];
  }
}

static void run(Fill fill) {
  recnn_parallel((fill.n + FILL_TILE - 1) / FILL_TILE, fill_tile, &fill);
}

void recnn__fill_normal(float *to, int64_t n, double mean, double deviation, uint64_t seed,
                        uint64_t stream) {
  run((Fill){FILL_NORMAL, to, n, mean, deviation, seed, stream});
}

void recnn__fill_uniform(float *to, int64_t n, double low, double width, uint64_t seed,
                         uint64_t stream) {
  run((Fill){FILL_UNIFORM, to, n, low, width, seed, stream});
}

void recnn__fill_keep(float *to, int64_t n, double p, uint64_t seed, uint64_t stream) {
  run((Fill){FILL_KEEP, to, n, p, 0.0, seed, stream});
}

static void fill_constant(RecnnParam *param, double value) {
  int64_t n = recnn_tensor_count(&param->value);
  if (param->value.dtype == RECNN_INT64) {
    for (int64_t i = 0; i < n; i++)
      ((int64_t *)param->value.data)[i] = (int64_t)value;
  } else {
    for (int64_t i = 0; i < n; i++)
      ((float *)param->value.data)[i] = (float)value;
  }
}

bool recnn_param_fill(RecnnParam *param, RecnnInit init, uint64_t seed, GError **error) {
  if (!isfinite(init.a) || !isfinite(init.b))
    return recnn_error_set(error, RECNN_ERROR_ARGUMENT,
                           "parameter %s: initialisation with a = %g, b = %g, expected finite "
                           "numbers",
                           param->name, init.a, init.b);
  if (init.kind == RECNN_INIT_CONSTANT) {
    fill_constant(param, init.a);
    return true;
  }
  if (param->value.dtype != RECNN_FLOAT32)
    return recnn_error_set(error, RECNN_ERROR_ARGUMENT,
                           "parameter %s: initialisation kind %d of an int64 tensor, expected "
                           "RECNN_INIT_CONSTANT",
                           param->name, (int)init.kind);
  double fan_in = (double)recnn_param_row_size(param);
  double fan_out = (double)recnn_param_n_rows(param);
  if (param->transposed) { /* a matrix, and its axes are the other way round outside */
    double held = fan_in;
    fan_in = fan_out;
    fan_out = held;
  }
  for (int32_t i = 2; i < param->value.rank; i++)
    fan_out *= (double)param->value.shape[i];
  float *to = param->value.data;
  int64_t n = recnn_tensor_count(&param->value);
  uint64_t stream = RECNN_STREAM(RECNN_STREAM_INIT, param->index);
  double bound = 0.0, deviation = 0.0;
  switch (init.kind) {
  case RECNN_INIT_NORMAL:
    recnn__fill_normal(to, n, init.a, init.b, seed, stream);
    return true;
  case RECNN_INIT_UNIFORM:
    recnn__fill_uniform(to, n, init.a, init.b - init.a, seed, stream);
    return true;
  case RECNN_INIT_XAVIER_UNIFORM:
    bound = init.a * sqrt(6.0 / (fan_in + fan_out));
    break;
  case RECNN_INIT_FAN_IN_UNIFORM:
    bound = init.a / sqrt(fan_in);
    break;
  case RECNN_INIT_XAVIER_NORMAL:
    deviation = init.a * sqrt(2.0 / (fan_in + fan_out));
    break;
  case RECNN_INIT_FAN_IN_NORMAL:
    deviation = init.a / sqrt(fan_in);
    break;
  default:
    return recnn_error_set(error, RECNN_ERROR_ARGUMENT,
                           "parameter %s: initialisation kind %d, expected one of RECNN_INIT_*",
                           param->name, (int)init.kind);
  }
  if (deviation > 0.0)
    recnn__fill_normal(to, n, 0.0, deviation, seed, stream);
  else
    recnn__fill_uniform(to, n, -bound, 2.0 * bound, seed, stream);
  return true;
}
