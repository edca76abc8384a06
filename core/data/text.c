/* Delimited text: bytes to lines.  A part of the file is in memory at a time, and fields point into
 * it.  Knows no format. */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "data/text-private.h"

enum { FIRST_BUFFER = 256 << 10 };

/* Moves the line that has begun to the front and reads behind it; where it takes more than half of
 * the buffer, in one of twice the size. */
static bool fill(RecnnText *text, GError **error) {
  size_t kept = (size_t)(text->end - text->at);
  if (kept > text->capacity / 2 || !text->buffer) {
    size_t capacity = text->buffer ? text->capacity * 2 : FIRST_BUFFER;
    char *larger = recnn_memory_new(capacity, 1, "a file's lines", error);
    if (!larger)
      return false;
    if (kept > 0)
      memcpy(larger, text->at, kept);
    recnn_memory_free(text->buffer);
    text->buffer = larger;
    text->capacity = capacity;
  } else if (kept > 0) {
    memmove(text->buffer, text->at, kept);
  }
  text->at = text->buffer;
  text->end = text->buffer + kept;
  size_t n = 0;
  if (!recnn_stream_read(text->stream, text->end, text->capacity - kept, &n, error))
    return false;
  text->at_end = n < text->capacity - kept;
  text->end += n;
  return true;
}

static bool begin(RecnnText *text, GError **error) {
  if (!fill(text, error))
    return false;
  size_t n = (size_t)(text->end - text->at);
  if (n >= 2 && (memcmp(text->at, "\xff\xfe", 2) == 0 || memcmp(text->at, "\xfe\xff", 2) == 0))
    return recnn_error_set(error, RECNN_ERROR_FORMAT, "%s: UTF-16 text: expected UTF-8 or Latin-1",
                           text->path);
  if (n >= 3 && memcmp(text->at, "\xef\xbb\xbf", 3) == 0)
    text->at += 3;
  return true;
}

RecnnText *recnn_text_new(const char *path, const RecnnTextForm *form, GError **error) {
  RecnnStream *stream = recnn_stream_open(path, error);
  if (!stream)
    return NULL;
  RecnnText *text = recnn_text_of_rows(path);
  text->delimiter = g_strdup(form->delimiter);
  text->quotes = form->quotes;
  text->stream = stream;
  if (begin(text, error))
    return text;
  recnn_text_close(text);
  return NULL;
}

RecnnText *recnn_text_open(const char *path, char delimiter, GError **error) {
  return recnn_text_new(path, &(RecnnTextForm){(char[]){delimiter, '\0'}, false}, error);
}

RecnnText *recnn_text_of_rows(const char *path) {
  RecnnText *text = g_new0(RecnnText, 1);
  text->path = g_strdup(path);
  return text;
}

void recnn_text_set_line(RecnnText *text, int64_t row) { text->line = row; }

void recnn_text_close(RecnnText *text) {
  if (!text)
    return;
  recnn_stream_close(text->stream);
  recnn_memory_free(text->buffer);
  recnn_memory_free(text->fields);
  recnn_memory_free(text->converted);
  recnn_memory_free(text->unquoted);
  g_free(text->delimiter);
  g_free(text->path);
  g_free(text);
}

int64_t recnn_text_line(const RecnnText *text) { return text->line; }

const char *recnn_text_path(const RecnnText *text) { return text->path; }

static bool refuse_long(const RecnnText *text, bool in_quotes, GError **error) {
  return recnn_error_set(error, RECNN_ERROR_FORMAT,
                         "%s:%" G_GINT64_FORMAT ": a line of more than %zu bytes: expected %s",
                         text->path, text->line, RECNN_TEXT_MAX_LINE,
                         in_quotes ? "the quote in it to be closed" : "lines, each ended by LF");
}

static bool is_odd(const char *at, const char *end) {
  bool odd = false;
  for (; (at = memchr(at, '"', (size_t)(end - at))); at++)
    odd = !odd;
  return odd;
}

/* The end of the line at text->at, which may move: its LF, or where the file ends.  A LF inside of
 * quotes is none.  NULL with an error. */
static char *find_end(RecnnText *text, GError **error) {
  size_t seen = 0; /* bytes of the line that are known not to end it */
  bool in_quotes = false;
  text->n_ends = 0;
  for (;;) {
    char *from = text->at + seen;
    size_t left = (size_t)(text->end - from);
    char *newline = left > 0 ? memchr(from, '\n', left) : NULL;
    char *stop = newline ? newline : text->end;
    if ((size_t)(stop - text->at) > RECNN_TEXT_MAX_LINE) {
      refuse_long(text, in_quotes, error);
      return NULL;
    }
    if (text->quotes && is_odd(from, stop))
      in_quotes = !in_quotes;
    if (newline && !in_quotes)
      return newline;
    seen = (size_t)(stop - text->at) + (newline ? 1 : 0);
    text->n_ends += newline ? 1 : 0;
    if (newline)
      continue;
    if (text->at_end)
      return text->end; /* a quote that is still open is for the splitter to refuse */
    if (!fill(text, error))
      return NULL;
  }
}

bool recnn_text_next(RecnnText *text, const RecnnField **ret_fields, int32_t *ret_n,
                     GError **error) {
  for (;;) {
    if (text->at == text->end) {
      if (text->at_end)
        return false;
      if (!fill(text, error))
        return false;
      if (text->at == text->end)
        return false;
    }
    text->line += 1 + text->n_ends;
    char *stop = find_end(text, error);
    if (!stop)
      return false;
    const char *line = text->at;
    text->at = stop < text->end ? stop + 1 : text->end;
    if (stop > line && stop[-1] == '\r')
      stop--;
    size_t length = (size_t)(stop - line);
    if (length == 0)
      continue;
    if (!recnn__text_decode(text, &line, &length, error) ||
        !recnn__text_split(text, line, length, ret_n, error))
      return false;
    if (*ret_n == 0)
      continue; /* blanks */
    *ret_fields = text->fields;
    return true;
  }
}
