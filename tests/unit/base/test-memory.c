/* Large allocations and the arena over them: alignment, failure, marks, and that an arena in steady
 * state asks for nothing. */
#include <glib.h>

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/memory.h"

static bool is_aligned(const void *memory) { return (uintptr_t)memory % 64 == 0; }

static void allocates(void) {
  GError *error = NULL;
  static const size_t sizes[] = {0, 1, 63, 64, 65, 1000, 1 << 20};
  for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
    char *a = recnn_memory_new(sizes[i], 1, "test", &error);
    g_assert_no_error(error);
    g_assert_nonnull(a);
    g_assert_true(is_aligned(a));
    memset(a, 1, sizes[i]);
    recnn_memory_free(a);
    a = recnn_memory_new0(1, sizes[i], "test", &error);
    g_assert_nonnull(a);
    g_assert_true(is_aligned(a));
    for (size_t j = 0; j < sizes[i]; j++) {
      g_assert_cmpint(a[j], ==, 0);
    }
    recnn_memory_free(a);
  }
  recnn_memory_free(NULL);
}

static void check_refused(size_t count, size_t size, const char *expected) {
  GError *error = NULL;
  g_assert_null(recnn_memory_new(count, size, "embedding user.weight", &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_MEMORY);
  g_assert_nonnull(strstr(error->message, "embedding user.weight"));
  g_assert_nonnull(strstr(error->message, expected));
  g_clear_error(&error);
  g_assert_null(recnn_memory_new0(count, size, "x", NULL));
}

static void refuses_what_cannot_be(void) {
  check_refused(SIZE_MAX / 2, 3, "would need 9223372036854775807 x 3 bytes");
  check_refused(SIZE_MAX, 1, "would need 18446744073709551615 x 1 bytes");
  check_refused((size_t)PTRDIFF_MAX - 10, 1, "more than can be addressed");
}

static void fails_on_demand(void) {
  GError *error = NULL;
  recnn_memory_fail_after(3);
  void *a = recnn_memory_new(1, 8, "a", &error), *b = recnn_memory_new(1, 8, "b", &error);
  g_assert_no_error(error);
  for (int i = 0; i < 3; i++) {
    g_assert_null(recnn_memory_new(10, 8, "c", &error));
    g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_MEMORY);
    g_assert_cmpstr(error->message, ==, "out of memory: c needs 80 bytes");
    g_clear_error(&error);
  }
  recnn_memory_fail_after(0);
  void *c = recnn_memory_new(10, 8, "c", &error);
  g_assert_no_error(error);
  recnn_memory_free(a);
  recnn_memory_free(b);
  recnn_memory_free(c);
}

static void arena_hands_out(void) {
  RecnnArena *arena = recnn_arena_new();
  g_assert_cmpint(recnn_arena_capacity(arena), ==, 0);
  g_assert_cmpint(recnn_arena_peak(arena), ==, 0);
  char *before = NULL;
  for (size_t n = 0; n < 3000; n += 7) {
    char *a = recnn_arena_alloc(arena, n);
    g_assert_nonnull(a);
    g_assert_true(is_aligned(a));
    g_assert_true(a != before);
    memset(a, 0x55, n);
    before = a;
  }
  char *zero = recnn_arena_alloc0(arena, 1000);
  for (int i = 0; i < 1000; i++) {
    g_assert_cmpint(zero[i], ==, 0);
  }
  g_assert_cmpint(recnn_arena_peak(arena), <=, recnn_arena_capacity(arena));
  recnn_arena_free(arena);
  recnn_arena_free(NULL);
}

/* Blocks of many chunks do not overlap: each keeps its own byte. */
static void arena_blocks_are_apart(void) {
  enum { N = 300 };
  RecnnArena *arena = recnn_arena_new();
  for (int round = 0; round < 3; round++) {
    char *blocks[N];
    size_t total = 0;
    for (int i = 0; i < N; i++) {
      const size_t n = (size_t)(i * 997 % 40000);
      blocks[i] = recnn_arena_alloc(arena, n);
      memset(blocks[i], i & 0x7f, n);
      total += n == 0 ? 64 : (n + 63) / 64 * 64;
    }
    for (int i = 0; i < N; i++) {
      for (size_t j = 0; j < (size_t)(i * 997 % 40000); j++) {
        g_assert_cmpint(blocks[i][j], ==, i & 0x7f);
      }
    }
    g_assert_cmpint(recnn_arena_peak(arena), ==, total);
    recnn_arena_reset(arena);
  }
  recnn_arena_free(arena);
}

