/* Chains of schedules.  Knows none by name. */
#include "train/schedule.h"

#include <string.h>

#include "base/error.h"
#include "base/spec.h"

extern const RecnnScheduleClass *const recnn__schedule_table[];

typedef struct Stage {
  const RecnnScheduleClass *schedule_class;
  RecnnOptions *options;
} Stage;

struct RecnnSchedule {
  int32_t n_stages;
  Stage *stages;
  int64_t epochs;
  int64_t epoch_batches;
};

const RecnnScheduleClass *recnn_schedule_find(const char *name) {
  for (const RecnnScheduleClass *const *c = recnn__schedule_table; *c != NULL; c++)
    if (strcmp((*c)->name, name) == 0)
      return *c;
  return NULL;
}

const char **recnn_schedule_names(void) {
  size_t n = 0;
  while (recnn__schedule_table[n] != NULL)
    n++;
  const char **names = g_new0(const char *, n + 1);
  for (size_t i = 0; i < n; i++) /* the table is sorted */
    names[i] = recnn__schedule_table[i]->name;
  return names;
}

static bool make_stage(Stage *stage, const RecnnSpecItem *item, bool last, GError **error) {
  stage->schedule_class = recnn_schedule_find(item->name);
  if (stage->schedule_class == NULL) {
    const char **names = recnn_schedule_names();
    char *hint = recnn_suggest(item->name, names);
    recnn_error_set(error, RECNN_ERROR_NOT_FOUND, "option schedule: \"%s\" is not known%s",
                    item->name, hint);
    g_free(hint);
    g_free(names);
    return false;
  }
  if (!last && stage->schedule_class->length == NULL)
    return recnn_error_set(error, RECNN_ERROR_OPTION,
                           "option schedule: %s has no end, so nothing can come behind it",
                           item->name);
  char *owner = g_strdup_printf("schedule %s", item->name);
  stage->options = recnn_options_new(stage->schedule_class->options, owner, error);
  g_free(owner);
  return stage->options != NULL && recnn_spec_apply(item, stage->options, error) &&
         recnn_options_complete(stage->options, error);
}

RecnnSchedule *recnn_schedule_new(const char *text, int64_t epochs, GError **error) {
  RecnnSchedule *schedule = g_new0(RecnnSchedule, 1);
  schedule->epochs = epochs;
  schedule->epoch_batches = 1;
  if (strcmp(text, "none") == 0)
    return schedule;
  RecnnSpec *spec = recnn_spec_parse(text, "option schedule", error);
  bool ok = spec != NULL;
  if (ok)
    schedule->stages = g_new0(Stage, spec->n_items);
  for (int32_t i = 0; ok && i < spec->n_items; i++)
    ok = make_stage(&schedule->stages[schedule->n_stages++], &spec->items[i],
                    i == spec->n_items - 1, error);
  recnn_spec_free(spec);
  if (ok)
    return schedule;
  recnn_schedule_free(schedule);
  return NULL;
}

void recnn_schedule_free(RecnnSchedule *schedule) {
  if (schedule == NULL)
    return;
  for (int32_t i = 0; i < schedule->n_stages; i++)
    recnn_options_free(schedule->stages[i].options);
  g_free(schedule->stages);
  g_free(schedule);
}

void recnn_schedule_set_batches(RecnnSchedule *schedule, int64_t epoch_batches) {
  schedule->epoch_batches = MAX(epoch_batches, 1);
}

/* The stage that batch `batch` belongs to, and where in it; NULL where there are none.  Behind the
 * end of the last one its last batch counts on. */
static const Stage *stage_at(const RecnnSchedule *schedule, int64_t batch,
                             RecnnScheduleTime *ret_time) {
  int64_t total = schedule->epochs * schedule->epoch_batches, begin = 0;
  for (int32_t i = 0; i < schedule->n_stages; i++) {
    const Stage *stage = &schedule->stages[i];
    *ret_time = (RecnnScheduleTime){batch - begin, schedule->epoch_batches, total - begin};
    int64_t length = stage->schedule_class->length != NULL
                         ? stage->schedule_class->length(stage->options, *ret_time)
                         : INT64_MAX;
    if (i == schedule->n_stages - 1 || batch - begin < length)
      return stage;
    begin += length;
  }
  return NULL;
}

double recnn_schedule_factor(const RecnnSchedule *schedule, int64_t batch) {
  RecnnScheduleTime time;
  const Stage *stage = stage_at(schedule, batch, &time);
  return stage != NULL && stage->schedule_class->factor != NULL
             ? stage->schedule_class->factor(stage->options, time)
             : 1.0;
}

const RecnnOptions *recnn_schedule_watcher(const RecnnSchedule *schedule, int64_t batch) {
  RecnnScheduleTime time;
  const Stage *stage = stage_at(schedule, batch, &time);
  return stage != NULL && stage->schedule_class->watches ? stage->options : NULL;
}

const RecnnOptions *recnn_schedule_find_watcher(const RecnnSchedule *schedule) {
  for (int32_t i = 0; i < schedule->n_stages; i++)
    if (schedule->stages[i].schedule_class->watches)
      return schedule->stages[i].options;
  return NULL;
}

bool recnn_schedule_default(RecnnSchedule *schedule, const char *name, const char *value,
                            GError **error) {
  for (int32_t i = 0; i < schedule->n_stages; i++) {
    Stage *stage = &schedule->stages[i];
    if (stage->schedule_class->watches && !recnn_options_is_set(stage->options, name))
      return recnn_options_set_text(stage->options, name, value, error);
  }
  return true;
}
