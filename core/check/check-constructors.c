/* Nothing of a plugin should run when it is opened: a host opens files to look at them. */
#include "check/elf-private.h"
#include "check/plugin-private.h"

static void run(RecnnTrial *trial) {
  GError *error = NULL;
  RecnnElf *elf = recnn__elf_read(trial->plugin->path, &error);
  if (elf == NULL) {
    recnn__trial_fail_error(trial, "reading it", error);
    return;
  }
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  if (elf->constructors > 0)
    recnn__trial_skip(trial, "sanitizers put constructors into every file");
#endif
  if (elf->constructors > 0)
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
