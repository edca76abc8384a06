/* Notes of what is running, kept where a signal handler can read them: pointers in thread-local and
 * atomic variables, nothing that is locked or allocated. */
#include "base/where.h"

#include <stdatomic.h>

enum { MAX_OWNERS = 512 }; /* further descriptors are told without their plugin */

static _Thread_local RecnnWhere here;

/* Of the thread that went in last: its notes, one by one. */
static _Atomic(const char *) last_call, last_name, last_op;
static _Atomic(const void *) last_owned;

static struct {
  _Atomic(const void *) descriptor;
  _Atomic(const char *) plugin;
  _Atomic(const char *) version;
} owners[MAX_OWNERS];
static _Atomic int n_owners;

RecnnWhere recnn_where_enter(const char *call, const char *name, const void *owned) {
  RecnnWhere before = here;
  here = (RecnnWhere){call, name, owned, NULL};
  atomic_store_explicit(&last_call, call, memory_order_relaxed);
  atomic_store_explicit(&last_name, name, memory_order_relaxed);
  atomic_store_explicit(&last_owned, owned, memory_order_relaxed);
  return before;
}

void recnn_where_leave(RecnnWhere before) { here = before; }

void recnn_where_op(const char *op) {
  here.op = op;
  atomic_store_explicit(&last_op, op, memory_order_relaxed);
}

RecnnWhere recnn_where(void) {
  if (here.call != NULL || here.op != NULL)
    return here;
  return (RecnnWhere){atomic_load_explicit(&last_call, memory_order_relaxed),
                      atomic_load_explicit(&last_name, memory_order_relaxed),
                      atomic_load_explicit(&last_owned, memory_order_relaxed),
                      atomic_load_explicit(&last_op, memory_order_relaxed)};
}

/* Plugins are loaded one at a time. */
void recnn_where_set_owner(const void *descriptor, const char *plugin, const char *version) {
  int n = atomic_load(&n_owners);
  if (n == MAX_OWNERS)
    return;
  atomic_store(&owners[n].descriptor, descriptor);
  atomic_store(&owners[n].plugin, plugin);
  atomic_store(&owners[n].version, version);
  atomic_store(&n_owners, n + 1);
}

/* Its place among the owners, -1 for one that nobody said. */
static int find(const void *descriptor) {
  int i = descriptor != NULL ? atomic_load(&n_owners) - 1 : -1;
  while (i >= 0 && atomic_load(&owners[i].descriptor) != descriptor)
    i--;
  return i;
}

const char *recnn_where_owner(const void *descriptor) {
  int i = find(descriptor);
  return i >= 0 ? atomic_load(&owners[i].plugin) : NULL;
}

const char *recnn_where_owner_version(const void *descriptor) {
  int i = find(descriptor);
  return i >= 0 ? atomic_load(&owners[i].version) : NULL;
}
