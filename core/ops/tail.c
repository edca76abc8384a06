/* Activation and dropout behind an affine op.  With a ReLU before it, dropout needs no second look
 * at the random numbers: an element passes its gradient on exactly where the output is positive.
 *
 * Dropout: Srivastava et al., Dropout: a simple way to prevent neural networks from overfitting,
 * JMLR 2014; scaled while training, as PyTorch does it. */
#include "kernels/vecmath.h"
#include "ops/ops-private.h"

#define CHUNK 256 /* random words at a time */

RecnnOpTail recnn__ops_tail(const RecnnOpCall *call, const RecnnValue *activation,
                            const RecnnValue *dropout, int64_t width) {
  RecnnOpTail tail = {0};
  double p = dropout != NULL && call->training ? dropout->as.f : 0.0;
  tail.activation = activation != NULL ? (RecnnOpActivation)activation->as.i : RECNN_OP_NONE;
  tail.drops = p > 0.0;
  tail.threshold = (uint32_t)(p * 4294967296.0);
  tail.scale = (float)(1.0 / (1.0 - p));
  tail.row_words = (width + 3) / 4 * 4;
  return tail;
}

/* y = beta * y + (kept ? x * scale : 0); y may be x. */
RECNN_CLONES
static void drop(const RecnnOpCall *call, const RecnnOpTail *tail, int64_t row, int64_t first,
                 int64_t n, const float *x, float beta, float *y) {
  uint32_t words[CHUNK];
  uint32_t threshold = tail->threshold;
  float scale = tail->scale;
  g_assert(first % 4 == 0); /* random words are made in fours */
  for (int64_t i = 0; i < n; i += CHUNK) {
    int64_t end = MIN(i + CHUNK, n);
    call->host->random_fill(call, (uint64_t)(row * tail->row_words + first + i), words, end - i);
    for (int64_t j = i; j < end; j++) {
      float factor = words[j - i] < threshold ? 0.0f : scale;
      RECNN_OP_PUT(y[j], beta, x[j] * factor);
    }
  }
}

RECNN_CLONES
void recnn__ops_tail_forward(const RecnnOpCall *call, const RecnnOpTail *tail, int64_t row,
                             int64_t first, int64_t n, float *y) {
  if (tail->activation == RECNN_OP_RELU)
    for (int64_t i = 0; i < n; i++)
      y[i] = y[i] < 0.0f ? 0.0f : y[i];
  else if (tail->activation == RECNN_OP_TANH)
    recnn_vector_tanh(y, y, n);
  else if (tail->activation == RECNN_OP_SELU)
    recnn__ops_selu(y, y, n);
  if (tail->drops)
    drop(call, tail, row, first, n, y, 0.0f, y);
}

/* Behind tanh or SELU, whose derivatives follow from their values: those are what dropout kept,
 * taken back out of its scale; what it dropped passes nothing on. */
RECNN_CLONES
static void smooth_backward(const RecnnOpCall *call, const RecnnOpTail *tail, int64_t row,
                            int64_t first, int64_t n, const float *y, const float *dy, float beta,
                            float *g) {
  float kept[CHUNK] = {0.0f}; /* for clang-tidy, which does not see that drop() writes only */
  float unscale = tail->drops ? 1.0f / tail->scale : 1.0f;
  for (int64_t i = 0; i < n; i += CHUNK) {
    int64_t end = MIN(i + CHUNK, n);
    const float *through = dy + i;
    if (tail->drops) {
      drop(call, tail, row, first + i, end - i, dy + i, 0.0f, kept);
      through = kept;
    }
    if (tail->activation == RECNN_OP_TANH) {
      for (int64_t j = i; j < end; j++) {
        float value = y[j] * unscale;
        RECNN_OP_PUT(g[j], beta, through[j - i] * (1.0f - value * value));
      }
    } else {
      for (int64_t j = i; j < end; j++) {
        float value = y[j] * unscale;
        float slope =
            value > 0.0f ? RECNN_OP_SELU_SCALE : value + RECNN_OP_SELU_SCALE * RECNN_OP_SELU_ALPHA;
        RECNN_OP_PUT(g[j], beta, through[j - i] * slope);
      }
    }
  }
}

RECNN_CLONES
void recnn__ops_tail_backward(const RecnnOpCall *call, const RecnnOpTail *tail, int64_t row,
                              int64_t first, int64_t n, const float *y, const float *dy, float beta,
                              float *g) {
  if (tail->activation == RECNN_OP_TANH || tail->activation == RECNN_OP_SELU) {
    smooth_backward(call, tail, row, first, n, y, dy, beta, g);
  } else if (tail->activation == RECNN_OP_RELU) {
    float scale = tail->scale;
    for (int64_t i = 0; i < n; i++) {
      float factor = y[i] > 0.0f ? scale : 0.0f;
      RECNN_OP_PUT(g[i], beta, dy[i] * factor);
    }
  } else if (tail->drops) {
    drop(call, tail, row, first, n, dy, beta, g);
  } else {
    for (int64_t i = 0; i < n; i++)
      RECNN_OP_PUT(g[i], beta, dy[i]);
  }
}
