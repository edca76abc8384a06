/* Only for builds under ThreadSanitizer, where configure puts this folder before GLib's own: tells the
 * sanitizer in which order GLib's locks and queues put things.
 *
 * GLib as distributed is not instrumented and its mutexes are futexes, so the sanitizer would see two
 * threads touch the same memory and no lock between them.  Suppressing those reports would hide real
 * races too; these annotations keep them. */
#ifndef RECNN_TSAN_GLIB_H
#define RECNN_TSAN_GLIB_H

#include_next <glib.h>

#include <sanitizer/tsan_interface.h>

/* GCC 12 has none, but its sanitizer headers pretend; code that asks which compiler this is would
 * get the wrong answer. */
#if !defined(__clang__) && __GNUC__ < 14
#undef __has_feature
#endif

static inline void recnn__tsan_mutex_lock(GMutex *mutex) {
  g_mutex_lock(mutex);
  __tsan_acquire(mutex);
}

static inline gboolean recnn__tsan_mutex_trylock(GMutex *mutex) {
  gboolean locked = g_mutex_trylock(mutex);
  if (locked)
    __tsan_acquire(mutex);
  return locked;
}

static inline void recnn__tsan_mutex_unlock(GMutex *mutex) {
  __tsan_release(mutex);
  g_mutex_unlock(mutex);
}

static inline void recnn__tsan_cond_wait(GCond *cond, GMutex *mutex) {
  __tsan_release(mutex);
  g_cond_wait(cond, mutex);
  __tsan_acquire(mutex);
}

static inline gboolean recnn__tsan_cond_wait_until(GCond *cond, GMutex *mutex, gint64 end) {
  __tsan_release(mutex);
  gboolean signalled = g_cond_wait_until(cond, mutex, end);
  __tsan_acquire(mutex);
  return signalled;
}

static inline void recnn__tsan_queue_push(GAsyncQueue *queue, gpointer data) {
  __tsan_release(queue);
  g_async_queue_push(queue, data);
}

static inline gpointer recnn__tsan_queue_pop(GAsyncQueue *queue) {
  gpointer data = g_async_queue_pop(queue);
  __tsan_acquire(queue);
  return data;
}

static inline gpointer recnn__tsan_queue_try_pop(GAsyncQueue *queue) {
  gpointer data = g_async_queue_try_pop(queue);
  __tsan_acquire(queue);
  return data;
}

/* What g_once_init_enter() is once the value is there: the thread that left it came before. */
static inline gboolean recnn__tsan_once_enter(void *location) {
  gboolean first = (g_once_init_enter)(location);
  if (!first)
    __tsan_acquire(location);
  return first;
}

static inline void recnn__tsan_once_leave(void *location, gsize result) {
  __tsan_release(location);
  (g_once_init_leave)(location, result);
}

static inline gpointer recnn__tsan_once(GOnce *once, GThreadFunc function, gpointer argument) {
  gpointer result = g_once_impl(once, function, argument);
  __tsan_acquire(once);
  return result;
}

#undef g_once
#undef g_once_init_enter
#undef g_once_init_leave
#define g_once(once, function, argument) recnn__tsan_once((once), (GThreadFunc)(function), (argument))
#define g_once_init_enter(location) recnn__tsan_once_enter(location)
#define g_once_init_leave(location, result) recnn__tsan_once_leave((location), (gsize)(result))
#define g_mutex_lock(mutex) recnn__tsan_mutex_lock(mutex)
#define g_mutex_trylock(mutex) recnn__tsan_mutex_trylock(mutex)
#define g_mutex_unlock(mutex) recnn__tsan_mutex_unlock(mutex)
#define g_cond_wait(cond, mutex) recnn__tsan_cond_wait((cond), (mutex))
#define g_cond_wait_until(cond, mutex, end) recnn__tsan_cond_wait_until((cond), (mutex), (end))
#define g_async_queue_push(queue, data) recnn__tsan_queue_push((queue), (data))
#define g_async_queue_pop(queue) recnn__tsan_queue_pop(queue)
#define g_async_queue_try_pop(queue) recnn__tsan_queue_try_pop(queue)

#endif