/* After the first step the memory is one piece, and later steps call no allocator. */
static void arena_in_steady_state(void) {
  RecnnArena *arena = recnn_arena_new();
  for (int i = 0; i < 100; i++) {
    g_assert_nonnull(recnn_arena_alloc(arena, 50000));
  }
  recnn_arena_reset(arena);
  const size_t capacity = recnn_arena_capacity(arena);
  g_assert_cmpint(capacity, >=, 100 * 50000);
  recnn_memory_fail_after(1);
  for (int step = 0; step < 10; step++) {
    char *before = NULL;
    for (int i = 0; i < 100; i++) {
      char *a = recnn_arena_alloc(arena, 50000);
      g_assert_nonnull(a);
      g_assert_true(before == NULL || a == before + 50048);
      before = a;
    }
    recnn_arena_reset(arena);
  }
  recnn_memory_fail_after(0);
  g_assert_cmpint(recnn_arena_capacity(arena), ==, capacity);
  recnn_arena_free(arena);
}

static void arena_doubles(void) {
  RecnnArena *arena = recnn_arena_new();
  int chunks = 0;
  size_t capacity = 0;
  for (int i = 0; i < 20000; i++) {
    g_assert_nonnull(recnn_arena_alloc(arena, 4096));
    if (recnn_arena_capacity(arena) != capacity) {
      g_assert_true(capacity == 0 || recnn_arena_capacity(arena) >= 2 * capacity);
      capacity = recnn_arena_capacity(arena);
      chunks++;
    }
  }
  g_assert_cmpint(chunks, <=, 10);
  recnn_arena_free(arena);
}

static void arena_marks(void) {
  RecnnArena *arena = recnn_arena_new();
  const RecnnArenaMark start = recnn_arena_mark(arena);
  char *a = recnn_arena_alloc(arena, 100);
  memset(a, 1, 100);
  const RecnnArenaMark mark = recnn_arena_mark(arena);
  char *b = recnn_arena_alloc(arena, 100);
  recnn_arena_release(arena, mark);
  g_assert_true(recnn_arena_alloc(arena, 100) == b);
  /* Across chunks, one of which is passed over the second time. */
  recnn_arena_release(arena, mark);
  g_assert_nonnull(recnn_arena_alloc(arena, (size_t)1 << 20));
  g_assert_nonnull(recnn_arena_alloc(arena, (size_t)1 << 22));
  const size_t capacity = recnn_arena_capacity(arena);
  const size_t peak = recnn_arena_peak(arena);
  recnn_arena_release(arena, mark);
  g_assert_nonnull(recnn_arena_alloc(arena, (size_t)1 << 21));
  const RecnnArenaMark later = recnn_arena_mark(arena);
  char *c = recnn_arena_alloc(arena, 64);
  recnn_arena_release(arena, later);
  g_assert_true(recnn_arena_alloc(arena, 64) == c);
  g_assert_cmpint(recnn_arena_capacity(arena), ==, capacity);
  g_assert_cmpint(recnn_arena_peak(arena), ==, peak);
  for (int i = 0; i < 100; i++) {
    g_assert_cmpint(a[i], ==, 1);
  }
  recnn_arena_release(arena, start);
  g_assert_true(recnn_arena_alloc(arena, 10) == a);
  recnn_arena_free(arena);
}

static void arena_fails(void) {
  RecnnArena *arena = recnn_arena_new();
  g_assert_null(recnn_arena_alloc(arena, SIZE_MAX));
  g_assert_null(recnn_arena_alloc(arena, (size_t)PTRDIFF_MAX - 100));
  recnn_memory_fail_after(1);
  g_assert_null(recnn_arena_alloc(arena, 10));
  g_assert_null(recnn_arena_alloc0(arena, 10));
  recnn_memory_fail_after(0);
  char *a = recnn_arena_alloc(arena, 10);
  g_assert_nonnull(a);
  memset(a, 3, 10);
  const RecnnArenaMark mark = recnn_arena_mark(arena);
  /* No room for a chunk: what there is stays usable. */
  recnn_memory_fail_after(1);
  g_assert_null(recnn_arena_alloc(arena, (size_t)1 << 24));
  const RecnnArenaMark same = recnn_arena_mark(arena);
  g_assert_true(same.chunk == mark.chunk && same.used == mark.used);
  g_assert_nonnull(recnn_arena_alloc(arena, 1000));
  recnn_memory_fail_after(0);
  /* When the pieces cannot be merged, the arena begins anew. */
  g_assert_nonnull(recnn_arena_alloc(arena, (size_t)1 << 24));
  g_assert_cmpint(a[9], ==, 3);
  recnn_memory_fail_after(1);
  recnn_arena_reset(arena);
  g_assert_cmpint(recnn_arena_capacity(arena), ==, 0);
  g_assert_null(recnn_arena_alloc(arena, 10));
  recnn_memory_fail_after(0);
  g_assert_nonnull(recnn_arena_alloc(arena, 10));
  recnn_arena_free(arena);
}

