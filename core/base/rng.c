/* Philox4x32-10 and the serial convenience over it.  The block function is written for sixteen
 * counters at a time, one array a word, so that the compiler makes vectors of it; the single draw
 * is the plain text of the paper.  Both give the same words (tests/unit/base/test-rng.c). */
#include "base/rng.h"

#include <math.h>
#include <string.h>

#include "base/philox-x86.h"

#define M0 UINT32_C(0xD2511F53)
#define M1 UINT32_C(0xCD9E8D57)
#define W0 UINT32_C(0x9E3779B9) /* golden ratio */
#define W1 UINT32_C(0xBB67AE85) /* sqrt (3) - 1 */
#define ROUNDS 10
#define LANES 16
#define BLOCK (4 * LANES) /* words */

static inline void one_round(uint32_t x[4], uint32_t k0, uint32_t k1) {
  const uint64_t p0 = (uint64_t)M0 * x[0];
  const uint64_t p1 = (uint64_t)M1 * x[2];
  const uint32_t y0 = (uint32_t)(p1 >> 32) ^ x[1] ^ k0;
  const uint32_t y2 = (uint32_t)(p0 >> 32) ^ x[3] ^ k1;
  x[0] = y0;
  x[1] = (uint32_t)p1;
  x[2] = y2;
  x[3] = (uint32_t)p0;
}

void recnn_philox(uint64_t seed, uint64_t stream, uint64_t counter, uint32_t words[4]) {
  uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
  uint32_t x[4] = {(uint32_t)counter, (uint32_t)(counter >> 32), (uint32_t)stream,
                   (uint32_t)(stream >> 32)};
  for (int i = 0; i < ROUNDS; i++) {
    one_round(x, k0, k1);
    k0 += W0;
    k1 += W1;
  }
  memcpy(words, x, sizeof x);
}

/* The words of LANES * n_blocks counters, where the processor has no vectors that we know.  The
 * loops over the lanes must stay loops until the compiler looks for vectors. */
static void fill_plain(uint64_t seed, uint64_t stream, uint64_t first, uint32_t *words,
                       int64_t n_blocks) {
  for (int64_t block = 0; block < n_blocks; block++) {
    uint32_t x0[LANES], x1[LANES], x2[LANES], x3[LANES];
    uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
#pragma GCC unroll 1
    for (int i = 0; i < LANES; i++) {
      const uint64_t counter = first + (uint64_t)block * LANES + (uint64_t)i;
      x0[i] = (uint32_t)counter;
      x1[i] = (uint32_t)(counter >> 32);
      x2[i] = (uint32_t)stream;
      x3[i] = (uint32_t)(stream >> 32);
    }
    for (int r = 0; r < ROUNDS; r++) {
#pragma GCC unroll 1
      for (int i = 0; i < LANES; i++) {
        const uint64_t p0 = (uint64_t)M0 * x0[i];
        const uint64_t p1 = (uint64_t)M1 * x2[i];
        x0[i] = (uint32_t)(p1 >> 32) ^ x1[i] ^ k0;
        x1[i] = (uint32_t)p1;
        x2[i] = (uint32_t)(p0 >> 32) ^ x3[i] ^ k1;
        x3[i] = (uint32_t)p0;
      }
      k0 += W0;
      k1 += W1;
    }
    uint32_t *to = words + block * LANES * 4;
    for (int i = 0; i < LANES; i++) {
      to[4 * i] = x0[i];
      to[4 * i + 1] = x1[i];
      to[4 * i + 2] = x2[i];
      to[4 * i + 3] = x3[i];
    }
  }
}

static void fill_blocks(uint64_t seed, uint64_t stream, uint64_t first, uint32_t *words,
                        int64_t n_blocks) {
#ifdef RECNN_PHILOX_X86
  if (__builtin_cpu_supports("avx512f")) {
    recnn__philox_avx512(seed, stream, first, words, n_blocks);
    return;
  }
  if (__builtin_cpu_supports("avx2")) {
    recnn__philox_avx2(seed, stream, first, words, n_blocks);
    return;
  }
#endif
  fill_plain(seed, stream, first, words, n_blocks);
}

void recnn_philox_fill(uint64_t seed, uint64_t stream, uint64_t first, uint32_t *words, int64_t n) {
  const int64_t n_blocks = n / BLOCK;
  fill_blocks(seed, stream, first, words, n_blocks);
  const int64_t done = n_blocks * BLOCK;
  if (done < n) { /* a whole block costs less than a few single counters */
    uint32_t last[BLOCK];
    fill_blocks(seed, stream, first + (uint64_t)(n_blocks * LANES), last, 1);
    memcpy(words + done, last, sizeof last[0] * (size_t)(n - done));
  }
}

void recnn_rng_init(RecnnRng *rng, uint64_t seed, uint64_t stream) {
  *rng = (RecnnRng){.seed = seed, .stream = stream};
}

uint32_t recnn_rng_u32(RecnnRng *rng) {
  if (rng->left == 0) {
    recnn_philox(rng->seed, rng->stream, rng->counter++, rng->words);
    rng->left = 4;
  }
  return rng->words[4 - rng->left--];
}

static uint64_t draw_u64(RecnnRng *rng) {
  const uint64_t high = recnn_rng_u32(rng);
  return high << 32 | recnn_rng_u32(rng);
}

uint64_t recnn_rng_below(RecnnRng *rng, uint64_t n) {
  if (n > UINT32_MAX) {
    /* Rare: plain rejection of the numbers below 2^64 mod n. */
    const uint64_t threshold = -n % n;
    uint64_t x = draw_u64(rng);
    while (x < threshold) {
      x = draw_u64(rng);
    }
    return x % n;
  }
  const uint32_t m = (uint32_t)n;
  uint64_t product = (uint64_t)recnn_rng_u32(rng) * m;
  if ((uint32_t)product < m) {
    const uint32_t threshold = -m % m;
    while ((uint32_t)product < threshold) {
      product = (uint64_t)recnn_rng_u32(rng) * m;
    }
  }
  return product >> 32;
}

double recnn_rng_double(RecnnRng *rng) { return (double)(draw_u64(rng) >> 11) * 0x1p-53; }

double recnn_rng_normal(RecnnRng *rng) {
  const double pi = 3.14159265358979323846;
  const double radius = sqrt(-2.0 * log(1.0 - recnn_rng_double(rng))); /* of a number in (0, 1] */
  return radius * cos(2.0 * pi * recnn_rng_double(rng));
}

void recnn_rng_shuffle(RecnnRng *rng, int64_t *numbers, int64_t n) {
  for (int64_t i = n - 1; i > 0; i--) {
    const int64_t j = (int64_t)recnn_rng_below(rng, (uint64_t)i + 1);
    const int64_t number = numbers[i];
    numbers[i] = numbers[j];
    numbers[j] = number;
  }
}
