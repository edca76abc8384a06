/* Nothing of a plugin should run when it is opened: a host opens files to look at them. */
#include "check/elf-private.h"
#include "check/plugin-private.h"

/* Sanitizers put a constructor into every file of the program that they watch. */
static bool is_sanitized(const RecnnElf *elf) {
  for (guint i = 0; i < elf->needs->len; i++)
    if (g_str_has_prefix(elf->needs->pdata[i], "__asan_") ||
        g_str_has_prefix(elf->needs->pdata[i], "__tsan_"))
      return true;
  return false;
}

static void run(RecnnTrial *trial) {
  GError *error = NULL;
  RecnnElf *elf = recnn__elf_read(trial->plugin->path, &error);
  if (elf == NULL) {
    recnn__trial_fail_error(trial, "reading it", error);
    return;
  }
  if (is_sanitized(elf))
    recnn__trial_skip(trial, "it is built with a sanitizer, which has constructors of its own");
  else if (elf->constructors > 0)
    recnn__trial_fail(trial,
                      "has %" G_GINT64_FORMAT
                      " constructors, expected none: static objects of C++ have such, and so has "
                      "everything that is linked with -ffast-math",
                      (gint64)elf->constructors);
  recnn__elf_free(elf);
}

RECNN_CHECK(constructors) = {
    .rank = 40,
    .name = "constructors",
    .doc = "No code runs when the file is opened",
    .run = run,
};
