/* Filling memory with random numbers, each a function of (seed, stream, place) alone, on all
 * threads. */
#ifndef RECNN_CORE_GRAPH_INIT_H
#define RECNN_CORE_GRAPH_INIT_H

#include <recnn/abi.h>

void recnn__fill_normal(float *to, int64_t n, double mean, double deviation, uint64_t seed,
                        uint64_t stream);
/* Uniform in [low, low + width). */
void recnn__fill_uniform(float *to, int64_t n, double low, double width, uint64_t seed,
                         uint64_t stream);
/* 1 with probability p, otherwise 0. */
void recnn__fill_keep(float *to, int64_t n, double p, uint64_t seed, uint64_t stream);

#endif
