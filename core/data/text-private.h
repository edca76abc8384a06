/* The steps of reading text: bytes to lines (text.c), lines to UTF-8, UTF-8 to fields. */
#ifndef RECNN_CORE_DATA_TEXT_PRIVATE_H
#define RECNN_CORE_DATA_TEXT_PRIVATE_H

#include "base/stream.h"
#include "data/text.h"

struct RecnnText {
  char *path;
  char *delimiter;
  bool quotes;
  RecnnStream *stream;
  char *buffer;
  size_t capacity;
  char *at;    /* the next line */
  char *end;   /* of what was read */
  bool at_end; /* of the file */
  int64_t line;
  int64_t n_ends; /* line ends inside of quotes in the last line */
  RecnnField *fields;
  size_t fields_capacity;
  char *converted; /* a line that was not UTF-8 */
  size_t converted_capacity;
  char *unquoted; /* fields with doubled quotes */
  size_t unquoted_capacity;
};

/* `*line` in UTF-8, in a buffer of the text's when it has to be converted. */
bool recnn__text_decode(RecnnText *text, const char **line, size_t *length, GError **error);
/* Cuts a line into text->fields. */
bool recnn__text_split(RecnnText *text, const char *line, size_t length, int32_t *ret_n,
                       GError **error);

#endif
