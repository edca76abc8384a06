/* Fields that hold lists, and features' values. */
#include <string.h>

#include "data/feature.h"
#include "data/rows-private.h"

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

static RecnnField strip(const char *at, const char *end) {
  while (at < end && is_blank(*at))
    at++;
  while (end > at && is_blank(end[-1]))
    end--;
  return (RecnnField){at, (size_t)(end - at)};
}

static RecnnField strip_quotes(RecnnField word) {
  if (word.length >= 2 && (*word.text == '\'' || *word.text == '"') &&
      word.text[word.length - 1] == *word.text)
    return (RecnnField){word.text + 1, word.length - 2};
  return word;
}

static bool each(RecnnField list, char delimiter, bool quotes, RecnnListAdd add, void *data,
                 GError **error) {
  const char *at = list.text, *end = at + list.length;
  while (at < end) {
    const char *stop = memchr(at, delimiter, (size_t)(end - at));
    stop = stop ? stop : end;
    RecnnField word = {at, (size_t)(stop - at)};
    if (delimiter != ' ')
      word = strip(at, stop);
    if (quotes)
      word = strip_quotes(word);
    if (word.length > 0 && !add(data, word.text, word.length, error))
      return false;
    at = stop + 1;
  }
  return true;
}

bool recnn__list_each(const RecnnField *field, bool words, RecnnListAdd add, void *data,
                      GError **error) {
  if (words)
    return each(*field, ' ', false, add, data, error);
  RecnnField list = strip(field->text, field->text + field->length);
  if (list.length >= 2 && *list.text == '[' && list.text[list.length - 1] == ']') {
    list = (RecnnField){list.text + 1, list.length - 2};
    return each(list, ',', true, add, data, error);
  }
  return each(list, list.length > 0 && memchr(list.text, '|', list.length) ? '|' : ' ', false, add,
              data, error);
}

/* Whom the values are for. */
typedef struct Target {
  RecnnFeatureBuilder *builder;
  int32_t entity;
  const RecnnText *text;
  int32_t column;
  const char *name;
} Target;

static bool add_token(void *data, const char *word, size_t length, GError **error) {
  const Target *to = data;
  return recnn_feature_builder_token(to->builder, to->entity, word, length, error);
}

static bool add_float(void *data, const char *word, size_t length, GError **error) {
  const Target *to = data;
  float value;
  return recnn_text_float(to->text, to->column, to->name, &(RecnnField){word, length}, &value,
                          error) &&
         recnn_feature_builder_float(to->builder, to->entity, value, error);
}

bool recnn__feature_add(RecnnFeatureBuilder *builder, RecnnFeatureType type, bool words,
                        int32_t entity, const RecnnText *text, int32_t column, const char *name,
                        const RecnnField *field, GError **error) {
  Target to = {builder, entity, text, column, name};
  if (field->length == 0)
    return true;
  switch (type) {
  case RECNN_FEATURE_TOKEN:
    return add_token(&to, field->text, field->length, error);
  case RECNN_FEATURE_FLOAT:
    return add_float(&to, field->text, field->length, error);
  case RECNN_FEATURE_TOKEN_SEQ:
    return recnn__list_each(field, words, add_token, &to, error);
  case RECNN_FEATURE_FLOAT_SEQ:
    break;
  }
  return recnn__list_each(field, words, add_float, &to, error);
}
