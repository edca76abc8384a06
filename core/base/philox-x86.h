/* Philox4x32-10 in the vectors of AVX2 and AVX-512: a counter's word sits in the low half of a
 * 64-bit lane, where the instruction that multiplies reads it; what gathers in the high halves is
 * never looked at.  Compilers do not find that form in a plain loop and take four times as long.
 * Only core/base/rng.c and its test include this. */
#ifndef RECNN_CORE_BASE_PHILOX_X86_H
#define RECNN_CORE_BASE_PHILOX_X86_H

#include <stdint.h>

#if defined(__x86_64__) && defined(__GNUC__)
#define RECNN_PHILOX_X86 1
#include <immintrin.h>

enum { RECNN_PHILOX_ROUNDS = 10, RECNN_PHILOX_LANES = 16 }; /* counters of a block */

/* All write the 4 * LANES words of each of the blocks that begin with the counter `first`. */
__attribute__((target("avx512f"))) static inline void
recnn__philox_avx512(uint64_t seed, uint64_t stream, uint64_t first, uint32_t *words,
                     int64_t n_blocks) {
  const __m512i m0 = _mm512_set1_epi64(0xD2511F53), m1 = _mm512_set1_epi64(0xCD9E8D57);
  const __m512i low = _mm512_setr_epi64(0, 8, 1, 9, 2, 10, 3, 11);
  const __m512i high = _mm512_setr_epi64(4, 12, 5, 13, 6, 14, 7, 15);
  const __m512i steps = _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7);
  __m512i key[RECNN_PHILOX_ROUNDS][2];
  for (uint32_t r = 0; r < RECNN_PHILOX_ROUNDS; r++) {
    key[r][0] = _mm512_set1_epi64((uint32_t)seed + r * UINT32_C(0x9E3779B9));
    key[r][1] = _mm512_set1_epi64((uint32_t)(seed >> 32) + r * UINT32_C(0xBB67AE85));
  }
  for (int64_t block = 0; block < n_blocks; block++, words += 4 * RECNN_PHILOX_LANES) {
    __m512i x[2][4]; /* two groups of eight counters, so that neither waits for its own results */
    for (int g = 0; g < 2; g++) {
      const uint64_t counter = first + (uint64_t)(block * RECNN_PHILOX_LANES + 8 * g);
      x[g][0] = _mm512_add_epi64(_mm512_set1_epi64((long long)counter), steps);
      x[g][1] = _mm512_srli_epi64(x[g][0], 32);
      x[g][2] = _mm512_set1_epi64((long long)stream);
      x[g][3] = _mm512_set1_epi64((long long)(stream >> 32));
    }
    for (int r = 0; r < RECNN_PHILOX_ROUNDS; r++) {
      for (int g = 0; g < 2; g++) {
        const __m512i p0 = _mm512_mul_epu32(x[g][0], m0), p1 = _mm512_mul_epu32(x[g][2], m1);
        x[g][0] = _mm512_xor_si512(_mm512_xor_si512(_mm512_srli_epi64(p1, 32), x[g][1]), key[r][0]);
        x[g][2] = _mm512_xor_si512(_mm512_xor_si512(_mm512_srli_epi64(p0, 32), x[g][3]), key[r][1]);
        x[g][1] = p1;
        x[g][3] = p0;
      }
    }
    for (int g = 0; g < 2; g++) {
      const __m512i a = _mm512_mask_blend_epi32(0xAAAA, x[g][0], _mm512_slli_epi64(x[g][1], 32));
      const __m512i b = _mm512_mask_blend_epi32(0xAAAA, x[g][2], _mm512_slli_epi64(x[g][3], 32));
      _mm512_storeu_si512(words + 32 * g, _mm512_permutex2var_epi64(a, low, b));
      _mm512_storeu_si512(words + 32 * g + 16, _mm512_permutex2var_epi64(a, high, b));
    }
  }
}

__attribute__((target("avx2"))) static inline void
recnn__philox_avx2(uint64_t seed, uint64_t stream, uint64_t first, uint32_t *words,
                   int64_t n_blocks) {
  const __m256i m0 = _mm256_set1_epi64x(0xD2511F53), m1 = _mm256_set1_epi64x(0xCD9E8D57);
  const __m256i steps = _mm256_setr_epi64x(0, 1, 2, 3);
  /* Two groups of four counters at a time: half a block. */
  for (int64_t half = 0; half < 2 * n_blocks; half++, words += 2 * RECNN_PHILOX_LANES) {
    uint32_t k0 = (uint32_t)seed, k1 = (uint32_t)(seed >> 32);
    __m256i x[2][4];
    for (int g = 0; g < 2; g++) {
      const uint64_t counter = first + (uint64_t)(8 * half + 4 * g);
      x[g][0] = _mm256_add_epi64(_mm256_set1_epi64x((long long)counter), steps);
      x[g][1] = _mm256_srli_epi64(x[g][0], 32);
      x[g][2] = _mm256_set1_epi64x((long long)stream);
      x[g][3] = _mm256_set1_epi64x((long long)(stream >> 32));
    }
    for (int r = 0; r < RECNN_PHILOX_ROUNDS; r++) {
      const __m256i key0 = _mm256_set1_epi64x(k0), key1 = _mm256_set1_epi64x(k1);
      for (int g = 0; g < 2; g++) {
        const __m256i p0 = _mm256_mul_epu32(x[g][0], m0), p1 = _mm256_mul_epu32(x[g][2], m1);
        x[g][0] = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(p1, 32), x[g][1]), key0);
        x[g][2] = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(p0, 32), x[g][3]), key1);
        x[g][1] = p1;
        x[g][3] = p0;
      }
      k0 += UINT32_C(0x9E3779B9);
      k1 += UINT32_C(0xBB67AE85);
    }
    for (int g = 0; g < 2; g++) {
      const __m256i a = _mm256_blend_epi32(x[g][0], _mm256_slli_epi64(x[g][1], 32), 0xAA);
      const __m256i b = _mm256_blend_epi32(x[g][2], _mm256_slli_epi64(x[g][3], 32), 0xAA);
      const __m256i even = _mm256_unpacklo_epi64(a, b), odd = _mm256_unpackhi_epi64(a, b);
      _mm256_storeu_si256((__m256i *)(void *)(words + 16 * g),
                          _mm256_permute2x128_si256(even, odd, 0x20));
      _mm256_storeu_si256((__m256i *)(void *)(words + 16 * g + 8),
                          _mm256_permute2x128_si256(even, odd, 0x31));
    }
  }
}

#endif
#endif
