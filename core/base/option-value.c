/* One option's value: from text or from a value of a related type, range checked.  Every error text
 * about a bad value is made here. */
#include "base/options-private.h"

#include <math.h>
#include <string.h>

#include "base/error.h"

/* Where and into what a value goes; passed down so that errors can tell. */
typedef struct Target {
  const RecnnOption *option;
  char *const *words;
  const char *owner;
} Target;

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
static bool fail(const Target *target, GError **error, const char *value, const char *problem) {
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
  if (bound >= 0x1p63) {
    return side > 0;
  }
  if (bound < -0x1p63) {
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

static char *float_text(double x) {
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

static char *with_place(char *text, int32_t element) {
  if (element < 0) {
    return text;
  }
  char *placed = g_strdup_printf("%s (element %d)", text, (int)element + 1);
  g_free(text);
  return placed;
}

/* `element` is the place in a list, or -1. */
static bool check_int(const Target *target, int64_t x, int32_t element, GError **error) {
  if (int_in_range(target->option->range, x)) {
    return true;
  }
  char *text = with_place(g_strdup_printf("%" G_GINT64_FORMAT, x), element);
  fail(target, error, text, "is out of range");
  g_free(text);
  return false;
}

static bool check_float(const Target *target, double x, int32_t element, GError **error) {
  if (float_in_range(target->option->range, x)) {
    return true;
  }
  char *text = with_place(float_text(x), element);
  fail(target, error, text, isnan(x) ? "is not a number" : "is out of range");
  g_free(text);
  return false;
}

/* A double as an integer; false when it is none. */
static bool integral(double x, int64_t *ret_value) {
  if (!(x >= -0x1p63 && x < 0x1p63) || floor(x) != x) {
    return false;
  }
  *ret_value = (int64_t)x;
  return true;
}

/* True for what reads like an integer but did not fit into one. */
static bool is_digits(const char *text, size_t length) {
  const size_t sign = length > 0 && (*text == '-' || *text == '+') ? 1 : 0;
  size_t i = sign;
  while (i < length && g_ascii_isdigit(text[i])) {
    i++;
  }
  return i == length && i > sign;
}

static bool fail_text(const Target *target, const char *text, size_t length, int32_t element,
                      const char *problem, GError **error) {
  const int shown = (int)MIN(length, 100);
  char *quoted = with_place(g_strdup_printf("\"%.*s\"", shown, text), element);
  fail(target, error, quoted, problem);
  g_free(quoted);
  return false;
}

static bool parse_int(const Target *target, const char *text, size_t length, int32_t element,
                      int64_t *ret_value, GError **error) {
  if (!recnn_parse_int(text, length, ret_value)) {
    return fail_text(target, text, length, element,
                     is_digits(text, length) ? "is out of range" : "is not an integer", error);
  }
  return check_int(target, *ret_value, element, error);
}

static bool parse_float(const Target *target, const char *text, size_t length, int32_t element,
                        double *ret_value, GError **error) {
  if (!recnn_parse_double(text, length, ret_value)) {
    return fail_text(target, text, length, element, "is not a number", error);
  }
  return check_float(target, *ret_value, element, error);
}

static bool parse_bool(const char *text, int64_t *ret_value) {
  static const char *const words[2][4] = {{"false", "no", "off", "0"}, {"true", "yes", "on", "1"}};
  for (int value = 0; value < 2; value++) {
    for (int i = 0; i < 4; i++) {
      if (g_ascii_strcasecmp(text, words[value][i]) == 0) {
        *ret_value = value;
        return true;
      }
    }
  }
  return false;
}

static bool parse_choice(const Target *target, const char *text, int64_t *ret_value,
                         GError **error) {
  for (int64_t i = 0; target->words[i] != NULL; i++) {
    if (strcmp(target->words[i], text) == 0) {
      *ret_value = i;
      return true;
    }
  }
  char *suggestion = recnn_suggest(text, (const char *const *)target->words);
  recnn_error_set(error, RECNN_ERROR_OPTION, "%s: option %s: \"%.100s\" is not known%s",
                  target->owner, target->option->name, text, suggestion);
  g_free(suggestion);
  return false;
}

/* A list of `count` numbers with room for none too, so that its pointer is never NULL. */
static RecnnValue new_list(int32_t type, int32_t count) {
  RecnnValue value = {type, count, {0}};
  if (type == RECNN_OPTION_INT_LIST) {
    value.as.ints = g_new0(int64_t, (gsize)count + 1);
  } else {
    value.as.floats = g_new0(double, (gsize)count + 1);
  }
  return value;
}

static bool parse_list(const Target *target, const char *text, RecnnValue *ret_value,
                       GError **error) {
  const int32_t type = target->option->type;
  int32_t count = text[strspn(text, " \t")] == '\0' ? 0 : 1;
  for (const char *c = text; count > 0 && *c != '\0'; c++) {
    count += *c == ',' && count < INT32_MAX;
  }
  RecnnValue list = new_list(type, count);
  const char *begin = text;
  for (int32_t i = 0; i < count; i++) {
    const char *next = begin + strcspn(begin, ",");
    const char *end = next;
    begin += strspn(begin, " \t");
    while (end > begin && (end[-1] == ' ' || end[-1] == '\t')) {
      end--;
    }
    const size_t length = (size_t)(end - begin);
    const bool ok =
        type == RECNN_OPTION_INT_LIST
            ? parse_int(target, begin, length, i, (int64_t *)list.as.ints + i, error)
            : parse_float(target, begin, length, i, (double *)list.as.floats + i, error);
    if (!ok) {
      recnn__value_clear(&list);
      return false;
    }
    begin = next + 1;
  }
  *ret_value = list;
  return true;
}

bool recnn__option_from_text(const RecnnOption *option, char *const *words, const char *owner,
                             const char *text, RecnnValue *ret_value, GError **error) {
  const Target target = {option, words, owner};
  RecnnValue value = {option->type, 0, {0}};
  bool ok = false;
  switch (option->type) {
  case RECNN_OPTION_BOOL:
    ok = parse_bool(text, &value.as.i) ||
         fail_text(&target, text, strlen(text), -1, "is not a truth value", error);
    break;
  case RECNN_OPTION_INT:
    ok = parse_int(&target, text, strlen(text), -1, &value.as.i, error);
    break;
  case RECNN_OPTION_FLOAT:
    ok = parse_float(&target, text, strlen(text), -1, &value.as.f, error);
    break;
  case RECNN_OPTION_STRING:
    value.as.s = g_strdup(text);
    ok = true;
    break;
  case RECNN_OPTION_CHOICE:
    ok = parse_choice(&target, text, &value.as.i, error);
    break;
  default:
    ok = parse_list(&target, text, &value, error);
    break;
  }
  if (ok) {
    *ret_value = value;
  }
  return ok;
}

/* A list out of a list of either type, or out of a single number. */
static bool list_from_value(const Target *target, const RecnnValue *from, RecnnValue *ret_value,
                            GError **error) {
  const bool single = from->type == RECNN_OPTION_INT || from->type == RECNN_OPTION_FLOAT;
  const bool ints = from->type == RECNN_OPTION_INT || from->type == RECNN_OPTION_INT_LIST;
  const int32_t count = single ? 1 : from->count;
  if (count < 0) {
    return fail(target, error, "a list of negative length", "is no list");
  }
  RecnnValue list = new_list(target->option->type, count);
  bool ok = true;
  for (int32_t i = 0; ok && i < count; i++) {
    int64_t whole = 0;
    double number = 0.0;
    if (ints) {
      whole = single ? from->as.i : from->as.ints[i];
      number = (double)whole;
    } else {
      number = single ? from->as.f : from->as.floats[i];
    }
    if (target->option->type == RECNN_OPTION_FLOAT_LIST) {
      ok = check_float(target, number, i, error);
      ((double *)list.as.floats)[i] = number;
    } else if (ints || integral(number, &whole)) {
      ok = check_int(target, whole, i, error);
      ((int64_t *)list.as.ints)[i] = whole;
    } else {
      char *text = with_place(float_text(number), i);
      ok = fail(target, error, text, "is not an integer");
      g_free(text);
    }
  }
  if (!ok) {
    recnn__value_clear(&list);
    return false;
  }
  *ret_value = list;
  return true;
}

/* A value that cannot become one of the option's type. */
static bool fail_type(const Target *target, const RecnnValue *value, GError **error) {
  char *text = value->type == RECNN_OPTION_STRING && value->as.s != NULL
                   ? g_strdup_printf("the text \"%.100s\"", value->as.s)
               : value->type == RECNN_OPTION_INT ? g_strdup_printf("%" G_GINT64_FORMAT, value->as.i)
               : value->type == RECNN_OPTION_FLOAT ? float_text(value->as.f)
               : value->type == RECNN_OPTION_BOOL  ? g_strdup(value->as.i ? "true" : "false")
               : value->type == RECNN_OPTION_INT_LIST || value->type == RECNN_OPTION_FLOAT_LIST
                   ? g_strdup("a list")
                   : g_strdup("the value");
  fail(target, error, text, "is of the wrong type");
  g_free(text);
  return false;
}

bool recnn__option_from_value(const RecnnOption *option, char *const *words, const char *owner,
                              const RecnnValue *value, RecnnValue *ret_value, GError **error) {
  const Target target = {option, words, owner};
  const int32_t from = value->type;
  RecnnValue result = {option->type, 0, {0}};
  bool ok = false;
  if (from == RECNN_OPTION_STRING && value->as.s != NULL &&
      (option->type == RECNN_OPTION_STRING || option->type == RECNN_OPTION_CHOICE)) {
    return recnn__option_from_text(option, words, owner, value->as.s, ret_value, error);
  }
  switch (option->type) {
  case RECNN_OPTION_BOOL:
    result.as.i = value->as.i != 0;
    ok = from == RECNN_OPTION_BOOL || fail_type(&target, value, error);
    break;
  case RECNN_OPTION_INT:
    if (from == RECNN_OPTION_INT) {
      result.as.i = value->as.i;
      ok = check_int(&target, result.as.i, -1, error);
    } else if (from == RECNN_OPTION_FLOAT && integral(value->as.f, &result.as.i)) {
      ok = check_int(&target, result.as.i, -1, error);
    } else if (from == RECNN_OPTION_FLOAT) {
      char *text = float_text(value->as.f);
      ok = fail(&target, error, text, "is not an integer");
      g_free(text);
    } else {
      ok = fail_type(&target, value, error);
    }
    break;
  case RECNN_OPTION_FLOAT:
    if (from == RECNN_OPTION_INT || from == RECNN_OPTION_FLOAT) {
      result.as.f = from == RECNN_OPTION_INT ? (double)value->as.i : value->as.f;
      ok = check_float(&target, result.as.f, -1, error);
    } else {
      ok = fail_type(&target, value, error);
    }
    break;
  case RECNN_OPTION_INT_LIST:
  case RECNN_OPTION_FLOAT_LIST:
    ok = from == RECNN_OPTION_INT || from == RECNN_OPTION_FLOAT || from == RECNN_OPTION_INT_LIST ||
                 from == RECNN_OPTION_FLOAT_LIST
             ? list_from_value(&target, value, &result, error)
             : fail_type(&target, value, error);
    break;
  case RECNN_OPTION_CHOICE:
    if (from == RECNN_OPTION_CHOICE && value->as.i >= 0 &&
        value->as.i < (int64_t)g_strv_length((char **)words)) {
      result.as.i = value->as.i;
      ok = true;
    } else {
      ok = fail_type(&target, value, error);
    }
    break;
  default:
    ok = fail_type(&target, value, error);
    break;
  }
  if (ok) {
    *ret_value = result;
  }
  return ok;
}

RecnnValue recnn__value_copy(const RecnnValue *value) {
  RecnnValue copy = *value;
  if (value->type == RECNN_OPTION_STRING) {
    copy.as.s = g_strdup(value->as.s);
  } else if (value->type == RECNN_OPTION_INT_LIST) {
    copy = new_list(value->type, value->count);
    memcpy((void *)copy.as.ints, value->as.ints, sizeof *value->as.ints * (size_t)value->count);
  } else if (value->type == RECNN_OPTION_FLOAT_LIST) {
    copy = new_list(value->type, value->count);
    memcpy((void *)copy.as.floats, value->as.floats,
           sizeof *value->as.floats * (size_t)value->count);
  }
  return copy;
}

void recnn__value_clear(RecnnValue *value) {
  if (value->type == RECNN_OPTION_STRING || value->type == RECNN_OPTION_INT_LIST ||
      value->type == RECNN_OPTION_FLOAT_LIST) {
    g_free((void *)value->as.s); /* of the union, so the lists too */
  }
  *value = (RecnnValue){value->type, 0, {0}};
} /* NOLINT(clang-analyzer-unix.Malloc): it does not see that the list was the union's */

char *recnn__value_text(const RecnnValue *value, char *const *words) {
  switch (value->type) {
  case RECNN_OPTION_BOOL:
    return g_strdup(value->as.i != 0 ? "true" : "false");
  case RECNN_OPTION_INT:
    return g_strdup_printf("%" G_GINT64_FORMAT, value->as.i);
  case RECNN_OPTION_FLOAT:
    return float_text(value->as.f);
  case RECNN_OPTION_STRING:
    return g_strdup(value->as.s);
  case RECNN_OPTION_CHOICE:
    return g_strdup(words[value->as.i]);
  default:
    break;
  }
  GString *text = g_string_new(NULL);
  for (int32_t i = 0; i < value->count; i++) {
    char *number = value->type == RECNN_OPTION_INT_LIST
                       ? g_strdup_printf("%" G_GINT64_FORMAT, value->as.ints[i])
                       : float_text(value->as.floats[i]);
    g_string_append_printf(text, "%s%s", i == 0 ? "" : ",", number);
    g_free(number);
  }
  return g_string_free(text, FALSE);
}

bool recnn__option_borrow(const RecnnOption *option, char *const *words, const char *owner,
                          const RecnnValue *value, RecnnValue *ret_value, GError **error) {
  const Target target = {option, words, owner};
  const bool list =
      option->type == RECNN_OPTION_INT_LIST || option->type == RECNN_OPTION_FLOAT_LIST;
  if (!list && option->type != RECNN_OPTION_STRING) {
    return recnn__option_from_value(option, words, owner, value, ret_value, error);
  }
  if (value->type != option->type || (option->type == RECNN_OPTION_STRING && value->as.s == NULL) ||
      (list && value->count < 0)) {
    return fail_type(&target, value, error);
  }
  for (int32_t i = 0; list && i < value->count; i++) {
    if (option->type == RECNN_OPTION_INT_LIST
            ? !check_int(&target, value->as.ints[i], i, error)
            : !check_float(&target, value->as.floats[i], i, error)) {
      return false;
    }
  }
  *ret_value = *value;
  return true;
}
