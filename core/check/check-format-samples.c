/* A format and its samples: each is recognised and read, with as many users, items and interactions
 * as it says; and cut off at any byte it is read or refused with the file's name. */
#include <glib/gstdio.h>
#include <string.h>

#include "check/plugin-private.h"
#include "data/format.h"

/* NULL after a failure of the trial, or with `*ret_refusal` set. */
static RecnnDataset *read_text(RecnnTrial *trial, const char *path, const char *text, gsize length,
                               GError **ret_refusal) {
  const RecnnFormatClass *class = trial->descriptor;
  GError *error = NULL;
  const RecnnFormat *format = recnn_format_find(class->name);
  if (!g_file_set_contents(path, text, (gssize)length, &error)) {
    recnn__trial_fail_error(trial, "writing the sample", error);
    return NULL;
  }
  return recnn_format_read(format, path, NULL, ret_refusal);
}

static void check_whole(RecnnTrial *trial, const RecnnFormatSample *sample, const char *path) {
  const RecnnFormatClass *class = trial->descriptor;
  GError *error = NULL;
  RecnnDataset *data = read_text(trial, path, sample->text, strlen(sample->text), &error);
  if (data == NULL) {
    if (error != NULL)
      recnn__trial_fail_error(trial, sample->file, error);
    return;
  }
  int64_t users = recnn_dataset_n_users(data), items = recnn_dataset_n_items(data);
  if (users != sample->n_users || items != sample->n_items || data->n != sample->n_interactions)
    recnn__trial_fail(trial,
                      "%s has %d users, %d items and %d interactions, expected %d, %d and %d",
                      sample->file, (int)users, (int)items, (int)data->n, (int)sample->n_users,
                      (int)sample->n_items, (int)sample->n_interactions);
  recnn_dataset_unref(data);
  const RecnnFormat *found = class->recognise != NULL ? recnn_format_for(path, NULL, &error) : NULL;
  if (error != NULL)
    recnn__trial_fail_error(trial, "recognise()", error);
  else if (class->recognise != NULL && found != recnn_format_find(class->name))
    recnn__trial_fail(trial, "%s: taken for the format %s", sample->file, found->name);
}

static void check_cut(RecnnTrial *trial, const RecnnFormatSample *sample, const char *path) {
  for (gsize length = 0; sample->text[length] != '\0' && trial->failure == NULL; length++) {
    GError *error = NULL;
    RecnnDataset *data = read_text(trial, path, sample->text, length, &error);
    if (data == NULL && error != NULL && strstr(error->message, sample->file) == NULL)
      recnn__trial_fail(trial, "cut off behind %d bytes: \"%s\", expected an error with the file",
                        (int)length, error->message);
    g_clear_error(&error);
    recnn_dataset_unref(data);
  }
}

static void run(RecnnTrial *trial) {
  const RecnnFormatClass *class = trial->descriptor;
  GError *error = NULL;
  int n = 0;
  char *folder = g_dir_make_tmp("recnn-check-XXXXXX", &error);
  if (folder == NULL) {
    recnn__trial_fail_error(trial, "a folder for the samples", error);
    return;
  }
  for (const RecnnFormatSample *s = class->samples; s != NULL && s->file != NULL; s++, n++) {
    char *path = g_build_filename(folder, s->file, NULL);
    check_whole(trial, s, path);
    check_cut(trial, s, path);
    (void)g_remove(path);
    g_free(path);
  }
  (void)g_rmdir(folder);
  g_free(folder);
  if (n == 0)
    recnn__trial_skip(trial, "it has no samples: nothing of it is checked");
  recnn__trial_note(trial, "%d samples", n);
}

RECNN_CHECK(format_samples) = {
    .kind = RECNN_FORMAT_KIND,
    .rank = 10,
    .name = "samples",
    .doc = "Samples are recognised and read whole; cut off anywhere they are read or refused",
    .run = run,
};
