/* Errors inside recnn: a GError of one domain whose codes are the ABI's status codes, and the way
 * across the border to RecnnError and back.  Texts hold the offending value, what was expected, and
 * where. */
#ifndef RECNN_CORE_BASE_ERROR_H
#define RECNN_CORE_BASE_ERROR_H

#include <glib.h>

#include <recnn/abi.h>

#define RECNN_ERROR_DOMAIN (recnn_error_quark())
GQuark recnn_error_quark(void);

/* Sets `*error` (which may be NULL) and returns false, for `return recnn_error_set (...)`. */
bool recnn_error_set(GError **error, RecnnStatus code, const char *format, ...) G_GNUC_PRINTF(3, 4);
#ifdef __clang_analyzer__ /* does not see into another file that this never returns true */
#define recnn_error_set(...) ((void)recnn_error_set(__VA_ARGS__), false)
#endif

/* Fills `to` from `error`, frees `error`, and returns the code; RECNN_OK for NULL. */
RecnnStatus recnn_error_take(RecnnError *to, GError *error);

/* Sets `*error` from what a plugin wrote, with `where` (such as "model narm, create") before it; a
 * plugin that failed without a text gets one.  Returns false. */
bool recnn_error_from_plugin(GError **error, RecnnStatus status, const RecnnError *from,
                             const char *where);

/* The name in the NULL-terminated `names` that is nearest to `name` (Damerau-Levenshtein distance,
 * case folded), or NULL when none is near enough to be meant. */
const char *recnn_nearest(const char *name, const char *const *names);

/* " (did you mean X?)" when recnn_nearest() finds one, followed by "; known: a, b, c".  Caller
 * frees. */
char *recnn_suggest(const char *name, const char *const *names);

#endif
