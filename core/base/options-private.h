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

/* Where and into what a value goes; passed down so that errors can tell. */
typedef struct OptionTarget {
  const RecnnOption *option;
  char *const *words; /* of a CHOICE */
  const char *owner;
} OptionTarget;

/* Sets the error "OWNER: option NAME: VALUE PROBLEM, expected ..." and returns false. */
bool recnn__option_fail(const OptionTarget *target, GError **error, const char *value,
                        const char *problem);
/* Is `x` in the option's range?  `element` is its place in a list, or -1. */
bool recnn__check_int(const OptionTarget *target, int64_t x, int32_t element, GError **error);
bool recnn__check_float(const OptionTarget *target, double x, int32_t element, GError **error);
/* Consumes `text` and returns it with " (element N)" behind it, unless `element` is -1. */
char *recnn__with_place(char *text, int32_t element);
/* The shortest text that reads back as `x`. */
char *recnn__float_text(double x);
/* A list of `count` zeros; with room for none too, so that its pointer is never NULL. */
RecnnValue recnn__new_list(int32_t type, int32_t count);

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
