/* Where a thread is in code that plugins bring, for whoever has to tell that after a crash: all of
 * it is constants and may be asked for in a signal handler. */
#ifndef RECNN_CORE_BASE_WHERE_H
#define RECNN_CORE_BASE_WHERE_H

#include <recnn/abi.h>

typedef struct RecnnWhere {
  const char *call;  /* "loss()", "opening the file"; NULL: in no such code */
  const char *name;  /* of the model, or the file; lives as long as the process */
  const void *owned; /* the descriptor, by which its plugin is known; or NULL */
  const char *op;    /* NULL: in none */
} RecnnWhere;

/* Says that this thread is there now; returns where it was, for recnn_where_leave(). */
RecnnWhere recnn_where_enter(const char *call, const char *name, const void *owned);
void recnn_where_leave(RecnnWhere before);
/* Says that it runs that op; NULL: no longer. */
void recnn_where_op(const char *op);

/* Where this thread is, or, for one that is nowhere (of the pool), where the last one went in. */
RecnnWhere recnn_where(void);

/* Remembers whose a descriptor is, both texts as long as the process, and tells it; NULL for what
 * nobody said. */
void recnn_where_set_owner(const void *descriptor, const char *plugin, const char *version);
const char *recnn_where_owner(const void *descriptor);
const char *recnn_where_owner_version(const void *descriptor);

#endif
