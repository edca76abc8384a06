/* Random numbers by counter: Philox4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel random numbers: as
 * easy as 1, 2, 3; SC 2011).  A draw is a pure function of (seed, stream, counter), so it does not
 * matter which thread makes it or in what order. */
#ifndef RECNN_CORE_BASE_RNG_H
#define RECNN_CORE_BASE_RNG_H

#include <recnn/abi.h>

/* Four words for (seed, stream, counter). */
void recnn_philox(uint64_t seed, uint64_t stream, uint64_t counter, uint32_t words[4]);

/* words[i] for i < n: the words of counters first, first + 1, ... in a row.  Vectorised; the same
 * words as recnn_philox gives. */
void recnn_philox_fill(uint64_t seed, uint64_t stream, uint64_t first, uint32_t *words, int64_t n);

/* Streams: what the numbers are for, so that no two uses share any.  A use that needs many streams
 * (one an epoch, one a parameter) puts its number into the low 48 bits. */
#define RECNN_STREAM(use, index) ((uint64_t)(use) << 48 | ((uint64_t)(index)&0xffffffffffffULL))
enum {
  RECNN_STREAM_INIT = 1,     /* index: the parameter */
  RECNN_STREAM_SHUFFLE = 2,  /* index: the epoch */
  RECNN_STREAM_NEGATIVE = 3, /* index: the epoch */
  RECNN_STREAM_GRAPH = 4,    /* index: the step */
  RECNN_STREAM_SPLIT = 5,    /* index: the user or 0 */
  RECNN_STREAM_SYNTHETIC = 6,
  RECNN_STREAM_TEST = 7,
  RECNN_STREAM_TIES = 8,       /* index: the user */
  RECNN_STREAM_CANDIDATES = 9, /* index: the user and the part */
  RECNN_STREAM_BOOTSTRAP = 10, /* index: the sample */
  RECNN_STREAM_LOSS = 11       /* index: the step */
};

/* A convenience over a stream for serial code: hands out one number after the other. */
typedef struct RecnnRng {
  uint64_t seed;
  uint64_t stream;
  uint64_t counter;
  uint32_t words[4];
  uint32_t left;
} RecnnRng;

void recnn_rng_init(RecnnRng *rng, uint64_t seed, uint64_t stream);
uint32_t recnn_rng_u32(RecnnRng *rng);
/* Uniform in 0 .. n-1 without bias (Lemire 2019); n > 0. */
uint64_t recnn_rng_below(RecnnRng *rng, uint64_t n);
/* Uniform in [0, 1), 53 bits. */
double recnn_rng_double(RecnnRng *rng);
/* Standard normal (Box and Muller), computed in double so that every machine with IEEE arithmetic
 * and a correctly rounded log, sin and cos gets the same. */
double recnn_rng_normal(RecnnRng *rng);
/* A random order of n numbers (Fisher and Yates). */
void recnn_rng_shuffle(RecnnRng *rng, int64_t *numbers, int64_t n);

#endif
