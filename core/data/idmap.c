/* Tokens and indices.  The bytes of all tokens lie in one pool, in the order of their indices.  A
 * table with open addressing finds them: its slots hold a token of up to eight bytes, as most ids
 * are, themselves, so that a look-up touches one line of memory; for longer ones a hash of 64 bits,
 * and the pool is asked when it is equal.  Knows nothing of users, items or files. */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "data/grow-private.h"
#include "data/idmap.h"

typedef struct Slot {
  uint64_t key;    /* the token's bytes, or their hash when there are more than eight */
  uint32_t length; /* of the token */
  int32_t index;   /* -1: empty */
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

enum { SHORT = 8, FIRST_SLOTS = 64, MAX_TOKENS = INT32_MAX - 1 };

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

/* Neither the order of a key's bytes nor its hash ever leaves the process. */
static uint64_t key_of(const char *token, size_t length) {
  uint64_t word = 0, h = length;
  if (length < 4) {
    for (size_t i = 0; i < length; i++)
      word = word << 8 | (unsigned char)token[i];
    return word;
  }
  if (length <= SHORT) { /* some bytes may be in it twice */
    uint32_t low, high;
    memcpy(&low, token, 4);
    memcpy(&high, token + length - 4, 4);
    return (uint64_t)high << 32 | low;
  }
  for (size_t i = 0; i + 8 < length; i += 8) {
    memcpy(&word, token + i, 8);
    h = mix(h, word);
  }
  memcpy(&word, token + length - 8, 8);
  return mix(h, word);
}

static inline size_t place_of(const RecnnIdMap *map, uint64_t key, uint32_t length) {
  return (size_t)(mix(mix(length, key), 0) & (map->n_slots - 1));
}

static bool same(const RecnnIdMap *map, int32_t index, const char *token, size_t length) {
  return memcmp(map->pool + map->start[index], token, length) == 0;
}

/* The slot that holds the token, or the empty one where it belongs.  The table is never full. */
static Slot *slot_of(const RecnnIdMap *map, uint64_t key, const char *token, size_t length) {
  for (size_t i = place_of(map, key, (uint32_t)length);; i = (i + 1) & (map->n_slots - 1)) {
    Slot *slot = &map->slots[i];
    if (slot->index < 0 || (slot->key == key && slot->length == length &&
                            (length <= SHORT || same(map, slot->index, token, length))))
      return slot;
  }
}

/* Doubles the table, which is kept at most two thirds full. */
static bool widen(RecnnIdMap *map, GError **error) {
  size_t n_before = map->n_slots, n_slots = n_before ? n_before * 2 : FIRST_SLOTS;
  Slot *before = map->slots;
  Slot *slots = recnn_memory_new(n_slots, sizeof *slots, "an id map's table", error);
  if (!slots)
    return false;
  for (size_t i = 0; i < n_slots; i++)
    slots[i].index = -1;
  map->slots = slots;
  map->n_slots = n_slots;
  for (size_t i = 0; i < n_before; i++) {
    if (before[i].index < 0)
      continue;
    size_t to = place_of(map, before[i].key, before[i].length);
    while (slots[to].index >= 0)
      to = (to + 1) & (n_slots - 1);
    slots[to] = before[i];
  }
  recnn_memory_free(before);
  return true;
}

int32_t recnn_id_map_find(const RecnnIdMap *map, const char *token, size_t length) {
  if (map->n == 0)
    return -1;
  return slot_of(map, key_of(token, length), token, length)->index;
}

int32_t recnn_id_map_add(RecnnIdMap *map, const char *token, size_t length, GError **error) {
  if (length >= UINT32_MAX) {
    recnn_error_set(error, RECNN_ERROR_DATA, "a token of %zu bytes: expected less than 4 GiB",
                    length);
    return -1;
  }
  uint64_t key = key_of(token, length);
  if (map->n > 0) {
    const Slot *found = slot_of(map, key, token, length);
    if (found->index >= 0)
      return found->index;
  }
  if (map->n == MAX_TOKENS) {
    recnn_error_set(error, RECNN_ERROR_DATA, "more than %d different tokens", (int)MAX_TOKENS);
    return -1;
  }
  size_t n = (size_t)map->n, used = n > 0 ? map->start[n] : 0;
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
  *slot_of(map, key, token, length) = (Slot){key, (uint32_t)length, map->n};
  return map->n++;
}
