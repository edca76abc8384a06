/* An option's value from text, as it stands on a command line or in a table's default. */
#include "base/options-private.h"

#include <string.h>

#include "base/error.h"

/* True for what reads like an integer but did not fit into one. */
static bool is_digits(const char *text, size_t length) {
  const size_t sign = length > 0 && (*text == '-' || *text == '+') ? 1 : 0;
  size_t i = sign;
  while (i < length && g_ascii_isdigit(text[i])) {
    i++;
  }
  return i == length && i > sign;
}

static bool fail_text(const OptionTarget *target, const char *text, size_t length, int32_t element,
                      const char *problem, GError **error) {
  const int shown = (int)MIN(length, 100);
  char *quoted = recnn__with_place(g_strdup_printf("\"%.*s\"", shown, text), element);
  recnn__option_fail(target, error, quoted, problem);
  g_free(quoted);
  return false;
}

static bool parse_int(const OptionTarget *target, const char *text, size_t length, int32_t element,
                      int64_t *ret_value, GError **error) {
  if (!recnn_parse_int(text, length, ret_value)) {
    return fail_text(target, text, length, element,
                     is_digits(text, length) ? "is out of range" : "is not an integer", error);
  }
  return recnn__check_int(target, *ret_value, element, error);
}

static bool parse_float(const OptionTarget *target, const char *text, size_t length,
                        int32_t element, double *ret_value, GError **error) {
  if (!recnn_parse_double(text, length, ret_value)) {
    return fail_text(target, text, length, element, "is not a number", error);
  }
  return recnn__check_float(target, *ret_value, element, error);
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

static bool parse_choice(const OptionTarget *target, const char *text, int64_t *ret_value,
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

static bool parse_list(const OptionTarget *target, const char *text, RecnnValue *ret_value,
                       GError **error) {
  const int32_t type = target->option->type;
  int32_t count = text[strspn(text, " \t")] == '\0' ? 0 : 1;
  for (const char *c = text; count > 0 && *c != '\0'; c++) {
    count += *c == ',' && count < INT32_MAX;
  }
  RecnnValue list = recnn__new_list(type, count);
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
  const OptionTarget target = {option, words, owner};
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
