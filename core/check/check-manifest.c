/* The manifest beyond what loading asks: texts that people and programs can use. */
#include <string.h>

#include "check/plugin-private.h"

/* An SPDX expression: identifiers, AND, OR, WITH, parentheses.  The identifiers themselves are not
 * looked up: their list grows. */
static bool is_licence(const char *text) {
  for (const char *c = text; *c != '\0'; c++)
    if (!g_ascii_isalnum(*c) && strchr(".-+ ()", *c) == NULL)
      return false;
  return g_ascii_isalnum(text[0]) || text[0] == '(';
}

static bool is_line(const char *text) {
  return strpbrk(text, "\n\r\t") == NULL && g_utf8_strlen(text, -1) <= 100;
}

static void run(RecnnTrial *trial) {
  const RecnnManifest *m = trial->plugin->manifest;
  GString *offers = g_string_new(NULL);
  if (!is_licence(m->licence))
    recnn__trial_fail(trial, "licence is \"%s\", expected an SPDX identifier such as Apache-2.0",
                      m->licence);
  if (!g_ascii_isdigit(m->version[0]) || !is_line(m->version))
    recnn__trial_fail(trial, "version is \"%s\", expected a number such as 1.0.2", m->version);
  if (!is_line(m->summary))
    recnn__trial_fail(trial, "summary is \"%s\", expected one line of at most 100 characters",
                      m->summary);
  for (const RecnnFeature *f = m->features; f->kind != NULL; f++)
    g_string_append_printf(offers, "%s%s %s", offers->len > 0 ? ", " : "", f->kind,
                           recnn_feature_name(f));
  recnn__trial_note(trial, "ABI %u.%u, offers %s", m->abi_major, m->abi_minor, offers->str);
  g_string_free(offers, TRUE);
}

RECNN_CHECK(manifest) = {
    .rank = 10,
    .name = "manifest",
    .doc =
        "The licence is an SPDX expression, the version begins with a number, and the summary is "
        "one line of at most 100 characters",
    .run = run,
};
