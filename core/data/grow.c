/* Arrays that grow by doubling.  They do not know what they hold; the pointers to them are copied
 * bytewise, since a pointer to any type may stand behind `array`. */
#include <string.h>

#include "base/memory.h"
#include "data/grow-private.h"

enum { FIRST = 64 };

static void move(void *array, void *to, size_t bytes) {
  void *from;
  memcpy(&from, array, sizeof from);
  if (bytes > 0)
    memcpy(to, from, bytes);
  recnn_memory_free(from);
  memcpy(array, &to, sizeof to);
}

bool recnn__grow_array(void *array, size_t *capacity, size_t used, size_t need, size_t size,
                       const char *what, GError **error) {
  size_t larger = *capacity < FIRST ? FIRST : *capacity <= SIZE_MAX / 2 ? *capacity * 2 : need;
  if (larger < need)
    larger = need;
  void *to = recnn_memory_new(larger, size, what, error);
  if (!to)
    return false;
  move(array, to, used * size);
  *capacity = larger;
  return true;
}

void recnn__trim(void *array, size_t *capacity, size_t used, size_t size) {
  if (*capacity == used)
    return;
  void *to = recnn_memory_new(used, size, "a trimmed column", NULL);
  if (!to)
    return;
  move(array, to, used * size);
  *capacity = used;
}
