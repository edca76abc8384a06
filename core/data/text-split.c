/* Lines to fields: by a byte, by several, by blanks, and with quotes. */
#include <string.h>

#include "base/error.h"
#include "data/grow-private.h"
#include "data/text-private.h"

static inline bool add(RecnnText *text, size_t n, const char *begin, const char *end,
                       GError **error) {
  if (!recnn__grow(&text->fields, &text->fields_capacity, n, n + 1, sizeof *text->fields,
                   "a line's fields", error))
    return false;
  text->fields[n] = (RecnnField){begin, (size_t)(end - begin)};
  return true;
}

static bool by_byte(RecnnText *text, const char *at, const char *end, size_t *ret_n,
                    GError **error) {
  char delimiter = *text->delimiter;
  size_t n = 0;
  const char *begin = at;
  /* Fields are short: a plain loop beats memchr. */
  for (; at < end; at++) {
    if (*at != delimiter)
      continue;
    if (!add(text, n++, begin, at, error))
      return false;
    begin = at + 1;
  }
  *ret_n = n + 1;
  return add(text, n, begin, end, error);
}

static const char *find(const char *at, const char *end, const char *what, size_t size) {
  for (; (at = memchr(at, *what, (size_t)(end - at))); at++)
    if ((size_t)(end - at) >= size && memcmp(at, what, size) == 0)
      return at;
  return NULL;
}

static bool by_bytes(RecnnText *text, const char *at, const char *end, size_t *ret_n,
                     GError **error) {
  size_t n = 0, size = strlen(text->delimiter);
  for (const char *stop; (stop = find(at, end, text->delimiter, size)); at = stop + size)
    if (!add(text, n++, at, stop, error))
      return false;
  *ret_n = n + 1;
  return add(text, n, at, end, error);
}

static inline bool is_blank(char c) { return c == ' ' || c == '\t'; }

static bool by_blanks(RecnnText *text, const char *at, const char *end, size_t *ret_n,
                      GError **error) {
  size_t n = 0;
  for (;;) {
    while (at < end && is_blank(*at))
      at++;
    if (at == end)
      break;
    const char *begin = at;
    while (at < end && !is_blank(*at))
      at++;
    if (!add(text, n++, begin, at, error))
      return false;
  }
  *ret_n = n;
  return true;
}

static bool refuse(const RecnnText *text, size_t n, const char *problem, GError **error) {
  return recnn_error_set(error, RECNN_ERROR_FORMAT, "%s:%" G_GINT64_FORMAT ": column %zu: %s",
                         text->path, text->line, n + 1, problem);
}

/* The field that begins behind the quote before `at`; moves `*to`, where room is for all of the
 * line.  Returns what is behind the closing quote; NULL when there is none. */
static const char *unquote(const char *at, const char *end, char **to, RecnnField *ret_field) {
  const char *stop = memchr(at, '"', (size_t)(end - at));
  if (stop && (stop + 1 == end || stop[1] != '"')) {
    *ret_field = (RecnnField){at, (size_t)(stop - at)};
    return stop + 1;
  }
  char *begin = *to;
  while (stop && stop + 1 < end && stop[1] == '"') {
    size_t n = (size_t)(stop + 1 - at); /* with one of the two quotes */
    memcpy(*to, at, n);
    *to += n;
    at = stop + 2;
    stop = memchr(at, '"', (size_t)(end - at));
  }
  if (!stop)
    return NULL;
  memcpy(*to, at, (size_t)(stop - at));
  *to += stop - at;
  *ret_field = (RecnnField){begin, (size_t)(*to - begin)};
  return stop + 1;
}

static bool with_quotes(RecnnText *text, const char *at, const char *end, size_t *ret_n,
                        GError **error) {
  if (!recnn__grow(&text->unquoted, &text->unquoted_capacity, 0, (size_t)(end - at), 1,
                   "a line's quoted fields", error))
    return false;
  char *to = text->unquoted;
  size_t size = strlen(text->delimiter);
  for (size_t n = 0;; n++) {
    RecnnField field;
    const char *stop;
    if (at < end && *at == '"') {
      stop = unquote(at + 1, end, &to, &field);
      if (!stop)
        return refuse(text, n, "a quote that is not closed: expected one at the field's end",
                      error);
      if (stop < end && find(stop, end, text->delimiter, size) != stop)
        return refuse(text, n,
                      "text behind a closing quote: expected a delimiter, or the quote "
                      "doubled",
                      error);
    } else {
      stop = find(at, end, text->delimiter, size);
      stop = stop ? stop : end;
      field = (RecnnField){at, (size_t)(stop - at)};
      if (memchr(at, '"', field.length))
        return refuse(text, n,
                      "a quote inside of a field: expected the field in quotes and this "
                      "one doubled",
                      error);
    }
    if (!add(text, n, field.text, field.text + field.length, error))
      return false;
    if (stop == end) {
      *ret_n = n + 1;
      return true;
    }
    at = stop + size;
  }
}

bool recnn__text_split(RecnnText *text, const char *line, size_t length, int32_t *ret_n,
                       GError **error) {
  const char *end = line + length;
  size_t n = 0;
  bool ok = *text->delimiter == '\0'                    ? add(text, n++, line, end, error)
            : *text->delimiter == ' '                   ? by_blanks(text, line, end, &n, error)
            : text->quotes && memchr(line, '"', length) ? with_quotes(text, line, end, &n, error)
            : text->delimiter[1] == '\0'                ? by_byte(text, line, end, &n, error)
                                                        : by_bytes(text, line, end, &n, error);
  if (ok)
    *ret_n = (int32_t)n; /* at most one more than a line has bytes */
  return ok;
}
