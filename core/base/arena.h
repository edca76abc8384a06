/* An arena: memory that is handed out in a row and taken back all at once.  One training step lives
 * in one arena; after the first steps it holds all the chunks that a step needs and calls no
 * allocator any more.  Not thread safe. */
#ifndef RECNN_CORE_BASE_ARENA_H
#define RECNN_CORE_BASE_ARENA_H

#include <glib.h>

#include <recnn/abi.h>

typedef struct RecnnArena RecnnArena;

#define RECNN_ARENA_ALIGNMENT 64

RecnnArena *recnn_arena_new(void);
void recnn_arena_free(RecnnArena *arena); /* takes NULL */

/* `bytes` of uninitialised memory, 64-byte aligned, valid until the reset; NULL when the system has
 * none (the caller reports it).  Zero bytes give a valid pointer. */
void *recnn_arena_alloc(RecnnArena *arena, size_t bytes);
void *recnn_arena_alloc0(RecnnArena *arena, size_t bytes);

/* A place to return to: all that was handed out after the mark is taken back. */
typedef struct RecnnArenaMark {
  size_t chunk;
  size_t used;
} RecnnArenaMark;
RecnnArenaMark recnn_arena_mark(const RecnnArena *arena);
void recnn_arena_release(RecnnArena *arena, RecnnArenaMark mark);

/* Takes everything back and keeps the memory.  Chunks that a step had to add are merged into one,
 * so that the next step's memory lies in one piece. */
void recnn_arena_reset(RecnnArena *arena);

/* Bytes held from the system, and the most that were ever handed out between two resets. */
size_t recnn_arena_capacity(const RecnnArena *arena);
size_t recnn_arena_peak(const RecnnArena *arena);

#endif
