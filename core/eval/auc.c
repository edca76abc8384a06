/* Predictions as integers of the same order, sorted by their digits: linear in the rows, and it
 * calls no allocator. */
#include "eval/auc.h"

#include <string.h>

#define DIGIT_BITS 11
#define N_DIGITS 6 /* of 64 bits */
#define N_BUCKETS (1 << DIGIT_BITS)

uint64_t recnn__auc_key(float prediction, float target) {
  float normal = prediction + 0.0f; /* -0 is 0 */
  uint32_t bits;
  memcpy(&bits, &normal, sizeof bits);
  bits = bits >> 31 != 0 ? ~bits : bits | UINT32_C(0x80000000);
  return (uint64_t)bits << 1 | (target > 0.0f ? 1 : 0);
}

static inline uint64_t digit_of(uint64_t key, int digit) {
  return key >> (digit * DIGIT_BITS) & (N_BUCKETS - 1);
}

uint64_t *recnn__auc_sort(uint64_t *keys, uint64_t *scratch, int64_t n) {
  int64_t starts[N_BUCKETS];
  for (int digit = 0; digit < N_DIGITS; digit++) {
    memset(starts, 0, sizeof starts);
    for (int64_t i = 0; i < n; i++)
      starts[digit_of(keys[i], digit)]++;
    if (n > 0 && starts[digit_of(keys[0], digit)] == n)
      continue; /* all have the same */
    int64_t sum = 0;
    for (int64_t b = 0; b < N_BUCKETS; b++) {
      int64_t count = starts[b];
      starts[b] = sum;
      sum += count;
    }
    for (int64_t i = 0; i < n; i++)
      scratch[starts[digit_of(keys[i], digit)]++] = keys[i];
    uint64_t *swap = keys;
    keys = scratch;
    scratch = swap;
  }
  return keys;
}

double recnn__auc_pairs(const uint64_t *sorted, int64_t n, double *ret_pairs) {
  int64_t positives = 0;
  int64_t negatives = 0;
  double right = 0.0;
  for (int64_t i = 0; i < n;) {
    int64_t ones = 0;
    int64_t zeros = 0;
    for (uint64_t key = sorted[i] >> 1; i < n && sorted[i] >> 1 == key; i++) {
      ones += (int64_t)(sorted[i] & 1);
      zeros += (int64_t)(1 - (sorted[i] & 1));
    }
    right += (double)ones * ((double)negatives + 0.5 * (double)zeros);
    positives += ones;
    negatives += zeros;
  }
  *ret_pairs = (double)positives * (double)negatives;
  return right;
}