/* What is in use, the most of it, and a limit on it: for blocks as they are, for arenas as they are
 * touched. */
static void counts(void) {
  enum { MB = 1 << 20 };
  size_t before = recnn_memory_used();
  recnn_memory_begin_peak();
  void *block = recnn_memory_new(3, MB, "test", NULL);
  g_assert_cmpuint(recnn_memory_used() - before, >=, 3 * MB);
  g_assert_cmpuint(recnn_memory_used() - before, <, 3 * MB + 8192);
  recnn_memory_free(block);
  g_assert_cmpuint(recnn_memory_used(), ==, before);
  g_assert_cmpuint(recnn_memory_peak() - before, >=, 3 * MB);
  recnn_memory_begin_peak();
  g_assert_cmpuint(recnn_memory_peak(), ==, before);

  RecnnArena *arena = recnn_arena_new();
  for (int step = 0; step < 3; step++) {
    for (int i = 0; i < 9; i++)
      g_assert_nonnull(recnn_arena_alloc(arena, MB / 8));
    g_assert_cmpuint(recnn_memory_used() - before, ==, 9 * MB / 8); /* not its capacity */
    recnn_arena_reset(arena);
  }
  g_assert_cmpuint(recnn_arena_capacity(arena), >, 9 * MB / 8);
  recnn_arena_free(arena);
  g_assert_cmpuint(recnn_memory_used(), ==, before);
}

static void limits(void) {
  enum { MB = 1 << 20 };
  GError *error = NULL;
  size_t before = recnn_memory_used();
  g_assert_cmpuint(recnn_memory_set_limit(before + 2 * MB), ==, 0);
  void *block = recnn_memory_new(1, MB, "test", &error);
  g_assert_no_error(error);
  g_assert_null(recnn_memory_new(1, MB + 64, "another", &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_MEMORY);
  g_assert_nonnull(strstr(error->message, "another needs 1048640 bytes, and the limit leaves 10"));
  g_clear_error(&error);
  RecnnArena *arena = recnn_arena_new();
  int n = 0;
  while (n < 100 && recnn_arena_alloc(arena, MB / 8) != NULL)
    n++;
  /* The block may have some bytes more than a MiB; under sanitizers it has none. */
  g_assert_cmpint(n, >=, 7);
  g_assert_cmpint(n, <=, 8);
  recnn_memory_free(block);
  g_assert_nonnull(recnn_arena_alloc(arena, MB / 8));
  g_assert_cmpuint(recnn_memory_set_limit(0), ==, before + 2 * MB);
  for (int i = 0; i < 100; i++)
    g_assert_nonnull(recnn_arena_alloc(arena, MB / 8));
  recnn_arena_free(arena);
  g_assert_cmpuint(recnn_memory_used(), ==, before);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/memory/allocates", allocates);
  g_test_add_func("/memory/refuses-what-cannot-be", refuses_what_cannot_be);
  g_test_add_func("/memory/fails-on-demand", fails_on_demand);
  g_test_add_func("/memory/counts", counts);
  g_test_add_func("/memory/limits", limits);
  g_test_add_func("/arena/hands-out", arena_hands_out);
  g_test_add_func("/arena/blocks-are-apart", arena_blocks_are_apart);
  g_test_add_func("/arena/in-steady-state", arena_in_steady_state);
  g_test_add_func("/arena/doubles", arena_doubles);
  g_test_add_func("/arena/marks", arena_marks);
  g_test_add_func("/arena/fails", arena_fails);
  return g_test_run();
}
