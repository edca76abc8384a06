/* A whole training against a recorded one: the file has the data in the order of its rows (train/,
 * val/), the starting weights (state/), a history by epoch (history/) and the best weights (best/).
 *
 * The recorded trainer is the common PyTorch loop: its losses are means of the batch means, and its
 * learning rate is that after the schedule's step. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "check/reference-private.h"
#include "kernels/blas.h"
#include "tensor/tensor.h"
#include "train/trainer.h"

/* Rounding goes through every step of an epoch: the original run in float64 is 4e-4 away. */
static const RecnnTolerance history_room = {0.0, 2e-3, false, 0.0};
static const RecnnTolerance rate_room = {0.0, 1e-6, false, 0.0};
static const RecnnTolerance equal = {0.0, 0.0, false, 0.0};
static const RecnnTolerance best_room = {2e-3, 2e-3, false, 5e-4};

/* The rows of one part, in the file's order. */
typedef struct Rows {
  int64_t n;
  double *user, *item, *rating; /* owned */
} Rows;

static void clear(Rows *rows) {
  g_free(rows->user);
  g_free(rows->item);
  g_free(rows->rating);
}

static double *column(const RecnnSafetensors *file, const char *part, const char *name, int64_t *n,
                      GError **error) {
  char *full = g_strdup_printf("%s/%s", part, name);
  int64_t count = 0;
  double *values = recnn_safetensors_doubles(file, full, &count, error);
  if (values != NULL && *n >= 0 && count != *n) {
    recnn_error_set(error, RECNN_ERROR_SHAPE,
                    "%s: tensor %s has %" G_GINT64_FORMAT " elements, expected %" G_GINT64_FORMAT
                    " as in the others of its part",
                    recnn_safetensors_path(file), full, (gint64)count, (gint64)*n);
    g_clear_pointer(&values, g_free);
  }
  g_free(full);
  *n = count;
  return values;
}

static bool read_rows(Rows *rows, const RecnnSafetensors *file, const char *part, GError **error) {
  rows->n = -1;
  return (rows->user = column(file, part, "user_id", &rows->n, error)) != NULL &&
         (rows->item = column(file, part, "item_id", &rows->n, error)) != NULL &&
         (rows->rating = column(file, part, "rating", &rows->n, error)) != NULL;
}

/* Ids as tokens, numbered as they are. */
static bool add_ids(RecnnIdMap *map, int64_t n, GError **error) {
  for (int64_t i = 0; i < n; i++) {
    char token[24];
    int length = g_snprintf(token, sizeof token, "%" G_GINT64_FORMAT, (gint64)i);
    if (recnn_id_map_add(map, token, (size_t)length, error) < 0)
      return false;
  }
  return true;
}

static bool add_rows(RecnnDatasetBuilder *builder, const Rows *rows, double time, int64_t n_users,
                     int64_t n_items, GError **error) {
  for (int64_t i = 0; i < rows->n; i++) {
    char user[32], item[32];
    if (!(rows->user[i] >= 0 && rows->user[i] < (double)n_users && rows->item[i] >= 0 &&
          rows->item[i] < (double)n_items))
      return recnn_error_set(error, RECNN_ERROR_DATA,
                             "row %" G_GINT64_FORMAT " is of user %g and item %g, expected less "
                             "than n_users and n_items, %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT,
                             (gint64)i, rows->user[i], rows->item[i], (gint64)n_users,
                             (gint64)n_items);
    int user_length = g_snprintf(user, sizeof user, "%.0f", rows->user[i]);
    int item_length = g_snprintf(item, sizeof item, "%.0f", rows->item[i]);
    if (!recnn_dataset_builder_add(builder, user, (size_t)user_length, item, (size_t)item_length,
                                   (float)rows->rating[i], time + (double)i, error))
      return false;
  }
  return true;
}

static RecnnDataset *make_dataset(const RecnnModel *model, const Rows *train, const Rows *valid,
                                  GError **error) {
  int64_t n_users = recnn_model_get_count(model, "users");
  int64_t n_items = recnn_model_get_count(model, "items");
  RecnnDatasetBuilder *builder = recnn_dataset_builder_new("recorded", "recorded", true, true);
  RecnnDataset *peek = recnn_dataset_builder_peek(builder);
  if (add_ids(peek->users, n_users, error) && add_ids(peek->items, n_items, error) &&
      add_rows(builder, train, 0.0, n_users, n_items, error) &&
      add_rows(builder, valid, (double)train->n, n_users, n_items, error))
    return recnn_dataset_builder_finish(builder, error);
  recnn_dataset_builder_free(builder);
  return NULL;
}

/* The rows in their order, cut between the two parts: a split by time, which is the row's number.
 */
