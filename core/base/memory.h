/* Large allocations: 64-byte aligned, and able to fail (GLib's own abort the process).  Tensors,
 * data columns and arenas come from here. */
#ifndef RECNN_CORE_BASE_MEMORY_H
#define RECNN_CORE_BASE_MEMORY_H

#include <glib.h>

#include <recnn/abi.h>

/* `count` * `size` bytes, or NULL with RECNN_ERROR_MEMORY (which names `what` and the bytes) when
 * they overflow or the system has none.  Zero bytes give a valid pointer.  Free with
 * recnn_memory_free. */
void *recnn_memory_new(size_t count, size_t size, const char *what, GError **error);
void *recnn_memory_new0(size_t count, size_t size, const char *what, GError **error);
void recnn_memory_free(void *memory); /* takes NULL */

/* For tests: makes the n-th allocation from now on (1 = the next), and all behind it, fail; 0 ends
 * that. */
void recnn_memory_fail_after(uint64_t n);

#endif
