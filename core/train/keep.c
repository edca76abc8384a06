/* When what of a run is written. */
#include "train/keep.h"

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "model/weights-file.h"
#include "train/checkpoint.h"

#define CHECKPOINT "last.ckpt"
#define BEST "best.safetensors"

/* A copy of the script; without one there is none. */
static void keep_script(const RecnnTrainer *trainer) {
  const char *path = trainer->listener != NULL ? trainer->listener->script : NULL;
  RecnnFile file;
  GError *error = NULL;
  if (path == NULL || !g_file_test(path, G_FILE_TEST_IS_REGULAR))
    return;
  if (recnn_file_open(&file, path, &error)) {
    (void)recnn__run_folder_write(trainer->folder, "script.lua", file.bytes, file.size, &error);
    recnn_file_close(&file);
  }
  if (error != NULL)
    recnn_log(RECNN_LOG_WARNING, "train", "%s", error->message);
  g_clear_error(&error);
}

static bool take_up(RecnnTrainer *trainer, RecnnRun *run, GError **error) {
  char *path = recnn__run_folder_file(trainer->folder, CHECKPOINT);
  bool ok = !g_file_test(path, G_FILE_TEST_EXISTS) ||
            recnn__checkpoint_read(trainer, run, trainer->request, path, error);
  if (!ok)
    g_prefix_error(error, "cannot go on with %s (resume = false begins anew): ",
                   recnn__run_folder_path(trainer->folder));
  g_free(path);
  return ok;
}

bool recnn__keep_open(RecnnTrainer *trainer, RecnnRun *run, GError **error) {
  const RecnnOptions *options = trainer->options;
  const char *runs = recnn_options_string(options, "runs");
  const char *name = recnn_options_string(options, "run_name");
  if (runs[0] == '\0')
    return true;
  if (g_str_equal(name, "auto"))
    name = recnn_model_get_class(trainer->model)->name;
  trainer->request = recnn__trainer_request(trainer);
  trainer->folder = recnn__run_folder_open(runs, name, trainer->request,
                                           recnn_options_bool(options, "resume"), error);
  if (trainer->folder == NULL)
    return false;
  trainer->checkpoint_after = (int64_t)(recnn_options_float(options, "checkpoint_seconds") * 1e6);
  trainer->last_checkpoint = g_get_monotonic_time();
  run->folder = g_strdup(recnn__run_folder_path(trainer->folder));
  keep_script(trainer);
  return take_up(trainer, run, error);
}

static bool write_checkpoint(RecnnTrainer *trainer, const RecnnRun *run, bool in_epoch,
                             GError **error) {
  char *path = recnn__run_folder_file(trainer->folder, CHECKPOINT);
  bool ok = recnn__checkpoint_write(trainer, run, in_epoch, trainer->request, path, error);
  g_free(path);
  trainer->last_checkpoint = g_get_monotonic_time();
  return ok;
}

static bool is_due(const RecnnTrainer *trainer) {
  return g_get_monotonic_time() - trainer->last_checkpoint >= trainer->checkpoint_after;
}

static void warn(GError **error) {
  recnn_log(RECNN_LOG_WARNING, "train", "%s; the training goes on", (*error)->message);
  g_clear_error(error);
}

void recnn__keep_batch(RecnnTrainer *trainer, const RecnnRun *run) {
  GError *error = NULL;
  if (trainer->folder != NULL && is_due(trainer) && !write_checkpoint(trainer, run, true, &error))
    warn(&error);
}

/* The averages, where there are some, are what is kept: they are in the parameters' place. */
static bool keep_best(const RecnnTrainer *trainer, GError **error) {
  char *path = recnn__run_folder_file(trainer->folder, BEST);
  bool ok = recnn_model_save_weights(trainer->model, path, error);
  g_free(path);
  return ok;
}

void recnn__keep_improvement(const RecnnTrainer *trainer) {
  GError *error = NULL;
  if (trainer->folder != NULL && !keep_best(trainer, &error))
    warn(&error);
}

void recnn__keep_epoch(RecnnTrainer *trainer, const RecnnRun *run) {
  GError *error = NULL;
  if (trainer->folder == NULL)
    return;
  if (!recnn__record_history(trainer, run, &error) || !recnn__record_events(trainer, run, &error))
    warn(&error);
  if (is_due(trainer) && !write_checkpoint(trainer, run, false, &error))
    warn(&error);
}

bool recnn__keep_broken(RecnnTrainer *trainer, const RecnnRun *run, bool in_epoch, GError **error) {
  if (trainer->folder == NULL)
    return true;
  if (!write_checkpoint(trainer, run, in_epoch, error))
    return false;
  recnn_log(RECNN_LOG_WARNING, "train",
            "broken off after %" G_GUINT64_FORMAT " batches; the same command goes on from %s",
            (guint64)trainer->step, recnn__run_folder_path(trainer->folder));
  return true;
}

bool recnn__keep_last(RecnnTrainer *trainer, const RecnnRun *run, GError **error) {
  return trainer->folder == NULL || write_checkpoint(trainer, run, false, error);
}

bool recnn__keep_end(RecnnTrainer *trainer, const RecnnRun *run, GError **error) {
  return trainer->folder == NULL ||
         (keep_best(trainer, error) && recnn__record_history(trainer, run, error) &&
          recnn__record_events(trainer, run, error) && recnn__record_report(trainer, run, error) &&
          recnn__record_result(trainer, run, error));
}
