/* Option tables at work: the check of the table itself, the look-up by name, and who has been set.
 * What a value may be is in option-value.c. */
#include "base/options-private.h"

#include <string.h>

#include "base/error.h"

static bool name_is_good(const char *name) {
  if (!g_ascii_islower(*name)) {
    return false;
  }
  return name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

static bool defect(const RecnnOptions *options, const char *name, GError **error,
                   const char *what) {
  return recnn_error_set(error, RECNN_ERROR_FAILED, "%s: the table of options is wrong: %s: %s",
                         options->owner, name, what);
}

static bool words_are_good(char *const *words) {
  if (words[0] == NULL) {
    return false;
  }
  for (int i = 0; words[i] != NULL; i++) {
    if (words[i][0] == '\0') {
      return false;
    }
    for (int j = 0; j < i; j++) {
      if (strcmp(words[i], words[j]) == 0) {
        return false;
      }
    }
  }
  return true;
}

/* Checks the i-th entry and fills in its words and its default. */
static bool prepare(RecnnOptions *options, size_t i, GError **error) {
  const RecnnOption *option = &options->table[i];
  if (!name_is_good(option->name)) {
    return defect(options, option->name, error, "a name is of the form [a-z][a-z0-9_]*");
  }
  for (size_t j = 0; j < i; j++) {
    if (strcmp(options->table[j].name, option->name) == 0) {
      return defect(options, option->name, error, "the name is there twice");
    }
  }
  if (option->type < RECNN_OPTION_BOOL || option->type > RECNN_OPTION_FLOAT_LIST) {
    return defect(options, option->name, error, "its type is none of RECNN_OPTION_*");
  }
  if (option->type == RECNN_OPTION_CHOICE) {
    options->words[i] = g_strsplit(option->range == NULL ? "" : option->range, "|", -1);
    if (!words_are_good(options->words[i])) {
      return defect(options, option->name, error,
                    "the range of a choice is words separated by |, no two the same");
    }
  } else if (option->range != NULL) {
    double low, high;
    bool low_open, high_open;
    if (option->type == RECNN_OPTION_BOOL || option->type == RECNN_OPTION_STRING) {
      return defect(options, option->name, error, "truth values and text have no range");
    }
    if (!recnn_interval_parse(option->range, &low, &low_open, &high, &high_open)) {
      return defect(options, option->name, error, "its range is no interval such as [0,1)");
    }
  }
  options->values[i].type = option->type;
  if (option->default_value != NULL) {
    GError *reason = NULL;
    if (!recnn__option_from_text(option, options->words[i], "the default", option->default_value,
                                 &options->values[i], &reason)) {
      defect(options, option->name, error, reason->message);
      g_error_free(reason);
      return false;
    }
    options->has[i] = true;
  }
  return true;
}

static RecnnOptions *allocate(const RecnnOption *table, const char *owner) {
  static const RecnnOption empty[] = {{NULL, 0, NULL, NULL, NULL}};
  RecnnOptions *options = g_new0(RecnnOptions, 1);
  options->table = table == NULL ? empty : table;
  options->owner = g_strdup(owner);
  while (options->table[options->n].name != NULL) {
    options->n++;
  }
  options->values = g_new0(RecnnValue, options->n + 1);
  options->has = g_new0(bool, options->n + 1);
  options->set = g_new0(bool, options->n + 1);
  options->words = g_new0(char **, options->n + 1);
  return options;
}

RecnnOptions *recnn_options_new(const RecnnOption *table, const char *owner, GError **error) {
  RecnnOptions *options = allocate(table, owner);
  for (size_t i = 0; i < options->n; i++) {
    if (!prepare(options, i, error)) {
      recnn_options_free(options);
      return NULL;
    }
  }
  return options;
}

void recnn_options_free(RecnnOptions *options) {
  if (options == NULL) {
    return;
  }
  for (size_t i = 0; i < options->n; i++) {
    recnn__value_clear(&options->values[i]);
    g_strfreev(options->words[i]);
  }
  g_free(options->owner);
  g_free(options->values);
  g_free(options->has);
  g_free(options->set);
  g_free(options->words);
  g_free(options);
}

RecnnOptions *recnn_options_copy(const RecnnOptions *options) {
  RecnnOptions *copy = allocate(options->table, options->owner);
  for (size_t i = 0; i < options->n; i++) {
    copy->values[i] = recnn__value_copy(&options->values[i]);
    copy->has[i] = options->has[i];
    copy->set[i] = options->set[i];
    copy->words[i] = g_strdupv(options->words[i]);
  }
  return copy;
}

/* The place of `name`, or -1. */
static int64_t find(const RecnnOptions *options, const char *name) {
  for (size_t i = 0; i < options->n; i++) {
    if (strcmp(options->table[i].name, name) == 0) {
      return (int64_t)i;
    }
  }
  return -1;
}

static int64_t find_or_fail(const RecnnOptions *options, const char *name, GError **error) {
  const int64_t i = find(options, name);
  if (i < 0) {
    const char **names = g_new0(const char *, options->n + 1);
    for (size_t j = 0; j < options->n; j++) {
      names[j] = options->table[j].name;
    }
    char *suggestion = recnn_suggest(name, names);
    recnn_error_set(error, RECNN_ERROR_OPTION, "%s: option %.100s is not known%s", options->owner,
                    name, suggestion);
    g_free(suggestion);
    g_free(names);
  }
  return i;
}

static void store(RecnnOptions *options, int64_t i, RecnnValue value) {
  recnn__value_clear(&options->values[i]);
  options->values[i] = value;
  options->has[i] = true;
  options->set[i] = true;
}

bool recnn_options_set_text(RecnnOptions *options, const char *name, const char *text,
                            GError **error) {
  const int64_t i = find_or_fail(options, name, error);
  RecnnValue value;
  if (i < 0 || !recnn__option_from_text(&options->table[i], options->words[i], options->owner, text,
                                        &value, error)) {
    return false;
  }
  store(options, i, value);
  return true;
}

bool recnn_options_set(RecnnOptions *options, const char *name, const RecnnValue *value,
                       GError **error) {
  const int64_t i = find_or_fail(options, name, error);
  RecnnValue checked;
  if (i < 0 || !recnn__option_from_value(&options->table[i], options->words[i], options->owner,
                                         value, &checked, error)) {
    return false;
  }
  store(options, i, checked);
  return true;
}

int64_t recnn_options_check(const RecnnOptions *options, const char *name, const RecnnValue *value,
                            RecnnValue *ret_value, GError **error) {
  const int64_t i = find_or_fail(options, name, error);
  if (i < 0 || !recnn__option_borrow(&options->table[i], options->words[i], options->owner, value,
                                     ret_value, error)) {
    return -1;
  }
  return i;
}

bool recnn_options_complete(const RecnnOptions *options, GError **error) {
  for (size_t i = 0; i < options->n; i++) {
    if (!options->has[i]) {
      const char *doc = options->table[i].doc;
      return recnn_error_set(
          error, RECNN_ERROR_OPTION, "%s: option %s has no default and must be given%s%s",
          options->owner, options->table[i].name, doc == NULL ? "" : ": ", doc == NULL ? "" : doc);
    }
  }
  return true;
}

const RecnnValue *recnn_options_get(const RecnnOptions *options, const char *name) {
  const int64_t i = find(options, name);
  return i >= 0 && options->has[i] ? &options->values[i] : NULL;
}

bool recnn_options_is_set(const RecnnOptions *options, const char *name) {
  const int64_t i = find(options, name);
  return i >= 0 && options->set[i];
}

int64_t recnn_options_int(const RecnnOptions *options, const char *name) {
  const RecnnValue *value = recnn_options_get(options, name);
  g_assert(value != NULL && (value->type == RECNN_OPTION_INT || value->type == RECNN_OPTION_BOOL ||
                             value->type == RECNN_OPTION_CHOICE));
  return value->as.i;
}

bool recnn_options_bool(const RecnnOptions *options, const char *name) {
  const RecnnValue *value = recnn_options_get(options, name);
  g_assert(value != NULL && value->type == RECNN_OPTION_BOOL);
  return value->as.i != 0;
}

double recnn_options_float(const RecnnOptions *options, const char *name) {
  const RecnnValue *value = recnn_options_get(options, name);
  g_assert(value != NULL && value->type == RECNN_OPTION_FLOAT);
  return value->as.f;
}

const char *recnn_options_string(const RecnnOptions *options, const char *name) {
  const int64_t i = find(options, name);
  g_assert(i >= 0 && options->has[i]);
  const RecnnValue *value = &options->values[i];
  g_assert(value->type == RECNN_OPTION_STRING || value->type == RECNN_OPTION_CHOICE);
  return value->type == RECNN_OPTION_CHOICE ? options->words[i][value->as.i] : value->as.s;
}

const RecnnValue *recnn_options_values(const RecnnOptions *options) { return options->values; }

const RecnnOption *recnn_options_table(const RecnnOptions *options) { return options->table; }

char *recnn_options_text(const RecnnOptions *options, const char *name) {
  const int64_t i = find(options, name);
  return i >= 0 && options->has[i] ? recnn__value_text(&options->values[i], options->words[i])
                                   : NULL;
}

char *recnn_option_choice(const RecnnOption *option, int64_t index) {
  if (option->type != RECNN_OPTION_CHOICE || option->range == NULL || index < 0) {
    return NULL;
  }
  char **words = g_strsplit(option->range, "|", -1);
  char *word = index < (int64_t)g_strv_length(words) ? g_strdup(words[index]) : NULL;
  g_strfreev(words);
  return word;
}
