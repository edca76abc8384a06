/* What a plugin takes from outside: nothing of the host's but what it is lent, so that it loads
 * into any program in which librecnn lives. */
#include <string.h>

#include "check/elf-private.h"
#include "check/plugin-private.h"

/* Whose a symbol is that a plugin must not need, or NULL. */
static const char *foreign(const char *name) {
  static const struct {
    const char *prefix;
    const char *of;
  } known[] = {{"recnn_", "recnn"}, {"g_", "GLib"},     {"lua_", "Lua"},
               {"luaL_", "Lua"},    {"cblas_", "BLAS"}, {"openblas_", "OpenBLAS"}};
  for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
    if (g_str_has_prefix(name, known[i].prefix))
      return known[i].of;
  return NULL;
}

static void run(RecnnTrial *trial) {
  GError *error = NULL;
  RecnnElf *elf = recnn__elf_read(trial->plugin->path, &error);
  if (elf == NULL) {
    recnn__trial_fail_error(trial, "reading it", error);
    return;
  }
  for (guint i = 0; i < elf->needs->len; i++) {
    const char *of = foreign(elf->needs->pdata[i]);
    if (of != NULL)
      recnn__trial_fail(
          trial,
          "needs the symbol %s of %s, expected none: what it needs is lent by the host's "
          "services, and an allocation of one side is never the other's",
          (const char *)elf->needs->pdata[i], of);
  }
  if (elf->executable_stack)
    recnn__trial_fail(trial, "asks for an executable stack (link with -Wl,-z,noexecstack)");
  if (elf->text_relocations)
    recnn__trial_fail(trial, "has relocations in its code (compile with -fPIC)");
  GString *libraries = g_string_new(NULL);
  for (guint i = 0; i < elf->libraries->len; i++)
    g_string_append_printf(libraries, "%s%s", i > 0 ? ", " : "",
                           (const char *)elf->libraries->pdata[i]);
  recnn__trial_note(trial, "%s%s", libraries->len > 0 ? "links with " : "", libraries->str);
  g_string_free(libraries, TRUE);
  recnn__elf_free(elf);
}

RECNN_CHECK(needs) = {
    .rank = 30,
    .name = "needs",
    .doc = "It needs no symbol of recnn, GLib, Lua or BLAS, no executable stack, and no "
           "relocations in "
           "its code",
    .run = run,
};
