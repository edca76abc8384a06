/* Tokens and indices.  The bytes of all tokens lie in one pool, in the order of their indices; a
 * table with open addressing holds (hash, index) pairs, so that a look-up touches one line of the
 * table and, on a hit, the token itself.  Knows nothing of users, items or files. */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "data/grow-private.h"
#include "data/idmap.h"

typedef struct Slot {
  uint32_t hash;
  int32_t index; /* -1: empty */
} Slot;

struct RecnnIdMap {
  char *pool;
  size_t pool_capacity;
  /* Token i is pool[start[i]] .. pool[start[i+1]-1], the last byte of which is a NUL. */
  size_t *start;
  size_t start_capacity;
  Slot *slots;
  size_t n_slots; /* a power of two */
  int32_t n;
};

enum { FIRST_SLOTS = 64, MAX_TOKENS = INT32_MAX - 1 };

RecnnIdMap *recnn_id_map_new(void) { return g_new0(RecnnIdMap, 1); }

void recnn_id_map_free(RecnnIdMap *map) {
  if (!map)
    return;
  recnn_memory_free(map->pool);
  recnn_memory_free(map->start);
  recnn_memory_free(map->slots);
  g_free(map);
}

int32_t recnn_id_map_size(const RecnnIdMap *map) { return map->n; }

const char *recnn_id_map_token(const RecnnIdMap *map, int32_t index) {
  g_return_val_if_fail(index >= 0 && index < map->n, NULL);
  return map->pool + map->start[index];
}

static inline uint64_t mix(uint64_t h, uint64_t word) {
  h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
  return h ^ h >> 32;
}

/* Eight bytes a step; the last step may read some bytes twice, or a short token's bytes apart.  The
 * hash never leaves the process, so byte order does not matter. */
static uint32_t hash_of(const char *token, size_t length) {
  uint64_t h = length * UINT64_C(0xd6e8feb86659fd93);
  uint64_t word = 0;
  if (length >= 8) {
    for (size_t i = 0; i + 8 < length; i += 8) {
      memcpy(&word, token + i, 8);
      h = mix(h, word);
    }
    memcpy(&word, token + length - 8, 8);
  } else if (length >= 4) {
    uint32_t low, high;
    memcpy(&low, token, 4);
    memcpy(&high, token + length - 4, 4);
    word = (uint64_t)high << 32 | low;
  } else {
    for (size_t i = 0; i < length; i++)
      word = word << 8 | (unsigned char)token[i];
  }
  h = mix(h, word);
  return (uint32_t)(mix(h, h >> 29) >> 16);
}

static bool same(const RecnnIdMap *map, int32_t index, const char *token, size_t length) {
  size_t start = map->start[index];
  return map->start[index + 1] - start == length + 1 &&
         memcmp(map->pool + start, token, length) == 0;
}

/* The slot that holds the token, or the empty one where it belongs.  The table is never full. */
static Slot *slot_of(const RecnnIdMap *map, uint32_t hash, const char *token, size_t length) {
  size_t mask = map->n_slots - 1;
  for (size_t i = hash & mask;; i = (i + 1) & mask) {
    Slot *slot = &map->slots[i];
    if (slot->index < 0 || (slot->hash == hash && same(map, slot->index, token, length)))
      return slot;
  }
}

/* Doubles the table, which is kept at most two thirds full. */
static bool widen(RecnnIdMap *map, GError **error) {
  size_t n_slots = map->n_slots ? map->n_slots * 2 : FIRST_SLOTS;
  Slot *slots = recnn_memory_new(n_slots, sizeof *slots, "an id map's table", error);
  if (!slots)
    return false;
  for (size_t i = 0; i < n_slots; i++)
    slots[i] = (Slot){0, -1};
  for (size_t i = 0; i < map->n_slots; i++) {
    if (map->slots[i].index < 0)
      continue;
    size_t to = map->slots[i].hash & (n_slots - 1);
    while (slots[to].index >= 0)
      to = (to + 1) & (n_slots - 1);
    slots[to] = map->slots[i];
  }
  recnn_memory_free(map->slots);
  map->slots = slots;
  map->n_slots = n_slots;
  return true;
}

int32_t recnn_id_map_find(const RecnnIdMap *map, const char *token, size_t length) {
  if (map->n == 0)
    return -1;
  return slot_of(map, hash_of(token, length), token, length)->index;
}

int32_t recnn_id_map_add(RecnnIdMap *map, const char *token, size_t length, GError **error) {
  uint32_t hash = hash_of(token, length);
  if (map->n > 0) {
    const Slot *found = slot_of(map, hash, token, length);
    if (found->index >= 0)
      return found->index;
  }
  if (map->n == MAX_TOKENS) {
    recnn_error_set(error, RECNN_ERROR_DATA, "more than %d different tokens", (int)MAX_TOKENS);
    return -1;
  }
  size_t n = (size_t)map->n, used = n > 0 ? map->start[n] : 0;
  if (length > SIZE_MAX / 2 - used) {
    recnn_error_set(error, RECNN_ERROR_MEMORY, "a token of %zu bytes is too long", length);
    return -1;
  }
  if ((n + 1 > map->n_slots / 3 * 2 && !widen(map, error)) ||
      !recnn__grow(&map->pool, &map->pool_capacity, used, used + length + 1, 1,
                   "an id map's tokens", error) ||
      !recnn__grow(&map->start, &map->start_capacity, n > 0 ? n + 1 : 0, n + 2, sizeof *map->start,
                   "an id map's offsets", error))
    return -1;
  if (length > 0)
    memcpy(map->pool + used, token, length);
  map->pool[used + length] = '\0';
  map->start[n] = used;
  map->start[n + 1] = used + length + 1;
  *slot_of(map, hash, token, length) = (Slot){hash, map->n};
  return map->n++;
}
