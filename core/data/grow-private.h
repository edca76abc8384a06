/* Arrays that grow by doubling, from memory that can run out and be reported. */
#ifndef RECNN_CORE_DATA_GROW_PRIVATE_H
#define RECNN_CORE_DATA_GROW_PRIVATE_H

#include <glib.h>

#include <recnn/abi.h>

/* `array` is the address of a pointer to the elements.  Makes room for `need` of `size` bytes,
 * where there are `used` and room for `*capacity`.  On failure nothing is changed. */
bool recnn__grow_array(void *array, size_t *capacity, size_t used, size_t need, size_t size,
                       const char *what, GError **error);

static inline bool recnn__grow(void *array, size_t *capacity, size_t used, size_t need, size_t size,
                               const char *what, GError **error) {
  return need <= *capacity || recnn__grow_array(array, capacity, used, need, size, what, error);
}

/* Gives back what is more than `used` elements; keeps the array when there is no memory for that.
 */
void recnn__trim(void *array, size_t *capacity, size_t used, size_t size);

#endif
