/* Which way of making batches offers the fields that a model asks for.  Knows none by name. */
#include <string.h>

#include "base/error.h"
#include "data/maker.h"

extern const RecnnMaker *const recnn__maker_table[];

const char **recnn_maker_names(void) {
  GPtrArray *names = g_ptr_array_new();
  for (const RecnnMaker *const *m = recnn__maker_table; *m; m++)
    g_ptr_array_add(names, (gpointer)(*m)->name);
  g_ptr_array_add(names, NULL);
  return (const char **)g_ptr_array_free(names, FALSE);
}

static bool offers(const RecnnMaker *maker, const char *field) {
  for (const char *const *f = maker->fields; *f; f++)
    if (strcmp(*f, field) == 0)
      return true;
  return false;
}

static bool offers_all(const RecnnMaker *maker, const char *const *fields) {
  while (*fields && offers(maker, *fields))
    fields++;
  return !*fields;
}

static size_t count(const char *const *fields) {
  size_t n = 0;
  while (fields[n])
    n++;
  return n;
}

/* "a, b"; with `unknown`, only those that no maker has. */
static char *list(const char *const *fields, bool unknown) {
  GString *text = g_string_new(NULL);
  for (; *fields; fields++) {
    bool known = false;
    for (const RecnnMaker *const *m = recnn__maker_table; *m && !known; m++)
      known = offers(*m, *fields);
    if (!unknown || !known)
      g_string_append_printf(text, "%s%s", text->len ? ", " : "", *fields);
  }
  return g_string_free(text, FALSE);
}

static void refuse(const char *const *fields, GError **error) {
  g_autofree char *unknown = list(fields, true);
  g_autofree char *all = list(fields, false);
  GString *offer = g_string_new(NULL);
  for (const RecnnMaker *const *m = recnn__maker_table; *m; m++) {
    g_autofree char *own = list((*m)->fields, false);
    g_string_append_printf(offer, "%s%s (%s)", offer->len ? "; " : "", (*m)->name, own);
  }
  if (*unknown)
    recnn_error_set(error, RECNN_ERROR_NOT_FOUND,
                    "batch fields that nothing offers: %s; known ways of making batches: %s",
                    unknown, offer->str);
  else
    recnn_error_set(
        error, RECNN_ERROR_NOT_FOUND,
        "batch fields that nothing offers together: %s; known ways of making batches: %s", all,
        offer->str);
  g_string_free(offer, TRUE);
}

const RecnnMaker *recnn_maker_find(const char *const *fields, GError **error) {
  const RecnnMaker *best = NULL;
  if (!fields || !*fields) {
    recnn_error_set(error, RECNN_ERROR_ARGUMENT, "no batch fields are asked for");
    return NULL;
  }
  for (const RecnnMaker *const *m = recnn__maker_table; *m; m++)
    if (offers_all(*m, fields) && (!best || count((*m)->fields) < count(best->fields)))
      best = *m;
  if (!best)
    refuse(fields, error);
  return best;
}
