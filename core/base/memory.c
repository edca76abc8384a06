/* Large allocations: aligned for vector loads and cache lines, and able to fail. */
#include "base/memory.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

#define ALIGNMENT 64

/* 0: off; otherwise how many allocations from now on the first failing one is. */
static _Atomic uint64_t fail_after;

void recnn_memory_fail_after(uint64_t n) { atomic_store(&fail_after, n); }

static bool must_fail(void) {
  uint64_t n = atomic_load_explicit(&fail_after, memory_order_relaxed);
  while (n > 1) {
    if (atomic_compare_exchange_weak(&fail_after, &n, n - 1)) {
      return false;
    }
  }
  return n == 1;
}

static void *allocate(size_t count, size_t size, bool zero, const char *what, GError **error) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes) || bytes > PTRDIFF_MAX - ALIGNMENT) {
    recnn_error_set(error, RECNN_ERROR_MEMORY,
                    "out of memory: %s would need %zu x %zu bytes, more than can be addressed",
                    what, count, size);
    return NULL;
  }
  /* aligned_alloc wants whole multiples, and zero bytes must give a pointer too. */
  const size_t rounded =
      bytes == 0 ? ALIGNMENT : (bytes + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
  void *memory = must_fail() ? NULL : aligned_alloc(ALIGNMENT, rounded);
  if (memory == NULL) {
    recnn_error_set(error, RECNN_ERROR_MEMORY, "out of memory: %s needs %zu bytes", what, bytes);
    return NULL;
  }
  if (zero) {
    memset(memory, 0, rounded);
  }
  return memory;
}

void *recnn_memory_new(size_t count, size_t size, const char *what, GError **error) {
  return allocate(count, size, false, what, error);
}

void *recnn_memory_new0(size_t count, size_t size, const char *what, GError **error) {
  return allocate(count, size, true, what, error);
}

void recnn_memory_free(void *memory) { free(memory); }
