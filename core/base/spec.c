/* Reading the texts of spec.h. */
#include "base/spec.h"

#include <string.h>

#include "base/error.h"

static void clear_item(RecnnSpecItem *item) {
  for (int32_t i = 0; i < item->n_keys; i++) {
    g_free(item->keys[i]);
    g_free(item->values[i]);
  }
  g_free(item->keys);
  g_free(item->values);
  g_free(item->name);
}

void recnn_spec_free(RecnnSpec *spec) {
  if (spec == NULL)
    return;
  for (int32_t i = 0; i < spec->n_items; i++)
    clear_item(&spec->items[i]);
  g_free(spec->items);
  g_free(spec);
}

static bool add_word(RecnnSpecItem *item, const char *word, const char *what, GError **error) {
  if (item->name == NULL) {
    item->name = g_strdup(word);
    return strchr(word, '=') == NULL ||
           recnn_error_set(error, RECNN_ERROR_OPTION,
                           "%s: \"%s\" stands first, expected a name before it", what, word);
  }
  const char *equals = strchr(word, '=');
  if (equals == NULL || equals == word || equals[1] == '\0')
    return recnn_error_set(error, RECNN_ERROR_OPTION,
                           "%s: \"%s\" behind %s, expected key=value, or \";\" before the next "
                           "name",
                           what, word, item->name);
  char *key = g_strndup(word, (gsize)(equals - word));
  if (recnn_spec_has(item, key)) {
    recnn_error_set(error, RECNN_ERROR_OPTION, "%s: %s: %s is given twice", what, item->name, key);
    g_free(key);
    return false;
  }
  item->keys[item->n_keys] = key;
  item->values[item->n_keys++] = g_strdup(equals + 1);
  return true;
}

static bool parse_item(RecnnSpecItem *item, const char *text, const char *what, GError **error) {
  char **words = g_strsplit_set(text, " \t\n", -1);
  guint n = g_strv_length(words);
  item->keys = g_new0(char *, n + 1);
  item->values = g_new0(char *, n + 1);
  bool ok = true;
  for (char **word = words; ok && *word != NULL; word++)
    if (**word != '\0')
      ok = add_word(item, *word, what, error);
  g_strfreev(words);
  return ok && (item->name != NULL ||
                recnn_error_set(error, RECNN_ERROR_OPTION, "%s: expected a name before \";\"%s",
                                what, " and behind it"));
}

RecnnSpec *recnn_spec_parse(const char *text, const char *what, GError **error) {
  RecnnSpec *spec = g_new0(RecnnSpec, 1);
  char **parts = g_strsplit(text, ";", -1);
  spec->items = g_new0(RecnnSpecItem, MAX(g_strv_length(parts), 1));
  bool ok = true;
  for (char **part = parts; ok && *part != NULL; part++)
    ok = parse_item(&spec->items[spec->n_items++], *part, what, error);
  if (ok && spec->n_items == 0)
    ok = recnn_error_set(error, RECNN_ERROR_OPTION, "%s: an empty text, expected a name", what);
  g_strfreev(parts);
  if (ok)
    return spec;
  recnn_spec_free(spec);
  return NULL;
}

bool recnn_spec_has(const RecnnSpecItem *item, const char *key) {
  for (int32_t i = 0; i < item->n_keys; i++)
    if (strcmp(item->keys[i], key) == 0)
      return true;
  return false;
}

bool recnn_spec_apply(const RecnnSpecItem *item, RecnnOptions *options, GError **error) {
  for (int32_t i = 0; i < item->n_keys; i++)
    if (!recnn_options_set_text(options, item->keys[i], item->values[i], error))
      return false;
  return true;
}
