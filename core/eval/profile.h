/* Profiles: other libraries' definitions, for comparing with their numbers.  Which metrics mean
 * something else in a profile, their own files say (RecnnMetric.profiles). */
#ifndef RECNN_CORE_EVAL_PROFILE_H
#define RECNN_CORE_EVAL_PROFILE_H

#include <glib.h>

#include <recnn/abi.h>

typedef struct RecnnProfile {
  const char *name;       /* "recbole" */
  const char *what;       /* whose, and where it differs */
  const char *candidates; /* what its protocol ranks among; NULL: all items */
} RecnnProfile;

/* All profiles; a NULL name ends them. */
const RecnnProfile *recnn_profile_all(void);
/* The profile of a name, in any case; NULL with an error that names the nearest. */
const RecnnProfile *recnn_profile_find(const char *name, GError **error);

#endif
