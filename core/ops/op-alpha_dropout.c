/* Dropout for SELU networks: what is dropped becomes SELU's limit at minus infinity, and an affine
 * map keeps mean and variance (Klambauer et al., NeurIPS 2017; as torch.nn.AlphaDropout). */
#include <math.h>

#include "ops/ops-private.h"

#define CHUNK 256

typedef struct Map {
  uint32_t threshold; /* a random word below it drops */
  float a;            /* of what is kept */
  float b;
  float dropped; /* what a dropped element becomes */
} Map;

static Map map_of(const RecnnOpCall *call) {
  double p = call->attrs[0].as.f;
  double limit = -(double)RECNN_OP_SELU_SCALE * (double)RECNN_OP_SELU_ALPHA;
  double a = 1.0 / sqrt((1.0 - p) * (1.0 + p * limit * limit));
  double b = -a * limit * p;
  Map map = {(uint32_t)(p * 4294967296.0), (float)a, (float)b, (float)(a * limit + b)};
  return map;
}

static void value(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  const Map *map = data;
  uint32_t words[CHUNK];
  const float *x = recnn__ops_in(call, 0);
  float *y = recnn__ops_out(call);
  for (int64_t i = begin; i < end; i += CHUNK) {
    int64_t n = MIN(CHUNK, end - i);
    call->host->random_fill(call, (uint64_t)i, words, n);
    for (int64_t j = 0; j < n; j++)
      y[i + j] = words[j] < map->threshold ? map->dropped : map->a * x[i + j] + map->b;
  }
}

static void copy(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  (void)data;
  for (int64_t i = begin; i < end; i++)
    recnn__ops_out(call)[i] = recnn__ops_in(call, 0)[i];
}

static bool forward(RecnnOpCall *call) {
  Map map = map_of(call);
  bool drops = call->training && map.threshold > 0;
  recnn__ops_elements(call, recnn_tensor_count(call->output), 4, drops ? value : copy, &map);
  return true;
}

static void gradient(const RecnnOpCall *call, const void *data, int64_t begin, int64_t end) {
  const Map *map = data;
  uint32_t words[CHUNK];
  const float *dy = recnn__ops_dy(call);
  float *dx = recnn__ops_dx(call, 0);
  bool drops = call->training && map->threshold > 0;
  for (int64_t i = begin; i < end; i += CHUNK) {
    int64_t n = MIN(CHUNK, end - i);
    if (drops)
      call->host->random_fill(call, (uint64_t)i, words, n);
    for (int64_t j = 0; j < n; j++) {
      float slope = !drops ? 1.0f : words[j] < map->threshold ? 0.0f : map->a;
      RECNN_OP_PUT(dx[i + j], call->beta[0], slope * dy[i + j]);
    }
  }
}

static bool backward(RecnnOpCall *call) {
  Map map = map_of(call);
  recnn__ops_elements(call, recnn_tensor_count(call->output), 4, gradient, &map);
  return true;
}

static const RecnnOption attrs[] = {
    {"p", RECNN_OPTION_FLOAT, "0.5", "[0,1)", "Probability of dropping an element"},
    {NULL, 0, NULL, NULL, NULL},
};

static const RecnnOpSampleInput matrix[] = {
    {.dtype = RECNN_FLOAT32, .rank = 2, .shape = {9, 7}, .low = -1.0, .high = 1.0},
};
static const RecnnAttr fifth[] = {{"p", {RECNN_OPTION_FLOAT, 0, {.f = 0.2}}}};
static const RecnnOpSample samples[] = {
    {.name = "a half", .inputs = matrix, .n_inputs = 1},
    {.name = "a fifth", .inputs = matrix, .n_inputs = 1, .attrs = fifth, .n_attrs = 1},
    {.name = "evaluation", .inputs = matrix, .n_inputs = 1, .inference = true},
    {.name = NULL},
};

RECNN_OP(alpha_dropout) = {
    .struct_size = sizeof(RecnnOp),
    .name = "alpha_dropout",
    .doc = "x (...) with elements set to SELU's limit -1.7581 with probability p, scaled and moved "
           "so that mean and variance stay; in evaluation x itself: (...)",
    .min_inputs = 1,
    .max_inputs = 1,
    .attrs = attrs,
    .flags = RECNN_OP_STOCHASTIC | RECNN_OP_BETA,
    .shape = recnn__ops_unary_shape,
    .forward = forward,
    .backward = backward,
    .samples = samples,
};
