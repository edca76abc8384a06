/* Readers' tests as tables: files, options, and what comes of them, a data set or an error. */
#ifndef RECNN_TESTS_UNIT_DATA_READER_TEST_H
#define RECNN_TESTS_UNIT_DATA_READER_TEST_H

#include "data/format.h"
#include "unit/data/data-dump.h"
#include "unit/data/data-test.h"

/* Options as "name=value;name=value". */
static inline RecnnOptions *reader_options(const RecnnFormat *format, const char *text) {
  if (!format->options)
    return NULL;
  GError *error = NULL;
  RecnnOptions *options = recnn_options_new(format->options, format->name, &error);
  g_assert_no_error(error);
  g_auto(GStrv) settings = g_strsplit(text, ";", -1);
  for (char **setting = settings; *setting && **setting; setting++) {
    g_auto(GStrv) pair = g_strsplit(*setting, "=", 2);
    g_assert_true(recnn_options_set_text(options, pair[0], pair[1], &error));
    g_assert_no_error(error);
  }
  return options;
}

/* The data set as dump() has it, or "!" and the error, in which the folder is DIR. */
static inline char *read_as_text(const Scratch *scratch, const char *name, const char *format_name,
                                 const char *options_text) {
  GError *error = NULL;
  g_autofree char *path = scratch_path(scratch, name);
  const RecnnFormat *format = recnn_format_for(path, format_name, &error);
  RecnnDataset *d = NULL;
  if (format) {
    RecnnOptions *options = reader_options(format, options_text);
    d = recnn_format_read(format, path, options, &error);
    recnn_options_free(options);
  }
  g_assert_true(!d == (error != NULL));
  if (d) {
    char *text = dump(d);
    recnn_dataset_unref(d);
    return text;
  }
  g_autofree char *folder = g_strconcat(scratch->folder, "/", NULL);
  GString *message = g_string_new("!");
  g_string_append(message, error->message);
  g_string_replace(message, folder, "DIR/", 0);
  g_string_replace(message, scratch->folder, "DIR", 0);
  g_clear_error(&error);
  return g_string_free(message, FALSE);
}

static inline void check_read(const Scratch *scratch, const char *name, const char *format,
                              const char *options, const char *expected) {
  g_autofree char *text = read_as_text(scratch, name, format, options);
  g_assert_cmpstr(text, ==, expected);
}

/* That `name` is taken for the format. */
static inline void check_format_of(const Scratch *scratch, const char *name, const char *expected) {
  GError *error = NULL;
  g_autofree char *path = scratch_path(scratch, name);
  const RecnnFormat *format = recnn_format_for(path, NULL, &error);
  g_assert_no_error(error);
  g_assert_cmpstr(format->name, ==, expected);
}

/* A file of its own for each case: content, options, what is expected. */
typedef struct ReaderCase {
  const char *content, *options, *expected;
} ReaderCase;

static inline void check_cases(const Scratch *scratch, const char *name, const char *format,
                               const ReaderCase *cases, size_t n) {
  for (size_t i = 0; i < n; i++) {
    scratch_text(scratch, name, cases[i].content);
    check_read(scratch, name, format, cases[i].options, cases[i].expected);
  }
}

#endif
