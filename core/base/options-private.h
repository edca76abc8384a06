/* What the files of the option tables share: the instance, and the steps from text and values to a
 * checked value. */
#ifndef RECNN_CORE_BASE_OPTIONS_PRIVATE_H
#define RECNN_CORE_BASE_OPTIONS_PRIVATE_H

#include "base/options.h"

struct RecnnOptions {
  const RecnnOption *table;
  char *owner;
  size_t n;
  RecnnValue *values; /* own their text and lists; of the option's type always */
  bool *has;          /* a default or a value */
  bool *set;          /* a value */
  char ***words;      /* of a CHOICE, otherwise NULL */
};

/* A value of `option`'s type from text, or from a value of another type, with its range checked.
 * The result owns its text or list.  `owner` goes into the error. */
bool recnn__option_from_text(const RecnnOption *option, char *const *words, const char *owner,
                             const char *text, RecnnValue *ret_value, GError **error);
bool recnn__option_from_value(const RecnnOption *option, char *const *words, const char *owner,
                              const RecnnValue *value, RecnnValue *ret_value, GError **error);

/* The same without any allocation: a list or text must be of the option's own type, and the result
 * points to the given one. */
bool recnn__option_borrow(const RecnnOption *option, char *const *words, const char *owner,
                          const RecnnValue *value, RecnnValue *ret_value, GError **error);

RecnnValue recnn__value_copy(const RecnnValue *value);
void recnn__value_clear(RecnnValue *value);
char *recnn__value_text(const RecnnValue *value, char *const *words);

#endif
