/* The checks of a plugin, one after the other: of the file, of its manifest, and of each feature by
 * its kind.  Knows no check by name. */
#include "check/plugin.h"

#include <stdlib.h>
#include <string.h>

#include "check/plugin-private.h"

bool recnn__trial_fail(RecnnTrial *trial, const char *format, ...) {
  va_list args;
  va_start(args, format);
  if (trial->failure == NULL)
    trial->failure = g_strdup_vprintf(format, args);
  va_end(args);
  return false;
}

bool recnn__trial_fail_error(RecnnTrial *trial, const char *doing, GError *error) {
  recnn__trial_fail(trial, "%s: %s", doing, error->message);
  g_error_free(error);
  return false;
}

void recnn__trial_skip(RecnnTrial *trial, const char *format, ...) {
  va_list args;
  va_start(args, format);
  if (trial->skipped == NULL)
    trial->skipped = g_strdup_vprintf(format, args);
  va_end(args);
}

void recnn__trial_note(RecnnTrial *trial, const char *format, ...) {
  va_list args;
  va_start(args, format);
  g_free(trial->note);
  trial->note = g_strdup_vprintf(format, args);
  va_end(args);
}

static int compare(const void *a, const void *b) {
  const RecnnCheck *x = *(const RecnnCheck *const *)a, *y = *(const RecnnCheck *const *)b;
  int order = g_strcmp0(x->kind, y->kind); /* NULL, the plugin itself, comes first */
  return order != 0 ? order : x->rank != y->rank ? x->rank - y->rank : strcmp(x->name, y->name);
}

/* All checks in their order; the caller frees the array. */
static const RecnnCheck **sorted(size_t *ret_n) {
  size_t n = 0;
  while (recnn__check_table[n] != NULL)
    n++;
  const RecnnCheck **checks = g_new(const RecnnCheck *, n + 1);
  memcpy(checks, recnn__check_table, n * sizeof *checks);
  qsort(checks, n, sizeof *checks, compare);
  *ret_n = n;
  return checks;
}

RecnnCheckInfo *recnn_check_list(void) {
  size_t n;
  const RecnnCheck **checks = sorted(&n);
  RecnnCheckInfo *list = g_new0(RecnnCheckInfo, n + 1);
  for (size_t i = 0; i < n; i++)
    list[i] = (RecnnCheckInfo){checks[i]->kind, checks[i]->name, checks[i]->doc};
  g_free(checks);
  return list;
}

static void run(const RecnnCheck *check, RecnnTrial *trial, const char *owner) {
  char *what = owner != NULL ? g_strdup_printf("%s/%s", owner, check->name) : g_strdup(check->name);
  recnn_check_report_begin(trial->report, what);
  check->run(trial);
  if (trial->failure != NULL)
    recnn_check_report_fail(trial->report, what, "%s", trial->failure);
  else if (trial->skipped != NULL)
    recnn_check_report_skip(trial->report, what, "%s", trial->skipped);
  else
    recnn_check_report_pass(trial->report, what, "%s", trial->note != NULL ? trial->note : "");
  g_clear_pointer(&trial->failure, g_free);
  g_clear_pointer(&trial->skipped, g_free);
  g_clear_pointer(&trial->note, g_free);
  g_free(what);
}

static void run_kind(RecnnTrial *trial, const char *kind, const char *owner) {
  size_t n;
  const RecnnCheck **checks = sorted(&n);
  for (size_t i = 0; i < n; i++)
    if (g_strcmp0(checks[i]->kind, kind) == 0)
      run(checks[i], trial, owner);
  g_free(checks);
}

void recnn_check_feature(RecnnCheckReport *report, const char *kind, const char *name,
                         const void *descriptor) {
  RecnnTrial trial = {.descriptor = descriptor, .report = report};
  run_kind(&trial, kind, name);
}

void recnn_check_plugin(RecnnCheckReport *report, const char *path, const char *const *references) {
  GError *error = NULL;
  recnn_check_report_begin(report, "load");
  const RecnnPlugin *plugin = recnn_plugin_load(path, &error);
  if (plugin == NULL) {
    recnn_check_report_fail(report, "load", "%s", error->message);
    g_error_free(error);
    return;
  }
  recnn_check_report_pass(report, "load", "%s %s (%s): %s", plugin->manifest->name,
                          plugin->manifest->version, plugin->manifest->licence,
                          plugin->manifest->summary);
  RecnnTrial trial = {.plugin = plugin, .references = references, .report = report};
  run_kind(&trial, NULL, NULL);
  for (const RecnnFeature *f = plugin->features; f->kind != NULL; f++) {
    trial.descriptor = f->descriptor;
    run_kind(&trial, f->kind, recnn_feature_name(f));
  }
}
