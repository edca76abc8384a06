/* Options at work: a table of RecnnOption with the values that somebody set.  Everything that takes
 * options (models, ops, the trainer, splits, readers) goes through here, so one mistake gets one
 * kind of answer everywhere: the option, the offending value, what was expected, the nearest known
 * name. */
#ifndef RECNN_CORE_BASE_OPTIONS_H
#define RECNN_CORE_BASE_OPTIONS_H

#include <glib.h>

#include <recnn/kind/option.h>

typedef struct RecnnOptions RecnnOptions;

/* All options at their defaults.  `owner` (such as "model neural_bpr") goes into error texts; the
 * table must outlive the result.  A defect of the table itself (no type, a default out of its own
 * range, a name twice) is an error, RECNN_ERROR_FAILED, since tables also come from plugins. */
RecnnOptions *recnn_options_new(const RecnnOption *table, const char *owner, GError **error);
void recnn_options_free(RecnnOptions *options); /* takes NULL */
RecnnOptions *recnn_options_copy(const RecnnOptions *options);

/* Sets from text as on a command line ("128,64", "true", "1e-3"), or from a typed value: INT passes
 * for FLOAT, a FLOAT with an integral value for INT, a single number for a list of one, STRING for
 * CHOICE.  Copies text and lists.  On failure nothing is changed. */
bool recnn_options_set_text(RecnnOptions *options, const char *name, const char *text,
                            GError **error);
bool recnn_options_set(RecnnOptions *options, const char *name, const RecnnValue *value,
                       GError **error);

/* Checks a value for the option `name` as recnn_options_set does, but leaves the options alone and
 * calls no allocator: a list or text must be of the option's own type, and the result points to it.
 * Returns the option's place in the table, or -1. */
int64_t recnn_options_check(const RecnnOptions *options, const char *name, const RecnnValue *value,
                            RecnnValue *ret_value, GError **error);

/* True when every option without a default has been set; otherwise the error names the first. */
bool recnn_options_complete(const RecnnOptions *options, GError **error);

/* The value, borrowed until the next change; NULL for a name that is not in the table or an option
 * that has neither default nor value. */
const RecnnValue *recnn_options_get(const RecnnOptions *options, const char *name);
bool recnn_options_is_set(const RecnnOptions *options, const char *name); /* not just defaulted */

/* For code that knows its own table: a wrong name is a programming error, which stops a debug
 * build. */
int64_t recnn_options_int(const RecnnOptions *options, const char *name);
bool recnn_options_bool(const RecnnOptions *options, const char *name);
double recnn_options_float(const RecnnOptions *options, const char *name);
const char *recnn_options_string(const RecnnOptions *options, const char *name); /* CHOICE too */

/* The table's values in its own order, for ops (attributes by index). */
const RecnnValue *recnn_options_values(const RecnnOptions *options);
const RecnnOption *recnn_options_table(const RecnnOptions *options);

/* The value as text that set_text reads back to the same value.  Caller frees; NULL as above. */
char *recnn_options_text(const RecnnOptions *options, const char *name);
/* The word of a CHOICE's `index`, copied; caller frees. */
char *recnn_option_choice(const RecnnOption *option, int64_t index);

/* Intervals "[a,b)", "(0,inf)": true when `x` lies inside; false for what is no interval. */
bool recnn_interval_contains(const char *interval, double x);
/* Parses an interval; false when it is not one. */
bool recnn_interval_parse(const char *interval, double *ret_low, bool *ret_low_open,
                          double *ret_high, bool *ret_high_open);

/* Parses a number of a whole text, in the C locale: no trailing bytes, no NaN.  Returns false when
 * it is none. */
bool recnn_parse_double(const char *text, size_t length, double *ret_value);
bool recnn_parse_int(const char *text, size_t length, int64_t *ret_value);

#endif
