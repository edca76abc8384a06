/* What a field may hold, and the errors when it holds something else. */
#include <math.h>

#include "base/error.h"
#include "base/options.h"
#include "data/quote-private.h"
#include "data/text.h"

char *recnn_text_place(const RecnnText *text) {
  int64_t line = recnn_text_line(text);
  return line > 0 ? g_strdup_printf("%s:%" G_GINT64_FORMAT, recnn_text_path(text), line)
                  : g_strdup(recnn_text_path(text));
}

bool recnn_text_fail(const RecnnText *text, int32_t column, const char *name,
                     const RecnnField *field, const char *expected, GError **error) {
  g_autofree char *value = field ? recnn__quote(field->text, field->length) : g_strdup("missing");
  g_autofree char *place = recnn_text_place(text);
  return recnn_error_set(error, RECNN_ERROR_FORMAT, "%s: column %d%s%s%s: %s: expected %s", place,
                         column, name ? " (" : "", name ? name : "", name ? ")" : "", value,
                         expected);
}

bool recnn_text_count(const RecnnText *text, const RecnnField *fields, int32_t n,
                      const char *const *names, int32_t n_names, GError **error) {
  if (n == n_names)
    return true;
  g_autofree char *expected = g_strdup_printf("a line of %d fields, this one has %d", n_names, n);
  return n < n_names ? recnn_text_fail(text, n + 1, names[n], NULL, expected, error)
                     : recnn_text_fail(text, n_names + 1, NULL, &fields[n_names], expected, error);
}

bool recnn_text_float(const RecnnText *text, int32_t column, const char *name,
                      const RecnnField *field, float *ret_value, GError **error) {
  double value;
  if (!recnn_parse_double(field->text, field->length, &value) || !isfinite(value))
    return recnn_text_fail(text, column, name, field, "a finite number", error);
  if (!isfinite((float)value))
    return recnn_text_fail(text, column, name, field, "a number from -3.4e38 to 3.4e38", error);
  *ret_value = (float)value;
  return true;
}

bool recnn_text_time(const RecnnText *text, int32_t column, const char *name,
                     const RecnnField *field, double *ret_value, GError **error) {
  double value;
  if (!recnn_parse_double(field->text, field->length, &value) || !isfinite(value))
    return recnn_text_fail(text, column, name, field, "a time in seconds, a finite number", error);
  if (fabs(value) > 1e11)
    return recnn_text_fail(text, column, name, field,
                           "a time in seconds, from -1e11 to 1e11 (are these milliseconds?)",
                           error);
  *ret_value = value;
  return true;
}

bool recnn_text_token(const RecnnText *text, int32_t column, const char *name,
                      const RecnnField *field, GError **error) {
  return field->length > 0 ||
         recnn_text_fail(text, column, name, field, "a token that is not empty", error);
}
