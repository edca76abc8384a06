/* The header of an atomic file. */
#include <string.h>

#include "base/error.h"
#include "data/atomic-private.h"
#include "data/feature.h"

enum { MAX_COLUMNS = 4096, MAX_NAME = 100, SHOWN = 10 };

void recnn__atomic_header_clear(RecnnAtomicHeader *header) {
  g_strfreev(header->names);
  g_free(header->types);
  *header = (RecnnAtomicHeader){0};
}

int32_t recnn__atomic_header_find(const RecnnAtomicHeader *header, const char *name) {
  for (int32_t i = 0; i < header->n; i++)
    /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): names below n are there */
    if (strcmp(header->names[i], name) == 0)
      return i;
  return -1;
}

bool recnn__atomic_header_fail(const RecnnAtomicHeader *header, const RecnnText *text,
                               const char *problem, GError **error) {
  GString *found = g_string_new(NULL);
  for (int32_t i = 0; i < MIN(header->n, SHOWN); i++)
    g_string_append_printf(found, "%s%s:%s", i ? ", " : "", header->names[i],
                           recnn_feature_type_name(header->types[i]));
  if (header->n > SHOWN)
    g_string_append_printf(found, " and %d more", header->n - SHOWN);
  recnn_error_set(error, RECNN_ERROR_FORMAT, "%s:%" G_GINT64_FORMAT ": %s; found: %s",
                  recnn_text_path(text), recnn_text_line(text), problem, found->str);
  g_string_free(found, TRUE);
  return false;
}

static bool is_name(const char *text, size_t length) {
  for (size_t i = 0; i < length; i++)
    if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
      return false;
  return length >= 1 && length <= MAX_NAME;
}

/* "name:type", where the name may have colons itself. */
static bool parse(const RecnnField *field, char **ret_name, RecnnFeatureType *ret_type) {
  const char *colon = field->text + field->length;
  while (colon > field->text && colon[-1] != ':')
    colon--;
  if (colon == field->text || !is_name(field->text, (size_t)(colon - 1 - field->text)))
    return false;
  size_t length = (size_t)(field->text + field->length - colon);
  for (RecnnFeatureType type = RECNN_FEATURE_TOKEN; type <= RECNN_FEATURE_FLOAT_SEQ; type++) {
    const char *name = recnn_feature_type_name(type);
    if (strlen(name) == length && memcmp(name, colon, length) == 0) {
      *ret_name = g_strndup(field->text, (size_t)(colon - 1 - field->text));
      *ret_type = type;
      return true;
    }
  }
  return false;
}

bool recnn__atomic_header_read(RecnnAtomicHeader *header, RecnnText *text, GError **error) {
  const RecnnField *fields;
  int32_t n;
  GError *problem = NULL;
  *header = (RecnnAtomicHeader){0};
  if (!recnn_text_next(text, &fields, &n, &problem)) {
    if (!problem)
      recnn_error_set(&problem, RECNN_ERROR_FORMAT,
                      "%s: the file is empty, expected a header of name:type fields",
                      recnn_text_path(text));
    g_propagate_error(error, problem);
    return false;
  }
  if (n > MAX_COLUMNS)
    return recnn_error_set(error, RECNN_ERROR_FORMAT,
                           "%s:%" G_GINT64_FORMAT ": %d columns: expected at most %d",
                           recnn_text_path(text), recnn_text_line(text), n, MAX_COLUMNS);
  header->names = g_new0(char *, (gsize)n + 1);
  header->types = g_new0(RecnnFeatureType, (gsize)n);
  for (int32_t i = 0; i < n; i++) {
    char *name;
    if (!parse(&fields[i], &name, &header->types[i]))
      return recnn_text_fail(text, i + 1, NULL, &fields[i],
                             "name:type, where the type is token, token_seq, float or float_seq",
                             error);
    int32_t before = recnn__atomic_header_find(header, name);
    header->names[i] = name;
    header->n = i + 1;
    if (before >= 0) {
      g_autofree char *expected =
          g_strdup_printf("each name once, column %d has this one too", before + 1);
      return recnn_text_fail(text, i + 1, name, &fields[i], expected, error);
    }
  }
  return true;
}
