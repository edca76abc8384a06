/* Large allocations: aligned for vector loads and cache lines, and able to fail. */
#include "base/memory.h"

#include <malloc.h>
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

/* ---- what is in use */

static _Atomic size_t used;
static _Atomic size_t peak;
static _Atomic size_t limit; /* 0: none */

size_t recnn_memory_used(void) { return atomic_load(&used); }

size_t recnn_memory_peak(void) { return atomic_load(&peak); }

void recnn_memory_begin_peak(void) { atomic_store(&peak, atomic_load(&used)); }

size_t recnn_memory_set_limit(size_t bytes) { return atomic_exchange(&limit, bytes); }

bool recnn_memory_count(ptrdiff_t bytes) {
  if (bytes <= 0) {
    atomic_fetch_sub(&used, (size_t)-bytes);
    return true;
  }
  const size_t most = atomic_load_explicit(&limit, memory_order_relaxed);
  const size_t now = atomic_fetch_add(&used, (size_t)bytes) + (size_t)bytes;
  if (most != 0 && now > most) {
    atomic_fetch_sub(&used, (size_t)bytes);
    return false;
  }
  size_t before = atomic_load_explicit(&peak, memory_order_relaxed);
  while (now > before && !atomic_compare_exchange_weak(&peak, &before, now)) {
  }
  return true;
}

/* ---- allocation */

static void *fail(const char *what, size_t bytes, GError **error) {
  const size_t most = atomic_load(&limit), now = atomic_load(&used);
  if (most != 0) {
    recnn_error_set(error, RECNN_ERROR_MEMORY,
                    "out of memory: %s needs %zu bytes, and the limit leaves %zu", what, bytes,
                    most > now ? most - now : 0);
  } else {
    recnn_error_set(error, RECNN_ERROR_MEMORY, "out of memory: %s needs %zu bytes", what, bytes);
  }
  return NULL;
}

static void *allocate(size_t count, size_t size, bool zero, bool counts, const char *what,
                      GError **error) {
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
  /* Checked before, so that what the limit forbids is never asked of the system. */
  if (must_fail() || (counts && !recnn_memory_count((ptrdiff_t)rounded))) {
    return fail(what, bytes, error);
  }
  void *memory = aligned_alloc(ALIGNMENT, rounded);
  if (memory == NULL) {
    if (counts) {
      (void)recnn_memory_count(-(ptrdiff_t)rounded);
    }
    return fail(what, bytes, error);
  }
  if (counts) { /* freeing knows what the allocator gave, which may be some bytes more */
    atomic_fetch_add(&used, malloc_usable_size(memory) - rounded);
  }
  if (zero) {
    memset(memory, 0, rounded);
  }
  return memory;
}

void *recnn_memory_new(size_t count, size_t size, const char *what, GError **error) {
  return allocate(count, size, false, true, what, error);
}

void *recnn_memory_new0(size_t count, size_t size, const char *what, GError **error) {
  return allocate(count, size, true, true, what, error);
}

void recnn_memory_free(void *memory) {
  if (memory != NULL) {
    (void)recnn_memory_count(-(ptrdiff_t)malloc_usable_size(memory));
  }
  free(memory);
}

void *recnn_memory_reserve(size_t bytes, const char *what, GError **error) {
  return allocate(bytes, 1, false, false, what, error);
}

void recnn_memory_unreserve(void *memory) { free(memory); }
