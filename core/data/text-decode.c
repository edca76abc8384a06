/* Lines in whatever encoding to lines in UTF-8. */
#include <string.h>

#include "base/error.h"
#include "data/grow-private.h"
#include "data/text-private.h"

/* ASCII without a NUL, eight bytes at a time: such a byte has no high bit, and still none when 1 is
 * taken from it. */
static bool is_plain(const char *bytes, size_t n) {
  const uint64_t ones = UINT64_C(0x0101010101010101);
  uint64_t any = 0, word;
  size_t i = 0;
  for (; i + 8 <= n; i += 8) {
    memcpy(&word, bytes + i, 8);
    any |= word | (word - ones);
  }
  for (; i < n; i++)
    any |= (unsigned char)bytes[i] | (uint64_t)(unsigned char)(bytes[i] - 1);
  return (any & ones * 0x80) == 0;
}

static int column_of(const RecnnText *text, const char *line, const char *at) {
  size_t n = strlen(text->delimiter);
  int column = 1;
  for (const char *c = line; c + n <= at; c++)
    column += memcmp(c, text->delimiter, n) == 0;
  return column;
}

bool recnn__text_decode(RecnnText *text, const char **line, size_t *length, GError **error) {
  const char *bytes = *line;
  size_t n = *length;
  if (is_plain(bytes, n))
    return true;
  const char *nul = memchr(bytes, '\0', n);
  if (nul)
    return recnn_error_set(error, RECNN_ERROR_FORMAT,
                           "%s:%" G_GINT64_FORMAT
                           ": column %d: a NUL byte: expected text in UTF-8 or Latin-1",
                           text->path, text->line, column_of(text, bytes, nul));
  if (g_utf8_validate_len(bytes, n, NULL))
    return true;
  if (!recnn__grow(&text->converted, &text->converted_capacity, 0, 2 * n, 1, "a line in Latin-1",
                   error))
    return false;
  char *to = text->converted;
  for (size_t i = 0; i < n; i++) {
    unsigned char c = (unsigned char)bytes[i];
    if (c >= 0x80)
      *to++ = (char)(0xc0 | c >> 6);
    *to++ = (char)(c < 0x80 ? c : 0x80 | (c & 0x3f));
  }
  *line = text->converted;
  *length = (size_t)(to - text->converted);
  return true;
}
