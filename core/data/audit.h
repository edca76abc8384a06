/* The audit of a split: where an answer could be known before it is asked for.
 *
 * An entry is a leak, which makes what is measured worthless or claims what is not so, or a note,
 * which is as it has to be for such a split and such data, but should be known to who reads the
 * numbers. */
#ifndef RECNN_CORE_DATA_AUDIT_H
#define RECNN_CORE_DATA_AUDIT_H

#include <glib.h>

#include "data/split.h"

typedef struct RecnnAuditEntry {
  const char *name; /* "identical", "repeated", "later", ... */
  const char *part; /* "valid", "test"; "" for the whole split */
  bool is_leak;
  int64_t n, of;
  char *text; /* one line */
} RecnnAuditEntry;

struct RecnnAudit {
  int32_t n, n_leaks;
  RecnnAuditEntry *entries; /* leaks first */
};

/* Entries: identical  rows of a part that are in train as well, with the same time where there are
 *                     times (a leak, but for data in the order of time without them)
 *          repeated   rows of a part whose user had the item before
 *          later      rows of train that are later than their user's first of the part; a leak
 * where the split says that it goes by time future     rows of train that are later than anybody's
 * first of the part; a leak where the split goes by time for all users together cold_users users of
 * the part of whom nothing is known cold_items rows of the part whose item is not in train
 *          candidates rows whose given candidates hold items that the user had before
 *          filter     the data was filtered before it was split, by counts that include the part */
RecnnAudit *recnn_audit_new(const RecnnSplit *split, GError **error);
void recnn_audit_free(RecnnAudit *audit); /* takes NULL */

/* Adds what others found, before the notes if it is a leak.  `text` is taken over. */
void recnn_audit_add(RecnnAudit *audit, const char *name, const char *part, bool is_leak, int64_t n,
                     int64_t of, char *text);

/* One entry a line: "leak: ...", "note: ..."; the first line says how many leaks there are. */
char *recnn_audit_text(const RecnnAudit *audit);
/* The leaks' texts with "; " between them; NULL: there is none. */
char *recnn_audit_leaks(const RecnnAudit *audit);

#endif
