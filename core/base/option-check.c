/* What an option's value may be, and the texts that say when it is not: every error about a bad
 * value is made here. */
#include "base/options-private.h"

#include <math.h>
#include <string.h>

#include "base/error.h"

#define TWO_TO_63 9223372036854775808.0

static const char *type_words(int32_t type) {
  switch (type) {
  case RECNN_OPTION_BOOL:
    return "true or false";
  case RECNN_OPTION_INT:
    return "an integer";
  case RECNN_OPTION_FLOAT:
    return "a number";
  case RECNN_OPTION_STRING:
    return "text";
  case RECNN_OPTION_INT_LIST:
    return "a list of integers";
  case RECNN_OPTION_FLOAT_LIST:
    return "a list of numbers";
  default:
    return "one of the known words";
  }
}

/* "model narm: option dropout: 1.5 <problem>, expected a number in [0,1)". */
bool recnn__option_fail(const OptionTarget *target, GError **error, const char *value,
                        const char *problem) {
  const RecnnOption *option = target->option;
  if (option->type == RECNN_OPTION_CHOICE) {
    char *known = g_strjoinv(", ", (char **)target->words);
    recnn_error_set(error, RECNN_ERROR_OPTION, "%s: option %s: %s %s, expected one of %s",
                    target->owner, option->name, value, problem, known);
    g_free(known);
    return false;
  }
  const bool list =
      option->type == RECNN_OPTION_INT_LIST || option->type == RECNN_OPTION_FLOAT_LIST;
  return recnn_error_set(error, RECNN_ERROR_OPTION, "%s: option %s: %s %s, expected %s%s%s",
                         target->owner, option->name, value, problem, type_words(option->type),
                         option->range == NULL ? ""
                         : list                ? ", each in "
                                               : " in ",
                         option->range == NULL ? "" : option->range);
}

/* True when the end of the interval, spelt in `text`, leaves `x` inside; `side` is -1 for the low
 * end and 1 for the high one.  Ends that are integers are compared as such: a double cannot tell
 * the large ones apart. */
static bool int_inside(const char *text, size_t length, bool open, int side, int64_t x) {
  int64_t end;
  if (recnn_parse_int(text, length, &end)) {
    return x == end ? !open : side < 0 ? x > end : x < end;
  }
  double bound = 0.0;
  (void)recnn_parse_double(text, length, &bound);
  if (bound >= TWO_TO_63) {
    return side > 0;
  }
  if (bound < -TWO_TO_63) {
    return side < 0;
  }
  const double whole = floor(bound);
  end = (int64_t)whole;
  if (whole == bound) {
    return x == end ? !open : side < 0 ? x > end : x < end;
  }
  return side < 0 ? x > end : x <= end;
}

static bool int_in_range(const char *range, int64_t x) {
  if (range == NULL) {
    return true;
  }
  const char *comma = strchr(range, ',');
  const size_t length = strlen(range);
  return int_inside(range + 1, (size_t)(comma - range - 1), range[0] == '(', -1, x) &&
         int_inside(comma + 1, (size_t)(range + length - 1 - (comma + 1)), range[length - 1] == ')',
                    1, x);
}

static bool float_in_range(const char *range, double x) {
  return range == NULL ? isfinite(x) : recnn_interval_contains(range, x);
}

char *recnn__float_text(double x) {
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];
  double back = 0.0;
  for (int digits = 15; digits <= 17; digits++) {
    char format[8];
    g_snprintf(format, sizeof format, "%%.%dg", digits);
    g_ascii_formatd(buffer, sizeof buffer, format, x);
    if (recnn_parse_double(buffer, strlen(buffer), &back) && back == x) {
      break;
    }
  }
  return g_strdup(buffer);
}

char *recnn__with_place(char *text, int32_t element) {
  if (element < 0) {
    return text;
  }
  char *placed = g_strdup_printf("%s (element %d)", text, (int)element + 1);
  g_free(text);
  return placed;
}

bool recnn__check_int(const OptionTarget *target, int64_t x, int32_t element, GError **error) {
  if (int_in_range(target->option->range, x)) {
    return true;
  }
  char *text = recnn__with_place(g_strdup_printf("%" G_GINT64_FORMAT, x), element);
  recnn__option_fail(target, error, text, "is out of range");
  g_free(text);
  return false;
}

bool recnn__check_float(const OptionTarget *target, double x, int32_t element, GError **error) {
  if (float_in_range(target->option->range, x)) {
    return true;
  }
  char *text = recnn__with_place(recnn__float_text(x), element);
  recnn__option_fail(target, error, text, isnan(x) ? "is not a number" : "is out of range");
  g_free(text);
  return false;
}