static RecnnSplit *make_split(const RecnnSafetensors *file, const RecnnModel *model,
                              GError **error) {
  Rows train = {0}, valid = {0};
  RecnnDataset *dataset = NULL;
  RecnnSplit *split = NULL;
  if (read_rows(&train, file, "train", error) && read_rows(&valid, file, "val", error))
    dataset = make_dataset(model, &train, &valid, error);
  if (dataset != NULL) {
    /* counts are rounded down, so half a row is added to be sure of the number */
    double share = ((double)valid.n + 0.5) / (double)(train.n + valid.n);
    char texts[2][G_ASCII_DTOSTR_BUF_SIZE];
    g_ascii_dtostr(texts[0], sizeof texts[0], 1.0 - share);
    g_ascii_dtostr(texts[1], sizeof texts[1], share);
    char *ratio = g_strdup_printf("%s,%s,0", texts[0], texts[1]);
    RecnnOptions *options = recnn_options_new(recnn_split_options(), "split", error);
    if (recnn_options_set_text(options, "ratio", ratio, error) &&
        recnn_options_set_text(options, "group_by", "none", error) &&
        recnn_options_set_text(options, "order", "time", error))
      split = recnn_split_new(dataset, options, error);
    recnn_options_free(options);
    g_free(ratio);
  }
  if (split != NULL && split->part[RECNN_TRAIN].rows.n != train.n) {
    recnn_error_set(error, RECNN_ERROR_FAILED, "the rows could not be cut at %" G_GINT64_FORMAT,
                    (gint64)train.n);
    split = recnn_split_unref(split);
  }
  recnn_dataset_unref(dataset);
  clear(&train);
  clear(&valid);
  return split;
}

/* The number that the metadata's text begins with, or that stands behind `key` in it. */
static char *number_in(const RecnnSafetensors *file, const char *entry, const char *key) {
  const char *text = recnn_safetensors_metadata(file, entry);
  if (text != NULL && key != NULL) {
    text = strstr(text, key);
    text = text != NULL ? text + strlen(key) : NULL;
  }
  if (text == NULL)
    return NULL;
  text += strspn(text, " ");
  return g_strndup(text, strspn(text, "0123456789.eE+-"));
}

static bool take(RecnnOptions *options, const char *option, char *number, bool required,
                 const RecnnSafetensors *file, GError **error) {
  bool ok = true;
  if (number != NULL)
    ok = recnn_options_set_text(options, option, number, error);
  else if (required)
    ok = recnn_error_set(error, RECNN_ERROR_FORMAT,
                         "%s: the metadata does not tell the trainer's %s",
                         recnn_safetensors_path(file), option);
  g_free(number);
  return ok;
}

static RecnnOptions *make_options(const RecnnSafetensors *file, GError **error) {
  static const char *const fixed[][2] = {{"shuffle", "false"},
                                         {"valid_metric", "loss_batches"},
                                         {"schedule", "plateau"},
                                         {"clip_grad_norm", "1.0"}};
  RecnnOptions *options = recnn_options_new(recnn_trainer_options(), "recorded training", error);
  const char *loss = recnn_safetensors_metadata(file, "loss");
  bool ok = options != NULL;
  for (size_t i = 0; ok && i < G_N_ELEMENTS(fixed); i++)
    ok = recnn_options_set_text(options, fixed[i][0], fixed[i][1], error);
  ok = ok && take(options, "epochs", number_in(file, "epochs", NULL), true, file, error) &&
       take(options, "train_batch_size", number_in(file, "batch_size", NULL), true, file, error) &&
       take(options, "learning_rate", number_in(file, "learning_rate", NULL), true, file, error) &&
       take(options, "weight_decay", number_in(file, "weight_decay", NULL), true, file, error) &&
       take(options, "patience", number_in(file, "patience", NULL), true, file, error) &&
       (loss == NULL || recnn_options_set_text(options, "loss", loss, error));
  if (ok) {
    char *patience = number_in(file, "patience", "scheduler patience");
    if (patience == NULL)
      patience =
          g_strdup_printf("%" G_GINT64_FORMAT, (gint64)recnn_options_int(options, "patience") / 2);
    ok =
        take(options, "schedule_patience", patience, true, file, error) &&
        take(options, "schedule_factor", number_in(file, "patience", "factor"), false, file, error);
  }
  if (ok)
    return options;
  recnn_options_free(options);
  return NULL;
}

static double value_of(const RecnnEpoch *epoch, const char *name) {
  if (strcmp(name, "train_loss") == 0)
    return epoch->train_loss_batches;
  if (strcmp(name, "val_loss") == 0)
    return epoch->valid_loss_batches;
  if (strcmp(name, "learning_rate") == 0)
    return epoch->next_learning_rate;
  return g_str_has_prefix(name, "val_") ? recnn_result_get(epoch->valid, name + 4, NULL) : NAN;
}

