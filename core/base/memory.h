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

/* ---- what is in use */

/* Bytes that were handed out and not freed.  Of an arena it is what was touched since it got its
 * memory: that is what the system gives, page by page. */
size_t recnn_memory_used(void);
/* The most that were in use since recnn_memory_begin_peak (or ever). */
size_t recnn_memory_peak(void);
void recnn_memory_begin_peak(void);
/* Allocations after which more than `bytes` would be in use fail; 0: none does.  Returns the limit
 * before.  For the whole process, as the counts are. */
size_t recnn_memory_set_limit(size_t bytes);

/* For arenas: memory that is not counted until it is touched, and counting by hand.  False when the
 * limit does not allow it; a negative number always succeeds. */
void *recnn_memory_reserve(size_t bytes, const char *what, GError **error);
void recnn_memory_unreserve(void *memory);
bool recnn_memory_count(ptrdiff_t bytes);

/* For tests: makes the n-th allocation from now on (1 = the next), and all behind it, fail; 0 ends
 * that. */
void recnn_memory_fail_after(uint64_t n);

#endif
