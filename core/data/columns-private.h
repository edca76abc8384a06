/* Which column of a table is what, found by the options or by usual names; for all formats that
 * have names for their columns. */
#ifndef RECNN_CORE_DATA_COLUMNS_PRIVATE_H
#define RECNN_CORE_DATA_COLUMNS_PRIVATE_H

#include "base/options.h"
#include "data/dataset.h"
#include "data/text.h"

/* A column that is read as a feature. */
typedef struct RecnnFeatureSpec {
  int32_t column; /* from 0 */
  char *name;
  RecnnFeatureType type;
} RecnnFeatureSpec;

/* An empty array of them; it frees their names. */
GArray *recnn__feature_specs_new(void);

typedef struct RecnnColumns {
  int32_t user, item, rating, timestamp, label, candidates; /* from 0; -1: there is none */
  GArray *features;                                         /* RecnnFeatureSpec, or NULL */
  char **names;                                             /* of all columns, for error texts */
  int32_t n;
  bool words; /* a list is words between blanks, whatever is in them */
} RecnnColumns;

#define RECNN_NO_COLUMNS ((RecnnColumns){-1, -1, -1, -1, -1, -1, NULL, NULL, 0, false})

/* To stand in a format's table of options. */
#define RECNN_COLUMN_OPTIONS                                                                       \
  {"user", RECNN_OPTION_STRING, "", NULL,                                                          \
   "The column of the users; empty: user_id, user, uid or the like, or else session_id."},         \
      {"item", RECNN_OPTION_STRING, "", NULL,                                                      \
       "The column of the items; empty: item_id, item, iid, movie_id or the like."},               \
      {"rating", RECNN_OPTION_STRING, "", NULL,                                                    \
       "The column of the ratings; empty: rating, where there is one; - for none."},               \
      {"timestamp", RECNN_OPTION_STRING, "", NULL,                                                 \
       "The column of the times; empty: timestamp or time, where there is one; - for none."},      \
      {"label", RECNN_OPTION_STRING, "", NULL,                                                     \
       "The column of the labels, 0 or 1; empty: label or click, where there is one; - for "       \
       "none."},                                                                                   \
      {"neg_items", RECNN_OPTION_STRING, "", NULL,                                                 \
       "The column with a list of candidates; empty: neg_items, where there is one; - for none."}, \
      {"features", RECNN_OPTION_STRING, "", NULL,                                                  \
       "Columns that are features of the interaction, name or name:type, separated by commas; *: " \
       "all others."},                                                                             \
  {                                                                                                \
    "time_unit", RECNN_OPTION_CHOICE, "s", "s|ms|us", "What times are counted in."                 \
  }

/* Finds the columns of a header of `n` names (copied), which is the line that `text` is at. */
bool recnn__columns_find(RecnnColumns *columns, const RecnnText *text, const char *const *names,
                         int32_t n, const RecnnOptions *options, GError **error);
void recnn__columns_clear(RecnnColumns *columns);

/* Adds the features that `wanted` (as in the option) names to columns->features; `taken` says which
 * columns "*" leaves out. */
bool recnn__columns_add_features(RecnnColumns *columns, const RecnnText *text, const char *wanted,
                                 const bool *taken, GError **error);
/* The column that is called so, or -1. */
int32_t recnn__columns_named(const RecnnColumns *columns, const char *name);
/* The first column of a usual name for what, "user" or "item"; -1: there is none. */
int32_t recnn__columns_usual(const char *const *names, int32_t n, const char *what);
/* That there is no column `name`, in which the error says what there is. */
bool recnn__columns_refuse(const RecnnColumns *columns, const RecnnText *text, const char *what,
                           const char *name, GError **error);
/* Seconds of the unit that the option time_unit names. */
double recnn__time_unit(const RecnnOptions *options);

#endif
