/* What goes into a checkpoint's sections, and out of them again. */
#include "train/checkpoint.h"

#include <string.h>

#include "base/error.h"
#include "base/sections.h"
#include "tensor/tensor.h"
#include "train/state.h"

#define KIND "RECNNCKP"
enum { VERSION = 1 };

/* Every array that a checkpoint holds as it is, in a fixed order. */
typedef void (*Each)(void *data, const char *section, void *bytes, size_t size);

static void each_array(const RecnnTrainer *trainer, Each each, void *data) {
  RecnnParam *const *params;
  int32_t n = recnn_model_params(trainer->model, &params);
  for (int32_t i = 0; i < n; i++)
    each(data, "weights", params[i]->value.data, recnn_tensor_bytes(&params[i]->value));
  for (int32_t i = 0; i < recnn_optimizer_n_params(trainer->optimizer); i++) {
    size_t size = recnn_tensor_bytes(&recnn_optimizer_param(trainer->optimizer, i)->value);
    for (int32_t s = 0; s < RECNN_OPTIMIZER_MAX_SLOTS; s++) {
      float *slot = recnn_optimizer_slot(trainer->optimizer, i, s);
      if (slot != NULL)
        each(data, "optimizer", slot, size);
    }
  }
  int32_t n_members = trainer->average != NULL ? recnn_average_n_members(trainer->average) : 0;
  for (int32_t i = 0; i < n_members; i++) {
    int64_t count;
    float *member = recnn_average_member(trainer->average, i, &count);
    each(data, "average", member, (size_t)count * sizeof *member);
  }
  if (trainer->best != NULL) {
    size_t size;
    void *bytes = recnn_weights_bytes(trainer->best, &size);
    each(data, "best", bytes, size);
  }
}

typedef struct Adding {
  RecnnSectionsWriter *writer;
  const char *section;
} Adding;

static void add(void *data, const char *section, void *bytes, size_t size) {
  Adding *adding = data;
  if (adding->section == NULL || strcmp(adding->section, section) != 0)
    recnn_sections_writer_begin(adding->writer, section);
  adding->section = section;
  recnn_sections_writer_piece(adding->writer, bytes, size);
}

bool recnn__checkpoint_write(const RecnnTrainer *trainer, const RecnnRun *run, bool in_epoch,
                             const char *request, const char *path, GError **error) {
  RecnnTrainState state;
  RecnnCoder coder = {.out = g_byte_array_new()};
  recnn__state_gather(&state, trainer, run, in_epoch);
  recnn__state_code(&coder, &state);
  g_free(state.steps);
  Adding adding = {recnn_sections_writer_new(KIND, VERSION), NULL};
  add(&adding, "request", (void *)request, strlen(request));
  add(&adding, "state", coder.out->data, coder.out->len);
  each_array(trainer, add, &adding);
  bool ok = recnn_sections_writer_commit(adding.writer, path, error);
  g_byte_array_unref(coder.out);
  return ok;
}

/* ---- reading */

typedef struct Taking {
  const RecnnSections *file;
  const char *section;
  const char *from;
  bool copies; /* otherwise it only counts */
  size_t size;
  GError **error;
  bool failed;
} Taking;

/* The section at hand is as large as the arrays that it is for. */
static void finish_section(Taking *taking) {
  if (taking->section != NULL && !taking->copies && !taking->failed &&
      recnn_sections_find(taking->file, taking->section, taking->size, NULL, taking->error) == NULL)
    taking->failed = true;
}

static void take(void *data, const char *section, void *bytes, size_t size) {
  Taking *taking = data;
  if (taking->section == NULL || strcmp(taking->section, section) != 0) {
    finish_section(taking);
    taking->section = section;
    taking->size = 0;
    taking->from =
        taking->copies ? recnn_sections_find(taking->file, section, SIZE_MAX, NULL, NULL) : NULL;
  }
  if (taking->copies)
    memcpy(bytes, taking->from + taking->size, size);
  taking->size += size;
}

/* The first line in which two requests differ, for a text. */
static bool compare_requests(const char *path, const char *is, const char *wanted, GError **error) {
  char **a = g_strsplit(is, "\n", -1), **b = g_strsplit(wanted, "\n", -1);
  guint i = 0;
  while (a[i] != NULL && b[i] != NULL && strcmp(a[i], b[i]) == 0)
    i++;
  bool same = a[i] == NULL && b[i] == NULL;
  if (!same)
    recnn_error_set(error, RECNN_ERROR_ARGUMENT,
                    "%s belongs to another run: it has \"%s\", this run \"%s\"", path,
                    a[i] != NULL ? a[i] : "", b[i] != NULL ? b[i] : "");
  g_strfreev(a);
  g_strfreev(b);
  return same;
}

static bool check_request(const RecnnSections *file, const char *request, const char *path,
                          GError **error) {
  size_t size;
  const char *bytes = recnn_sections_find(file, "request", SIZE_MAX, &size, error);
  if (bytes == NULL)
    return false;
  char *is = g_strndup(bytes, size);
  bool same = compare_requests(path, is, request, error);
  g_free(is);
  return same;
}

static bool read_state(RecnnTrainState *state, const RecnnTrainer *trainer,
                       const RecnnSections *file, const char *path, GError **error) {
  RecnnCoder coder = {.out = NULL};
  coder.in = recnn_sections_find(file, "state", SIZE_MAX, &coder.left, error);
  if (coder.in == NULL)
    return false;
  recnn__state_code(&coder, state);
  return (recnn_coder_done(&coder) &&
          state->n_steps == recnn_optimizer_n_params(trainer->optimizer)) ||
         recnn_error_set(error, RECNN_ERROR_FORMAT, "%s: section state makes no sense", path);
}

static bool read_all(RecnnTrainer *trainer, RecnnRun *run, const RecnnSections *file,
                     const char *request, const char *path, GError **error) {
  RecnnTrainState state = {0};
  Taking taking = {.file = file, .error = error};
  bool ok =
      check_request(file, request, path, error) && read_state(&state, trainer, file, path, error);
  if (ok) {
    each_array(trainer, take, &taking);
    finish_section(&taking);
    ok = !taking.failed;
  }
  if (ok) { /* from here on nothing fails */
    taking = (Taking){.file = file, .copies = true};
    each_array(trainer, take, &taking);
    recnn__state_restore(&state, trainer, run);
    recnn_model_touch(trainer->model);
  }
  recnn__state_clear(&state);
  return ok;
}

bool recnn__checkpoint_read(RecnnTrainer *trainer, RecnnRun *run, const char *request,
                            const char *path, GError **error) {
  RecnnSections *file = recnn_sections_open(path, KIND, VERSION, error);
  bool ok = file != NULL && read_all(trainer, run, file, request, path, error);
  recnn_sections_close(file);
  return ok;
}