/* One column of the history; `name` is behind "history/". */
static void check_column(RecnnCheckReport *report, const RecnnSafetensors *file,
                         const RecnnStoredTensor *stored, const RecnnRun *run) {
  const char *name = stored->name + strlen("history/");
  GError *error = NULL;
  int64_t n = 0;
  double *expected = recnn_safetensors_doubles(file, stored->name, &n, &error);
  if (expected == NULL) {
    recnn_check_report_fail(report, stored->name, "%s", error->message);
    g_clear_error(&error);
    return;
  }
  if (isnan(value_of(&run->epochs[0], name))) {
    recnn_check_report_fail(report, stored->name, "the trainer's history has nothing of that name");
  } else if (n != run->n_epochs) {
    recnn_check_report_fail(report, stored->name,
                            "the training ended after %d epochs, expected %" G_GINT64_FORMAT,
                            (int)run->n_epochs, (gint64)n);
  } else {
    double *is = g_new(double, n);
    for (int64_t e = 0; e < n; e++)
      is[e] = value_of(&run->epochs[e], name);
    char *shape = recnn__reference_shape(stored);
    recnn_check_report_compare(report, stored->name, shape, is, expected, n,
                               strcmp(name, "learning_rate") == 0 ? rate_room : history_room);
    g_free(shape);
    g_free(is);
  }
  g_free(expected);
}

/* Counting from 1, the first epoch with the least of the recorded validation losses. */
static void check_best_epoch(RecnnCheckReport *report, const RecnnSafetensors *file,
                             const RecnnRun *run) {
  int64_t n = 0, best = 0;
  double *losses = recnn_safetensors_doubles(file, "history/val_loss", &n, NULL);
  if (losses == NULL || n == 0) {
    recnn_check_report_fail(report, "history/val_loss", "there is no such tensor");
  } else {
    for (int64_t e = 1; e < n; e++)
      if (losses[e] < losses[best])
        best = e;
    double is = run->best + 1, expected = (double)best + 1;
    recnn_check_report_compare(report, "best epoch", "", &is, &expected, 1, equal);
  }
  g_free(losses);
}

static void check_length(RecnnCheckReport *report, const RecnnSafetensors *file,
                         const RecnnRun *run) {
  char *number = number_in(file, "stopped_after", NULL);
  double is = run->n_epochs, expected;
  if (number != NULL && recnn_parse_double(number, strlen(number), &expected))
    recnn_check_report_compare(report, "stopped after", "", &is, &expected, 1, equal);
  g_free(number);
}

/* The restored weights.  A counter that went on after the best epoch would show here. */
static void check_best(RecnnCheckReport *report, const RecnnSafetensors *file,
                       const RecnnModel *model) {
  RecnnParam *const *params;
  int32_t n = recnn_model_params(model, &params);
  for (int32_t i = 0; i < n; i++) {
    char *name = g_strconcat("best/", params[i]->name, NULL);
    const RecnnStoredTensor *stored = recnn_safetensors_find(file, name);
    RecnnTensor outside = recnn_param_outside(params[i], &params[i]->value);
    if (stored != NULL)
      recnn__reference_compare(report, file, stored, &outside,
                               outside.dtype == RECNN_INT64 ? equal : best_room);
    else
      recnn_check_report_fail(report, name, "the file has no such tensor");
    g_free(name);
  }
}

static void check_names(RecnnCheckReport *report, const RecnnSafetensors *file,
                        const RecnnModel *model) {
  for (int64_t i = 0; i < recnn_safetensors_count(file); i++) {
    const char *name = recnn_safetensors_get(file, i)->name;
    bool known = g_str_has_prefix(name, "state/") || g_str_has_prefix(name, "train/") ||
                 g_str_has_prefix(name, "val/") || g_str_has_prefix(name, "history/");
    if (g_str_has_prefix(name, "best/"))
      known = recnn_model_find_param(model, name + strlen("best/")) != NULL;
    if (!known)
      recnn_check_report_fail(report, name, "no section and no parameter of that name is known");
  }
}

bool recnn__reference_history(RecnnCheckReport *report, const RecnnSafetensors *file,
                              RecnnModel *model, GError **error) {
  RecnnSplit *split = NULL;
  RecnnOptions *options = NULL;
  RecnnRun *run = NULL;
  if (recnn_blas_load(error) && recnn_model_take_weights(model, file, "state/", error) &&
      (options = make_options(file, error)) != NULL &&
      (split = make_split(file, model, error)) != NULL)
    run = recnn_train(model, split, options, NULL, error);
  if (run != NULL) {
    check_names(report, file, model);
    for (int64_t i = 0; i < recnn_safetensors_count(file); i++) {
      const RecnnStoredTensor *stored = recnn_safetensors_get(file, i);
      if (g_str_has_prefix(stored->name, "history/"))
        check_column(report, file, stored, run);
    }
    check_length(report, file, run);
    check_best_epoch(report, file, run);
    check_best(report, file, model);
  }
  bool ok = run != NULL;
  recnn_run_free(run);
  recnn_split_unref(split);
  recnn_options_free(options);
  return ok;
}
