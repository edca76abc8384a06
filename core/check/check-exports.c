/* A plugin exports its one symbol: others would be found by whoever looks one of that name up. */
#include <string.h>

#include "check/elf-private.h"
#include "check/plugin-private.h"

/* Symbols that linkers and compilers put there by themselves. */
static bool is_tools(const char *name) {
  static const char *const known[] = {"_init", "_fini",       "_edata",
                                      "_end",  "__bss_start", "__gmon_start__"};
  for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
    if (strcmp(name, known[i]) == 0)
      return true;
  return g_str_has_prefix(name, "__asan_") || g_str_has_prefix(name, "__odr_asan") ||
         g_str_has_prefix(name, "__start_") || g_str_has_prefix(name, "__stop_");
}

static void run(RecnnTrial *trial) {
  GError *error = NULL;
  RecnnElf *elf = recnn__elf_read(trial->plugin->path, &error);
  if (elf == NULL) {
    recnn__trial_fail_error(trial, "reading it", error);
    return;
  }
  int64_t n = 0;
  const char *first = NULL;
  for (guint i = 0; i < elf->exports->len; i++) {
    const char *name = elf->exports->pdata[i];
    if (strcmp(name, RECNN_PLUGIN_QUERY_SYMBOL) == 0 || is_tools(name))
      continue;
    if (first == NULL)
      first = name;
    n++;
  }
  if (n > 0)
    recnn__trial_fail(trial,
                      "exports %s%s, expected " RECNN_PLUGIN_QUERY_SYMBOL
                      " alone: make functions static, or compile with -fvisibility=hidden",
                      first, n > 1 ? " and others" : "");
  recnn__elf_free(elf);
}

RECNN_CHECK(exports) = {
    .rank = 20,
    .name = "exports",
    .doc = "The file exports recnn_plugin_query and nothing else",
    .run = run,
};
