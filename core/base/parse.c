/* Numbers and intervals out of text, in the C locale whatever the process's own is, and to the last
 * byte: a text that only begins like a number is none. */
#include "base/options.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <string.h>

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool recnn_parse_int(const char *text, size_t length, int64_t *ret_value) {
  const char *end = text + length;
  const bool negative = text < end && *text == '-';
  if (text < end && (*text == '-' || *text == '+')) {
    text++;
  }
  if (text == end) {
    return false;
  }
  uint64_t value = 0;
  for (; text < end; text++) {
    if (!is_digit(*text) || __builtin_mul_overflow(value, 10, &value) ||
        __builtin_add_overflow(value, (uint64_t)(*text - '0'), &value)) {
      return false;
    }
  }
  const uint64_t limit = (uint64_t)INT64_MAX + (negative ? 1 : 0);
  if (value > limit) {
    return false;
  }
  *ret_value = negative ? (int64_t)(0 - value) : (int64_t)value;
  return true;
}

/* What strtod takes beyond decimal numbers (blanks, hex, NaN with a payload) is not let through to
 * it. */
typedef struct Decimal {
  uint64_t digits; /* the first 19 */
  int n_digits;    /* without leading zeros */
  int64_t exponent;
  bool negative;
} Decimal;

static bool scan(const char *text, const char *end, Decimal *decimal) {
  *decimal = (Decimal){0, 0, 0, false};
  if (text < end && (*text == '-' || *text == '+')) {
    decimal->negative = *text++ == '-';
  }
  bool any = false, point = false;
  for (; text < end && (is_digit(*text) || (*text == '.' && !point)); text++) {
    if (*text == '.') {
      point = true;
      continue;
    }
    any = true;
    if (decimal->n_digits < 19) {
      decimal->digits = decimal->digits * 10 + (uint64_t)(*text - '0');
      decimal->n_digits += decimal->digits != 0;
      decimal->exponent -= point;
    } else {
      decimal->n_digits++;
      decimal->exponent += !point;
    }
  }
  if (!any) {
    return false;
  }
  if (text < end && (*text == 'e' || *text == 'E')) {
    const char *exponent = text + 1;
    if (exponent < end && (*exponent == '-' || *exponent == '+')) {
      exponent++;
    }
    if (exponent == end) {
      return false;
    }
    for (const char *c = exponent; c < end; c++) {
      if (!is_digit(*c)) {
        return false;
      }
    }
    int64_t power = INT32_MAX; /* as good as any that is too large */
    if (end - exponent <= 9) {
      (void)recnn_parse_int(exponent, (size_t)(end - exponent), &power);
    }
    decimal->exponent += text[1] == '-' ? -power : power;
    text = end;
  }
  return text == end;
}

/* Few digits and a small exponent, as nearly all numbers of data files have: both are exact in
 * double, so one operation rounds correctly (Clinger 1990). */
static bool exact(const Decimal *decimal, double *ret_value) {
  static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                  1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  if (FLT_EVAL_METHOD != 0 || decimal->n_digits > 15 || decimal->exponent < -22 ||
      decimal->exponent > 22) {
    return false;
  }
  const double digits = (double)decimal->digits;
  const double value = decimal->exponent < 0 ? digits / powers[-decimal->exponent]
                                             : digits * powers[decimal->exponent];
  *ret_value = decimal->negative ? -value : value;
  return true;
}

bool recnn_parse_double(const char *text, size_t length, double *ret_value) {
  Decimal decimal;
  if (!scan(text, text + length, &decimal)) {
    const size_t sign = length > 0 && (*text == '-' || *text == '+') ? 1 : 0;
    if (length - sign != 3 || g_ascii_strncasecmp(text + sign, "inf", 3) != 0) {
      return false;
    }
    *ret_value = *text == '-' ? -(double)INFINITY : (double)INFINITY;
    return true;
  }
  if (exact(&decimal, ret_value)) {
    return true;
  }
  char buffer[128];
  char *copy = length < sizeof buffer ? buffer : g_malloc(length + 1);
  memcpy(copy, text, length);
  copy[length] = '\0';
  const double value = g_ascii_strtod(copy, NULL);
  if (copy != buffer) {
    g_free(copy);
  }
  if (!isfinite(value)) {
    return false;
  }
  *ret_value = value;
  return true;
}

bool recnn_interval_parse(const char *interval, double *ret_low, bool *ret_low_open,
                          double *ret_high, bool *ret_high_open) {
  const size_t length = strlen(interval);
  const char *comma = strchr(interval, ',');
  if (length < 5 || comma == NULL || (interval[0] != '[' && interval[0] != '(') ||
      (interval[length - 1] != ']' && interval[length - 1] != ')')) {
    return false;
  }
  double low, high;
  if (!recnn_parse_double(interval + 1, (size_t)(comma - interval - 1), &low) ||
      !recnn_parse_double(comma + 1, (size_t)(interval + length - 1 - (comma + 1)), &high) ||
      low > high) {
    return false;
  }
  *ret_low = low;
  *ret_high = high;
  *ret_low_open = interval[0] == '(';
  *ret_high_open = interval[length - 1] == ')';
  return true;
}

bool recnn_interval_contains(const char *interval, double x) {
  double low, high;
  bool low_open, high_open;
  return recnn_interval_parse(interval, &low, &low_open, &high, &high_open) &&
         (low_open ? x > low : x >= low) && (high_open ? x < high : x <= high);
}
