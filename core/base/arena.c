/* The arena: chunks in a row, of which the last one is being handed out.  Adding a chunk doubles
 * the capacity, so a step that grows needs few of them, and the next reset makes them one.
 *
 * Under AddressSanitizer what was taken back is poisoned, so a pointer that outlived its step is
 * found at its first use. */
#include "base/arena.h"

#include <string.h>

#include "base/memory.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ASAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define WITH_ASAN 1
#endif
#ifdef WITH_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(data, size) __asan_poison_memory_region(data, size)
#define UNPOISON(data, size) __asan_unpoison_memory_region(data, size)
#else
#define POISON(data, size) ((void)(data), (void)(size))
#define UNPOISON(data, size) ((void)(data), (void)(size))
#endif

#define FIRST_CHUNK ((size_t)256 << 10)
/* Each one doubles the capacity, so this is more than an address space can hold; only a system that
 * refuses the doubling again and again could ask for more. */
#define MOST_CHUNKS 64

typedef struct Chunk {
  char *data;
  size_t size;
  size_t before; /* handed out in the chunks before it */
} Chunk;

struct RecnnArena {
  Chunk chunks[MOST_CHUNKS];
  size_t n_chunks;
  size_t current; /* the one that is handed out; all behind it are free */
  size_t used;    /* of the current one */
  size_t capacity;
  size_t peak;
  size_t touched; /* handed out at once, at most, since the chunks are there: what is counted */
};

RecnnArena *recnn_arena_new(void) { return g_new0(RecnnArena, 1); }

static void free_chunks(RecnnArena *arena) {
  for (size_t i = 0; i < arena->n_chunks; i++) {
    UNPOISON(arena->chunks[i].data, arena->chunks[i].size);
    recnn_memory_unreserve(arena->chunks[i].data);
  }
  (void)recnn_memory_count(-(ptrdiff_t)arena->touched);
  arena->touched = 0;
  arena->n_chunks = 0;
  arena->current = 0;
  arena->used = 0;
  arena->capacity = 0;
}

void recnn_arena_free(RecnnArena *arena) {
  if (arena != NULL) {
    free_chunks(arena);
    g_free(arena);
  }
}

static bool add_chunk(RecnnArena *arena, size_t size) {
  if (arena->n_chunks == MOST_CHUNKS) {
    return false;
  }
  char *data = recnn_memory_reserve(size, "arena", NULL);
  if (data == NULL) {
    return false;
  }
  POISON(data, size);
  arena->chunks[arena->n_chunks++] = (Chunk){data, size, 0};
  arena->capacity += size;
  return true;
}

/* Goes to the next chunk that has room for `bytes`, and makes one when there is none. */
static bool advance(RecnnArena *arena, size_t bytes) {
  size_t next = arena->n_chunks == 0 ? 0 : arena->current + 1;
  while (next < arena->n_chunks && arena->chunks[next].size < bytes) {
    next++;
  }
  if (next == arena->n_chunks) {
    const size_t doubling = MAX(MAX(arena->capacity, FIRST_CHUNK), bytes);
    if (!add_chunk(arena, doubling) && (doubling == bytes || !add_chunk(arena, bytes))) {
      return false;
    }
  }
  /* Chunks that are passed over stay empty until the next reset. */
  arena->chunks[next].before = next == 0 ? 0 : arena->chunks[arena->current].before + arena->used;
  arena->current = next;
  arena->used = 0;
  return true;
}

void *recnn_arena_alloc(RecnnArena *arena, size_t bytes) {
  if (bytes > PTRDIFF_MAX - RECNN_ARENA_ALIGNMENT) {
    return NULL;
  }
  const size_t unit = RECNN_ARENA_ALIGNMENT;
  const size_t rounded = bytes == 0 ? unit : (bytes + unit - 1) & ~(unit - 1);
  if ((arena->n_chunks == 0 || rounded > arena->chunks[arena->current].size - arena->used) &&
      !advance(arena, rounded)) {
    return NULL;
  }
  const Chunk *chunk = &arena->chunks[arena->current];
  void *memory = chunk->data + arena->used;
  const size_t handed_out = chunk->before + arena->used + rounded;
  if (G_UNLIKELY(handed_out > arena->touched)) {
    if (!recnn_memory_count((ptrdiff_t)(handed_out - arena->touched))) {
      return NULL;
    }
    arena->touched = handed_out;
    arena->peak = MAX(arena->peak, handed_out);
  }
  arena->used += rounded;
  UNPOISON(memory, bytes);
  return memory;
}

void *recnn_arena_alloc0(RecnnArena *arena, size_t bytes) {
  void *memory = recnn_arena_alloc(arena, bytes);
  if (memory != NULL) {
    memset(memory, 0, bytes);
  }
  return memory;
}

RecnnArenaMark recnn_arena_mark(const RecnnArena *arena) {
  return (RecnnArenaMark){arena->current, arena->used};
}

void recnn_arena_release(RecnnArena *arena, RecnnArenaMark mark) {
  arena->current = mark.chunk;
  arena->used = mark.used;
  for (size_t i = mark.chunk; i < arena->n_chunks; i++) {
    const size_t kept = i == mark.chunk ? mark.used : 0;
    POISON(arena->chunks[i].data + kept, arena->chunks[i].size - kept);
  }
}

void recnn_arena_reset(RecnnArena *arena) {
  recnn_arena_release(arena, (RecnnArenaMark){0, 0});
  if (arena->n_chunks > 1) {
    /* The old ones go first, so that the merging needs no more memory than there was.  If the
     * system does not give it back in one piece, the next step begins anew. */
    const size_t size = arena->capacity;
    free_chunks(arena);
    (void)add_chunk(arena, size);
  }
}

size_t recnn_arena_capacity(const RecnnArena *arena) { return arena->capacity; }

size_t recnn_arena_peak(const RecnnArena *arena) { return arena->peak; }
