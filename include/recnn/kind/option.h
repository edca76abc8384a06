/* Options: how a model, an op or anything else declares the values that can be set on it.  One
 * table gives the host the parsing, the checks, the error texts and the reference documentation. */
#ifndef RECNN_KIND_OPTION_H
#define RECNN_KIND_OPTION_H

#include <recnn/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RECNN_OPTION_BOOL 1
#define RECNN_OPTION_INT 2
#define RECNN_OPTION_FLOAT 3
#define RECNN_OPTION_STRING 4
#define RECNN_OPTION_CHOICE 5 /* one of a list of words */
#define RECNN_OPTION_INT_LIST 6
#define RECNN_OPTION_FLOAT_LIST 7

typedef struct RecnnOption {
  const char *name; /* [a-z][a-z0-9_]*; NULL ends a table */
  int32_t type;
  /* As one would write it on a command line: "64", "0.2", "true", "128,64,32".  NULL: no default,
   * the option must be given. */
  const char *default_value;
  /* Numbers (in a list: each of them): an interval such as "[1,inf)" or "[0,1)"; NULL for any
   * finite number.  CHOICE: the words, separated by "|".  Otherwise NULL. */
  const char *range;
  const char *doc; /* one sentence */
} RecnnOption;

/* A value of an option.  Text and lists belong to whoever handed out the value, who says for how
 * long they are valid; what is passed as an argument is read during the call only. */
typedef struct RecnnValue {
  int32_t type;  /* RECNN_OPTION_* */
  int32_t count; /* of a list */
  union {
    int64_t i; /* INT; BOOL as 0 or 1; CHOICE as the word's index */
    double f;
    const char *s;
    const int64_t *ints;
    const double *floats;
  } as;
} RecnnValue;

/* A value with its name, as passed to an op. */
typedef struct RecnnAttr {
  const char *name;
  RecnnValue value;
} RecnnAttr;

static inline RecnnAttr recnn_attr_int(const char *name, int64_t i) {
  RecnnAttr attr = {name, {RECNN_OPTION_INT, 0, {0}}};
  attr.value.as.i = i;
  return attr;
}

static inline RecnnAttr recnn_attr_bool(const char *name, bool b) {
  RecnnAttr attr = {name, {RECNN_OPTION_BOOL, 0, {0}}};
  attr.value.as.i = b ? 1 : 0;
  return attr;
}

static inline RecnnAttr recnn_attr_float(const char *name, double f) {
  RecnnAttr attr = {name, {RECNN_OPTION_FLOAT, 0, {0}}};
  attr.value.as.f = f;
  return attr;
}

/* For a CHOICE too: the host looks the word up. */
static inline RecnnAttr recnn_attr_string(const char *name, const char *s) {
  RecnnAttr attr = {name, {RECNN_OPTION_STRING, 0, {0}}};
  attr.value.as.s = s;
  return attr;
}

static inline RecnnAttr recnn_attr_ints(const char *name, const int64_t *ints, int32_t count) {
  RecnnAttr attr = {name, {RECNN_OPTION_INT_LIST, count, {0}}};
  attr.value.as.ints = ints;
  return attr;
}

#ifdef __cplusplus
}
#endif

#endif
