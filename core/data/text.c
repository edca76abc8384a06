/* Delimited text.  The file is mapped, and fields point into it; only lines in Latin-1 are copied.
 * Knows no format. */
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "data/grow-private.h"
#include "data/text.h"

struct RecnnText {
  char *path;
  char delimiter;
  RecnnFile file;
  const char *at; /* the next line */
  const char *end;
  int64_t line;
  RecnnField *fields;
  size_t fields_capacity;
  char *converted; /* a line that was not UTF-8 */
  size_t converted_capacity;
};

RecnnText *recnn_text_open(const char *path, char delimiter, GError **error) {
  RecnnFile file;
  if (!recnn_file_open(&file, path, error))
    return NULL;
  const unsigned char *b = (const unsigned char *)file.bytes;
  if (file.size >= 2 && ((b[0] == 0xff && b[1] == 0xfe) || (b[0] == 0xfe && b[1] == 0xff))) {
    recnn_file_close(&file);
    recnn_error_set(error, RECNN_ERROR_FORMAT, "%s: UTF-16 text: expected UTF-8 or Latin-1", path);
    return NULL;
  }
  RecnnText *text = g_new0(RecnnText, 1);
  text->path = g_strdup(path);
  text->delimiter = delimiter;
  text->file = file;
  text->at = file.bytes;
  text->end = file.bytes + file.size;
  if (file.size >= 3 && memcmp(b, "\xef\xbb\xbf", 3) == 0)
    text->at += 3;
  return text;
}

void recnn_text_close(RecnnText *text) {
  if (!text)
    return;
  recnn_file_close(&text->file);
  recnn_memory_free(text->fields);
  recnn_memory_free(text->converted);
  g_free(text->path);
  g_free(text);
}

int64_t recnn_text_line(const RecnnText *text) { return text->line; }

const char *recnn_text_path(const RecnnText *text) { return text->path; }

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

/* `*line` in UTF-8, in the buffer when it has to be converted. */
static bool decode(RecnnText *text, const char **line, size_t *length, GError **error) {
  const char *bytes = *line;
  size_t n = *length;
  const char *nul = memchr(bytes, '\0', n);
  if (nul) {
    int column = 1;
    for (const char *c = bytes; c < nul; c++)
      column += *c == text->delimiter;
    return recnn_error_set(error, RECNN_ERROR_FORMAT,
                           "%s:%" G_GINT64_FORMAT
                           ": column %d: a NUL byte: expected text in UTF-8 or Latin-1",
                           text->path, text->line, column);
  }
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

static bool split(RecnnText *text, const char *line, size_t length, int32_t *ret_n,
                  GError **error) {
  const char *end = line + length;
  size_t n = 0;
  for (;;) {
    const char *stop = memchr(line, text->delimiter, (size_t)(end - line));
    if (!recnn__grow(&text->fields, &text->fields_capacity, n, n + 1, sizeof *text->fields,
                     "a line's fields", error))
      return false;
    text->fields[n++] = (RecnnField){line, (size_t)((stop ? stop : end) - line)};
    if (!stop)
      break;
    line = stop + 1;
  }
  *ret_n = (int32_t)n; /* at most one more than a line has bytes */
  return true;
}

bool recnn_text_next(RecnnText *text, const RecnnField **ret_fields, int32_t *ret_n,
                     GError **error) {
  while (text->at < text->end) {
    const char *line = text->at;
    size_t left = (size_t)(text->end - line), within = MIN(left, RECNN_TEXT_MAX_LINE + 1);
    const char *newline = memchr(line, '\n', within);
    text->line++;
    if (!newline && left > RECNN_TEXT_MAX_LINE)
      return recnn_error_set(error, RECNN_ERROR_FORMAT,
                             "%s:%" G_GINT64_FORMAT
                             ": a line of more than %zu bytes: expected lines, each ended by LF",
                             text->path, text->line, RECNN_TEXT_MAX_LINE);
    const char *stop = newline ? newline : text->end;
    text->at = newline ? newline + 1 : text->end;
    if (stop > line && stop[-1] == '\r')
      stop--;
    size_t length = (size_t)(stop - line);
    if (length == 0)
      continue;
    if ((!is_plain(line, length) && !decode(text, &line, &length, error)) ||
        !split(text, line, length, ret_n, error))
      return false;
    *ret_fields = text->fields;
    return true;
  }
  return false;
}
