/* An option's value from a value of a related type, its copy, and its text. */
#include "base/options-private.h"

#include <math.h>
#include <string.h>

RecnnValue recnn__new_list(int32_t type, int32_t count) {
  RecnnValue value = {type, count, {0}};
  if (type == RECNN_OPTION_INT_LIST) {
    value.as.ints = g_new0(int64_t, (gsize)count + 1);
  } else {
    value.as.floats = g_new0(double, (gsize)count + 1);
  }
  return value;
}

/* A double as an integer; false when it is none. */
static bool integral(double x, int64_t *ret_value) {
  if (!(x >= -9223372036854775808.0 && x < 9223372036854775808.0) || floor(x) != x) {
    return false;
  }
  *ret_value = (int64_t)x;
  return true;
}

/* A list out of a list of either type, or out of a single number. */
static bool list_from_value(const OptionTarget *target, const RecnnValue *from,
                            RecnnValue *ret_value, GError **error) {
  const bool single = from->type == RECNN_OPTION_INT || from->type == RECNN_OPTION_FLOAT;
  const bool ints = from->type == RECNN_OPTION_INT || from->type == RECNN_OPTION_INT_LIST;
  const int32_t count = single ? 1 : from->count;
  if (count < 0) {
    return recnn__option_fail(target, error, "a list of negative length", "is no list");
  }
  RecnnValue list = recnn__new_list(target->option->type, count);
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
      ok = recnn__check_float(target, number, i, error);
      ((double *)list.as.floats)[i] = number;
    } else if (ints || integral(number, &whole)) {
      ok = recnn__check_int(target, whole, i, error);
      ((int64_t *)list.as.ints)[i] = whole;
    } else {
      char *text = recnn__with_place(recnn__float_text(number), i);
      ok = recnn__option_fail(target, error, text, "is not an integer");
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
static bool fail_type(const OptionTarget *target, const RecnnValue *value, GError **error) {
  char *text = value->type == RECNN_OPTION_STRING && value->as.s != NULL
                   ? g_strdup_printf("the text \"%.100s\"", value->as.s)
               : value->type == RECNN_OPTION_INT ? g_strdup_printf("%" G_GINT64_FORMAT, value->as.i)
               : value->type == RECNN_OPTION_FLOAT ? recnn__float_text(value->as.f)
               : value->type == RECNN_OPTION_BOOL  ? g_strdup(value->as.i ? "true" : "false")
               : value->type == RECNN_OPTION_INT_LIST || value->type == RECNN_OPTION_FLOAT_LIST
                   ? g_strdup("a list")
                   : g_strdup("the value");
  recnn__option_fail(target, error, text, "is of the wrong type");
  g_free(text);
  return false;
}

bool recnn__option_from_value(const RecnnOption *option, char *const *words, const char *owner,
                              const RecnnValue *value, RecnnValue *ret_value, GError **error) {
  const OptionTarget target = {option, words, owner};
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
      ok = recnn__check_int(&target, result.as.i, -1, error);
    } else if (from == RECNN_OPTION_FLOAT && integral(value->as.f, &result.as.i)) {
      ok = recnn__check_int(&target, result.as.i, -1, error);
    } else if (from == RECNN_OPTION_FLOAT) {
      char *text = recnn__float_text(value->as.f);
      ok = recnn__option_fail(&target, error, text, "is not an integer");
      g_free(text);
    } else {
      ok = fail_type(&target, value, error);
    }
    break;
  case RECNN_OPTION_FLOAT:
    if (from == RECNN_OPTION_INT || from == RECNN_OPTION_FLOAT) {
      result.as.f = from == RECNN_OPTION_INT ? (double)value->as.i : value->as.f;
      ok = recnn__check_float(&target, result.as.f, -1, error);
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

bool recnn__option_borrow(const RecnnOption *option, char *const *words, const char *owner,
                          const RecnnValue *value, RecnnValue *ret_value, GError **error) {
  const OptionTarget target = {option, words, owner};
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
            ? !recnn__check_int(&target, value->as.ints[i], i, error)
            : !recnn__check_float(&target, value->as.floats[i], i, error)) {
      return false;
    }
  }
  *ret_value = *value;
  return true;
}

RecnnValue recnn__value_copy(const RecnnValue *value) {
  RecnnValue copy = *value;
  if (value->type == RECNN_OPTION_STRING) {
    copy.as.s = g_strdup(value->as.s);
  } else if (value->type == RECNN_OPTION_INT_LIST || value->type == RECNN_OPTION_FLOAT_LIST) {
    copy = recnn__new_list(value->type, value->count);
    if (value->count > 0) { /* both kinds have 8 bytes */
      memcpy((void *)copy.as.ints, value->as.ints, sizeof *value->as.ints * (size_t)value->count);
    }
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
    return recnn__float_text(value->as.f);
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
                       : recnn__float_text(value->as.floats[i]);
    g_string_append_printf(text, "%s%s", i == 0 ? "" : ",", number);
    g_free(number);
  }
  return g_string_free(text, FALSE);
}
